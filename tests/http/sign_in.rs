//! Product section 1: from the sign-in page to what the person was on the way to.

use crate::support::*;

const WRONG: &str = "That username and password don't match. Check both and try again. If you don't remember the password, choose Forgot password? below.";

#[tokio::test]
async fn s1_1_the_page_asks_for_username_and_password() {
    let app = TestApp::new();
    let page = app.browser().open("/sign-in").await;
    assert_eq!((page.status.as_u16(), page.title().as_str()), (200, "Sign in · Vestibule"));
    assert!(page.input("Username").contains(" autocomplete=\"username\""));
    assert!(page.input("Password").contains(" type=\"password\" autocomplete=\"current-password\""));
    assert!(page.offers("Sign in"));
    assert_eq!(page.link("Forgot password?"), "/forgot-password");
    assert_eq!(page.link("Help"), "/help");
}

#[tokio::test]
async fn s1_1_the_email_address_does_as_well_as_the_username() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    for name in ["nora", "nora@example.org", " Nora ", "NORA@Example.ORG"] {
        let page = app.browser().give(name, &nora.password).await;
        assert_eq!(page.path, "/sign-in/passcode", "{name}");
    }
}

#[tokio::test]
async fn s1_1_a_wrong_pair_and_an_unknown_username_get_the_same_answer() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    let known = browser.give(&nora.username, "something else entirely").await;
    let unknown = browser.give("nobody", "something else entirely").await;
    assert_eq!((known.status.as_u16(), unknown.status.as_u16()), (422, 422));
    assert_eq!(known.title(), "Error: Sign in · Vestibule");
    assert!(known.says(WRONG));
    assert_eq!(known.body.replace("\"nora\"", "\"nobody\""), unknown.body);
    assert_eq!(known.names_of_headers(), unknown.names_of_headers());
}

#[tokio::test]
async fn s1_1_after_an_error_the_name_is_kept_and_the_password_is_not() {
    let app = TestApp::new();
    let page = app.browser().give("Somebody <b>", "something else entirely").await;
    assert!(page.input("Username").contains(" value=\"Somebody &#60;b&#62;\""), "{}", page.input("Username"));
    assert!(!page.body.contains("something else entirely"));
}

#[tokio::test]
async fn s1_1_sign_in_always_shows_this_page() {
    let app = TestApp::new();
    let (nora, new) = (app.with_mfa("nora").await, app.account("new"));
    let mut browser = app.browser();
    browser.give_password(&new).await;
    assert!(browser.open("/sign-in").await.offers("Sign in"), "set-up pending");
    browser.give_password(&nora).await;
    assert!(browser.open("/sign-in").await.offers("Sign in"), "passcode pending");
    browser.sign_in(&nora).await;
    let page = browser.open("/sign-in").await;
    assert_eq!(page.path, "/sign-in");
    assert!(page.offers("Sign in"), "signed in");
}

#[tokio::test]
async fn s1_1_the_root_leads_to_whatever_is_pending() {
    let app = TestApp::new();
    let (nora, new) = (app.with_mfa("nora").await, app.account("new"));
    let mut browser = app.browser();
    assert_eq!(browser.open("/").await.path, "/sign-in");
    browser.give_password(&new).await;
    assert_eq!(browser.open("/").await.path, "/sign-in/set-up");
    browser.give_password(&nora).await;
    assert_eq!(browser.open("/").await.path, "/sign-in/passcode");
    browser.sign_in(&nora).await;
    let page = browser.open("/").await;
    assert_eq!((page.path.as_str(), page.title().as_str()), ("/", "User Portal · Vestibule"));
    browser.press(&page, "Sign out").await;
    assert_eq!(browser.open("/").await.path, "/sign-in");
}

#[tokio::test]
async fn s1_1_the_root_leads_to_the_sign_in_page_where_nothing_is_pending_any_more() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    browser.give_password(&nora).await;
    app.pass(minutes(15));
    let page = browser.open("/").await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/sign-in", 200), "{}", page.text());
}

#[tokio::test]
async fn s1_2_right_password_without_mfa_says_that_mfa_is_required_and_offers_the_email() {
    let app = TestApp::new();
    let new = app.account("new");
    let mut browser = app.browser();
    let page = browser.give_password(&new).await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/sign-in/set-up", 200));
    assert!(page.says("MFA is required"));
    assert!(page.offers("Send me a setup email"));
    assert!(!page.offers("Sign out") && !page.offers("Verify"));
    let page = browser.press(&page, "Send me a setup email").await;
    assert!(page.says("We sent the setup email to n••••••@example.org."), "{}", page.text());
    assert_eq!(app.only_mail().to, new.email);
}

#[tokio::test]
async fn s1_2_setup_emails_are_five_an_hour_and_the_page_says_how_long_to_wait() {
    let app = TestApp::new();
    let new = app.account("new");
    let mut browser = app.browser();
    let mut page = browser.give_password(&new).await;
    for _ in 0..5 {
        app.pass(minutes(1));
        page = browser.press(&page, "Send me a setup email").await;
        assert_eq!(page.status, 200);
    }
    let page = browser.press(&page, "Send me a setup email").await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (429, "3360"));
    assert!(page.title().starts_with("Error: "));
    assert!(page.says("You can try again in 56 minutes."), "{}", page.text());
    assert_eq!(app.mail().len(), 5);
    app.pass(minutes(56));
    let page = browser.give_password(&new).await;
    assert_eq!(browser.press(&page, "Send me a setup email").await.status, 200);
}

#[tokio::test]
async fn s1_3_right_password_asks_for_the_passcode() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let page = app.browser().give_password(&nora).await;
    assert_eq!((page.path.as_str(), page.title().as_str()), ("/sign-in/passcode", "Passcode · Vestibule"));
    let input = page.input("Passcode");
    assert!(input.contains(" inputmode=\"numeric\" autocomplete=\"one-time-code\""), "{input}");
    assert!(page.offers("Verify") && page.offers("Send me a passcode"));
    assert!(!page.offers("Sign out"));
}

#[tokio::test]
async fn s1_4_a_right_passcode_opens_the_portal() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    let page = browser.give_passcode(&page, &nora.code(&app)).await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/", 200));
    assert!(page.says("You are signed in as nora."));
    assert!(page.offers("Sign out"));
}

#[tokio::test]
async fn s1_4_an_account_that_is_disabled_in_between_is_not_signed_in() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (mut half, mut whole) = (app.browser(), app.browser());
    whole.sign_in(&nora).await;
    let page = half.give_password(&nora).await;
    app.change(&nora, vestibule::flow::account::Change::Disable);
    app.pass(seconds(30));
    let page = half.give_passcode(&page, &nora.code(&app)).await;
    assert!(page.says("That sign-in is over."), "{}", page.text());
    assert!(!half.is_signed_in().await && !whole.is_signed_in().await);
    assert!(app.browser().give_password(&nora).await.says(WRONG));
}

#[tokio::test]
async fn s1_4_the_whole_way_in_on_postgresql() {
    let app = TestApp::on_postgres(|_| {});
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_wrong_passcodes(&nora, 4).await;
    assert!(browser.give_passcode(&page, &nora.code(&app)).await.offers("Sign out"));
}
