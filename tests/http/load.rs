//! Everybody at once: under load each gets the own account.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::support::*;

const PEOPLE: usize = 1_000;
const AT_ONCE: usize = 64;

/// Signs everybody in, `AT_ONCE` at a time, each in the own browser, and has the pages say who it is.
async fn everybody_signs_in(app: &TestApp, people: Vec<(Person, Browser)>) -> Vec<(Person, Browser)> {
    app.pass(seconds(30));
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for (person, mut browser) in people {
        let (app, places) = (app.clone(), Arc::clone(&places));
        running.spawn(async move {
            let _place = places.acquire().await.unwrap();
            let page = browser.give_password(&person).await;
            let page = browser.give_passcode(&page, &person.code(&app)).await;
            assert!(page.says(&format!("You are signed in as {}.", person.username)), "{}", page.text());
            (person, browser)
        });
    }
    running.join_all().await
}

/// Each browser's session is still its own, asked for by everybody at once.
async fn assert_own(people: Vec<(Person, Browser)>) {
    let mut running = JoinSet::new();
    for (person, mut browser) in people {
        running.spawn(async move {
            let page = browser.open("/").await;
            assert!(page.says(&format!("You are signed in as {}.", person.username)), "{}", page.text());
        });
    }
    running.join_all().await;
}

/// Regression 26: so many sign-ins of 1,000 people; each mail, each page and each session is of the person who signed in.
async fn assert_everyone_gets_the_own_account(app: &TestApp, rounds: usize) {
    let people = Person::crowd(app, PEOPLE);
    let mut people: Vec<_> = people.into_iter().map(|person| (person, app.browser())).collect();
    for _ in 0..rounds {
        people = everybody_signs_in(app, people).await;
    }
    assert_own(people).await;
    let told = app.mail_of_kind("new_browser");
    assert_eq!(told.len(), PEOPLE, "one each: from the second time on the browser is known");
    for mail in told {
        let name = mail.to.strip_suffix("@example.org").unwrap();
        assert!(mail.text.starts_with(&format!("Hello {name},")), "{}: {}", mail.to, mail.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r26_in_10_000_sign_ins_under_load_everyone_gets_the_own_account() {
    let app = TestApp::with(|settings| settings.limits.address_burst = 1_000);
    assert_everyone_gets_the_own_account(&app, 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r26_in_2_000_sign_ins_under_load_on_postgresql_everyone_gets_the_own_account() {
    let app = TestApp::on_postgres(|settings| settings.limits.address_burst = 1_000);
    assert_everyone_gets_the_own_account(&app, 2).await;
}
