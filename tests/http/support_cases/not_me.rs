//! **This wasn't me**, about a case.

use vestibule::flow::account::Change;
use vestibule::flow::support::decide::{Approved, Reset};
use vestibule::flow::support::open::Opened;
use vestibule::model::recovery_lock::RecoveryLock;
use vestibule::model::support_case::Refused;

use super::{Desk, contact_page, number_on, open_case, trail};
use crate::support::*;

#[tokio::test]
async fn s6_10_this_was_not_me_closes_the_case_and_stops_what_it_must() {
    for app in both_engines() {
        let (mut desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
        let mut thief = app.browser().at("198.51.100.66");
        let (_, number) = open_case(&mut thief, &nora).await;
        let link = app.newest_mail(&nora.email, "case_opened").link("This wasn't me");
        app.browser().head(&link).await;
        let mut owner = app.browser();
        let page = owner.open(&link).await;
        assert!(page.says("Did you ask support?") && page.says("198.51.100.0/24"), "{}", page.text());
        assert_eq!(desk.view(&number).unwrap().state.words(), "info received", "opening it changes nothing");
        desk.confirm(&number);
        assert_eq!(desk.approve(&number), Approved::Noted);
        let page = owner.press(&page, "This wasn't me").await;
        assert!(page.says("The case is closed"), "{}", page.text());
        assert_eq!(app.mail_of_kind("case_stopped").len(), 1);
        assert_eq!(app.account_row(&nora).recovery_lock, Some(RecoveryLock::NotMe));
        assert_eq!(trail(&app, &nora, "case-close")[0].detail, format!("{number} not-me"));
        assert_eq!(desk.reset(&number), Reset::Refused(Refused::OwnerSaidNo), "an approval of before is worth nothing");
        assert!(matches!(desk.open_for("nora"), Opened::Stopped));
        assert!(thief.open("/case").await.says("This case is closed."));
        let page = contact_page(&mut thief, &nora).await;
        let refused = thief.press(&page, "Send My Info Now").await;
        assert_eq!((refused.status.as_u16(), refused.says("Support can't reset this account")), (403, true));
        let page = app.browser().open(&link).await;
        assert_eq!((page.status.as_u16(), page.says("This link has been used")), (410, true));
    }
}

#[tokio::test]
async fn s6_10_this_was_not_me_stops_answers_and_reset_mail_but_neither_signing_in_nor_the_recovery_code() {
    let app = TestApp::new();
    let (desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
    let (_, number) = open_case(&mut app.browser().at("198.51.100.66"), &nora).await;
    say_no(&app, &nora).await;
    let mut browser = app.browser();
    let link = nora.ask_for_new_device(&mut browser).await;
    let page = browser.open(&link).await;
    assert!(page.offers("Enter your recovery code") && !page.offers("Answer your security questions"));
    let page = nora.give_recovery_code(&mut browser, &page).await;
    assert_eq!(page.path, "/new-device/app", "B goes on");
    app.mail();
    let page = browser.open("/forgot-password").await;
    browser.submit(&page, "Send me a link", &[("Email", &nora.email)]).await;
    assert!(app.mail_of_kind("reset_link").is_empty(), "no link to a new password");
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"), "signing in goes on");
    assert_eq!(app.account_row(&nora).recovery_lock, None, "and an app lifts it");
    let (_, again) = open_case(&mut app.browser(), &nora).await;
    assert_ne!(again, number);
    assert!(desk.view(&again).is_some());
}

#[tokio::test]
async fn s6_10_an_administrator_lifts_it_too() {
    let app = TestApp::new();
    let (desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
    open_case(&mut app.browser(), &nora).await;
    say_no(&app, &nora).await;
    assert!(matches!(desk.open_for("nora"), Opened::Stopped));
    app.change(&nora, Change::Unlock);
    assert!(matches!(desk.open_for("nora"), Opened::New(_)));
}

/// Whoever talks an administrator into lifting it does not do so unheard: each time is told, and what it was.
#[tokio::test]
async fn s6_10_lifting_it_is_told_each_time_and_says_what_was_lifted() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    for _ in 0..2 {
        open_case(&mut app.browser(), &nora).await;
        say_no(&app, &nora).await;
        app.change(&nora, Change::Unlock);
        let mail = app.newest_mail(&nora.email, "account_unlocked");
        assert!(mail.text.contains("You had told us that a support case was not yours."), "{}", mail.text);
        assert!(!mail.text.contains("locked after too many wrong passcodes"), "{}", mail.text);
        app.pass(minutes(5));
    }
    app.change(&nora, Change::Unlock);
    let mail = app.newest_mail(&nora.email, "account_unlocked");
    assert!(mail.text.contains("locked after too many wrong passcodes"), "{}", mail.text);
}

#[tokio::test]
async fn s6_10_the_link_works_for_72_hours_and_a_newer_one_does_not_end_it() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (page, number) = open_case(&mut app.browser(), &nora).await;
    assert_eq!(number_on(&page), number);
    let first = app.newest_mail(&nora.email, "case_opened").link("This wasn't me");
    open_case(&mut app.browser(), &nora).await;
    app.pass(hours(71));
    assert_eq!(app.browser().open(&first).await.status, 200);
    app.pass(hours(1));
    assert_eq!(app.browser().open(&first).await.status, 410);
}

/// The owner presses the button of the newest mail.
async fn say_no(app: &TestApp, person: &Person) {
    let link = app.newest_mail(&person.email, "case_opened").link("This wasn't me");
    let mut owner = app.browser();
    let page = owner.open(&link).await;
    assert!(owner.press(&page, "This wasn't me").await.says("The case is closed"));
    app.mail();
}
