//! Profile strict: no security questions, an app is needed, and it alone gives passcodes from then on.

use super::tools::{next_passcode, passcode};
use super::visit::Visit;

const NEW_USER: &str = "new-user";

#[tokio::test(flavor = "multi_thread")]
async fn s2_4_strict_the_set_up_has_two_steps_and_the_app_is_the_only_way() {
    let visit = Visit::with("profile = \"strict\"").await;
    let (code, used) = set_up(&visit).await;
    let page = &visit.browser;
    visit.sign_in(NEW_USER).await;
    page.heading("Enter your passcode").await;
    assert!(!page.offers("Send me a passcode").await, "email steps back behind the app");
    page.look("strict-passcode").await;
    visit.verify(&next_passcode(&code, &used).await).await;
    page.says("You are signed in as new-user").await;
    visit.open("/help").await;
    page.heading("Help with signing in").await;
    assert!(!page.words().await.contains("I don't have a mobile device"));
    page.look("strict-help").await;
    visit.open("/sign-in").await;
    visit.sign_in("mail-user").await;
    page.heading("Enter your passcode").await;
    assert!(page.offers("Send me a passcode").await, "who has no app yet is not shut out");
}

/// The manual entry code, and the passcode that proved the app.
async fn set_up(visit: &Visit) -> (String, String) {
    let page = &visit.browser;
    visit.open("/").await;
    visit.sign_in(NEW_USER).await;
    page.heading("MFA is required").await;
    page.press("Send me a setup email").await;
    page.says("We sent the setup email to").await;
    page.open_page(&visit.demo.mail(NEW_USER, "MFA setup email").await.link("/set-up/link/")).await;
    page.heading("Set up MFA").await;
    page.look("strict-start").await;
    page.press("Start Setup").await;
    page.heading("Authenticator app").await;
    page.says("Step 1 of 2").await;
    assert!(!page.offers("I don't have a mobile device").await);
    page.look("strict-app").await;
    let code = page.manual_code().await;
    let used = passcode(&code);
    page.fill("Passcode", &used).await;
    page.press("Verify and continue").await;
    page.heading("Recovery code").await;
    page.says("Step 2 of 2").await;
    page.look("strict-recovery-code").await;
    page.tick("I have saved my recovery code").await;
    page.press("Finish").await;
    page.heading("You're set up").await;
    page.follow("Sign in").await;
    (code, used)
}
