//! The same story where scripts are off, for a person who has no mobile device.

use super::browser::Script;
use super::visit::Visit;

const NEW_USER: &str = "new-user-2";

#[tokio::test(flavor = "multi_thread")]
async fn without_script_and_without_a_device_the_passcode_comes_by_email() {
    let visit = Visit::begin(Script::Off).await;
    set_up_without_a_device(&visit).await;
    let page = &visit.browser;
    page.follow("Sign in").await;
    visit.sign_in(NEW_USER).await;
    page.heading("Enter your passcode").await;
    page.look("no-script-passcode").await;
    page.press("Send me a passcode").await;
    page.says("We emailed a passcode to").await;
    page.look("no-script-passcode-emailed").await;
    let mail = visit.demo.mail(NEW_USER, "Your passcode").await;
    visit.verify(&mail.passcode()).await;
    page.says("You are signed in as new-user-2").await;
    assert!(page.offers("Sign out").await);
    page.press("Sign out").await;
    page.heading("You are signed out").await;
}

async fn set_up_without_a_device(visit: &Visit) {
    let page = &visit.browser;
    visit.open("/").await;
    visit.sign_in(NEW_USER).await;
    page.heading("MFA is required").await;
    page.press("Send me a setup email").await;
    page.says("We sent the setup email to").await;
    let mail = visit.demo.mail(NEW_USER, "MFA setup email").await;
    page.open_page(&mail.link("/set-up/link/")).await;
    page.heading("Security questions").await;
    page.look("no-script-questions").await;
    visit.browser.answer_questions().await;
    page.press("Save and continue").await;
    page.heading("Authenticator app").await;
    assert!(!page.element("[data-copy]").await.is_displayed().await.unwrap(), "Copy needs a script");
    page.look("no-script-app").await;
    page.press("I don't have a mobile device").await;
    page.heading("Recovery code").await;
    page.look("no-script-recovery-code").await;
    assert!(visit.browser.download().await.contains(&visit.browser.recovery_code().await));
    page.tick("I have saved my recovery code").await;
    page.press("Finish").await;
    page.heading("You're set up").await;
    page.look("no-script-done").await;
}
