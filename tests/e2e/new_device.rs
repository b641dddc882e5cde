//! A lost device: the link, the proof, the new app.

use super::browser::Script;
use super::tools::{next_passcode, passcode, read_qr_code};
use super::visit::Visit;

const USER: &str = "ready-user";

/// From the passcode page to the page that offers the ways.
async fn ask_for_the_link(visit: &Visit, look: &str) {
    let page = &visit.browser;
    let mail = visit.ask_for_new_device(USER).await;
    page.look(&format!("{look}-asked")).await;
    page.show(mail.html()).await;
    page.look(&format!("mail-{look}")).await;
    page.open_page(&mail.link("/new-device/link/")).await;
    page.heading("Verify your identity").await;
    page.look(&format!("{look}-identity")).await;
}

async fn give_recovery_code(visit: &Visit, code: &str) {
    let page = &visit.browser;
    page.heading("Enter your recovery code").await;
    page.fill("Recovery code", code).await;
    page.press("Verify recovery code").await;
}

async fn keep_recovery_code(visit: &Visit, look: &str) -> String {
    let page = &visit.browser;
    page.heading("Recovery code").await;
    let code = page.recovery_code().await;
    assert!(page.download().await.contains(&code));
    page.tick("I have saved my recovery code").await;
    page.press("Finish").await;
    page.heading("Your new device is set up").await;
    page.look(&format!("{look}-done")).await;
    code
}

fn demo_recovery_code(visit: &Visit) -> String {
    visit.demo.account(USER)["recovery_code"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_5_a_lost_device_is_replaced_with_the_recovery_code_and_the_camera_of_the_new_one() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    ask_for_the_link(&visit, "new-device").await;
    page.follow("Enter your recovery code").await;
    page.look("new-device-recovery-code").await;
    give_recovery_code(&visit, "00000-00000-00000-00000-000000").await;
    page.says("That recovery code isn't right.").await;
    page.look("new-device-recovery-code-wrong").await;
    give_recovery_code(&visit, &demo_recovery_code(&visit)).await;
    page.heading("Authenticator app").await;
    let code = page.manual_code().await;
    assert_ne!(code, visit.code(USER));
    page.look("new-device-app").await;
    let read = read_qr_code(&page.picture("new-device-app-qr").await);
    assert!(read.contains(&format!("secret={code}")), "{read} against {code}");
    let used = passcode(&code);
    page.fill("Passcode", &used).await;
    page.press("Verify and continue").await;
    assert_ne!(keep_recovery_code(&visit, "new-device").await, demo_recovery_code(&visit));
    visit.demo.mail(USER, "A new device is set up").await;
    page.follow("Sign in").await;
    visit.sign_in(USER).await;
    page.heading("Enter your passcode").await;
    visit.verify(&passcode(&visit.code(USER))).await;
    page.says("That passcode isn't right.").await;
    visit.verify(&next_passcode(&code, &used).await).await;
    page.says("You are signed in as ready-user").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_5_without_script_the_answers_lead_to_a_new_set_up_without_a_device() {
    let visit = Visit::begin(Script::Off).await;
    let page = &visit.browser;
    ask_for_the_link(&visit, "no-script-new-device").await;
    page.follow("Answer your security questions").await;
    let answers = visit.demo.account(USER)["answers"].as_array().unwrap().clone();
    for answer in &answers {
        page.fill(answer["question"].as_str().unwrap(), "nothing like it").await;
    }
    page.press("Verify answers").await;
    page.says("These answers aren't all right.").await;
    page.look("no-script-new-device-questions-wrong").await;
    for answer in &answers {
        page.fill(answer["question"].as_str().unwrap(), answer["answer"].as_str().unwrap()).await;
    }
    page.press("Verify answers").await;
    page.heading("Authenticator app").await;
    page.press("I don't have a mobile device").await;
    keep_recovery_code(&visit, "no-script-new-device").await;
    page.follow("Sign in").await;
    visit.sign_in(USER).await;
    page.heading("Enter your passcode").await;
    page.press("Send me a passcode").await;
    let mail = visit.demo.mail(USER, "Your passcode").await;
    visit.verify(&mail.passcode()).await;
    page.says("You are signed in as ready-user").await;
}
