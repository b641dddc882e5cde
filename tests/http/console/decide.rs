//! Reset, decline, close: with a fresh passcode, a reason, a checked identity, and where it takes two, two.

use vestibule::flow::account::Change;
use vestibule::model::account::Role;

use super::{analyst, confirm_reset, reset, send_info, with_role};
use crate::support::*;

const CHECKED: &str = "I have checked this person's identity";

#[tokio::test]
async fn s6_6_a_reset_ends_set_up_sessions_and_links_and_the_owner_hears_of_it() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut home = app.browser();
        home.sign_in(&nora).await;
        let case = send_info(&app, &nora).await;
        let (anna, mut browser) = analyst(&app, "anna").await;
        let done = reset(&mut browser, &anna, &case.path()).await;
        assert!(done.says("The account is reset") && done.says("Decided by anna"), "{}", done.text());
        assert!(done.says("Called back at the number on file"));
        assert!(!app.account_row(&nora).has_mfa() && !home.is_signed_in().await);
        assert!(app.mail_to(&nora.email).iter().any(|mail| mail.kind == "account_reset"));
        let page = app.browser().give_password(&nora).await;
        assert!(page.offers("Send me a setup email"), "{}", page.text());
    }
}

#[tokio::test]
async fn s6_6_a_reset_needs_a_passcode_of_its_own_for_this_case() {
    let app = TestApp::new();
    let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
    let (one, two) = (send_info(&app, &nora).await, send_info(&app, &olga).await);
    let (anna, mut browser) = analyst(&app, "anna").await;
    let form = confirm_reset(&mut browser, &anna, &one.path()).await;
    assert!(form.says("Reset account") && form.says("nora"));
    // The same passcode, sent with the form of the other case.
    let fields = form.form("Reset account").filled(&[("Reason", "Called back"), (CHECKED, "yes")]);
    let told = browser.post(&format!("{}/reset", two.path()), &fields).await;
    assert!(told.status == 422 && told.says("The passcode for this reset is used or older"), "{}", told.text());
    assert!(told.says("Called back"), "what was typed stays");
    // After five minutes it counts no more.
    app.pass(minutes(5));
    let told = browser.post(&format!("{}/reset", one.path()), &fields).await;
    assert!(told.status == 422 && told.says("older than five minutes"), "{}", told.text());
    assert!(app.account_row(&nora).has_mfa() && app.account_row(&olga).has_mfa());
}

#[tokio::test]
async fn s6_6_an_analyst_without_an_app_is_told_before_anything_is_asked() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let anna = app.with_mail_mfa("anna").await;
    app.change(&anna, Change::SetRole(Role::Analyst));
    let mut browser = app.browser();
    let page = browser.give_password(&anna).await;
    let page = browser.press(&page, "Send me a passcode").await;
    let code = app.newest_mail(&anna.email, "passcode").passcode();
    assert!(browser.give_passcode(&page, &code).await.offers("Sign out"));
    let page = browser.open(&format!("{}/reset", case.path())).await;
    assert!(page.status == 403 && page.says("Add an app to your own account first"), "{}", page.text());
    assert!(!page.offers("Send me a passcode") && !page.offers("Reset account"));
    assert_eq!(page.link("Go to your authenticator apps"), "/account/apps");
}

#[tokio::test]
async fn s6_6_a_sign_ins_own_passcode_resets_nothing() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    let page = browser.open(&case.path()).await;
    let token = page.form("Send message").filled(&[("Message", "x")])[0].1.clone();
    let fields = [("form_token", token.as_str()), ("reason", "Because I say so"), ("checked", "yes")];
    let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let told = browser.post(&format!("{}/reset", case.path()), &fields).await;
    assert_eq!(told.status, 422);
    assert!(app.account_row(&nora).has_mfa());
}

#[tokio::test]
async fn s6_6_without_a_reason_or_the_tick_nothing_is_reset_and_what_was_typed_stays() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (anna, mut browser) = analyst(&app, "anna").await;
    let form = confirm_reset(&mut browser, &anna, &case.path()).await;
    let told = browser.submit_once(&form, "Reset account", &[]).await;
    for both in ["Write at least 3 characters.", "Check the person's identity first, then tick this."] {
        assert!(told.status == 422 && told.says(both), "{}", told.text());
    }
    let told = browser.submit_once(&told, "Reset account", &[("Reason", "Called her back")]).await;
    assert!(told.status == 422 && told.title().starts_with("Error: "), "{}", told.text());
    assert!(told.says("Called her back") && told.says("Check the person's identity first, then tick this."));
    let told = browser.submit_once(&told, "Reset account", &[("Reason", "x"), (CHECKED, "yes")]).await;
    assert!(told.status == 422 && told.says("Write at least 3 characters."), "{}", told.text());
    assert!(told.body.contains("value=\"yes\" checked"), "the tick stays too");
    assert!(app.account_row(&nora).has_mfa());
    let done = browser.submit(&told, "Reset account", &[("Reason", "Called her back"), (CHECKED, "yes")]).await;
    assert!(done.says("The account is reset"), "{}", done.text());
}

#[tokio::test]
async fn s6_7_two_browsers_or_a_role_need_a_second_analyst_who_is_told_who_was_first() {
    for app in both_engines() {
        let (nora, olaf) = (app.with_mfa("nora").await, with_role(&app, "olaf", Role::Analyst).await);
        let two_browsers = send_info(&app, &nora).await;
        send_info(&app, &nora).await;
        let of_role = send_info(&app, &olaf).await;
        let (anna, mut browser) = analyst(&app, "anna").await;
        let (bert, mut other) = analyst(&app, "bert").await;
        for (case, person) in [(two_browsers, &nora), (of_role, &olaf)] {
            let first = reset(&mut browser, &anna, &case.path()).await;
            assert!(first.says("A second analyst must approve this reset."), "{}", first.text());
            assert!(app.account_row(person).has_mfa());
            assert!(!first.offers("Reset account"), "not twice by the same analyst");
            let form = confirm_reset(&mut other, &bert, &case.path()).await;
            assert!(form.says("anna approved it first") && form.says("Called back at the number on file"));
            let done = other.submit(&form, "Reset account", &[("Reason", "Saw her face"), (CHECKED, "yes")]).await;
            assert!(done.says("The account is reset"), "{}", done.text());
            assert!(!app.account_row(person).has_mfa());
        }
    }
}

#[tokio::test]
async fn s6_7_administrators_are_not_reset_in_the_console() {
    let app = TestApp::new();
    let adam = with_role(&app, "adam", Role::Administrator).await;
    let case = send_info(&app, &adam).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    let page = browser.open(&case.path()).await;
    assert!(page.says("This is an administrator's account.") && !page.offers("Reset account"), "{}", page.text());
    assert_eq!(
        browser.open(&format!("{}/reset", case.path())).await.path.split('?').next(),
        Some(case.path().as_str())
    );
}

#[tokio::test]
async fn s6_8_ten_resets_a_day_and_the_page_says_so() {
    let app = TestApp::new();
    let people = Person::crowd(&app, 11);
    let (anna, mut browser) = analyst(&app, "anna").await;
    for (number, person) in people.iter().enumerate() {
        let case = send_info(&app, person).await;
        let form = confirm_reset(&mut browser, &anna, &case.path()).await;
        assert!(form.says("You can approve 10 resets a day."));
        let done = browser.submit(&form, "Reset account", &[("Reason", "Called back"), (CHECKED, "yes")]).await;
        assert_eq!(done.status.as_u16(), if number < 10 { 200 } else { 429 }, "{}", done.text());
        assert_eq!(app.account_row(person).has_mfa(), number == 10);
    }
}

#[tokio::test]
async fn s6_9_declining_tells_the_owner_and_changes_nothing_at_the_account() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let case = send_info(&app, &nora).await;
        let (_, mut browser) = analyst(&app, "anna").await;
        let page = browser.open(&case.path()).await;
        let form = browser.open(&page.link("Decline")).await;
        let told = browser.submit_once(&form, "Decline", &[("Words to the person", "Please write from work.")]).await;
        assert!(told.status == 422 && told.says("Please write from work."), "{}", told.text());
        app.mail();
        let done = browser.submit(&told, "Decline", &[("Reason", "Nobody at the number on file")]).await;
        assert!(done.says("The case is declined") && done.says("Nobody at the number on file"), "{}", done.text());
        let mail = app.only_mail();
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("case_declined", nora.email.as_str()));
        assert!(mail.text.contains("Please write from work.") && !mail.text.contains("Nobody at the number"));
        assert!(app.account_row(&nora).has_mfa());
        assert!(!done.offers("Reset account") && !done.offers("Decline"));
        let late = browser.submit(&form, "Decline", &[("Reason", "Once more")]).await;
        assert!(late.says("This case was decided or closed already."), "{}", late.text());
    }
}

#[tokio::test]
async fn s6_6_a_form_of_another_session_decides_nothing() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (anna, mut browser) = analyst(&app, "anna").await;
    let (bert, mut other) = analyst(&app, "bert").await;
    let form = confirm_reset(&mut browser, &anna, &case.path()).await;
    confirm_reset(&mut other, &bert, &case.path()).await;
    let fields = form.form("Reset account").filled(&[("Reason", "Called back"), (CHECKED, "yes")]);
    let told = other.post(&format!("{}/reset", case.path()), &fields).await;
    assert!(told.status == 403 && told.says("This page was too old."), "{}", told.text());
    assert!(app.account_row(&nora).has_mfa());
    let close = browser.open(&format!("{}/close", case.path())).await.form("Close case").filled(&[]);
    assert_eq!(other.post(&format!("{}/close", case.path()), &close).await.status, 403);
}
