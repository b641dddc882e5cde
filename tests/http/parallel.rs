//! Many at the same moment, through the router, on both engines.

use std::sync::Arc;

use tokio::sync::{Barrier, Semaphore};
use tokio::task::JoinSet;
use vestibule::store::audit;

use crate::support::*;

/// Sends each browser's passcode at the same moment. Who finds the account's queue full tries again, as a robot would.
async fn all_at_once(tries: Vec<(Browser, Page, String)>) -> Vec<Page> {
    let start = Arc::new(Barrier::new(tries.len()));
    let mut running = JoinSet::new();
    for (mut browser, page, code) in tries {
        let start = Arc::clone(&start);
        running.spawn(async move {
            start.wait().await;
            loop {
                let answer = browser.submit_once(&page, "Verify", &[("Passcode", &code)]).await;
                let sent_away = answer.says("One moment, please");
                if !sent_away {
                    return answer;
                }
                assert!([429, 503].contains(&answer.status.as_u16()) && !answer.header("retry-after").is_empty());
                tokio::task::yield_now().await;
            }
        });
    }
    running.join_all().await
}

fn both_engines() -> [TestApp; 2] {
    [TestApp::new(), TestApp::on_postgres(|_| {})]
}

fn count(answers: &[Page], is: impl Fn(&Page) -> bool) -> usize {
    answers.iter().filter(|answer| is(answer)).count()
}

/// The wrong passcodes that were compared, as the audit trail has them.
fn compared(app: &TestApp) -> usize {
    let events = app.app.db.read(|tx| audit::page(tx, None, 1_000)).unwrap();
    events.iter().filter(|event| event.act == "passcode" && event.outcome == "wrong").count()
}

/// Regressions 1 and 6: one sign-in and fifty of them, 500 wrong passcodes at once: five are compared, and the count is exact.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r01_r06_of_500_wrong_passcodes_through_the_router_five_are_compared() {
    for (app, sign_ins) in both_engines().into_iter().zip([1, 50]) {
        let nora = app.with_mfa("nora").await;
        let mut opened = Vec::new();
        for _ in 0..sign_ins {
            let mut browser = app.browser();
            let page = browser.give_password(&nora).await;
            opened.push((browser, page));
        }
        let wrong = nora.wrong_code(&app);
        let tries = (0..500).map(|number| {
            let (browser, page) = opened[number % sign_ins].clone();
            (browser, page, wrong.clone())
        });
        let answers = all_at_once(tries.collect()).await;
        let told_wrong = count(&answers, |answer| answer.says("That passcode isn't right."));
        let told_locked = count(&answers, |answer| answer.says("Too many wrong passcodes."));
        assert_eq!(told_wrong + told_locked, 500);
        assert!(told_wrong <= 4, "the fifth, at the latest, is told of the lock: {told_wrong}");
        assert_eq!(compared(&app), 5);
        assert_eq!(app.account_row(&nora).rest.spent, 5);
    }
}

/// Regression 13: a passcode in a hundred sign-ins at once opens one of them, and costs the others nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r13_of_100_sign_ins_with_the_same_passcode_one_is_whole() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let code = nora.code(&app);
        let mut tries = Vec::new();
        for _ in 0..100 {
            let mut browser = app.browser();
            let page = browser.give_password(&nora).await;
            tries.push((browser, page, code.clone()));
        }
        let answers = all_at_once(tries).await;
        assert_eq!(count(&answers, |answer| answer.status == 303 && answer.header("location") == "/"), 1);
        assert_eq!(count(&answers, |answer| answer.says("That passcode was already used.")), 99);
        assert_eq!(app.account_row(&nora).rest.spent, 0);
    }
}

/// Regression 26: under load each gets the own account. 100 people, five sign-ins each, forty at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r26_under_load_everyone_gets_the_own_account() {
    let app = TestApp::with(|settings| {
        settings.limits.address_burst = 10_000;
        settings.limits.passcode_mails = 1_000;
    });
    let mut people = Vec::new();
    for number in 0..100 {
        people.push(app.with_mfa(&format!("person-{number}")).await);
    }
    let places = Arc::new(Semaphore::new(40));
    for _ in 0..5 {
        app.pass(seconds(30));
        let mut running = JoinSet::new();
        for person in people.clone() {
            let (app, places) = (app.clone(), Arc::clone(&places));
            running.spawn(async move {
                let _place = places.acquire().await.unwrap();
                let mut browser = app.browser();
                let page = browser.give_password(&person).await;
                let page = browser.give_passcode(&page, &person.code(&app)).await;
                let said = format!("You are signed in as {}.", person.username);
                assert!(page.says(&said), "{said} {}", page.text());
                assert!(browser.open("/").await.says(&said));
            });
        }
        running.join_all().await;
    }
    let mut told = app.mail();
    told.retain(|mail| mail.kind == "new_browser");
    assert_eq!(told.len(), 500);
    for mail in told {
        let name = mail.to.strip_suffix("@example.org").unwrap();
        assert!(mail.text.starts_with(&format!("Hello {name},")), "{}: {}", mail.to, mail.text);
    }
}
