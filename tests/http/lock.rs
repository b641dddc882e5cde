//! Product section 1: too many wrong passcodes, and the budget behind it (security section 2).

use vestibule::flow::account::Change;

use crate::support::*;

const LOCKED: &str = "Too many wrong passcodes. You can try again in";
const CLOSED: &str = "so passcodes are closed.";
const NEW_PASSWORD: &str = "seven orange kettles hum";

/// Spends `count` (a multiple of five) wrong tries of unknown browsers; a day and more passes after each lock.
async fn spend(app: &TestApp, person: &Person, count: usize) {
    for _ in 0..count / 5 {
        let page = app.browser().give_wrong_passcodes(person, 5).await;
        assert_eq!(page.status, 429, "{}", page.text());
        app.pass(hours(25));
    }
}

#[tokio::test]
async fn s1_11_five_wrong_passcodes_lock_for_three_minutes_and_the_page_tells_the_true_time() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_wrong_passcodes(&nora, 4).await;
    assert_eq!(page.status, 422);
    let page = browser.give_passcode(&page, &nora.wrong_code(&app)).await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (429, "180"));
    assert_eq!(page.title(), "Error: Passcode · Vestibule");
    assert!(page.says(&format!("{LOCKED} 3 minutes.")), "{}", page.text());
    assert!(!page.offers("Verify") && !page.offers("Send me a passcode"));
    app.pass(seconds(20));
    let page = browser.open("/sign-in/passcode").await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (429, "160"));
    assert!(page.says(&format!("{LOCKED} 2 minutes 40 seconds.")), "{}", page.text());
    app.pass(seconds(159));
    assert!(browser.open("/sign-in/passcode").await.says(&format!("{LOCKED} 1 second.")));
}

#[tokio::test]
async fn s1_11_the_right_code_is_refused_meanwhile_and_the_right_password_leads_to_the_same_page() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut waiting = app.browser();
    let open = waiting.give_password(&nora).await;
    app.browser().give_wrong_passcodes(&nora, 5).await;
    app.pass(seconds(60));
    let right = waiting.give_passcode(&open, &nora.code(&app)).await;
    let wrong = waiting.give_passcode(&open, &nora.wrong_code(&app)).await;
    assert_eq!((right.status.as_u16(), right.text()), (429, wrong.text()), "right and wrong get the same answer");
    assert!(
        waiting
            .post(&open.form("Send me a passcode").action, &open.form("Send me a passcode").filled(&[]))
            .await
            .status
            == 429
    );
    let page = app.browser().give_password(&nora).await;
    assert_eq!(page.path, "/sign-in/passcode");
    assert!(page.says(&format!("{LOCKED} 2 minutes.")), "{}", page.text());
    assert!(app.mail().is_empty(), "nothing is mailed while passcodes are locked");
    assert!(!waiting.is_signed_in().await);
}

#[tokio::test]
async fn s1_11_after_the_lock_the_owner_signs_in_and_the_locked_sign_ins_are_over() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let open = browser.give_password(&nora).await;
    browser.give_wrong_passcodes(&nora, 5).await;
    app.pass(minutes(3));
    let page = browser.give_passcode(&open, &nora.code(&app)).await;
    assert!([403, 410].contains(&page.status.as_u16()), "{}", page.text());
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
}

#[tokio::test]
async fn s1_11_the_fourth_lock_of_a_day_is_longer() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    for (words, wait) in [("3 minutes", 3), ("3 minutes", 3), ("3 minutes", 3), ("15 minutes", 15), ("1 hour", 60)] {
        let page = app.browser().give_wrong_passcodes(&nora, 5).await;
        assert!(page.says(&format!("{LOCKED} {words}.")), "{}", page.text());
        app.pass(minutes(wait));
    }
}

#[tokio::test]
async fn s1_11_a_known_browser_is_apart_from_the_lock_that_others_made() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut own = app.browser();
    own.sign_in(&nora).await;
    app.browser().give_wrong_passcodes(&nora, 5).await;
    assert!(own.sign_in(&nora).await.offers("Sign out"));
    let page = own.give_wrong_passcodes(&nora, 5).await;
    assert_eq!(page.status, 429);
    app.pass(minutes(3));
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"), "its own lock is not the others'");
}

#[tokio::test]
async fn s1_11_at_a_fifth_of_the_budget_the_owner_is_told_that_someone_knows_the_password() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    spend(&app, &nora, 5).await;
    app.browser().give_wrong_passcodes(&nora, 4).await;
    assert!(app.mail().is_empty());
    app.browser().give_wrong_passcodes(&nora, 1).await;
    let mail = app.only_mail();
    assert_eq!(
        (mail.to.as_str(), mail.subject.as_str()),
        ("nora@example.org", "Someone knows your password at Vestibule")
    );
    assert!(mail.text.contains("10 wrong passcodes in all"), "{}", mail.text);
}

#[tokio::test]
async fn s1_11_from_half_of_the_budget_on_a_new_password_comes_before_the_portal() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    spend(&app, &nora, 25).await;
    app.mail();
    let mut browser = app.browser();
    let page = browser.sign_in(&nora).await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/sign-in/new-password", 200));
    assert!(!browser.is_signed_in().await);
    assert_eq!(browser.open("/").await.path, "/sign-in/new-password");
    let short = [("New password", "short"), ("Repeat new password", "short")];
    let page = browser.submit(&page, "Change password", &short).await;
    assert_eq!((page.status.as_u16(), page.title().starts_with("Error: ")), (422, true));
    let good = [("New password", NEW_PASSWORD), ("Repeat new password", NEW_PASSWORD)];
    let page = browser.submit(&page, "Change password", &good).await;
    assert!(page.offers("Sign out"), "{}", page.text());
    assert!(app.mail_to(&nora.email).iter().any(|mail| mail.kind == "password_changed"));
    assert_eq!(app.account_row(&nora).rest.spent, 0, "an app's passcode and a new password open a new budget");
    assert_eq!(app.browser().give_password(&nora).await.status, 422);
    nora.password = NEW_PASSWORD.into();
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
}

#[tokio::test]
async fn s1_11_at_the_end_of_the_budget_passcodes_are_closed_until_someone_opens_them() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    spend(&app, &nora, 50).await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    assert_eq!((page.status.as_u16(), page.title().as_str()), (429, "Error: Passcode · Vestibule"));
    assert!(page.says(CLOSED) && !page.offers("Verify") && !page.offers("Send me a passcode"), "{}", page.text());
    app.pass(hours(24 * 365));
    assert!(app.browser().give_password(&nora).await.says(CLOSED), "time does not open it");
    app.change(&nora, Change::Unlock);
    let page = app.browser().sign_in(&nora).await;
    assert!(page.offers("Sign out") || page.path == "/sign-in/new-password", "{}", page.text());
}

#[tokio::test]
async fn s1_11_a_right_passcode_gives_no_tries_back() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    app.browser().give_wrong_passcodes(&nora, 4).await;
    app.browser().sign_in(&nora).await;
    assert_eq!(app.account_row(&nora).rest.spent, 4);
    let page = app.browser().give_wrong_passcodes(&nora, 4).await;
    assert_eq!(page.status, 422, "but the row of wrong ones begins anew");
}
