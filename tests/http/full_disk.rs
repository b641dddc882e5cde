//! A disk that is full at one write or another: SQLite's own error, from a database at its largest size (`max_page_count`).
//! `tests/program` has the same with the built program and a real limit.

use vestibule::model::totp::Step;
use vestibule::store::db::Value;
use vestibule::store::totp_app;

use crate::support::*;

/// The size that there is stays the largest.
const NO_ROOM: &str = "PRAGMA max_page_count = 1";
const ROOM: &str = "PRAGMA max_page_count = 1000000";

/// The writes of a whole sign-in.
const WRITES: [&str; 8] = [
    "UPDATE OF budget_spent ON account",
    "UPDATE ON sign_in_attempt",
    "UPDATE ON totp_app",
    "INSERT ON session",
    "INSERT ON known_browser",
    "INSERT ON outbox",
    "INSERT ON link",
    "INSERT ON audit_event",
];

fn set_room(app: &TestApp, pragma: &'static str) {
    app.app.db.write(move |tx| tx.query(pragma, &[]).map(drop)).unwrap();
}

/// From now on this kind of write needs new pages, and there are none.
fn fill_at(app: &TestApp, write: &str) {
    let trigger =
        format!("CREATE TRIGGER swollen BEFORE {write} BEGIN INSERT INTO filler VALUES (zeroblob(200000)); END");
    let trigger: &'static str = trigger.leak();
    app.app.db.write(|tx| tx.execute("CREATE TABLE filler (bytes BLOB)", &[])).unwrap();
    app.app.db.write(move |tx| tx.execute(trigger, &[])).unwrap();
    set_room(app, NO_ROOM);
}

fn last_step(app: &TestApp, person: &Person) -> Step {
    let id = person.id.clone();
    app.app.db.read(move |tx| totp_app::of(tx, &id)).unwrap()[0].last_step
}

#[track_caller]
fn assert_refused(answer: &Page) {
    assert_eq!((answer.status.as_u16(), answer.header("retry-after").is_empty()), (503, false), "{}", answer.text());
    assert!(answer.title().starts_with("Error: We can't do that right now"));
    assert!(!answer.says("full") && !answer.offers("Sign out"), "the cause is for the log");
}

/// Regressions 8, 23 and 50: whichever write finds no room, nobody gets in, and the passcode is good once there is room.
#[tokio::test]
async fn r08_r23_r50_a_disk_that_is_full_at_any_write_lets_nobody_in_until_there_is_room() {
    for write in WRITES {
        let app = TestApp::new();
        let nora = app.with_mfa("nora").await;
        let (mut browser, before) = (app.browser(), last_step(&app, &nora));
        let page = browser.give_password(&nora).await;
        fill_at(&app, write);
        assert_refused(&browser.give_passcode(&page, &nora.code(&app)).await);
        assert!(!browser.cookies.contains_key("__Host-vestibule-session") && !browser.is_signed_in().await, "{write}");
        assert_eq!(last_step(&app, &nora), before, "{write}");
        set_room(&app, ROOM);
        let portal = browser.give_passcode(&page, &nora.code(&app)).await;
        assert!(portal.offers("Sign out"), "{write}: {}", portal.text());
        assert!(app.mail_to(&nora.email).iter().any(|mail| mail.kind == "new_browser"), "{write}");
    }
}

/// Regression 8: a damaged key, which is a 500 as soon as it is opened, shows that nothing is opened without a charge.
#[tokio::test]
async fn r08_a_passcode_that_cannot_be_charged_is_not_compared() {
    for write in ["UPDATE OF budget_spent ON account", "UPDATE ON sign_in_attempt"] {
        let app = TestApp::new();
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        let page = browser.give_password(&nora).await;
        app.app.db.write(|tx| tx.execute("UPDATE totp_app SET secret = $1", &[Value::Bytes(vec![1; 50])])).unwrap();
        fill_at(&app, write);
        for code in [nora.wrong_code(&app), nora.code(&app)] {
            assert_refused(&browser.give_passcode(&page, &code).await);
        }
        assert_eq!(app.account_row(&nora).rest.spent, 0, "{write}");
        set_room(&app, ROOM);
        assert_eq!(browser.give_passcode(&page, &nora.wrong_code(&app)).await.status, 500, "{write}");
        assert_eq!(app.account_row(&nora).rest.spent, 1, "{write}");
    }
}

/// Regressions 8 and 50: where what follows the charge finds no room, no answer tells right from wrong.
#[tokio::test]
async fn r08_r50_wrong_passcodes_and_passwords_are_refused_alike_while_the_disk_is_full() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (mut browser, mut other) = (app.browser(), app.browser());
    let page = browser.give_password(&nora).await;
    let sign_in = other.open("/sign-in").await;
    fill_at(&app, "INSERT ON audit_event");
    for code in [nora.wrong_code(&app), nora.code(&app)] {
        assert_refused(&browser.give_passcode(&page, &code).await);
    }
    assert_refused(&browser.press(&page, "Send me a passcode").await);
    for password in [PASSWORD, "something else entirely"] {
        let values = [("Username", nora.username.as_str()), ("Password", password)];
        assert_refused(&other.submit(&sign_in, "Sign in", &values).await);
    }
    assert_eq!(app.mail().len(), 0);
    set_room(&app, ROOM);
    assert!(browser.give_passcode(&page, &nora.code(&app)).await.offers("Sign out"));
}

/// Nothing is made to fail here: sign-ins use up what room is left in the database's pages.
#[tokio::test]
async fn a_disk_that_fills_up_under_sign_ins_loses_none_that_was_answered() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    set_room(&app, NO_ROOM);
    let mut whole = Vec::new();
    let refused = loop {
        let mut browser = app.browser();
        app.pass(seconds(30));
        let page = browser.give_password(&nora).await;
        let answer = if page.status == 503 { page } else { browser.give_passcode(&page, &nora.code(&app)).await };
        if !answer.offers("Sign out") {
            break answer;
        }
        whole.push(browser);
        assert!(whole.len() < 200, "the disk was not full");
    };
    assert_refused(&refused);
    for browser in whole.iter_mut().rev().take(3) {
        assert!(browser.clone().open("/help").await.status == 200);
    }
    let sql = "SELECT count(*) FROM audit_event WHERE act = 'sign-in'";
    let recorded = app.app.db.read(move |tx| tx.query_opt(sql, &[])?.unwrap().count(0)).unwrap();
    assert_eq!(usize::try_from(recorded).unwrap(), whole.len());
    assert_eq!(app.browser().open("/sign-in").await.status, 200);
    set_room(&app, ROOM);
    assert!(whole.last_mut().unwrap().is_signed_in().await);
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
}
