//! Sections 1 and 2 of the story, first to last.

use super::browser::Script;
use super::tools::{next_passcode, passcode, read_qr_code, wrong_passcode};
use super::visit::Visit;

const NEW_USER: &str = "new-user";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_signs_in_sets_up_the_app_and_signs_in_with_a_passcode() {
    let visit = Visit::begin(Script::On).await;
    sign_in_for_the_first_time(&visit).await;
    answer_the_questions(&visit).await;
    let (code, used) = add_the_app(&visit).await;
    save_the_recovery_code(&visit).await;
    sign_in_with_a_passcode(&visit, &code, &used).await;
}

async fn sign_in_for_the_first_time(visit: &Visit) {
    let page = &visit.browser;
    visit.open("/").await;
    page.heading("Sign in").await;
    page.look("sign-in").await;
    visit.sign_in_with(NEW_USER, "not my password").await;
    page.says("password").await;
    assert!(page.title().await.starts_with("Error: "), "{}", page.title().await);
    page.look("sign-in-wrong-pair").await;
    visit.sign_in(NEW_USER).await;
    page.heading("MFA is required").await;
    page.look("set-up-required").await;
    page.press("Send me a setup email").await;
    page.says("We sent the setup email to").await;
    page.look("set-up-required-sent").await;
    let mail = visit.demo.mail(NEW_USER, "MFA setup email").await;
    page.open_page(&visit.demo.mailbox_url("/")).await;
    page.look("demo-mailbox").await;
    page.open_page(&visit.demo.mailbox_url(&mail.page())).await;
    page.look("demo-mail").await;
    page.show(mail.html()).await;
    page.look("mail-set-up").await;
    page.open_page(&mail.link("/set-up/link/")).await;
}

async fn answer_the_questions(visit: &Visit) {
    let page = &visit.browser;
    page.heading("Security questions").await;
    page.look("set-up-questions").await;
    page.choose("Question 1", "Write my own question").await;
    page.fill("Own question 1", "Colour of my first bicycle?").await;
    page.fill("Answer 1", "bicycle").await;
    page.press("Save and continue").await;
    page.says("another look").await;
    assert_eq!(page.value("Own question 1").await, "Colour of my first bicycle?");
    page.look("set-up-questions-wrong").await;
    visit.browser.answer_questions().await;
    page.press("Save and continue").await;
}

/// The manual entry code, and the passcode that proved the app.
async fn add_the_app(visit: &Visit) -> (String, String) {
    let page = &visit.browser;
    page.heading("Authenticator app").await;
    page.look("set-up-app").await;
    let code = visit.browser.manual_code().await;
    let read = read_qr_code(&page.picture("set-up-app-qr").await);
    assert!(read.starts_with("otpauth://totp/"), "{read}");
    assert!(read.split(['?', '&']).any(|part| part == format!("secret={code}")), "{read} against {code}");
    page.fill("Passcode", &wrong_passcode(&code)).await;
    page.press("Verify and continue").await;
    page.says("That passcode isn't right.").await;
    page.look("set-up-app-wrong").await;
    assert_eq!(visit.browser.manual_code().await, code, "an error must not change the code that the app holds");
    let passcode = passcode(&code);
    page.fill("Passcode", &passcode).await;
    page.press("Verify and continue").await;
    (code, passcode)
}

async fn save_the_recovery_code(visit: &Visit) {
    let page = &visit.browser;
    page.heading("Recovery code").await;
    page.look("set-up-recovery-code").await;
    let shown = visit.browser.recovery_code().await;
    assert!(visit.browser.download().await.contains(&shown));
    page.press("Finish").await;
    page.says("Recovery code of new-user").await;
    page.heading("Recovery code").await;
    assert_eq!(visit.browser.recovery_code().await, shown);
    page.look("set-up-recovery-code-not-saved").await;
    page.tick("I have saved my recovery code").await;
    page.press("Finish").await;
    page.heading("You're set up").await;
    page.look("set-up-done").await;
    page.follow("Sign in").await;
}

async fn sign_in_with_a_passcode(visit: &Visit, code: &str, used: &str) {
    let page = &visit.browser;
    visit.sign_in(NEW_USER).await;
    page.heading("Enter your passcode").await;
    page.look("passcode").await;
    visit.verify(used).await;
    page.says("already").await;
    page.look("passcode-already-used").await;
    visit.verify(&wrong_passcode(code)).await;
    page.says("That passcode isn't right.").await;
    page.look("passcode-wrong").await;
    page.press("Send me a passcode").await;
    page.says("We emailed a passcode to").await;
    page.look("passcode-emailed").await;
    visit.verify(&next_passcode(code, used).await).await;
    page.says("You are signed in as new-user").await;
    page.look("portal").await;
    assert!(page.offers("Sign out").await);
    page.press("Sign out").await;
    page.heading("You are signed out").await;
    page.look("sign-out-done").await;
    visit.open("/").await;
    page.heading("Sign in").await;
    assert!(!page.offers("Sign out").await);
}
