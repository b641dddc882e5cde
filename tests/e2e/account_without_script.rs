//! **Account security** without script: every form works, and an error keeps what was typed, but for passwords and answers.

use super::browser::{Browser, Script};
use super::tools::{passcode, wrong_passcode};
use super::visit::Visit;

const USER: &str = "ready-user";
const TOO_LONG: &str =
    "My telephone, the old one, the one with the crack in its glass, and not the other one that I have";

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_an_account_needs_no_script() {
    let visit = Visit::begin(Script::Off).await;
    let page = &visit.browser;
    visit.confirm(USER, "/account/questions").await;
    change_the_questions(page).await;
    page.follow("Add, rename or remove apps").await;
    add_rename_and_remove_an_app(page).await;
    page.follow("Back to Account security").await;
    make_a_recovery_code(page).await;
    change_the_email_and_undo_it(&visit).await;
}

async fn change_the_questions(page: &Browser) {
    page.heading("Security questions").await;
    page.answer_questions().await;
    page.fill("Answer 3", "no").await;
    page.press("Change security questions").await;
    page.says("Some of the questions or answers need another look.").await;
    page.look("no-script-account-questions-wrong").await;
    for (number, answer) in [(1, "red"), (2, "blue"), (3, "green")] {
        let own = format!("Colour of door {number}?");
        assert_eq!(page.value(&format!("Own question {number}")).await, own);
        let field = format!("Answer {number}");
        assert_eq!(page.value(&field).await, "", "answers are not printed back");
        page.fill(&field, answer).await;
    }
    page.press("Change security questions").await;
    page.says("Your security questions are changed.").await;
}

async fn add_rename_and_remove_an_app(page: &Browser) {
    page.heading("Authenticator apps").await;
    page.follow("Add an app").await;
    keeps_the_name(page, "Continue").await;
    page.fill("Name", "Tablet").await;
    page.press("Continue").await;
    page.says("Scan this picture with it").await;
    let code = page.manual_code().await;
    page.fill("Passcode", &wrong_passcode(&code)).await;
    page.press("Verify and continue").await;
    page.element("[aria-invalid='true']").await;
    assert_eq!(page.manual_code().await, code, "the same app is still waited for");
    page.look("no-script-account-apps-new-wrong").await;
    page.fill("Passcode", &passcode(&code)).await;
    page.press("Verify and continue").await;
    page.says("The app is added").await;
    page.follow("Rename").await;
    keeps_the_name(page, "Rename").await;
    page.fill("Name", "My telephone").await;
    page.press("Rename").await;
    page.says("The app has its new name.").await;
    page.says("My telephone").await;
    page.follow("Remove").await;
    page.press("Remove").await;
    page.says("The app is removed").await;
}

async fn keeps_the_name(page: &Browser, button: &str) {
    page.fill("Name", TOO_LONG).await;
    page.press(button).await;
    page.element("[aria-invalid='true']").await;
    assert_eq!(page.value("Name").await, TOO_LONG);
}

async fn make_a_recovery_code(page: &Browser) {
    page.follow("Make a new recovery code").await;
    page.press("Make a new recovery code").await;
    let code = page.recovery_code().await;
    page.press("Use this recovery code").await;
    page.says("Save the recovery code first").await;
    assert_eq!(page.recovery_code().await, code, "it is the same one");
    assert!(page.download().await.contains(&code));
    page.tick("I have saved my recovery code").await;
    page.press("Use this recovery code").await;
    page.says("Your new recovery code is in place.").await;
}

async fn change_the_email_and_undo_it(visit: &Visit) {
    let page = &visit.browser;
    page.follow("Change your email address").await;
    page.fill("New email", "not an address").await;
    page.press("Send confirmation").await;
    page.says("That is not an email address").await;
    assert_eq!(page.value("New email").await, "not an address");
    page.fill("New email", "new-mailbox@example.org").await;
    page.press("Send confirmation").await;
    page.says("Open it within an hour").await;
    page.open_page(&visit.demo.mail("new-mailbox", "Confirm your new email").await.link("/email/confirm/link/")).await;
    page.press("Confirm").await;
    page.heading("Your email address is changed").await;
    page.open_page(&visit.demo.mail(USER, "was changed").await.link("/email/undo/link/")).await;
    page.look("no-script-email-undo").await;
    page.press("Undo this change").await;
    page.heading("The change is undone").await;
}
