//! From `init` to the portal of the first administrator: the built server, and a real mail server over STARTTLS.

use super::browser::{Browser, Script};
use super::keys::ENTER;
use super::server::Server;
use super::tools::{next_passcode, passcode};

const EMAIL: &str = "nora@example.org";
const PASSWORD: &str = "seven purple umbrellas dance";

#[tokio::test(flavor = "multi_thread")]
async fn s8_from_init_to_the_first_administrators_portal_and_on_while_mail_is_down() {
    let mut server = Server::start().await;
    let page = Browser::open(Script::On).await;
    make_the_account(&server, &page).await;
    let (code, used) = set_up(&page).await;
    sign_in_by_email(&server, &page).await;
    server.office.close();
    sign_in_by_app_while_mail_is_down(&page, &code, &used).await;
}

async fn make_the_account(server: &Server, page: &Browser) {
    page.open_page(&server.first_administrator).await;
    page.heading("Make the first administrator").await;
    page.look("first-administrator").await;
    for (label, text) in [("Username", "nora@home"), ("Email", "nora at home"), ("New password", "short")] {
        page.type_at(label, text).await;
    }
    page.leave_at("Save and continue", ENTER).await;
    page.has_the_focus("Username").await;
    assert_eq!(page.value("Username").await, "nora@home", "what was typed stays");
    page.look("first-administrator-wrong").await;
    page.fill("Username", "nora").await;
    page.fill("Email", EMAIL).await;
    page.choose_password(PASSWORD, "Save and continue").await;
    page.heading("Security questions").await;
    page.open_page(&server.first_administrator).await;
    page.heading("This link has been used").await;
    page.look("first-administrator-spent").await;
    page.open_page(&server.installation.url("/set-up")).await;
}

/// The manual entry code, and the passcode that proved the app.
async fn set_up(page: &Browser) -> (String, String) {
    page.heading("Security questions").await;
    page.answer_questions().await;
    page.press("Save and continue").await;
    page.heading("Authenticator app").await;
    let code = page.manual_code().await;
    let used = passcode(&code);
    page.fill("Passcode", &used).await;
    page.press("Verify and continue").await;
    page.heading("Recovery code").await;
    page.tick("I have saved my recovery code").await;
    page.press("Finish").await;
    page.heading("You're set up").await;
    page.follow("Sign in").await;
    (code, used)
}

async fn sign_in_by_email(server: &Server, page: &Browser) {
    page.give("nora", PASSWORD).await;
    page.heading("Enter your passcode").await;
    page.press("Send me a passcode").await;
    page.says("We emailed a passcode to").await;
    let mail = server.office.mail(EMAIL, "Your passcode").await;
    page.show(mail.html()).await;
    page.look("mail-passcode").await;
    page.open_page(&server.installation.url("/")).await;
    page.verify(&mail.passcode()).await;
    page.says("You are signed in as nora").await;
    server.office.mail(EMAIL, "new browser").await;
    page.press("Sign out").await;
    page.heading("You are signed out").await;
    page.follow("Sign in").await;
}

async fn sign_in_by_app_while_mail_is_down(page: &Browser, code: &str, used: &str) {
    page.give("nora", PASSWORD).await;
    page.heading("Enter your passcode").await;
    page.press("Send me a passcode").await;
    page.says("We emailed a passcode to").await;
    page.reload_until_it_says("Mail is slow at the moment").await;
    page.look("passcode-mail-delayed").await;
    page.verify(&next_passcode(code, used).await).await;
    page.says("You are signed in as nora").await;
}
