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

async fn say_no(app: &TestApp, link: &str, words: &str) {
    let mut owner = app.browser();
    let page = owner.open(link).await;
    assert!(page.says(words), "{}", page.text());
    assert!(!page.says("sign in as always"), "{}", page.text());
    let page = owner.press(&page, "This wasn't me").await;
    assert!(page.says("The case is closed") && page.says("administrator"), "{}", page.text());
    assert!(!page.says("sign in as always"), "{}", page.text());
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
        say_no(&app, &not_me, "support has reset it").await;
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
    say_no(&app, &not_me, "support has reset it").await;
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

/// The thief was faster than the owner: what he has set up is taken away, and his app lifts nothing.
#[tokio::test]
async fn s6_10_what_was_set_up_since_the_reset_is_taken_away() {
    for app in both_engines() {
        for with_app in [true, false] {
            let nora = app.with_mfa(if with_app { "nora" } else { "olga" }).await;
            let mut desk = Desk::new(&app, if with_app { "ada" } else { "amy" }).await;
            let (mut thief, mut stranger) = (app.browser().at("198.51.100.66"), nora.clone());
            let (_, number) = open_case(&mut thief, &nora).await;
            let not_me = app.newest_mail(&nora.email, "case_opened").link("This wasn't me");
            assert_eq!(desk.confirm_and_reset(&number), Reset::Done);
            stranger.set_up(&mut thief, with_app).await;
            app.pass(seconds(31));
            let page = thief.give_password(&stranger).await;
            let code = if with_app {
                stranger.code(&app)
            } else {
                thief.press(&page, "Send me a passcode").await;
                app.newest_mail(&nora.email, "passcode").passcode()
            };
            assert!(thief.give_passcode(&page, &code).await.offers("Sign out"));
            // Another case of the thief's makes no difference.
            open_case(&mut app.browser().at("198.51.100.66"), &stranger).await;
            say_no(&app, &not_me, "set up anew since then").await;
            assert!(!thief.is_signed_in().await);
            let row = app.account_row(&nora);
            assert!(!row.has_mfa() && row.recovery_code.is_none(), "the thief's app and code");
            let page = thief.give_password(&nora).await;
            assert!(page.says("administrator") && !page.offers("Verify"), "{}", page.text());
            assert_eq!(app.account_row(&nora).recovery_lock, Some(RecoveryLock::NotMe));
        }
    }
}

/// An administrator who has looked at the person since, or a case that came after the reset, leaves the owner what the owner has.
#[tokio::test]
async fn s6_10_what_the_owner_has_set_up_stays() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let of_before = talk_round(&app, &nora).await;
    nora.set_up(&mut app.browser(), true).await;
    app.pass(seconds(31));
    open_case(&mut app.browser(), &nora).await;
    let newer = app.newest_mail(&nora.email, "case_opened").link("This wasn't me");
    let page = app.browser().open(&newer).await;
    assert!(page.says("You sign in as always"), "{}", page.text());
    assert!(app.browser().open(&of_before).await.says("set up anew since then"));
    app.change(&nora, Change::Unlock);
    for link in [&of_before, &newer] {
        let mut owner = app.browser();
        let page = owner.open(link).await;
        assert!(page.says("You sign in as always"), "{}", page.text());
        owner.press(&page, "This wasn't me").await;
    }
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
}

/// Who has no app is told who lifts it.
#[tokio::test]
async fn s6_10_who_gets_passcodes_by_email_is_sent_to_support() {
    let app = TestApp::new();
    let nora = app.with_mail_mfa("nora").await;
    open_case(&mut app.browser(), &nora).await;
    let mut owner = app.browser();
    let page = owner.open(&app.newest_mail(&nora.email, "case_opened").link("This wasn't me")).await;
    assert!(page.says("until an administrator lifts that") && !page.says("authenticator app"), "{}", page.text());
    let page = owner.press(&page, "This wasn't me").await;
    assert!(page.says("call or chat with support") && !page.says("authenticator app"), "{}", page.text());
}
