//! **Forgot password?** (product section 7, security section 3): it never skips MFA, and the mailbox alone opens nothing.

use crate::support::*;

const NEW: &str = "seven orange kettles hum";

async fn ask(browser: &mut Browser, email: &str) -> Page {
    let page = browser.open("/forgot-password").await;
    browser.submit(&page, "Send me a link", &[("Email", email)]).await
}

async fn change(browser: &mut Browser, page: &Page, new: &str, repeat: &str) -> Page {
    browser.submit(page, "Change password", &[("New password", new), ("Repeat new password", repeat)]).await
}

/// The person sets a new password through the mailbox.
async fn reset(app: &TestApp, browser: &mut Browser, person: &mut Person) -> Page {
    app.mail();
    ask(browser, &person.email).await;
    let link = app.newest_mail(&person.email, "reset_link").link("Change password");
    let page = browser.open(&link).await;
    person.password = NEW.into();
    change(browser, &page, NEW, NEW).await
}

#[tokio::test]
async fn s7_forgot_password_mails_a_link_to_a_new_password() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    let page = browser.open(&page.link("Forgot password?")).await;
    page.input("Email");
    let page = reset(&app, &mut browser, &mut nora).await;
    assert!(page.says("Your password is changed. Sign in with the new one."), "{}", page.text());
    assert!(!browser.is_signed_in().await, "nothing behind a link signs anyone in");
    assert_eq!(app.only_mail().kind, "password_changed");
    assert_eq!(browser.give(&nora.username, PASSWORD).await.status, 422);
    let page = browser.sign_in(&nora).await;
    assert!(page.offers("Sign out"), "{}", page.text());
}

#[tokio::test]
async fn s7_forgot_password_says_the_same_for_addresses_that_nobody_has() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    for _ in 0..3 {
        let known = ask(&mut app.browser(), &nora.email).await;
        let unknown = ask(&mut app.browser(), "nobody@example.org").await;
        assert_eq!((known.status, known.text()), (unknown.status, unknown.text()));
        assert!(known.says("If there is an account with this email address, a link is on its way to it."));
    }
    let known = ask(&mut app.browser(), &nora.email).await;
    let unknown = ask(&mut app.browser(), "nobody@example.org").await;
    assert_eq!((known.status.as_u16(), known.header("retry-after")), (429, "3600"));
    assert_eq!((known.text(), known.header("retry-after")), (unknown.text(), unknown.header("retry-after")));
    assert_eq!(app.mail_to(&nora.email).len(), 3);
}

#[tokio::test]
async fn s7_forgot_password_six_a_day_an_address() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    for _ in 0..6 {
        assert_eq!(ask(&mut app.browser(), &nora.email).await.status, 200);
        app.pass(minutes(21));
    }
    app.pass(hours(1));
    assert_eq!(ask(&mut app.browser(), &nora.email).await.status, 429);
    app.pass(hours(24));
    assert_eq!(ask(&mut app.browser(), &nora.email).await.status, 200);
}

#[tokio::test]
async fn s7_forgot_password_tells_at_the_field_what_is_no_address() {
    let app = TestApp::new();
    let page = ask(&mut app.browser(), "nora at example").await;
    assert_eq!((page.status.as_u16(), page.title().as_str()), (422, "Error: Forgot password · Vestibule"));
    assert!(page.input("Email").contains("value=\"nora at example\"") && !page.element("email-error").is_empty());
}

#[tokio::test]
async fn s7_forgot_password_refuses_weak_passwords_and_ones_that_differ() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    ask(&mut browser, &nora.email).await;
    let page = browser.open(&app.only_mail().link("Change password")).await;
    for (new, repeat) in
        [("short", "short"), ("password1", "password1"), ("nora@example.org", "nora@example.org"), (NEW, "another one")]
    {
        let refused = change(&mut browser, &page, new, repeat).await;
        assert_eq!((refused.status.as_u16(), refused.title().starts_with("Error: ")), (422, true), "{new}");
        assert!(!refused.body.contains(&format!("value=\"{new}\"")));
    }
    assert!(change(&mut browser, &page, NEW, NEW).await.says("Your password is changed."));
}

#[tokio::test]
async fn s7_after_forgot_password_emailed_passcodes_wait_until_the_app_has_proved_the_person() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let mut thief = app.browser();
    reset(&app, &mut thief, &mut nora).await;
    app.mail();
    let page = thief.give_password(&nora).await;
    assert!(page.says("Emailed passcodes are paused") && !page.offers("Send me a passcode"), "{}", page.text());
    let token: Vec<_> = page.form("Verify").filled(&[]).into_iter().filter(|(name, _)| name == "form_token").collect();
    assert_eq!(thief.post("/sign-in/send-passcode", &token).await.status, 422);
    assert!(app.mail().is_empty());
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
    app.mail();
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    let page = browser.press(&page, "Send me a passcode").await;
    assert!(browser.give_passcode(&page, &app.only_mail().passcode()).await.offers("Sign out"));
}

#[tokio::test]
async fn s7_after_forgot_password_the_mailbox_alone_never_opens_an_account_without_an_app() {
    let app = TestApp::new();
    let mut nora = app.with_mail_mfa("nora").await;
    let mut thief = app.browser();
    let early = thief.give_password(&nora).await;
    let early = thief.press(&early, "Send me a passcode").await;
    let code = app.only_mail().passcode();
    let mut before = thief.clone();
    reset(&app, &mut thief, &mut nora).await;
    let page = thief.give_password(&nora).await;
    assert!(!page.offers("Send me a passcode") && !page.offers("Verify"), "{}", page.text());
    assert!(page.says("the support team has to check first that it is you"), "{}", page.text());
    let page = before.give_passcode(&early, &code).await;
    assert!(!page.offers("Sign out") && !before.is_signed_in().await, "what was mailed before is over too");
}

#[tokio::test]
async fn s7_a_reset_link_works_once_for_30_minutes_and_opening_it_changes_nothing() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    ask(&mut browser, &nora.email).await;
    let link = app.only_mail().link("Change password");
    for _ in 0..3 {
        app.browser().head(&link).await;
        assert_eq!(app.browser().open(&link).await.status, 200);
    }
    app.pass(minutes(30));
    let page = app.browser().open(&link).await;
    assert_eq!((page.status.as_u16(), page.title().as_str()), (410, "Error: This link has expired · Vestibule"));
    let page = browser.open("/forgot-password").await;
    browser.submit(&page, "Send me a link", &[("Email", &nora.email)]).await;
    let link = app.only_mail().link("Change password");
    let page = browser.open(&link).await;
    change(&mut browser, &page, NEW, NEW).await;
    nora.password = NEW.into();
    let page = app.browser().open(&link).await;
    assert_eq!(page.status, 410, "{}", page.text());
}

#[tokio::test]
async fn s7_a_newer_reset_link_does_not_end_one_that_is_in_use() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    ask(&mut browser, &nora.email).await;
    let page = browser.open(&app.only_mail().link("Change password")).await;
    change(&mut browser, &page, "short", "short").await;
    ask(&mut app.browser(), &nora.email).await;
    assert!(change(&mut browser, &page, NEW, NEW).await.says("Your password is changed."));
}

#[tokio::test]
async fn s7_forgot_password_ends_the_sessions_and_lets_its_browser_past_an_attackers_lock() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let mut elsewhere = app.browser();
    elsewhere.sign_in(&nora).await;
    app.browser().give_wrong_passcodes(&nora, 5).await;
    let mut own = app.browser();
    reset(&app, &mut own, &mut nora).await;
    assert!(!elsewhere.is_signed_in().await);
    assert!(own.sign_in(&nora).await.offers("Sign out"), "the browser that set the password is known");
    let page = app.browser().give_password(&nora).await;
    assert_eq!(page.status, 429, "no password clears the lock of the others");
}
