//! The keyboard alone: every step of sign-in and set-up can be reached, is seen where it is reached, and does its work.

use super::browser::{Browser, Script};
use super::keys::{ENTER, SPACE};
use super::tools::{passcode, wrong_passcode};
use super::visit::Visit;

const PASSWORD: &str = "seven purple umbrellas dance";

#[tokio::test(flavor = "multi_thread")]
async fn set_up_needs_a_keyboard_only() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    visit.open("/").await;
    sign_in(&visit, "new-user-3").await;
    page.heading("MFA is required").await;
    page.press_at("Send me a setup email", ENTER).await;
    page.says("We sent the setup email to").await;
    page.open_page(&visit.demo.mail("new-user-3", "MFA setup email").await.link("/set-up/link/")).await;
    page.heading("Security questions").await;
    page.answer_questions_at().await;
    page.key(ENTER).await;
    page.heading("Authenticator app").await;
    page.press_at("Copy", SPACE).await;
    page.says("Copied.").await;
    page.type_at("Passcode", &passcode(&page.manual_code().await)).await;
    page.press_at("Verify and continue", SPACE).await;
    keep_the_recovery_code(page).await;
    page.heading("You're set up").await;
    page.press_at("Sign in", ENTER).await;
    page.heading("Sign in").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_the_way_without_a_device_and_sign_in_need_a_keyboard_only() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    let add = ["account", "add", "invited", "--email", "invited@example.org", "--invite"];
    visit.demo.installation().command(&add);
    page.open_page(&visit.demo.mail("invited", "Your invitation").await.link("/invitation/link/")).await;
    page.heading("Welcome").await;
    page.type_at("New password", PASSWORD).await;
    page.type_at("Repeat new password", PASSWORD).await;
    page.key(ENTER).await;
    page.heading("Security questions").await;
    page.answer_questions_at().await;
    page.key(ENTER).await;
    page.heading("Authenticator app").await;
    page.press_at("No smartphone or tablet? There is a way without", ENTER).await;
    page.press_at("I don't have a mobile device", ENTER).await;
    keep_the_recovery_code(page).await;
    page.heading("You're set up").await;
    page.press_at("Sign in", ENTER).await;
    page.heading("Sign in").await;
    page.type_at("Username", "invited").await;
    page.type_at("Password", PASSWORD).await;
    page.key(ENTER).await;
    page.heading("Enter your passcode").await;
    page.press_at("Send me a passcode", ENTER).await;
    page.says("We emailed a passcode to").await;
    page.type_at("Passcode", &visit.demo.mail("invited", "Your passcode").await.passcode()).await;
    page.key(ENTER).await;
    page.says("You are signed in as invited").await;
    page.press_at("Sign out", ENTER).await;
    page.heading("You are signed out").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_waits_and_new_passwords_need_a_keyboard_only() {
    let visit = Visit::with("limits.ceiling = 10\nlimits.tries = 5").await;
    let page = &visit.browser;
    visit.open("/").await;
    sign_in(&visit, "ready-user").await;
    let code = visit.code("ready-user");
    let wrong = wrong_passcode(&code);
    for _ in 0..4 {
        page.heading("Enter your passcode").await;
        page.type_at("Passcode", &wrong).await;
        page.leave_at("Verify", ENTER).await;
        page.says("That passcode isn't right.").await;
        page.has_the_focus("Passcode").await;
    }
    page.type_at("Passcode", &wrong).await;
    page.press_at("Verify", ENTER).await;
    page.heading("Please wait a little").await;
    page.press_at("Choose a new password", ENTER).await;
    page.heading("Forgot your password?").await;
    page.type_at("Email", "ready-user@example.org").await;
    page.key(ENTER).await;
    page.says("a link is on its way").await;
    page.open_page(&visit.demo.mail("ready-user", "Change your password").await.link("/forgot-password/link/")).await;
    choose_a_password(page).await;
    page.heading("Sign in").await;
    visit.open("/no-such-page").await;
    page.press_at("Go to the sign-in page", ENTER).await;
    page.heading("Sign in").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_device_needs_a_keyboard_only() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    visit.lose_the_device("ready-user").await;
    page.press_at("Enter your recovery code", ENTER).await;
    page.heading("Enter your recovery code").await;
    page.tab_around("new-device-recovery-code").await;
    page.leave_at("Verify recovery code", ENTER).await;
    page.has_the_focus("Recovery code").await;
    page.press_at("Show in another way that it's you", ENTER).await;
    page.heading("Verify your identity").await;
    page.press_at("Answer your security questions", ENTER).await;
    page.heading("Answer your security questions").await;
    page.look("new-device-questions").await;
    page.tab_around("new-device-questions").await;
    for answer in visit.demo.account("ready-user")["answers"].as_array().unwrap() {
        page.type_at(answer["question"].as_str().unwrap(), answer["answer"].as_str().unwrap()).await;
    }
    page.key(ENTER).await;
    page.heading("Authenticator app").await;
    page.tab_around("new-device-app").await;
    page.type_at("Passcode", &passcode(&page.manual_code().await)).await;
    page.key(ENTER).await;
    keep_the_recovery_code(page).await;
    page.heading("Your new device is set up").await;
    page.press_at("Sign in", ENTER).await;
    page.heading("Sign in").await;
}

/// The first try is too weak, and the focus is where it has to be for the second.
async fn choose_a_password(page: &Browser) {
    page.heading("Choose a new password").await;
    page.type_at("New password", "password").await;
    page.type_at("Repeat new password", "password").await;
    page.key(ENTER).await;
    page.says("Choose another one.").await;
    page.has_the_focus("New password").await;
    page.type_at("New password", PASSWORD).await;
    page.type_at("Repeat new password", PASSWORD).await;
    page.press_at("Change password", SPACE).await;
}

async fn sign_in(visit: &Visit, username: &str) {
    let page = &visit.browser;
    page.heading("Sign in").await;
    page.type_at("Username", username).await;
    page.type_at("Password", visit.demo.account(username)["password"].as_str().unwrap()).await;
    page.key(ENTER).await;
}

async fn keep_the_recovery_code(page: &Browser) {
    page.heading("Recovery code").await;
    page.tab_to("Download").await;
    page.press_at("Copy", ENTER).await;
    page.says("Copied.").await;
    page.tab_to("Print").await;
    page.press_at("I have saved my recovery code", SPACE).await;
    page.press_at("Finish", SPACE).await;
}
