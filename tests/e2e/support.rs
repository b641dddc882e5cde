//! A support case in two browsers at once: the person on the case's page, the analyst in the console.

use super::browser::{Browser, Script};
use super::cases::{ANALYST, USER};
use super::tools::{next_passcode, passcode};
use super::visit::Visit;

async fn reset(visit: &Visit, desk: &Browser) {
    desk.confirm_reset(&visit.demo, ANALYST).await;
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
    visit.lose_the_device(USER).await;
    let number = visit.ask_support().await;
    desk.sign_in_to_console(&visit.demo, ANALYST).await;
    desk.open_case(&number).await;
    person.send("My phone fell into the sea.").await;
    // Neither page is loaded again for what the other side says.
    desk.says("My phone fell into the sea.").await;
    desk.send("We call you back.").await;
    person.says("We call you back.").await;
    person.look("case-talk").await;
    reset(&visit, &desk).await;
    visit.demo.mail(USER, "was reset").await;
    person.says("This case has changed.").await;
    person.says("Your account is reset. Sign in with your password").await;
    person.follow("Look for new messages").await;
    person.says("Your account is reset.").await;
    person.look("case-approved").await;
    set_up_again(&visit).await;
}
