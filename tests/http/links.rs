//! Emailed links: taken up again, replaced, expired, used, opened in a second browser.

use crate::support::*;

const EXPIRED: &str = "This link has expired";
const REPLACED: &str = "There is a newer link";
const USED: &str = "This link has been used";
const ELSEWHERE: &str = "You went on in another browser";

fn assert_gone(page: &Page, heading: &str) {
    assert_eq!(page.status, 410, "{}", page.text());
    assert_eq!(page.title(), format!("Error: {heading} · Vestibule"));
}

#[tokio::test]
async fn s2_6_an_interrupted_set_up_goes_on_from_the_same_link_where_it_stood() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let mut browser = app.browser();
    let link = nora.ask_for_set_up(&mut browser).await;
    let page = browser.open(&link).await;
    let page = nora.answer_questions(&mut browser, &page).await;
    let key = page.element("manual-code");
    app.pass(minutes(59));
    let page = browser.open(&link).await;
    assert_eq!((page.path.as_str(), page.element("manual-code")), ("/set-up/app", key), "the same key");
    let page = nora.confirm_app(&mut browser, &page).await;
    let code = page.element("recovery-code");
    let page = browser.open(&link).await;
    assert_eq!(page.element("recovery-code"), code);
    assert!(nora.keep_recovery_code(&mut browser, &page).await.says("You're set up"));
}

#[tokio::test]
async fn s2_6_in_another_browser_it_begins_afresh_and_the_first_is_told() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let (mut first, mut second) = (app.browser(), app.browser());
    let link = nora.ask_for_set_up(&mut first).await;
    let page = first.open(&link).await;
    let of_first = nora.answer_questions(&mut first, &page).await;
    let page = second.open(&link).await;
    assert_eq!(page.path, "/set-up/questions", "a secret is shown to one browser only");
    let still = first.open("/set-up/app").await;
    assert_eq!(still.status, 200, "opening it in a second browser changes nothing");
    let of_second = nora.answer_questions(&mut second, &page).await;
    assert_ne!(of_first.element("manual-code"), of_second.element("manual-code"));
    let code = Phone::from_manual_entry_code(&of_first).code(&app);
    assert_gone(&first.submit(&of_first, "Verify and continue", &[("Passcode", &code)]).await, ELSEWHERE);
    assert_gone(&first.open("/set-up/recovery-code").await, ELSEWHERE);
    let page = nora.confirm_app(&mut second, &of_second).await;
    assert!(nora.keep_recovery_code(&mut second, &page).await.says("You're set up"));
}

#[tokio::test]
async fn s2_6_the_first_browser_may_take_the_link_again_from_the_start() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let (mut first, mut second) = (app.browser(), app.browser());
    let link = nora.ask_for_set_up(&mut first).await;
    for browser in [&mut first, &mut second] {
        let page = browser.open(&link).await;
        nora.answer_questions(browser, &page).await;
    }
    let page = first.open(&link).await;
    assert_eq!(page.path, "/set-up/questions");
    let page = nora.answer_questions(&mut first, &page).await;
    let page = nora.confirm_app(&mut first, &page).await;
    assert!(nora.keep_recovery_code(&mut first, &page).await.says("You're set up"));
}

#[tokio::test]
async fn s2_6_the_link_lives_one_hour() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let mut browser = app.browser();
    let link = nora.ask_for_set_up(&mut browser).await;
    let page = browser.open(&link).await;
    let page = nora.answer_questions(&mut browser, &page).await;
    app.pass(minutes(60));
    let code = Phone::from_manual_entry_code(&page).code(&app);
    assert_gone(&browser.submit(&page, "Verify and continue", &[("Passcode", &code)]).await, EXPIRED);
    assert_gone(&app.browser().open(&link).await, EXPIRED);
    assert_eq!(app.browser().open(&link).await.link("Go to the sign-in page"), "/sign-in");
}

#[tokio::test]
async fn s2_7_a_new_setup_email_ends_the_old_link() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let mut browser = app.browser();
    let old = nora.ask_for_set_up(&mut browser).await;
    let page = browser.open(&old).await;
    let page = nora.answer_questions(&mut browser, &page).await;
    let new = nora.ask_for_set_up(&mut app.browser()).await;
    let code = Phone::from_manual_entry_code(&page).code(&app);
    assert_gone(&browser.submit(&page, "Verify and continue", &[("Passcode", &code)]).await, REPLACED);
    assert_gone(&app.browser().open(&old).await, REPLACED);
    assert_eq!(browser.open(&new).await.path, "/set-up/questions");
}

#[tokio::test]
async fn s2_7_a_set_up_that_is_not_finished_leaves_the_account_as_it_was() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let before = app.account_row(&nora);
    let mut browser = app.browser();
    let page = nora.open_set_up(&mut browser).await;
    let page = nora.answer_questions(&mut browser, &page).await;
    nora.confirm_app(&mut browser, &page).await;
    let after = app.account_row(&nora);
    assert_eq!((before.epoch, before.has_mfa()), (after.epoch, after.has_mfa()));
    assert!(after.recovery_code.is_none());
    let page = app.browser().give_password(&nora).await;
    assert_eq!(page.path, "/sign-in/set-up");
}

#[tokio::test]
async fn s2_7_a_link_whose_set_up_is_finished_says_that_it_was_used() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let mut browser = app.browser();
    let link = nora.ask_for_set_up(&mut browser).await;
    let page = browser.open(&link).await;
    let page = nora.answer_questions(&mut browser, &page).await;
    let page = nora.confirm_app(&mut browser, &page).await;
    nora.keep_recovery_code(&mut browser, &page).await;
    assert_gone(&app.browser().open(&link).await, USED);
    assert_gone(&browser.open(&link).await, USED);
}

#[tokio::test]
async fn s2_7_a_link_that_is_none_leads_nowhere() {
    let app = TestApp::new();
    for path in
        ["/set-up/link/x", "/set-up/link/vst_l_AAAA", "/forgot-password/link/x", "/invitation/link/x", "/not-me/link/x"]
    {
        let page = app.browser().open(path).await;
        assert_gone(&page, "This link does not work");
    }
}

#[tokio::test]
async fn s2_7_a_form_of_one_browser_is_not_taken_from_another() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let (mut first, mut second) = (app.browser(), app.browser());
    let link = nora.ask_for_set_up(&mut first).await;
    let page = first.open(&link).await;
    let page = nora.answer_questions(&mut first, &page).await;
    let code = Phone::from_manual_entry_code(&page).code(&app);
    let answer = second.submit(&page, "Verify and continue", &[("Passcode", &code)]).await;
    assert_gone(&answer, "This link does not work");
}
