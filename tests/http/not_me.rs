//! The notice of a sign-in from an unknown browser, and **This wasn't me**.

use crate::support::*;

const NEW: &str = "seven orange kettles hum";

/// A stranger's sign-in, and the link of the notice.
async fn stranger(app: &TestApp, nora: &Person) -> (Browser, String) {
    let mut stranger = app.browser().at("198.51.100.66");
    assert!(stranger.sign_in(nora).await.offers("Sign out"));
    let mail = app.only_mail();
    assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("new_browser", nora.email.as_str()));
    assert!(mail.text.contains("198.51.100.0/24"), "{}", mail.text);
    (stranger, mail.link("This wasn't me"))
}

#[tokio::test]
async fn s5_the_first_sign_in_of_an_unknown_browser_mails_the_owner_and_the_next_does_not() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (mut browser, _) = stranger(&app, &nora).await;
    let page = browser.open("/").await;
    browser.press(&page, "Sign out").await;
    browser.sign_in(&nora).await;
    assert!(app.mail().is_empty(), "it is known now");
}

#[tokio::test]
async fn s5_opening_this_was_not_me_changes_nothing() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (mut browser, link) = stranger(&app, &nora).await;
    app.browser().head(&link).await;
    let page = app.browser().open(&link).await;
    assert!(
        page.says("Was this you?") && page.says("198.51.100.0/24") && page.offers("This wasn't me"),
        "{}",
        page.text()
    );
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn s5_this_was_not_me_ends_the_sessions_and_forces_a_new_password() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let (mut browser, link) = stranger(&app, &nora).await;
    let mut owner = app.browser();
    let page = owner.open(&link).await;
    let page = owner.press(&page, "This wasn't me").await;
    assert!(page.says("Everyone is signed out"), "{}", page.text());
    assert!(!browser.is_signed_in().await);
    let refused = browser.give_password(&nora).await;
    assert_eq!(refused.status, 422);
    assert!(refused.says("This account needs a new password"), "{}", refused.text());
    let reset = app.newest_mail(&nora.email, "reset_link").link("Change password");
    let page = owner.open(&reset).await;
    owner.submit(&page, "Change password", &[("New password", NEW), ("Repeat new password", NEW)]).await;
    nora.password = NEW.into();
    assert!(owner.sign_in(&nora).await.offers("Sign out"));
    let again = app.browser().open(&link).await;
    assert_eq!((again.status.as_u16(), again.title().as_str()), (410, "Error: This link has been used · Vestibule"));
}

#[tokio::test]
async fn s5_this_was_not_me_outlives_what_the_stranger_changes_and_expires_after_72_hours() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (_, first) = stranger(&app, &nora).await;
    app.browser().at("192.0.2.8").sign_in(&nora).await;
    app.pass(hours(71));
    assert_eq!(app.browser().open(&first).await.status, 200, "a newer notice does not end it");
    app.pass(hours(1));
    assert_eq!(app.browser().open(&first).await.status, 410);
}
