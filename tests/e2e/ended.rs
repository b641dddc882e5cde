//! Links and sign-ins that are over: each page says why, and what to do next.

use super::browser::{Browser, Script};
use super::tools::passcode;
use super::visit::Visit;

const NEW_USER: &str = "new-user";

#[tokio::test(flavor = "multi_thread")]
async fn s2_7_a_setup_link_that_leads_nowhere_says_why() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    let old = ask_for_set_up(&visit, 1).await;
    let new = ask_for_set_up(&visit, 2).await;
    page.open_page(&old).await;
    page.heading("There is a newer link").await;
    page.look("set-up-link-replaced").await;
    go_on_elsewhere(&visit, &new).await;
    visit.demo.installation().database().execute("UPDATE link SET expires_at = created_at", ()).unwrap();
    page.open_page(&new).await;
    page.heading("This link has expired").await;
    page.look("set-up-link-expired").await;
    visit.open("/set-up/link/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await;
    page.heading("This link does not work").await;
    page.look("set-up-link-unknown").await;
    page.follow("Go to the sign-in page").await;
    page.heading("Sign in").await;
}

async fn ask_for_set_up(visit: &Visit, count: usize) -> String {
    let page = &visit.browser;
    visit.open("/sign-in").await;
    visit.sign_in(NEW_USER).await;
    page.heading("MFA is required").await;
    page.press("Send me a setup email").await;
    page.says("We sent the setup email to").await;
    visit.demo.newest_mail(NEW_USER, "MFA setup email", count).await.link("/set-up/link/")
}

async fn go_on_elsewhere(visit: &Visit, link: &str) {
    let phone = Browser::open(Script::Off).await;
    for page in [&visit.browser, &phone] {
        page.open_page(link).await;
        page.heading("Security questions").await;
        page.answer_questions().await;
        page.press("Save and continue").await;
        page.heading("Authenticator app").await;
    }
    visit.open("/set-up").await;
    visit.browser.heading("You went on in another browser").await;
    visit.browser.look("set-up-elsewhere").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_over_leads_back_to_its_beginning() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    visit.open("/sign-in").await;
    visit.sign_in("ready-user").await;
    page.heading("Enter your passcode").await;
    visit.demo.installation().command(&["account", "disable", "ready-user"]);
    visit.verify(&passcode(&visit.code("ready-user"))).await;
    page.heading("Sign in").await;
    page.says("That sign-in is over.").await;
    page.look("sign-in-over").await;
}
