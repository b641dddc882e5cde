//! **Forgot password?**: the mailbox alone never opens an account.

use super::browser::Script;
use super::tools::passcode;
use super::visit::Visit;

const NEW_PASSWORD: &str = "seven quiet lanterns by the harbour";

#[tokio::test(flavor = "multi_thread")]
async fn a_password_set_anew_opens_the_account_with_the_app_alone() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    set_the_password_anew(&visit, "ready-user").await;
    visit.sign_in_with("ready-user", NEW_PASSWORD).await;
    page.heading("Enter your passcode").await;
    page.says("Emailed passcodes are paused").await;
    assert!(!page.offers("Send me a passcode").await);
    page.look("passcode-email-paused").await;
    visit.verify(&passcode(&visit.code("ready-user"))).await;
    page.says("You are signed in as ready-user").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mailbox_alone_does_not_open_an_account_without_an_app() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    set_the_password_anew(&visit, "mail-user").await;
    visit.sign_in_with("mail-user", NEW_PASSWORD).await;
    page.heading("Emailed passcodes are paused").await;
    page.says("the support team has to check first that it is you").await;
    assert!(!page.offers("Send me a passcode").await);
    assert!(!page.offers("Verify").await, "there is nothing to enter");
    page.look("passcode-email-paused-no-app").await;
    visit.open("/").await;
    page.heading("Emailed passcodes are paused").await;
    assert!(!page.offers("Sign out").await);
}

async fn set_the_password_anew(visit: &Visit, username: &str) {
    let page = &visit.browser;
    visit.open("/sign-in").await;
    page.follow("Forgot password?").await;
    page.heading("Forgot your password?").await;
    page.look("forgot-password").await;
    page.fill("Email", &format!("{username}@example.org")).await;
    page.press("Send me a link").await;
    page.says("a link is on its way").await;
    page.look("forgot-password-sent").await;
    let mail = visit.demo.mail(username, "Change your password").await;
    page.show(mail.html()).await;
    page.look("mail-forgot-password").await;
    let link = mail.link("/forgot-password/link/");
    page.open_page(&link).await;
    page.heading("Choose a new password").await;
    page.look("forgot-password-new").await;
    page.fill("New password", "password").await;
    page.fill("Repeat new password", "password").await;
    page.press("Change password").await;
    page.heading("Choose a new password").await;
    page.look("forgot-password-new-weak").await;
    page.fill("New password", NEW_PASSWORD).await;
    page.fill("Repeat new password", NEW_PASSWORD).await;
    page.press("Change password").await;
    page.heading("Sign in").await;
    page.look("sign-in-password-changed").await;
    page.open_page(&link).await;
    assert!(!page.offers("Change password").await, "the link works once");
    page.look("forgot-password-link-spent").await;
    visit.open("/sign-in").await;
}
