//! **Contact Support**, from the person's side.

use vestibule::flow::support::open::Opened;

use super::{CASE, Desk, contact_page, number_on, open_case, trail};
use crate::support::*;

#[tokio::test]
async fn s5_c_contact_support_offers_the_chat_first_and_then_the_telephone() {
    let app = TestApp::with(|settings| {
        settings.support.phone = Some("+1 555 010 9999".into());
        settings.support.chat_url = Some("https://chat.example.org/".into());
    });
    let nora = app.with_mfa("nora").await;
    let page = contact_page(&mut app.browser(), &nora).await;
    assert_eq!((page.status.as_u16(), page.path.as_str()), (200, "/new-device/support"));
    let text = page.text();
    let (chat, call) = (text.find("the quickest way").unwrap(), text.find("Call +1 555 010 9999").unwrap());
    assert!(chat < call && page.offers("Send My Info Now"), "{text}");
}

#[tokio::test]
async fn s5_c_send_my_info_now_opens_a_case_and_shows_its_number_and_state() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser().at("203.0.113.77");
        let (page, number) = open_case(&mut browser, &nora).await;
        assert_eq!((page.status.as_u16(), page.path.as_str()), (200, "/case"));
        assert!(page.says(number.as_str()) && page.says("info received"), "{}", page.text());
        assert!(page.says("You'll get an email once your account is reset."), "{}", page.text());
        let mail = app.newest_mail(&nora.email, "case_opened");
        assert!(mail.subject.contains(number.as_str()) && mail.text.contains("203.0.113.0/24"), "{}", mail.text);
        assert!(mail.link("This wasn't me").contains("/case/not-me/link/vst_l_"));
        assert_eq!(trail(&app, &nora, "case-open")[0].detail, number.as_str());
        // The page goes on to be there when the link is over.
        browser.cookies.retain(|name, _| name == CASE);
        app.pass(hours(2));
        assert_eq!(number_on(&browser.open("/case").await), number);
        let row = app.account_row(&nora);
        assert!(row.has_mfa() && browser.sign_in(&nora).await.offers("Sign out"), "asking changes nothing");
    }
}

#[tokio::test]
async fn s5_c_a_second_request_joins_the_open_case_and_mails_the_owner_again() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (mut first, mut second) = (app.browser(), app.browser().at("198.51.100.9"));
        let (_, number) = open_case(&mut first, &nora).await;
        app.mail();
        let again = contact_page(&mut first, &nora).await;
        assert_eq!((again.path.as_str(), number_on(&again)), ("/case", number.clone()), "this browser has sent it");
        let (page, joined) = open_case(&mut second, &nora).await;
        assert_eq!(joined, number);
        assert!(page.says("More than one browser takes part in this case."), "{}", page.text());
        let mail = app.newest_mail(&nora.email, "case_opened");
        assert!(mail.text.contains("198.51.100.0/24"), "{}", mail.text);
    }
}

#[tokio::test]
async fn s5_c_three_new_cases_a_day_and_the_page_says_how_long_to_wait() {
    let app = TestApp::new();
    let (desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
    for _ in 0..3 {
        let (_, number) = open_case(&mut app.browser(), &nora).await;
        desk.decline(&number, None);
        app.pass(minutes(10));
    }
    let mut browser = app.browser();
    let page = contact_page(&mut browser, &nora).await;
    let refused = browser.press(&page, "Send My Info Now").await;
    assert_eq!(refused.status, 429);
    assert!(refused.says("You can try again in 23 hours 30 minutes"), "{}", refused.text());
    assert!(matches!(desk.open_for("nora"), Opened::New(_)), "support itself may");
    app.pass(hours(24));
    let desk = Desk::signed_in(&app, desk.person).await;
    let (_, number) = open_case(&mut app.browser(), &nora).await;
    assert!(desk.view(&number).is_some());
}

#[tokio::test]
async fn s6_1_support_opens_a_case_for_somebody_on_the_telephone_who_then_sends_the_information() {
    for app in both_engines() {
        let (mut desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
        let Opened::New(number) = desk.open_for(" NORA@example.org ") else { panic!("no case") };
        let mail = app.only_mail();
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("case_opened", nora.email.as_str()));
        assert!(!mail.text.contains("198.51.100.0/24"), "the analyst's network is nobody's business: {}", mail.text);
        assert!(matches!(desk.open_for("nora"), Opened::There(there) if there == number));
        assert!(matches!(desk.open_for("nobody"), Opened::NoAccount));
        assert!(matches!(desk.open_for("ada"), Opened::NotForSupport), "not one's own");
        assert_eq!(desk.view(&number).unwrap().state.words(), "open");
        desk.say(&number, "Hello");
        let (page, sent) = open_case(&mut app.browser(), &nora).await;
        assert_eq!(sent, number);
        assert!(page.says("info received") && !page.says("Hello"), "{}", page.text());
        let view = desk.view(&number).unwrap();
        assert_eq!((view.opened_by.as_deref(), view.participants.len()), (Some("ada"), 1));
        assert_eq!(desk.confirm_and_reset(&number), super::Reset::Done);
    }
}
