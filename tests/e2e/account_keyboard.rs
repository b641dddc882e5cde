//! **Account security** with the keyboard alone: the confirmation, and each change behind it.

use super::browser::{Browser, Script};
use super::keys::{ENTER, SPACE};
use super::tools::{earlier_passcode, passcode};
use super::visit::Visit;

const USER: &str = "ready-user";
const NEW_PASSWORD: &str = "seven quiet lanterns by the harbour";

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_an_account_needs_a_keyboard_only() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    confirm(&visit).await;
    change_the_questions(page).await;
    add_rename_and_remove_an_app(page).await;
    make_a_recovery_code(page).await;
    sign_another_browser_out(&visit).await;
    change_the_password(page).await;
    change_the_email(&visit).await;
    undo_it(&visit).await;
}

/// From the sign-in to the page that changes the questions.
async fn confirm(visit: &Visit) {
    let (page, code) = (&visit.browser, visit.code(USER));
    visit.open("/sign-in").await;
    visit.sign_in(USER).await;
    page.heading("Enter your passcode").await;
    visit.verify(&earlier_passcode(&code)).await;
    page.heading("Welcome").await;
    page.tab_around("portal").await;
    page.press_at("Account security", ENTER).await;
    page.heading("Account security").await;
    page.tab_around("account").await;
    page.press_at("Change security questions", ENTER).await;
    page.heading("Confirm that it's you").await;
    page.tab_around("account-confirm").await;
    page.type_at("Password", "not this one").await;
    page.leave_at("Continue", ENTER).await;
    page.says("That isn't the password of this account").await;
    page.has_the_focus("Password").await;
    page.type_at("Password", visit.demo.account(USER)["password"].as_str().unwrap()).await;
    page.key(ENTER).await;
    page.heading("Enter your passcode").await;
    page.type_at("Passcode", &passcode(&code)).await;
    page.key(ENTER).await;
}

async fn change_the_questions(page: &Browser) {
    page.heading("Security questions").await;
    page.tab_around("account-questions").await;
    page.answer_questions_at().await;
    page.press_at("Change security questions", SPACE).await;
    page.says("Your security questions are changed.").await;
}

async fn add_rename_and_remove_an_app(page: &Browser) {
    page.press_at("Add, rename or remove apps", ENTER).await;
    page.heading("Authenticator apps").await;
    page.press_at("Add an app", ENTER).await;
    page.heading("Add an app").await;
    page.element("#app_name").await.clear().await.unwrap();
    page.leave_at("Continue", ENTER).await;
    page.has_the_focus("Name").await;
    page.type_at("Name", "Tablet").await;
    page.key(ENTER).await;
    page.says("Scan this picture with it").await;
    page.tab_around("account-apps-new").await;
    page.type_at("Passcode", &passcode(&page.manual_code().await)).await;
    page.key(ENTER).await;
    page.says("The app is added").await;
    page.tab_around("account-apps").await;
    page.press_at("Rename", ENTER).await;
    page.heading("Rename an app").await;
    page.look("account-apps-rename").await;
    page.type_at("Name", " of old").await;
    page.press_at("Rename", SPACE).await;
    page.says("The app has its new name.").await;
    page.says("of old").await;
    page.press_at("Remove", ENTER).await;
    page.heading("Remove this app?").await;
    page.press_at("Remove", SPACE).await;
    page.says("The app is removed").await;
    page.press_at("Back to Account security", ENTER).await;
}

async fn make_a_recovery_code(page: &Browser) {
    page.press_at("Make a new recovery code", ENTER).await;
    page.heading("Recovery code").await;
    page.press_at("Make a new recovery code", ENTER).await;
    page.heading("Your new recovery code").await;
    page.tab_around("account-recovery-code-new").await;
    page.leave_at("Use this recovery code", ENTER).await;
    page.says("Save the recovery code first").await;
    page.has_the_focus("I have saved my recovery code").await;
    page.key(SPACE).await;
    page.press_at("Use this recovery code", ENTER).await;
    page.says("Your new recovery code is in place.").await;
}

async fn sign_another_browser_out(visit: &Visit) {
    let (page, other) = (&visit.browser, Browser::open(Script::On).await);
    other.open_page(&visit.demo.url("/sign-in")).await;
    other.give(USER, visit.demo.account(USER)["password"].as_str().unwrap()).await;
    visit.verify_by_mail(&other, USER, 1).await;
    other.heading("Welcome").await;
    page.press_at("See where, and sign out", ENTER).await;
    page.heading("Where you are signed in").await;
    page.look("account-sessions").await;
    page.tab_around("account-sessions").await;
    page.press_at("Sign out", SPACE).await;
    page.says("It is signed out.").await;
    page.press_at("Back to Account security", ENTER).await;
    page.heading("Account security").await;
    page.press_at("Look at the history", ENTER).await;
    page.heading("History").await;
    page.tab_around("account-history").await;
    page.press_at("Back to Account security", ENTER).await;
    page.heading("Account security").await;
}

async fn change_the_password(page: &Browser) {
    page.press_at("Change password", ENTER).await;
    page.heading("Change password").await;
    page.tab_around("account-password").await;
    page.type_at("New password", NEW_PASSWORD).await;
    page.type_at("Repeat new password", "something else").await;
    page.leave_at("Change password", ENTER).await;
    page.has_the_focus("Repeat new password").await;
    page.type_at("New password", NEW_PASSWORD).await;
    page.type_at("Repeat new password", NEW_PASSWORD).await;
    page.key(ENTER).await;
    page.says("Your password is changed.").await;
}

async fn change_the_email(visit: &Visit) {
    let page = &visit.browser;
    page.press_at("Change your email address", ENTER).await;
    page.heading("Change your email address").await;
    page.tab_around("account-email").await;
    page.type_at("New email", "not an address").await;
    page.leave_at("Send confirmation", ENTER).await;
    page.says("That is not an email address").await;
    page.has_the_focus("New email").await;
    assert_eq!(page.value("New email").await, "not an address");
    page.element("#new_email").await.clear().await.unwrap();
    page.type_at("New email", "new-mailbox@example.org").await;
    page.key(ENTER).await;
    page.says("Open it within an hour").await;
    page.open_page(&visit.demo.mail("new-mailbox", "Confirm your new email").await.link("/email/confirm/link/")).await;
    page.heading("Confirm your new email address").await;
    page.tab_around("email-confirm").await;
    page.press_at("Confirm", ENTER).await;
    page.heading("Your email address is changed").await;
    page.press_at("Go on", ENTER).await;
    page.heading("Welcome").await;
}

/// From the old mailbox.
async fn undo_it(visit: &Visit) {
    let page = &visit.browser;
    page.open_page(&visit.demo.mail(USER, "was changed").await.link("/email/undo/link/")).await;
    page.heading("Undo this change?").await;
    page.tab_around("email-undo").await;
    page.press_at("Undo this change", SPACE).await;
    page.heading("The change is undone").await;
    page.press_at("Sign in", ENTER).await;
    page.heading("Sign in").await;
}
