//! **This wasn't me**, about a case by which support has been talked into a reset.

use vestibule::flow::account::Change;
use vestibule::flow::support::decide::Reset;
use vestibule::model::recovery_lock::RecoveryLock;

use super::{Desk, open_case};
use crate::remote_app::{Program, manual_code, next};
use crate::support::*;

/// Somebody with password and mailbox talks support round: the address of the owner's **This wasn't me**.
async fn talk_round(app: &TestApp, person: &Person) -> String {
    let (mut desk, mut thief) = (Desk::new(app, "ada").await, app.browser().at("198.51.100.66"));
    let (_, number) = open_case(&mut thief, person).await;
    let link = app.newest_mail(&person.email, "case_opened").link("This wasn't me");
    assert_eq!(desk.confirm_and_reset(&number), Reset::Done);
    app.mail();
    link
}

async fn say_no(app: &TestApp, link: &str) -> Page {
    let mut owner = app.browser();
    let page = owner.open(link).await;
    assert!(page.says("support has reset it"), "{}", page.text());
    assert!(!page.says("sign in as always"), "{}", page.text());
    let page = owner.press(&page, "This wasn't me").await;
    assert!(page.says("The case is closed") && page.says("administrator"), "{}", page.text());
    assert!(!page.says("sign in as always"), "{}", page.text());
    page
}

#[tokio::test]
async fn s6_10_after_a_reset_that_the_owner_says_no_to_nobody_sets_mfa_up_until_an_administrator_lifts_it() {
    for app in both_engines() {
        let mut nora = app.with_mfa("nora").await;
        let not_me = talk_round(&app, &nora).await;
        let mut thief = app.browser().at("198.51.100.66");
        let attempt = thief.give_password(&nora).await;
        let link = nora.ask_for_set_up(&mut thief).await;
        let page = thief.open(&link).await;
        let page = nora.answer_questions(&mut thief, &page).await;
        assert_eq!(page.path, "/set-up/app");
        say_no(&app, &not_me).await;
        assert!(app.newest_mail(&nora.email, "case_stopped").text.contains("administrator"));
        let page = thief.open("/set-up/app").await;
        assert_eq!(page.status, 410, "what was under way: {}", page.text());
        assert_eq!(app.browser().open(&link).await.status, 410, "the link of before");
        thief.press(&attempt, "Send me a setup email").await;
        let page = thief.give_password(&nora).await;
        assert!(page.says("administrator") && !page.offers("Send me a setup email"), "{}", page.text());
        assert_eq!(app.mail_of_kind("set_up_link").len(), 0);
        assert_eq!(app.account_row(&nora).recovery_lock, Some(RecoveryLock::NotMe));
        app.change(&nora, Change::Unlock);
        assert_eq!(app.browser().open(&link).await.status, 410, "lifting brings nothing back");
        assert_eq!(thief.open("/set-up/app").await.status, 410);
        nora.set_up(&mut app.browser(), true).await;
        app.pass(seconds(31));
        assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
    }
}

#[tokio::test]
async fn s6_10_nor_does_a_remote_app_or_an_invitation() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let not_me = talk_round(&app, &nora).await;
    let (mut proved, mut waiting) = (Program::new(&app, "ledger"), Program::new(&app, "bench"));
    proved.password(&nora).await;
    proved.go_on("action", "send_setup_email").await;
    let phone = Phone::from_text(&manual_code(&app.newest_mail(&nora.email, "remote_set_up").text));
    let whole = proved.go_on("passcode", &phone.code(&app)).await;
    let tokens = proved.redeem(whole["authorization_code"].as_str().unwrap()).await;
    let tokens: serde_json::Value = serde_json::from_str(&tokens.body).unwrap();
    waiting.password(&nora).await;
    assert_eq!(next(&waiting.go_on("action", "send_setup_email").await), ("passcode", ""));
    let key = Phone::from_text(&manual_code(&app.newest_mail(&nora.email, "remote_set_up").text));
    app.change(&nora, Change::Invite);
    let invitation = app.newest_mail(&nora.email, "invitation").link("Accept invitation");
    say_no(&app, &not_me).await;
    app.mail();
    app.pass(seconds(31));
    // Neither the key that waits nor the one that was proved opens anything, and no other one is mailed.
    assert_eq!(next(&waiting.go_on("passcode", &key.code(&app)).await), ("password", ""));
    assert_eq!(next(&proved.password(&nora).await), ("set_up", ""));
    assert_eq!(next(&proved.go_on("action", "send_setup_email").await), ("set_up", "set_up_stopped"));
    assert_eq!(app.mail_of_kind("remote_set_up").len(), 0);
    assert_ne!(proved.refresh(tokens["refresh_token"].as_str().unwrap()).await.status, 200);
    assert_eq!(app.browser().open(&invitation).await.status, 410, "the invitation of before");
    // A new one may set a password, and no more.
    app.change(&nora, Change::Invite);
    let invitation = app.newest_mail(&nora.email, "invitation").link("Accept invitation");
    let mut thief = app.browser();
    let page = thief.open(&invitation).await;
    let page = thief
        .submit(&page, "Save and continue", &[("New password", PASSWORD), ("Repeat new password", PASSWORD)])
        .await;
    assert!(page.says("administrator"), "{}", page.text());
    assert!(thief.open("/set-up").await.says("administrator"));
    nora.password = PASSWORD.into();
    assert!(!thief.give_password(&nora).await.offers("Send me a setup email"));
    assert_eq!(app.account_row(&nora).recovery_lock, Some(RecoveryLock::NotMe));
}
