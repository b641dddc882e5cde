//! **Account security**: the confirmation, and each change behind it.

use super::browser::{Browser, Script};
use super::tools::{earlier_passcode, passcode};
use super::visit::Visit;

const NEW_PASSWORD: &str = "seven quiet lanterns by the harbour";

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_changed_after_the_password_and_a_passcode_given_for_that() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    confirm_with_the_app(&visit).await;
    change_the_password(page).await;
    change_the_questions(page).await;
    make_a_recovery_code(page).await;
    page.follow("Look at the history").await;
    page.heading("History").await;
    page.says("The security questions were changed").await;
    page.look("account-history").await;
    page.follow("Back to Account security").await;
    page.follow("Back to the User Portal").await;
    page.press("Sign out").await;
    visit.open("/sign-in").await;
    visit.sign_in_with("ready-user", NEW_PASSWORD).await;
    page.heading("Enter your passcode").await;
}

/// From the sign-in to the page that changes the password.
async fn confirm_with_the_app(visit: &Visit) {
    let page = &visit.browser;
    let code = visit.code("ready-user");
    visit.open("/").await;
    visit.sign_in("ready-user").await;
    visit.verify(&earlier_passcode(&code)).await;
    page.says("You are signed in as ready-user").await;
    page.look("portal-with-account").await;
    page.follow("Account security").await;
    page.heading("Account security").await;
    page.says("What colour was your first bicycle?").await;
    page.look("account").await;
    page.follow("Change password").await;
    page.heading("Confirm that it's you").await;
    page.look("account-confirm").await;
    page.fill("Password", "not this one").await;
    page.press("Continue").await;
    page.says("That isn't the password of this account").await;
    page.look("account-confirm-wrong").await;
    let password = visit.demo.account("ready-user")["password"].as_str().unwrap().to_owned();
    page.fill("Password", &password).await;
    page.press("Continue").await;
    page.heading("Enter your passcode").await;
    page.says("Enter a passcode to change your account's security").await;
    page.look("account-confirm-passcode").await;
    assert!(!page.offers("Send me a passcode").await, "an app is set up");
    page.verify(&passcode(&code)).await;
}

async fn change_the_password(page: &Browser) {
    page.heading("Change password").await;
    page.look("account-password").await;
    page.choose_password("password", "Change password").await;
    page.says("easily guessed").await;
    page.look("account-password-weak").await;
    page.choose_password(NEW_PASSWORD, "Change password").await;
    page.says("Your password is changed.").await;
    page.look("account-password-changed").await;
}

async fn change_the_questions(page: &Browser) {
    page.follow("Change security questions").await;
    page.heading("Security questions").await;
    page.look("account-questions").await;
    page.press("Change security questions").await;
    page.says("Some of the questions or answers need another look.").await;
    page.look("account-questions-wrong").await;
    page.answer_questions().await;
    page.press("Change security questions").await;
    page.says("Your security questions are changed.").await;
}

async fn make_a_recovery_code(page: &Browser) {
    page.follow("Make a new recovery code").await;
    page.heading("Recovery code").await;
    page.look("account-recovery-code").await;
    page.press("Make a new recovery code").await;
    page.heading("Your new recovery code").await;
    page.look("account-recovery-code-new").await;
    page.press("Use this recovery code").await;
    page.says("Save the recovery code first").await;
    page.look("account-recovery-code-not-saved").await;
    assert!(page.download().await.contains(&page.recovery_code().await));
    page.tick("I have saved my recovery code").await;
    page.press("Use this recovery code").await;
    page.says("Your new recovery code is in place.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_other_browsers_are_signed_out_and_an_emailed_passcode_confirms() {
    let visit = Visit::begin(Script::Off).await;
    let page = &visit.browser;
    let other = Browser::open(Script::On).await;
    for (browser, count) in [(&other, 1), (page, 2)] {
        browser.open_page(&visit.demo.url("/")).await;
        let password = visit.demo.account("mail-user")["password"].as_str().unwrap().to_owned();
        browser.give("mail-user", &password).await;
        visit.verify_by_mail(browser, "mail-user", count).await;
        browser.says("You are signed in as mail-user").await;
    }
    page.follow("Account security").await;
    page.says("None: your passcodes come by email.").await;
    page.look("no-script-account").await;
    page.follow("See where, and sign out").await;
    page.heading("Where you are signed in").await;
    page.says("(this browser)").await;
    page.look("no-script-account-sessions").await;
    page.press("Sign out").await;
    page.says("It is signed out.").await;
    page.look("no-script-account-sessions-ended").await;
    other.open_page(&visit.demo.url("/account")).await;
    other.heading("Sign in").await;
    page.follow("change your password").await;
    page.heading("Confirm that it's you").await;
    let password = visit.demo.account("mail-user")["password"].as_str().unwrap().to_owned();
    page.fill("Password", &password).await;
    page.press("Continue").await;
    page.heading("Enter your passcode").await;
    page.look("no-script-account-confirm-passcode").await;
    visit.verify_by_mail(page, "mail-user", 3).await;
    page.heading("Change password").await;
    page.choose_password(NEW_PASSWORD, "Change password").await;
    page.says("Your password is changed.").await;
    page.follow("Look at the history").await;
    page.look("no-script-account-history").await;
    page.follow("Back to Account security").await;
    page.heading("Account security").await;
}
