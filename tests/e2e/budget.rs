//! The budget of wrong passcodes: the owner is told, a new password comes before the portal, and at its end passcodes are closed.
//! Besides, how pages look where the vendor has a name, a colour and a support team of its own.

use super::keys::ENTER;
use super::tools::passcode;
use super::visit::Visit;

const SETTINGS: &str = "
    limits.ceiling = 10
    limits.tries = 10
    branding.name = \"Harbour and Lantern Fund Services\"
    branding.colour = \"#6b2f5c\"
    support.phone = \"+1 (555) 010-9999\"
    support.chat_url = \"https://chat.example.org/front-door\"
    support.email = \"support@harbour-and-lantern.example\"";
const NEW_PASSWORD: &str = "seven quiet lanterns by the harbour";

#[tokio::test(flavor = "multi_thread")]
async fn s1_11_a_new_password_comes_before_the_portal_and_then_passcodes_close() {
    let visit = Visit::with(SETTINGS).await;
    visit.open("/sign-in").await;
    visit.browser.look("branded-sign-in").await;
    change_the_password_inside_the_sign_in(&visit).await;
    close_the_passcodes(&visit).await;
}

async fn change_the_password_inside_the_sign_in(visit: &Visit) {
    let page = &visit.browser;
    visit.sign_in("ready-user").await;
    visit.guess("ready-user", 5).await;
    page.show(visit.demo.mail("ready-user", "Someone knows your password").await.html()).await;
    page.look("mail-password-known").await;
    visit.open("/").await;
    page.heading("Enter your passcode").await;
    visit.verify(&passcode(&visit.code("ready-user"))).await;
    page.heading("Choose a new password").await;
    assert!(!page.offers("Sign out").await);
    page.look("new-password").await;
    page.choose_password("password", "Change password").await;
    page.look("new-password-weak").await;
    visit.open("/").await;
    page.heading("Choose a new password").await;
    page.type_at("New password", NEW_PASSWORD).await;
    page.type_at("Repeat new password", NEW_PASSWORD).await;
    page.press_at("Change password", ENTER).await;
    page.says("You are signed in as ready-user").await;
    page.look("branded-portal").await;
    page.show(visit.demo.mail("ready-user", "was changed").await.html()).await;
    page.look("mail-password-changed").await;
}

async fn close_the_passcodes(visit: &Visit) {
    let page = &visit.browser;
    visit.open("/sign-in").await;
    visit.sign_in("analyst").await;
    visit.guess("analyst", 10).await;
    page.heading("Passcodes are closed").await;
    assert!(page.says("+1 (555) 010-9999").await.contains("Call support"), "there is a next step");
    assert!(!page.offers("Verify").await && !page.offers("Send me a passcode").await);
    page.look("passcode-closed").await;
    visit.demo.installation().command(&["account", "unlock", "analyst"]);
    visit.open("/sign-in").await;
    visit.sign_in("analyst").await;
    page.heading("Enter your passcode").await;
}
