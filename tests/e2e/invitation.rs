//! An invitation, and the pages beside the stories.

use super::browser::Script;
use super::visit::Visit;

const PASSWORD: &str = "seven purple umbrellas dance";

#[tokio::test(flavor = "multi_thread")]
async fn s8_an_invitation_is_accepted_with_a_password_and_leads_to_set_up() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    let add = ["account", "add", "invited", "--email", "invited@example.org", "--invite"];
    visit.demo.installation().command(&add);
    let mail = visit.demo.mail("invited", "").await;
    page.show(mail.html()).await;
    page.look("mail-invitation").await;
    let link = mail.link("/invitation/link/");
    page.open_page(&link).await;
    page.heading("Welcome").await;
    assert_eq!(page.value("Email").await, "invited@example.org");
    page.look("invitation").await;
    page.fill("New password", PASSWORD).await;
    page.fill("Repeat new password", "seven purple umbrella dance").await;
    page.press("Save and continue").await;
    page.says("The two passwords are not the same.").await;
    page.look("invitation-not-the-same").await;
    page.choose_password(PASSWORD, "Save and continue").await;
    page.heading("Security questions").await;
    page.open_page(&link).await;
    page.heading("This link has been used").await;
    page.look("invitation-spent").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_10_help_can_be_read_by_everyone() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    visit.open("/sign-in").await;
    page.follow("Help").await;
    page.heading("Help with signing in").await;
    page.look("help").await;
    page.follow("Back to sign-in").await;
    page.heading("Sign in").await;
}
