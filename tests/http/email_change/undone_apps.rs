//! Which apps there are after a change was undone.

use std::collections::BTreeSet;

use super::undone::{change_apps, undo};
use super::*;

/// An app that its owner removed stays removed where a stronger proof has replaced everything since: undoing a change revives nothing
/// of before, and the app of that proof stays.
#[tokio::test]
async fn s7_undo_brings_no_app_back_from_before_a_reset_or_a_new_device() {
    for app in both_engines() {
        for (name, by_reset) in [("nora", true), ("olga", false)] {
            let before = app.with_mfa(name).await;
            let mut browser = app.browser();
            app.pass(hours(80));
            browser.sign_in(&before).await;
            browser.confirm(&before, "/account").await;
            let phone = change_apps(&mut browser).await;
            let mut person = Person { phone: Some(phone), ..before.clone() };
            app.pass(hours(10));
            if by_reset {
                app.reset_mfa(&person);
                person.set_up(&mut app.browser(), true).await;
            } else {
                person.replace_device(&mut app.browser(), true).await;
            }
            app.pass(hours(10));
            let (_, link) = changed(&app, &person, &format!("{name}@new.example")).await;
            app.pass(hours(1));
            assert!(undo(&app, &link).await.says("The change is undone"));
            let mut stranger = app.browser().at("192.0.2.6");
            let page = stranger.give_password(&before).await;
            assert_eq!(stranger.give_passcode(&page, &before.code(&app)).await.status, 422, "the app that was removed");
            assert!(app.browser().sign_in(&person).await.offers("Change password"), "the app of the stronger proof");
        }
    }
}

/// Three apps are the most, also after an undo: those that are there come before those that were removed.
#[tokio::test]
async fn s7_undo_leaves_no_more_than_three_apps() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    app.pass(seconds(31));
    browser.sign_in(&nora).await;
    browser.confirm(&nora, "/account").await;
    let (second, _) = crate::apps::add(&mut browser, "Second").await;
    crate::apps::add(&mut browser, "Third").await;
    crate::apps::remove(&mut browser, "Authenticator app").await;
    crate::apps::add(&mut browser, "Fourth").await;
    let with_second = Person { phone: Some(second), ..nora.clone() };
    app.pass(hours(80));
    let (_, link) = changed(&app, &with_second, NEW).await;
    assert!(undo(&app, &link).await.says("The change is undone"));
    let id = nora.id.clone();
    let apps = app.app.db.read(move |tx| vestibule::store::totp_app::list(tx, &id)).unwrap();
    let names: BTreeSet<_> = apps.iter().map(|app| app.name.as_str()).collect();
    assert_eq!(names, ["Fourth", "Second", "Third"].into());
}
