//! A support case with the keyboard alone, on both sides, and a look at every page of it.

use super::browser::{Browser, Script};
use super::cases::{ANALYST, USER};
use super::keys::{END, ENTER, SPACE};
use super::tools::passcode;
use super::visit::Visit;

/// Somebody who calls.
const CALLER: &str = "mail-user";
/// Somebody else who calls.
const SECOND_CALLER: &str = "new-user";

#[tokio::test(flavor = "multi_thread")]
async fn a_case_needs_a_keyboard_only_on_both_sides() {
    let visit = Visit::begin(Script::On).await;
    let (person, desk) = (&visit.browser, Browser::open(Script::On).await);
    let number = ask_support(&visit).await;
    desk.sign_in_to_console(&visit.demo, ANALYST).await;
    find_the_case(&desk, &number).await;
    answer(&desk).await;
    person.says("We call you back.").await;
    reset(&visit, &desk).await;
    person.says("This case has changed.").await;
    open_by_telephone(&desk, SECOND_CALLER).await;
    decline_and_close(&desk).await;
    let number = open_by_telephone(&desk, CALLER).await;
    desk.look("support-case-opened").await;
    this_was_not_me(&visit).await;
    desk.says("This case has changed.").await;
    desk.press_at("Back to all cases", ENTER).await;
    desk.press_at("Closed (2)", ENTER).await;
    desk.press_at(&number, ENTER).await;
    desk.says("because the owner said that it was not theirs").await;
}

async fn ask_support(visit: &Visit) -> String {
    let page = &visit.browser;
    visit.lose_the_device(USER).await;
    page.tab_around("new-device-identity").await;
    page.press_at("Contact Support", ENTER).await;
    page.heading("Contact Support").await;
    page.look("support-contact").await;
    page.tab_around("support-contact").await;
    page.press_at("Send My Info Now", ENTER).await;
    page.says("You'll get an email once your account is reset.").await;
    page.look("case").await;
    page.leave_at("Send message", ENTER).await;
    page.says("Type something first.").await;
    page.has_the_focus("Message").await;
    page.look("case-wrong").await;
    page.type_at("Message", "My phone fell into the sea.").await;
    page.leave_at("Send message", SPACE).await;
    page.says("My phone fell into the sea.").await;
    page.tab_around("case").await;
    page.case_number().await
}

/// In the queue, by a part of the account's name.
async fn find_the_case(desk: &Browser, number: &str) {
    desk.tab_around("support-queue").await;
    desk.type_at("Find a case", "nobody").await;
    desk.key(ENTER).await;
    desk.says("No case is like that").await;
    desk.look("support-queue-nothing-found").await;
    desk.press_at("Show all cases that are not closed", ENTER).await;
    desk.says(number).await;
    desk.type_at("Find a case", "ready").await;
    desk.tab_to("Order").await;
    desk.key(END).await;
    desk.press_at("Only with messages that I haven't read (1 case)", SPACE).await;
    desk.press_at("Show cases", SPACE).await;
    desk.says("1 new").await;
    assert_eq!(desk.value("Find a case").await, "ready");
    assert_eq!(desk.value("Order").await, "changed");
    desk.look("support-queue-found").await;
    desk.press_at(number, ENTER).await;
    desk.says("My phone fell into the sea.").await;
}

async fn answer(desk: &Browser) {
    desk.tab_around("support-case").await;
    desk.leave_at("Send message", ENTER).await;
    desk.says("Type something first.").await;
    desk.has_the_focus("Message").await;
    desk.look("support-case-wrong").await;
    desk.type_at("Message", "We call you back.").await;
    desk.leave_at("Send message", ENTER).await;
    desk.says("We call you back.").await;
    desk.press_at("They told me something that only they know from working with us", SPACE).await;
    desk.press_at("Save checks", ENTER).await;
    desk.says("The identity checks are kept.").await;
    desk.look("support-case-checked").await;
}

async fn reset(visit: &Visit, desk: &Browser) {
    desk.press_at("Reset account", ENTER).await;
    desk.heading("Enter your passcode").await;
    desk.look("support-reset-passcode").await;
    desk.type_at("Passcode", &passcode(&visit.code(ANALYST))).await;
    desk.key(ENTER).await;
    desk.heading("Reset account").await;
    desk.tab_around("support-reset").await;
    desk.leave_at("Reset account", ENTER).await;
    desk.says("Write at least 3 characters.").await;
    desk.has_the_focus("Reason").await;
    desk.type_at("Reason", "Called back.").await;
    desk.leave_at("Reset account", ENTER).await;
    desk.says("Check the person's identity first").await;
    desk.has_the_focus("I have checked this person's identity").await;
    desk.look("support-reset-not-checked").await;
    desk.key(SPACE).await;
    desk.press_at("Reset account", SPACE).await;
    desk.says("The account is reset, and its owner is told.").await;
}

/// For somebody who is on the telephone: the case's number.
async fn open_by_telephone(desk: &Browser, caller: &str) -> String {
    desk.press_at("Back to all cases", ENTER).await;
    desk.heading("Support console").await;
    desk.press_at("Open a case", ENTER).await;
    desk.heading("Open a case").await;
    desk.type_at("Username or email address", "no-such-person").await;
    desk.key(ENTER).await;
    desk.says("Ask the person to spell it.").await;
    desk.has_the_focus("Username or email address").await;
    assert_eq!(desk.value("Username or email address").await, "no-such-person");
    desk.look("support-open-wrong").await;
    desk.element("#who").await.clear().await.unwrap();
    desk.type_at("Username or email address", caller).await;
    desk.press_at("Open a case", SPACE).await;
    desk.says("The case is open").await;
    desk.case_number().await
}

/// The owner did not call.
async fn this_was_not_me(visit: &Visit) {
    let page = &visit.browser;
    let mail = visit.demo.mail(CALLER, "about your account").await;
    page.show(mail.html()).await;
    page.look("mail-case-opened").await;
    page.open_page(&mail.link("/case/not-me/link/")).await;
    page.heading("Did you ask support?").await;
    page.look("case-not-me").await;
    page.tab_around("case-not-me").await;
    page.press_at("This wasn't me", ENTER).await;
    page.heading("The case is closed").await;
    page.look("case-not-me-done").await;
    page.press_at("Go to the sign-in page", ENTER).await;
    page.heading("Sign in").await;
}

async fn decline_and_close(desk: &Browser) {
    desk.press_at("Decline", ENTER).await;
    desk.heading("Decline").await;
    desk.tab_around("support-decline").await;
    desk.leave_at("Decline", ENTER).await;
    desk.says("Write at least 3 characters.").await;
    desk.has_the_focus("Reason").await;
    desk.look("support-decline-wrong").await;
    desk.type_at("Reason", "Nobody knew them.").await;
    desk.type_at("Words to the person", "Please call us again.").await;
    desk.press_at("Decline", ENTER).await;
    desk.says("The case is declined").await;
    desk.press_at("Close case", ENTER).await;
    desk.heading("Close case").await;
    desk.look("support-close").await;
    desk.press_at("Close case", ENTER).await;
    desk.says("The case is closed.").await;
    desk.look("support-case-closed").await;
}
