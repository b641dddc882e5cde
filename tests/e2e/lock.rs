//! Too many wrong passcodes.

use super::browser::{Browser, Script};
use super::tools::{until, wrong_passcode};
use super::visit::Visit;

/// How many wrong ones lock.
const TRIES: usize = 5;
/// For how long, in seconds.
const LOCK: u32 = 180;
/// What looking at the page may take of it.
const SLACK: u32 = 30;
const SENTENCE: &str = "You can try again in ";

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_passcodes_lock_and_the_page_tells_the_true_time() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    lock(&visit).await;
    let first = seconds_left(page).await;
    assert!((LOCK - SLACK..=LOCK).contains(&first), "{first} seconds left");
    until("the time to count down by itself", async || (seconds_left(page).await < first).then_some(())).await;
    page.look("passcode-locked").await;
    visit.open("/sign-in/passcode").await;
    page.says("Too many wrong passcodes.").await;
    assert!(seconds_left(page).await < first, "each load tells the time that is left then");
    visit.open("/sign-in").await;
    visit.sign_in("ready-user").await;
    page.says("Too many wrong passcodes.").await;
    assert!(!page.offers("Verify").await, "the right passcode is refused too");
    assert!(!page.offers("Sign out").await);
}

async fn lock(visit: &Visit) {
    let page = &visit.browser;
    let wrong = wrong_passcode(&visit.code("ready-user"));
    visit.open("/sign-in").await;
    visit.sign_in("ready-user").await;
    for tried in 1..=TRIES {
        page.heading("Enter your passcode").await;
        assert!(page.offers("Verify").await, "locked after {} wrong passcodes", tried - 1);
        visit.verify(&wrong).await;
    }
    page.says("Too many wrong passcodes.").await;
    assert!(page.title().await.starts_with("Error: "));
}

/// The time of the sentence, as a person reads it: "2 minutes 40 seconds".
async fn seconds_left(page: &Browser) -> u32 {
    let words = page.says(SENTENCE).await;
    let time = words.split_once(SENTENCE).unwrap().1.split_once('.').unwrap().0;
    let words: Vec<&str> = time.split(' ').collect();
    words
        .chunks(2)
        .map(|part| part[0].parse::<u32>().unwrap() * if part[1].starts_with("minute") { 60 } else { 1 })
        .sum()
}
