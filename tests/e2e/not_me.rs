//! The mail about a new browser, and **This wasn't me**.

use super::browser::Script;
use super::keys::ENTER;
use super::tools::passcode;
use super::visit::Visit;

#[tokio::test(flavor = "multi_thread")]
async fn this_wasnt_me_ends_the_sessions_and_asks_for_a_new_password() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    visit.open("/sign-in").await;
    visit.sign_in("ready-user").await;
    page.heading("Enter your passcode").await;
    visit.verify(&passcode(&visit.code("ready-user"))).await;
    page.says("You are signed in as ready-user").await;
    let mail = visit.demo.mail("ready-user", "new browser").await;
    page.show(mail.html()).await;
    page.look("mail-new-browser").await;
    page.open_page(&mail.link("/not-me/link/")).await;
    page.heading("Was this you?").await;
    page.look("not-me").await;
    page.press_at("This wasn't me", ENTER).await;
    page.heading("Everyone is signed out").await;
    page.look("not-me-done").await;
    visit.open("/").await;
    page.heading("Sign in").await;
    visit.sign_in("ready-user").await;
    page.says("This account needs a new password").await;
    page.look("sign-in-new-password-needed").await;
    page.open_page(&visit.demo.mail("ready-user", "Change your password").await.link("/forgot-password/link/")).await;
    page.heading("Choose a new password").await;
}
