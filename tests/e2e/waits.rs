//! What has been asked for too often says how long to wait, each with its own words.

use super::visit::Visit;

const ONE_OF_EACH: &str = "
    limits.setup_mails_per_hour = 1
    limits.passcode_mails = 1
    limits.forgot_hourly = 1
    limits.address_burst = 3
    limits.address_interval = \"1 hour\"";
const TRY_AGAIN: &str = "You can try again in ";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_to_wait_is_told_for_how_long() {
    let visit = Visit::with(ONE_OF_EACH).await;
    visit.open("/sign-in").await;
    for_setup_emails(&visit).await;
    visit.open("/sign-in").await;
    for_emailed_passcodes(&visit).await;
    visit.open("/forgot-password").await;
    for_links_to_a_new_password(&visit).await;
    visit.open("/sign-in").await;
    for_passwords(&visit).await;
}

async fn for_setup_emails(visit: &Visit) {
    let page = &visit.browser;
    visit.sign_in("new-user").await;
    page.heading("MFA is required").await;
    page.press("Send me a setup email").await;
    page.says("We sent the setup email to").await;
    page.press("Send me a setup email").await;
    page.says(TRY_AGAIN).await;
    page.look("set-up-required-wait").await;
}

async fn for_emailed_passcodes(visit: &Visit) {
    let page = &visit.browser;
    visit.sign_in("ready-user").await;
    page.heading("Enter your passcode").await;
    page.press("Send me a passcode").await;
    page.says("We emailed a passcode to").await;
    page.press("Send me a passcode").await;
    page.says("You can ask for another one in ").await;
    assert!(page.offers("Verify").await, "what was sent still counts");
    page.look("passcode-mail-wait").await;
}

async fn for_links_to_a_new_password(visit: &Visit) {
    let page = &visit.browser;
    for words in ["a link is on its way", TRY_AGAIN] {
        visit.open("/forgot-password").await;
        page.fill("Email", "mail-user@example.org").await;
        page.press("Send me a link").await;
        page.says(words).await;
    }
    page.look("forgot-password-wait").await;
}

/// The links took two of the address's three tries.
async fn for_passwords(visit: &Visit) {
    let page = &visit.browser;
    visit.sign_in_with("new-user", "not my password").await;
    page.says("don't match").await;
    visit.sign_in("new-user").await;
    page.says("Too many tries.").await;
    page.says(TRY_AGAIN).await;
    assert!(!page.offers("Sign in").await, "there is nothing to fill in meanwhile");
    page.look("sign-in-wait").await;
}
