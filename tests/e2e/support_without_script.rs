//! A support case without script: what is said shows at the next load, and an error keeps what was typed.

use super::browser::{Browser, Script};
use super::cases::{ANALYST, USER};
use super::visit::Visit;

const SECOND_ANALYST: &str = "analyst-2";
const CALLER: &str = "mail-user";
/// More than a message may have.
const MUCH: usize = 2_001;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_needs_no_script_on_either_side() {
    let visit = Visit::begin(Script::Off).await;
    let (person, desk) = (&visit.browser, Browser::open(Script::Off).await);
    visit.lose_the_device(USER).await;
    let number = visit.ask_support().await;
    keeps_what_is_too_long(person).await;
    person.send("My phone fell into the sea.").await;
    desk.sign_in_to_console(&visit.demo, ANALYST).await;
    desk.open_case(&number).await;
    desk.says("My phone fell into the sea.").await;
    keeps_what_is_too_long(&desk).await;
    desk.send("We call you back.").await;
    desk.look("no-script-support-case").await;
    person.follow("Look for new messages").await;
    person.says("We call you back.").await;
    person.look("no-script-case").await;
    let other = go_on_elsewhere(&visit).await;
    two_analysts_reset(&visit, &desk, &number).await;
    for browser in [person, &other] {
        browser.follow("Look for new messages").await;
        browser.says("Your account is reset.").await;
    }
    decline_a_caller(&visit, &desk).await;
}

/// Whoever writes too much loses nothing of it.
async fn keeps_what_is_too_long(browser: &Browser) {
    let much = "x".repeat(MUCH);
    browser.fill("Message", &much).await;
    browser.press("Send message").await;
    browser.says("Write at most 2000 characters.").await;
    assert_eq!(browser.value("Message").await, much);
}

/// By the link in the mail that tells of the answer; what was said before is not seen there.
async fn go_on_elsewhere(visit: &Visit) -> Browser {
    let page = Browser::open(Script::Off).await;
    let mail = visit.demo.mail(USER, "Support has answered").await;
    page.show(mail.html()).await;
    page.look("mail-case-answer").await;
    page.open_page(&mail.link("/case/link/")).await;
    page.says("Here you see only what is written from now on.").await;
    page.look("no-script-case-join").await;
    page.press("Go on in this browser").await;
    let words = page.says("More than one browser takes part in this case.").await;
    assert!(!words.contains("We call you back."), "{words}");
    page
}

/// Two browsers take part, so it takes two analysts.
async fn two_analysts_reset(visit: &Visit, desk: &Browser, number: &str) {
    desk.open_page(&visit.demo.url(&format!("/support/cases/{number}"))).await;
    desk.says("Two analysts must approve this reset").await;
    desk.confirm_reset(&visit.demo, ANALYST).await;
    desk.fill("Reason", "Called back.").await;
    desk.press("Reset account").await;
    desk.says("Check the person's identity first").await;
    assert_eq!(desk.value("Reason").await.trim(), "Called back.");
    desk.look("no-script-support-reset-not-checked").await;
    desk.tick("I have checked this person's identity").await;
    desk.press("Reset account").await;
    desk.says("A second analyst must approve this reset.").await;
    assert!(!desk.offers("Reset account").await, "nobody approves twice");
    desk.follow("Back to all cases").await;
    desk.follow("User Portal").await;
    desk.press("Sign out").await;
    desk.sign_in_to_console(&visit.demo, SECOND_ANALYST).await;
    desk.open_case(number).await;
    desk.says("analyst approved it first").await;
    desk.look("no-script-support-case-second").await;
    desk.confirm_reset(&visit.demo, SECOND_ANALYST).await;
    desk.fill("Reason", "I know them.").await;
    desk.tick("I have checked this person's identity").await;
    desk.press("Reset account").await;
    desk.says("The account is reset, and its owner is told.").await;
}

async fn decline_a_caller(visit: &Visit, desk: &Browser) {
    desk.follow("Back to all cases").await;
    desk.follow("Open a case").await;
    desk.fill("Username or email address", "no such person").await;
    desk.press("Open a case").await;
    desk.says("Ask the person to spell it.").await;
    assert_eq!(desk.value("Username or email address").await, "no such person");
    desk.fill("Username or email address", CALLER).await;
    desk.press("Open a case").await;
    desk.says("The case is open").await;
    desk.tick("They told me something that only they know from working with us").await;
    desk.press("Save checks").await;
    desk.says("The identity checks are kept.").await;
    desk.follow("Decline").await;
    desk.fill("Words to the person", "Please call us again.").await;
    desk.press("Decline").await;
    desk.says("Write at least 3 characters.").await;
    assert_eq!(desk.value("Words to the person").await.trim(), "Please call us again.");
    desk.fill("Reason", "Nobody knew them.").await;
    desk.press("Decline").await;
    desk.says("The case is declined").await;
    let mail = visit.demo.mail(CALLER, "was declined").await;
    visit.browser.show(mail.html()).await;
    visit.browser.look("mail-case-declined").await;
    desk.follow("Close case").await;
    desk.press("Close case").await;
    desk.says("The case is closed.").await;
    assert!(!desk.offers("Send message").await, "nothing more is said");
}
