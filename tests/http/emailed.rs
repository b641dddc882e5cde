//! Product section 1: **Send me a passcode**; each passcode works once.

use crate::support::*;

const WRONG: &str = "That passcode isn't right.";

/// Asks for a passcode on this page: the next page, and the six digits of the one mail.
async fn ask(app: &TestApp, browser: &mut Browser, page: &Page) -> (Page, String) {
    let page = browser.press(page, "Send me a passcode").await;
    (page, app.only_mail().passcode())
}

#[tokio::test]
async fn s1_8_an_emailed_passcode_signs_in_and_the_page_says_where_it_went() {
    let app = TestApp::new();
    let nora = app.with_mail_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    let page = browser.press(&page, "Send me a passcode").await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/sign-in/passcode", 200));
    let masked = vestibule::model::email_address::EmailAddress::parse(&nora.email).unwrap().masked();
    assert!(page.says(&format!("We emailed a passcode to {masked}.")), "{}", page.text());
    assert!(!page.body.contains(&nora.email));
    let mail = app.only_mail();
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), (nora.email.as_str(), "Your passcode for Vestibule"));
    assert!(browser.give_passcode(&page, &mail.passcode()).await.offers("Sign out"));
}

#[tokio::test]
async fn s1_8_it_is_good_for_ten_minutes() {
    for (age, good) in [(599, true), (600, false)] {
        let app = TestApp::new();
        let nora = app.with_mail_mfa("nora").await;
        let mut browser = app.browser();
        let page = browser.give_password(&nora).await;
        let (page, code) = ask(&app, &mut browser, &page).await;
        app.pass(seconds(age));
        assert_eq!(browser.give_passcode(&page, &code).await.offers("Sign out"), good, "{age} seconds");
    }
}

#[tokio::test]
async fn s1_8_a_new_one_replaces_the_one_before() {
    let app = TestApp::new();
    let nora = app.with_mail_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    let (page, first) = ask(&app, &mut browser, &page).await;
    let (page, second) = ask(&app, &mut browser, &page).await;
    assert_ne!(first, second);
    assert!(browser.give_passcode(&page, &first).await.says(WRONG));
    assert!(browser.give_passcode(&page, &second).await.offers("Sign out"));
}

#[tokio::test]
async fn s1_8_each_sign_in_gets_its_own() {
    let app = TestApp::new();
    let nora = app.with_mail_mfa("nora").await;
    let (mut one, mut other) = (app.browser(), app.browser());
    let of_one = one.give_password(&nora).await;
    let of_other = other.give_password(&nora).await;
    let (of_one, first) = ask(&app, &mut one, &of_one).await;
    let (of_other, second) = ask(&app, &mut other, &of_other).await;
    assert!(other.give_passcode(&of_other, &first).await.says(WRONG));
    assert!(one.give_passcode(&of_one, &first).await.offers("Sign out"), "the other's did not replace it");
    assert!(other.give_passcode(&of_other, &second).await.offers("Sign out"));
}

#[tokio::test]
async fn s1_8_three_unused_ones_in_ten_minutes_then_the_page_says_how_long_to_wait() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let mut page = browser.give_password(&nora).await;
    for _ in 0..3 {
        page = browser.press(&page, "Send me a passcode").await;
        assert_eq!(page.status, 200);
    }
    app.pass(seconds(60));
    let page = browser.press(&page, "Send me a passcode").await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (429, "540"));
    assert!(page.title().starts_with("Error: ") && page.says("in 9 minutes"), "{}", page.text());
    assert_eq!(app.mail().len(), 3);
    assert!(browser.give_passcode(&page, &nora.code(&app)).await.offers("Sign out"), "the app works as ever");
}

#[tokio::test]
async fn s1_8_strict_no_emailed_passcodes_once_an_app_is_set_up() {
    let app = TestApp::strict();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    assert!(!page.offers("Send me a passcode"));
    let form: Vec<_> = page.form("Verify").filled(&[]).into_iter().filter(|(name, _)| name == "form_token").collect();
    assert_eq!(browser.post("/sign-in/send-passcode", &form).await.status, 422);
    assert!(app.mail().is_empty());
}

#[tokio::test]
async fn s1_7_an_app_passcode_works_once_and_the_page_says_when_the_next_one_comes() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        app.pass(seconds(12));
        let (mut one, mut tab) = (app.browser(), app.browser());
        let of_one = one.give_password(&nora).await;
        let of_tab = tab.give_password(&nora).await;
        let code = nora.code(&app);
        assert!(one.give_passcode(&of_one, &code).await.offers("Sign out"));
        let page = tab.give_passcode(&of_tab, &code).await;
        assert_eq!(page.status, 422);
        assert!(page.says("That passcode was already used. The next one comes in 18 seconds."), "{}", page.text());
        assert_eq!(app.account_row(&nora).rest.spent, 0, "it is not charged");
        let page = tab.give_passcode(&page, &nora.code_of(&app, -1)).await;
        assert!(page.says("That passcode was already used."), "older than the last used one");
        app.pass(seconds(18));
        assert!(tab.give_passcode(&page, &nora.code(&app)).await.offers("Sign out"));
    }
}

#[tokio::test]
async fn s1_7_the_passcode_of_the_set_up_does_not_work_again_at_sign_in() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    nora.set_up(&mut app.browser(), true).await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    assert!(browser.give_passcode(&page, &nora.code(&app)).await.says("That passcode was already used."));
}

#[tokio::test]
async fn s1_7_an_emailed_passcode_works_once() {
    for app in both_engines() {
        let nora = app.with_mail_mfa("nora").await;
        let mut browser = app.browser();
        let page = browser.give_password(&nora).await;
        let (page, code) = ask(&app, &mut browser, &page).await;
        let mut tab = browser.clone();
        assert!(browser.give_passcode(&page, &code).await.offers("Sign out"));
        let again = tab.give_passcode(&page, &code).await;
        assert!(!again.offers("Sign out") && again.status != 200, "{}", again.text());
        let mut later = app.browser();
        let page = later.give_password(&nora).await;
        assert!(later.give_passcode(&page, &code).await.says(WRONG));
    }
}
