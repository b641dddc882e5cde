//! Product section 1, the passcode's rules.

use crate::support::*;

const OVER: &str = "That sign-in is over. For your safety, begin again with your password.";

#[tokio::test]
async fn s1_5_a_passcode_is_six_digits_and_a_new_one_every_30_seconds() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (first, next) = (nora.code(&app), nora.code_of(&app, 1));
    assert_eq!(first.len(), 6);
    assert_ne!(first, next);
    app.pass(seconds(29));
    assert_eq!(nora.code(&app), first);
    app.pass(seconds(1));
    assert_eq!(nora.code(&app), next);
}

/// Signs in with the code of the step `sent` that was shown `age` steps before it is sent; entry began `entry` steps before that.
async fn is_accepted(app: &TestApp, nora: &Person, entry: i64, offset: i64) -> bool {
    let (mut browser, mut nora) = (app.browser(), nora.clone());
    nora.username = nora.email.clone();
    app.pass(minutes(30));
    let page = browser.give_password(&nora).await;
    app.pass(seconds(30 * u64::try_from(entry).unwrap()));
    let page = browser.give_passcode(&page, &nora.code_of(app, offset)).await;
    assert!([200, 422].contains(&page.status.as_u16()), "{}", page.text());
    app.change(&nora, vestibule::flow::account::Change::Unlock);
    page.offers("Sign out")
}

/// Regression 15: a code of any step since entry began, at most 3 minutes back, one step of drift either side; no other.
#[tokio::test]
async fn s1_6_r15_a_passcode_that_was_right_when_entry_began_stays_right_for_three_minutes() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    for entry in [0, 1, 4, 6, 9] {
        for offset in -10..=10 {
            let documented = offset >= -(entry.min(6) + 1) && offset <= 1;
            assert_eq!(is_accepted(&app, &nora, entry, offset).await, documented, "entry {entry}, offset {offset}");
        }
    }
}

/// Regression 15 under profile strict: this step and one either side.
#[tokio::test]
async fn s1_6_r15_strict_a_passcode_counts_for_its_own_step_only() {
    let app = TestApp::strict();
    let nora = app.with_mfa("nora").await;
    for offset in -10..=10 {
        assert_eq!(is_accepted(&app, &nora, 5, offset).await, (-1..=1).contains(&offset), "offset {offset}");
    }
}

#[tokio::test]
async fn s1_6_entry_is_not_moved_by_errors_reloads_or_other_tabs() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    let code = nora.code(&app);
    for _ in 0..4 {
        app.pass(seconds(30));
        browser.open("/sign-in/passcode").await;
        browser.clone().open("/").await;
    }
    browser.give_passcode(&page, &nora.wrong_code(&app)).await;
    assert!(browser.give_passcode(&page, &code).await.offers("Sign out"), "2 minutes after entry began");
}

#[tokio::test]
async fn s1_6_entry_of_another_sign_in_widens_nothing() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (mut early, mut late) = (app.browser(), app.browser());
    early.give_password(&nora).await;
    let code = nora.code(&app);
    app.pass(seconds(90));
    let page = late.give_password(&nora).await;
    assert!(late.give_passcode(&page, &code).await.says("That passcode isn't right."));
}

#[tokio::test]
async fn s1_6_nothing_that_the_browser_sends_widens_the_window() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    let old = nora.code_of(&app, -4);
    let form = page.form("Verify").filled(&[("Passcode", &old)]);
    for (name, value) in [("entry_began_at", "0"), ("window", "900"), ("step", "0")] {
        let more: Vec<_> = form.iter().cloned().chain([(name.to_owned(), value.to_owned())]).collect();
        assert_eq!(browser.post("/sign-in/passcode", &more).await.status, 400, "{name}");
    }
    browser.extra = vec![("date", "Thu, 01 Jan 1970 00:00:00 GMT".into()), ("x-entry-began", "0".into())];
    assert!(browser.give_passcode(&page, &old).await.says("That passcode isn't right."));
}

#[tokio::test]
async fn s1_9_spaces_and_hyphens_are_ignored() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    for (left, middle, right) in [("", " ", ""), (" ", "-", " "), ("", " - ", "  "), ("-", "", "-")] {
        app.pass(seconds(30));
        let mut browser = app.browser();
        let page = browser.give_password(&nora).await;
        let code = nora.code(&app);
        let typed = format!("{left}{}{middle}{}{right}", &code[..3], &code[3..]);
        assert!(browser.give_passcode(&page, &typed).await.offers("Sign out"), "{typed:?}");
    }
}

/// Regression 9: what is not six ASCII digits is no passcode, and is not charged as one.
#[tokio::test]
async fn s1_9_r09_what_is_not_six_digits_is_told_and_not_charged() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    let code = nora.code(&app);
    let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
    let odd =
        [wide, format!("+{code}"), format!("\t{code}"), format!("{code}\n"), format!("{code}0"), code[..5].into()];
    for typed in odd.iter().map(String::as_str).chain(["", "abcdef", "12345６"]) {
        let page = browser.give_passcode(&page, typed).await;
        assert_eq!((page.status.as_u16(), page.title().as_str()), (422, "Error: Passcode · Vestibule"), "{typed:?}");
        assert!(page.says("A passcode is six digits."), "{}", page.text());
    }
    assert_eq!(app.account_row(&nora).rest.spent, 0);
    assert!(browser.give_passcode(&page, &code).await.offers("Sign out"));
}

#[tokio::test]
async fn s1_10_a_wrong_one_is_told_in_these_words_at_the_field_and_on_top() {
    let app = TestApp::with(|settings| settings.branding.name = "Example Funds".into());
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    let wrong = nora.wrong_code(&app);
    let page = browser.give_passcode(&page, &wrong).await;
    let said = "That passcode isn't right. Check that it matches the six digits that your app shows now for nora at \
        Example Funds, or those in the newest email.";
    assert_eq!((page.status.as_u16(), page.title().as_str()), (422, "Error: Passcode · Example Funds"));
    assert_eq!(page.text().matches(said).count(), 2, "{}", page.text());
    assert_eq!(page.element("passcode-error"), said);
    assert!(page.input("Passcode").contains("aria-describedby=\"passcode-error passcode-hint\" aria-invalid=\"true\""));
    assert!(!page.body.contains(&wrong), "codes are not printed back");
}

#[tokio::test]
async fn s1_11_an_attempt_lives_15_minutes() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    app.pass(minutes(15));
    let page = browser.give_passcode(&page, &nora.code(&app)).await;
    assert_eq!((page.status.as_u16(), page.title().as_str()), (410, "Error: Sign in · Vestibule"));
    assert!(page.says(OVER) && page.offers("Sign in"));
    assert!(!browser.is_signed_in().await);
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    app.pass(seconds(15 * 60 - 1));
    assert!(browser.give_passcode(&page, &nora.code(&app)).await.offers("Sign out"));
}
