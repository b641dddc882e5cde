//! What an attacker would rather not have the analyst see.

use vestibule::flow::support::decide::Reset;

use super::{Desk, open_case};
use crate::support::*;

/// Whoever has the mailbox alone makes the password, and then does much that is harmless, to push that out of sight.
#[tokio::test]
async fn s6_4_that_the_password_came_by_mail_stays_in_sight_and_takes_two_analysts() {
    for app in both_engines() {
        let mut nora = app.with_mfa("nora").await;
        app.browser().sign_in(&nora).await;
        app.pass(hours(1));
        let mut thief = app.browser().at("198.51.100.66");
        set_password_by_mail(&mut thief, &mut nora).await;
        for _ in 0..25 {
            thief.give_password(&nora).await;
            app.pass(minutes(1));
        }
        let (_, number) = open_case(&mut thief, &nora).await;
        let (mut ada, mut bob) = (Desk::new(&app, "ada").await, Desk::new(&app, "bob").await);
        for _ in 0..205 {
            ada.view(&number);
        }
        let view = ada.view(&number).unwrap();
        let told = |act: &str| view.history.iter().filter(|event| event.act == act).count();
        assert_eq!((told("password-reset"), told("sign-in"), told("set-up")), (1, 1, 1), "{:?}", view.history);
        assert!((1..=5).contains(&told("password")), "what repeats is folded: {:?}", view.history);
        let more: u32 = view.history.iter().filter(|event| event.act == "password").map(|event| event.earlier).sum();
        assert_eq!(more, 2 + 26 - 5, "and counted: at set-up, the owner's sign-in, and what the thief did");
        assert!(view.owner.by_mail_only);
        assert!(view.acts.iter().any(|event| event.act == "case-open"), "looks push nothing out either");
        assert_eq!(view.needed, Ok(2));
        assert_eq!(ada.confirm_and_reset(&number), Reset::SecondNeeded);
        assert!(app.account_row(&nora).has_mfa());
        assert_eq!(bob.confirm_and_reset(&number), Reset::Done);
    }
}

/// An app's passcode proves more than the mailbox: then one analyst is enough again.
#[tokio::test]
async fn s6_4_a_password_set_by_mail_counts_as_the_owners_once_the_app_has_proved_it() {
    let app = TestApp::new();
    let (ada, mut nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
    set_password_by_mail(&mut app.browser(), &mut nora).await;
    let (_, number) = open_case(&mut app.browser(), &nora).await;
    assert_eq!(ada.view(&number).unwrap().needed, Ok(2));
    app.pass(seconds(31));
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
    let view = ada.view(&number).unwrap();
    assert_eq!((view.needed, view.owner.by_mail_only), (Ok(1), false));
}

async fn set_password_by_mail(browser: &mut Browser, person: &mut Person) {
    let page = browser.open("/forgot-password").await;
    browser.submit(&page, "Send me a link", &[("Email", &person.email)]).await;
    let link = browser.app().newest_mail(&person.email, "reset_link").link("Change password");
    let page = browser.open(&link).await;
    let new = "seven orange kettles hum";
    browser.submit(&page, "Change password", &[("New password", new), ("Repeat new password", new)]).await;
    person.password = new.to_owned();
}
