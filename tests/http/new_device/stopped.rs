//! The owner says **This wasn't me** about a case while somebody else is in the middle of a way back.

use vestibule::model::recovery_lock::RecoveryLock;
use vestibule::store::account::with_lock;
use vestibule::store::db::Tx;

use crate::support::*;

/// Asks for a link to a new password.
async fn forgot(app: &TestApp, person: &Person) {
    let mut browser = app.browser();
    let page = browser.open("/forgot-password").await;
    assert_eq!(browser.submit(&page, "Send me a link", &[("Email", &person.email)]).await.status, 200);
}

/// Opens a case behind a new-device link: the owner's link that stops it.
async fn case(app: &TestApp, person: &Person) -> String {
    let mut browser = app.browser();
    person.open_new_device(&mut browser).await;
    let page = browser.open("/new-device/support").await;
    assert_eq!(browser.press(&page, "Send My Info Now").await.status, 200);
    app.newest_mail(&person.email, "case_opened").link("This wasn't me")
}

/// Says that it was not the owner.
async fn not_me(app: &TestApp, link: &str) {
    let mut browser = app.browser();
    let page = browser.open(link).await;
    browser.press(&page, "This wasn't me").await;
}

#[tokio::test]
async fn what_answers_began_is_over_once_the_owner_says_no_and_stays_over() {
    for app in both_engines() {
        let mut nora = app.with_mfa("nora").await;
        let link = case(&app, &nora).await;
        let mut thief = app.browser();
        let page = nora.open_new_device(&mut thief).await;
        let page = nora.give_answers(&mut thief, &page, RIGHT_ANSWERS).await;
        let owners = (nora.phone.clone(), nora.recovery_code.clone());
        let last = nora.confirm_app(&mut thief, &page).await;
        assert_eq!(last.path, "/new-device/new-recovery-code");
        (nora.phone, nora.recovery_code) = owners;
        not_me(&app, &link).await;
        assert_eq!(app.account_row(&nora).recovery_lock, Some(RecoveryLock::NotMe));
        let before = app.account_row(&nora).epoch;
        let answer = thief.submit(&last, "Finish", &[("I have saved my recovery code", "yes")]).await;
        assert_eq!((answer.path.as_str(), app.account_row(&nora).epoch), ("/new-device", before));
        app.pass(minutes(1));
        assert!(app.browser().sign_in(&nora).await.offers("Sign out"), "the owner's app is as it was");
        assert_eq!(app.account_row(&nora).recovery_lock, None);
        let answer = thief.submit(&last, "Finish", &[("I have saved my recovery code", "yes")]).await;
        assert_eq!((answer.path.as_str(), app.account_row(&nora).epoch), ("/new-device", before), "nor after the lock");
    }
}

#[tokio::test]
async fn what_the_recovery_code_began_goes_on_when_the_owner_says_no() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = nora.prove_with_recovery_code(&mut browser).await;
    let link = case(&app, &nora).await;
    not_me(&app, &link).await;
    let page = nora.confirm_app(&mut browser, &page).await;
    assert!(nora.keep_recovery_code(&mut browser, &page).await.says("Your new device is set up"));
}

#[tokio::test]
async fn a_link_to_a_new_password_that_was_mailed_before_is_over_once_the_owner_says_no() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        forgot(&app, &nora).await;
        let (unopened, mut opened) =
            (app.newest_mail(&nora.email, "reset_link").link("Change password"), app.browser());
        let form = opened.open(&unopened).await;
        let link = case(&app, &nora).await;
        not_me(&app, &link).await;
        assert_eq!(app.browser().open(&unopened).await.status, 410);
        let fields =
            [("New password", "four green bottles fall down"), ("Repeat new password", "four green bottles fall down")];
        assert_eq!(opened.submit(&form, "Change password", &fields).await.status, 410);
        forgot(&app, &nora).await;
        assert!(app.mail().iter().all(|mail| mail.kind != "reset_link"));
    }
}

/// A blocked password is replaced by a mailed link and by nothing else: stopping that would keep the owner out.
#[tokio::test]
async fn where_the_password_is_blocked_a_link_to_a_new_one_goes_on_when_the_owner_says_no() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let link = case(&app, &nora).await;
    let (id, now) = (nora.id.clone(), app.now());
    let block = move |tx: &mut Tx<'_>| {
        with_lock(tx, &id, now, |_, lock| {
            lock.account.password_blocked = true;
            Ok(())
        })
    };
    app.app.db.write(block).unwrap();
    forgot(&app, &nora).await;
    let earlier = app.newest_mail(&nora.email, "reset_link").link("Change password");
    not_me(&app, &link).await;
    assert_eq!(app.browser().open(&earlier).await.status, 200);
    app.mail();
    forgot(&app, &nora).await;
    assert!(app.mail().iter().any(|mail| mail.kind == "reset_link"));
}

/// While a change of the address can be undone, its author hears of no case: the link in that mail could stop the owner's. Undoing the
/// change forgets nothing that the owner has said.
#[tokio::test]
async fn the_mail_about_a_case_goes_to_the_address_before_a_change_and_an_undo_keeps_what_the_owner_said() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (mut browser, new) = (app.browser(), "nora@new.example");
    browser.sign_in(&nora).await;
    browser.confirm(&nora, "/account").await;
    let page = browser.open("/account/email").await;
    browser.submit(&page, "Send confirmation", &[("New email", new)]).await;
    let mut mailbox = app.browser();
    let page = mailbox.open(&app.newest_mail(new, "email_confirm").link("Confirm")).await;
    mailbox.press(&page, "Confirm").await;
    let undo = app.newest_mail(&nora.email, "email_changed").link("Undo this change");
    let mut owner = app.browser();
    nora.open_new_device(&mut owner).await;
    let page = owner.open("/new-device/support").await;
    owner.press(&page, "Send My Info Now").await;
    let about_case: Vec<_> = app.mail().into_iter().filter(|mail| mail.kind == "case_opened").collect();
    assert_eq!(about_case.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [nora.email.as_str()]);
    not_me(&app, &about_case[0].link("This wasn't me")).await;
    let page = owner.open(&undo).await;
    owner.press(&page, "Undo this change").await;
    assert_eq!(app.account_row(&nora).recovery_lock, Some(RecoveryLock::Both));
}
