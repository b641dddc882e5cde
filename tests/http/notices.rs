//! What tells the owner that something happened: at most one an hour of each kind (security section 2).

use std::collections::BTreeSet;

use vestibule::flow::account::Change;

use crate::support::*;

/// Accepts an invitation to an account that has MFA: its password is changed, and the owner told.
async fn change_password(app: &TestApp, person: &Person, password: &str) -> Vec<String> {
    app.change(person, Change::Invite);
    let link = app.only_mail().link("Accept invitation");
    let mut browser = app.browser();
    let page = browser.open(&link).await;
    let fields = [("New password", password), ("Repeat new password", password)];
    let page = browser.submit(&page, "Save and continue", &fields).await;
    assert!(page.says("Your password is changed."), "{}", page.text());
    app.mail().into_iter().map(|mail| format!("{} {}", mail.kind, mail.to)).collect()
}

#[tokio::test]
async fn notices_come_at_most_once_an_hour_a_kind() {
    for app in both_engines() {
        let (mut nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
        let told = ["password_changed nora@example.org"];
        assert_eq!(change_password(&app, &nora, "seven orange kettles hum 1").await, told);
        app.pass(minutes(60) - seconds(1));
        nora.password = "seven orange kettles hum 2".into();
        assert!(change_password(&app, &nora, &nora.password).await.is_empty(), "within the hour");
        assert_eq!(
            change_password(&app, &olga, "four green bottles fall").await,
            ["password_changed olga@example.org"]
        );
        for _ in 0..2 {
            app.browser().give_wrong_passcodes(&nora, 5).await;
            app.pass(minutes(3));
        }
        assert_eq!(app.only_mail().kind, "password_known", "another kind");
        assert_eq!(change_password(&app, &nora, "seven orange kettles hum 3").await, told, "after the hour");
    }
}

/// What was asked for, and what needs a right passcode, is no notice.
#[tokio::test]
async fn the_mail_of_a_new_browser_and_links_that_were_asked_for_are_not_held_back() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    for _ in 0..3 {
        assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
        let mut browser = app.browser();
        let page = browser.open("/forgot-password").await;
        browser.submit(&page, "Send me a link", &[("Email", &nora.email)]).await;
        let kinds: BTreeSet<_> = app.mail().into_iter().map(|mail| mail.kind).collect();
        assert_eq!(kinds, BTreeSet::from(["new_browser".to_owned(), "reset_link".to_owned()]));
    }
}
