//! **Account security**: a second authenticator app, read by a camera, renamed, and the first one removed.

use super::browser::Script;
use super::tools::{next_passcode, passcode, read_qr_code};
use super::visit::Visit;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_app_is_added_and_the_first_one_removed() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    visit.confirm("ready-user", "/account/apps/add").await;
    visit.open("/account/apps").await;
    page.heading("Authenticator apps").await;
    page.look("account-apps").await;
    page.follow("Add an app").await;
    let (typed, used) = add(&visit).await;
    visit.open("/account/apps").await;
    page.follow("Remove").await;
    page.heading("Remove this app?").await;
    page.look("account-apps-remove").await;
    page.press("Remove").await;
    page.says("The app is removed").await;
    visit.open("/account/apps").await;
    page.follow("Remove").await;
    page.says("It is your last app.").await;
    page.look("account-apps-remove-last").await;
    visit.open("/account").await;
    page.look("account").await;
    visit.open("/").await;
    page.press("Sign out").await;
    visit.open("/sign-in").await;
    visit.sign_in("ready-user").await;
    page.heading("Enter your passcode").await;
    visit.verify(&next_passcode(&typed, &used).await).await;
    page.says("You are signed in as ready-user").await;
}

/// Adds a tablet: its manual entry code, and the passcode that proved it.
async fn add(visit: &Visit) -> (String, String) {
    let page = &visit.browser;
    page.heading("Add an app").await;
    page.fill("Name", "Tablet").await;
    page.look("account-apps-add").await;
    page.press("Continue").await;
    page.says("Scan this picture with it").await;
    page.look("account-apps-new").await;
    let typed = page.manual_code().await;
    let read = read_qr_code(&page.picture("account-apps-qr").await);
    assert!(read.starts_with("otpauth://totp/") && read.contains(&format!("secret={typed}")), "{read}");
    let used = passcode(&typed);
    page.fill("Passcode", &used).await;
    page.press("Verify and continue").await;
    page.says("The app is added").await;
    page.look("account-apps-added").await;
    let mail = visit.demo.mail("ready-user", "An authenticator app was added").await;
    page.show(mail.html()).await;
    page.look("mail-app-added").await;
    (typed, used)
}
