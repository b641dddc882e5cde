//! A support case in two browsers at once: the person on the case's page, the analyst in the console.

use super::browser::{Browser, Script};
use super::tools::{next_passcode, passcode};
use super::visit::Visit;

const USER: &str = "ready-user";
const ANALYST: &str = "analyst";

/// From the passcode page to the case.
async fn ask_support(visit: &Visit) {
    let page = &visit.browser;
    visit.open("/").await;
    visit.sign_in(USER).await;
    page.heading("Enter your passcode").await;
    page.press("Set up a new device").await;
    page.says("We emailed a link to").await;
    let mail = visit.demo.mail(USER, "Set up a new device").await;
    page.open_page(&mail.link("/new-device/link/")).await;
    page.heading("Verify your identity").await;
    page.follow("Contact Support").await;
    page.heading("Contact Support").await;
    page.look("support-contact").await;
    page.press("Send My Info Now").await;
    page.says("You'll get an email once your account is reset.").await;
    page.look("support-person").await;
}

/// From the sign-in page to the case in the console: the passcode that was used.
async fn open_the_case(visit: &Visit, desk: &Browser) -> String {
    let (code, account) = (visit.code(ANALYST), visit.demo.account(ANALYST));
    desk.open_page(&visit.demo.url("/sign-in")).await;
    desk.give(ANALYST, account["password"].as_str().unwrap()).await;
    desk.heading("Enter your passcode").await;
    let used = passcode(&code);
    desk.verify(&used).await;
    desk.says("You are signed in as analyst").await;
    desk.follow("Support console").await;
    desk.heading("Support console").await;
    desk.look("support-queue").await;
    desk.element("a[href*='/support/cases/V-']").await.click().await.unwrap();
    desk.says("Identity checks").await;
    desk.look("support-case").await;
    used
}

async fn reset(visit: &Visit, desk: &Browser, used: &str) {
    desk.follow("Reset account").await;
    desk.heading("Enter your passcode").await;
    desk.verify(&next_passcode(&visit.code(ANALYST), used).await).await;
    desk.heading("Reset account").await;
    desk.press("Reset account").await;
    desk.element("[aria-invalid='true']").await;
    desk.look("support-reset-wrong").await;
    desk.fill("Reason", "Called back on the number in the contract.").await;
    desk.tick("I have checked this person's identity").await;
    desk.press("Reset account").await;
    desk.says("approved").await;
    desk.look("support-case-approved").await;
}

async fn set_up_again(visit: &Visit) {
    let page = &visit.browser;
    visit.open("/sign-in").await;
    visit.sign_in(USER).await;
    page.heading("MFA is required").await;
    page.press("Send me a setup email").await;
    page.says("We sent the setup email to").await;
    let mail = visit.demo.mail(USER, "MFA setup email").await;
    page.open_page(&mail.link("/set-up/link/")).await;
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
    visit.sign_in(USER).await;
    page.heading("Enter your passcode").await;
    visit.verify(&next_passcode(&code, &used).await).await;
    page.says("You are signed in as ready-user").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s6_6_person_and_analyst_talk_in_two_browsers_and_after_the_reset_the_person_sets_up_again() {
    let visit = Visit::begin(Script::On).await;
    let (person, desk) = (&visit.browser, Browser::open(Script::On).await);
    ask_support(&visit).await;
    let used = open_the_case(&visit, &desk).await;
    person.fill("Message", "My phone fell into the sea.").await;
    person.press("Send message").await;
    // Neither page is loaded again for what the other side says.
    desk.says("My phone fell into the sea.").await;
    desk.fill("Message", "We call you back.").await;
    desk.press("Send message").await;
    person.says("We call you back.").await;
    reset(&visit, &desk, &used).await;
    visit.demo.mail(USER, "was reset").await;
    person.says("This case has changed.").await;
    set_up_again(&visit).await;
}
