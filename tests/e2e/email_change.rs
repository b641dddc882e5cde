//! **Account security**: another email address, confirmed in the new mailbox and undone from the old one.

use super::browser::Script;
use super::tools::next_passcode;
use super::visit::Visit;

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_changed_and_the_change_undone() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    let code = visit.code("ready-user");
    let used = visit.confirm("ready-user", "/account/email").await;
    page.heading("Change your email address").await;
    page.look("account-email").await;
    page.fill("New email", "not an address").await;
    page.press("Send confirmation").await;
    page.says("That is not an email address").await;
    page.look("account-email-wrong").await;
    page.fill("New email", "new-mailbox@example.org").await;
    page.press("Send confirmation").await;
    page.says("Open it within an hour").await;
    page.look("account-email-sent").await;
    confirm_it(&visit).await;
    let mail = visit.demo.mail("ready-user", "was changed").await;
    page.show(mail.html()).await;
    page.look("mail-email-changed").await;
    page.open_page(&mail.link("/email/undo/link/")).await;
    page.heading("Undo this change?").await;
    page.look("email-undo").await;
    page.press("Undo this change").await;
    page.heading("The change is undone").await;
    page.look("email-undone").await;
    page.follow("Sign in").await;
    visit.sign_in("ready-user").await;
    page.heading("Enter your passcode").await;
    visit.verify(&next_passcode(&code, &used).await).await;
    page.heading("Choose a new password").await;
}

/// In the new mailbox.
async fn confirm_it(visit: &Visit) {
    let page = &visit.browser;
    let mail = visit.demo.mail("new-mailbox", "Confirm your new email address").await;
    page.show(mail.html()).await;
    page.look("mail-email-confirm").await;
    page.open_page(&mail.link("/email/confirm/link/")).await;
    page.heading("Confirm your new email address").await;
    page.look("email-confirm").await;
    page.press("Confirm").await;
    page.heading("Your email address is changed").await;
    page.look("email-confirmed").await;
    visit.open("/account/email").await;
    page.says("It cannot be changed again before").await;
    page.look("account-email-later").await;
}
