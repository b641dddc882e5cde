//! The limits of `[support]`: what an operator sets rules.

use vestibule::flow::support::decide::{Approved, Reset};

use super::{Desk, contact_page, open_case};
use crate::support::*;

#[tokio::test]
async fn s6_8_a_lower_number_of_resets_a_day_rules_and_the_page_says_it() {
    for app in both_engines_with(|settings| settings.support.resets_daily = 1) {
        let mut desk = Desk::new(&app, "ada").await;
        let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
        let (_, first) = open_case(&mut app.browser(), &nora).await;
        let (_, second) = open_case(&mut app.browser(), &olga).await;
        assert_eq!(desk.confirm_and_reset(&first), Reset::Done);
        let mut browser = app.browser();
        browser.sign_in(&desk.person).await;
        let form = crate::console::confirm_reset(&mut browser, &desk.person, &format!("/support/cases/{second}")).await;
        assert!(form.says("You can approve 1 reset a day."), "{}", form.text());
        let fields = [("Reason", "Called back"), ("I have checked this person's identity", "yes")];
        let told = browser.submit(&form, "Reset account", &fields).await;
        assert!(told.status == 429 && told.says("You have approved 1 reset in a day."), "{}", told.text());
        desk.confirm(&second);
        assert!(matches!(desk.approve(&second), Approved::Wait(_)));
        assert!(app.account_row(&olga).has_mfa());
    }
}

#[tokio::test]
async fn s6_2_another_number_of_messages_an_hour_rules() {
    let app = TestApp::with(|settings| settings.support.messages_hourly = 5);
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    open_case(&mut browser, &nora).await;
    for (number, status) in [200, 200, 200, 200, 200, 429].into_iter().enumerate() {
        let page = browser.open("/case").await;
        let page = browser.submit(&page, "Send message", &[("Message", "Hello?")]).await;
        assert_eq!(page.status, status, "message {number}: {}", page.text());
    }
}

#[tokio::test]
async fn s5_c_another_number_of_browsers_in_a_case_rules() {
    let app = TestApp::with(|settings| settings.support.browsers = 2);
    let (desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
    let (_, number) = open_case(&mut app.browser(), &nora).await;
    open_case(&mut app.browser(), &nora).await;
    let mut third = app.browser();
    let page = contact_page(&mut third, &nora).await;
    let told = third.press(&page, "Send My Info Now").await;
    assert_eq!((told.status.as_u16(), told.says("Too many browsers take part in this case")), (403, true));
    assert_eq!(desk.view(&number).unwrap().participants.len(), 2);
    assert_eq!(third.open("/case").await.status, 410);
}
