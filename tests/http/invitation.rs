//! Invitations and the first administrator (product section 8).

use vestibule::flow::account::Change;
use vestibule::model::account::Role;

use crate::support::*;

const NEW: &str = "seven orange kettles hum";
const FIELDS: [(&str, &str); 2] = [("New password", NEW), ("Repeat new password", NEW)];

#[tokio::test]
async fn s8_an_invitation_asks_for_a_password_and_goes_on_to_set_up() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    app.change(&nora, Change::Invite);
    let mail = app.only_mail();
    let link = mail.link("Accept invitation");
    for _ in 0..2 {
        app.browser().head(&link).await;
    }
    let mut browser = app.browser();
    let page = browser.open(&link).await;
    assert!(page.says("You have been invited to Vestibule."), "{}", page.text());
    let page = browser.submit(&page, "Save and continue", &FIELDS).await;
    assert_eq!(page.path, "/set-up/questions", "{}", page.text());
    assert!(!browser.is_signed_in().await);
    nora.password = NEW.into();
    let page = nora.answer_questions(&mut browser, &page).await;
    let page = nora.confirm_app(&mut browser, &page).await;
    assert!(nora.keep_recovery_code(&mut browser, &page).await.says("You're set up"));
    assert!(browser.sign_in(&nora).await.offers("Sign out"));
    assert_eq!(app.browser().open(&link).await.status, 410);
}

#[tokio::test]
async fn s8_an_invitation_lives_seven_days() {
    let app = TestApp::new();
    let nora = app.account("nora");
    app.change(&nora, Change::Invite);
    let link = app.only_mail().link("Accept invitation");
    app.pass(hours(7 * 24) - seconds(1));
    assert_eq!(app.browser().open(&link).await.status, 200);
    app.pass(seconds(1));
    assert_eq!(app.browser().open(&link).await.status, 410);
}

#[tokio::test]
async fn s8_the_first_administrator_is_made_behind_a_link_of_one_hour_that_works_once() {
    let app = TestApp::new();
    let late = app.first_administrator_link().unwrap();
    app.pass(hours(1));
    assert_eq!(app.browser().open(&late).await.status, 410);
    let link = app.first_administrator_link().unwrap();
    let mut browser = app.browser();
    let page = browser.open(&link).await;
    let wrong = [("Username", "a@b"), ("Email", "no address"), FIELDS[0], FIELDS[1]];
    let refused = browser.submit(&page, "Save and continue", &wrong).await;
    assert_eq!((refused.status.as_u16(), refused.title().starts_with("Error: ")), (422, true));
    let right = [("Username", "ada"), ("Email", "ada@example.org"), FIELDS[0], FIELDS[1]];
    let page = browser.submit(&page, "Save and continue", &right).await;
    assert_eq!(page.path, "/set-up/questions", "{}", page.text());
    let listed = app.app.db.read(vestibule::flow::account::list).unwrap();
    assert_eq!((listed.len(), listed[0].account.role), (1, Role::Administrator));
    assert_eq!(app.browser().open(&link).await.status, 410);
}
