//! The 72 hours after a change, and undoing it.

use vestibule::flow::account::Change;
use vestibule::flow::maintenance;
use vestibule::model::recovery_lock::RecoveryLock;

use super::*;

const EVES: &str = "seven orange kettles hum";
const NORAS: &str = "four green bottles fall down";

/// Asks for a link to a new password for this address.
async fn forgot(app: &TestApp, email: &str) -> Vec<Mail> {
    let mut browser = app.browser().at("192.0.2.77");
    let page = browser.open("/forgot-password").await;
    let page = browser.submit(&page, "Send me a link", &[("Email", email)]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    app.mail()
}

/// Sets a new password behind a link.
async fn set_password(app: &TestApp, link: &str, password: &str) {
    let mut browser = app.browser();
    let page = browser.open(link).await;
    let fields = [("New password", password), ("Repeat new password", password)];
    let page = browser.submit(&page, "Change password", &fields).await;
    assert!(page.says("Your password is changed"), "{}", page.text());
}

/// Undoes the change.
pub async fn undo(app: &TestApp, link: &str) -> Page {
    let mut browser = app.browser();
    let page = browser.open(link).await;
    assert!(page.offers("Undo this change"), "{}", page.text());
    browser.press(&page, "Undo this change").await
}

#[tokio::test]
async fn s7_for_72_hours_both_addresses_hear_everything_and_only_the_old_one_leads_back() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (mut browser, _) = changed(&app, &nora, NEW).await;
    app.mail();
    app.pass(hours(72) - minutes(10));
    app.browser().at("198.51.100.5").sign_in(&nora).await;
    let mails = app.mail();
    assert_eq!(
        (kinds_to(&mails, &nora.email), kinds_to(&mails, NEW)),
        (vec!["new_browser".into()], vec!["new_browser".into()])
    );
    for typed in [nora.email.as_str(), NEW] {
        let mails = forgot(&app, typed).await;
        assert_eq!((mails.len(), mails[0].to.as_str()), (1, nora.email.as_str()), "{typed}");
    }
    browser.sign_in(&nora).await;
    browser.confirm(&nora, "/account").await;
    let page = browser.open("/account/email").await;
    assert!(page.says("It cannot be changed again before") && !page.offers("Send confirmation"), "{}", page.text());
    let mut form = browser.open("/").await.form("Sign out").filled(&[]);
    form.push(("new_email".to_owned(), "nora@third.example".to_owned()));
    assert_eq!(browser.post("/account/email", &form).await.status, 422);
    app.mail();
    app.pass(minutes(10));
    browser.confirm(&nora, "/account").await;
    ask_rightly(&mut browser, "nora@third.example").await;
    let link = app.newest_mail("nora@third.example", "email_confirm").link("Confirm");
    assert!(
        forgot(&app, &nora.email).await.iter().all(|mail| mail.kind != "reset_link"),
        "the old address is nobody's"
    );
    let mut mailbox = app.browser();
    let page = mailbox.open(&link).await;
    assert!(mailbox.press(&page, "Confirm").await.says("Your email address is changed"));
    assert_eq!(kinds_to(&app.mail(), NEW), ["email_changed"], "each change is told at the address before it");
}

/// Whoever else asks for the old address, or makes an account with it, does not get it while the change can be undone.
#[tokio::test]
async fn s7_the_old_address_is_kept_for_its_account_while_the_change_can_be_undone() {
    let app = TestApp::new();
    let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
    let (_, link) = changed(&app, &nora, NEW).await;
    let mut browser = confirmed(&app, &olga).await;
    ask_rightly(&mut browser, &nora.email).await;
    assert_eq!(app.only_mail().kind, "email_taken");
    assert!(undo(&app, &link).await.says("The change is undone"));
    assert_eq!(app.account_row(&nora).email, nora.email);
    let mails = app.mail();
    assert_eq!(
        (kinds_to(&mails, &nora.email), kinds_to(&mails, NEW)),
        (vec!["email_undone".into()], vec!["email_undone".into()])
    );
    let mut browser = confirmed(&app, &olga).await;
    ask_rightly(&mut browser, NEW).await;
    assert_eq!(app.only_mail().kind, "email_confirm", "the address that was undone is free");
}

#[tokio::test]
async fn s7_for_72_hours_both_addresses_hear_of_an_administrators_reset() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    changed(&app, &nora, NEW).await;
    app.mail();
    app.reset_mfa(&nora);
    let mails = app.mail();
    assert_eq!(
        (kinds_to(&mails, &nora.email), kinds_to(&mails, NEW)),
        (vec!["account_reset".into()], vec!["account_reset".into()])
    );
}

#[tokio::test]
async fn s7_after_72_hours_the_old_address_is_free() {
    let app = TestApp::new();
    let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
    changed(&app, &nora, NEW).await;
    for (wait, kind) in [(hours(72) - minutes(10), "email_taken"), (minutes(10), "email_confirm")] {
        app.pass(wait);
        let act = app.app.local_act();
        app.app.db.write(move |tx| maintenance::sweep(tx, &act)).unwrap();
        let mut browser = confirmed(&app, &olga).await;
        ask_rightly(&mut browser, &nora.email).await;
        assert_eq!(app.only_mail().kind, kind);
    }
}

#[tokio::test]
async fn s7_opening_the_undo_link_changes_nothing_and_it_works_once_for_72_hours() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (mut browser, link) = changed(&app, &nora, NEW).await;
    app.browser().head(&link).await;
    app.browser().open(&link).await;
    assert!(browser.is_signed_in().await && app.account_row(&nora).email == NEW);
    app.pass(hours(72) - seconds(1));
    let mut mailbox = app.browser();
    let page = mailbox.open(&link).await;
    app.pass(seconds(1));
    let late = mailbox.press(&page, "Undo this change").await;
    assert_eq!((late.status.as_u16(), late.says("This link has expired")), (410, true));
    assert_eq!(app.account_row(&nora).email, NEW);
}

/// Regression 36: it acts once, however many press at once.
#[tokio::test]
async fn r36_of_20_at_once_behind_undo_this_change_one_acts() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (_, link) = changed(&app, &nora, NEW).await;
        app.mail();
        let mut forms = Vec::new();
        for _ in 0..20 {
            let mut browser = app.browser();
            let page = browser.open(&link).await;
            forms.push(Filled { browser, page, button: "Undo this change", values: Vec::new() });
        }
        let answers = at_once(forms).await;
        assert_eq!(count(&answers, |answer| answer.status == 303), 1);
        assert_eq!(count(&answers, |answer| answer.status == 410), 19);
        assert_eq!(app.mail().len(), 2, "one to each address");
        assert!(app.browser().open(&link).await.says("This link has been used"));
    }
}

/// Undone, the account opens with what the owner had before, and with nothing that came since or that is mailed.
#[tokio::test]
async fn s7_undo_ends_everything_and_the_owners_app_and_password_from_before_lead_back() {
    for app in both_engines() {
        let mut nora = app.with_mfa("nora").await;
        let (mut browser, link) = changed(&app, &nora, NEW).await;
        app.mail();
        assert!(undo(&app, &link).await.says("The change is undone"));
        assert!(!browser.is_signed_in().await);
        let row = app.account_row(&nora);
        assert_eq!((row.recovery_lock, row.mail_paused), (Some(RecoveryLock::Undone), true));
        app.mail();
        for email in [nora.email.as_str(), NEW] {
            assert!(forgot(&app, email).await.is_empty(), "no link to a new password to {email}");
        }
        let page = app.browser().give_password(&nora).await;
        assert!(page.offers("Verify") && !page.offers("Send me a passcode"), "{}", page.text());
        let page = browser.sign_in(&nora).await;
        assert!(page.offers("Change password"), "a new password first: {}", page.text());
        let fields = [("New password", NORAS), ("Repeat new password", NORAS)];
        assert!(browser.submit(&page, "Change password", &fields).await.offers("Sign out"));
        nora.password = NORAS.into();
        assert_eq!(app.account_row(&nora).recovery_lock, None, "the app has proved the owner");
        assert_eq!(forgot(&app, &nora.email).await.iter().filter(|mail| mail.kind == "reset_link").count(), 1);
    }
}

/// What was mailed to the new mailbox since the change is worth nothing after the undo.
#[tokio::test]
async fn s7_after_the_undo_no_link_that_was_mailed_since_the_change_does_anything() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (_, link) = changed(&app, &nora, NEW).await;
    app.mail();
    app.pass(minutes(1));
    app.browser().at("198.51.100.66").sign_in(&nora).await;
    let not_me = app.newest_mail(NEW, "new_browser").link("This wasn't me");
    undo(&app, &link).await;
    app.mail();
    assert_eq!(app.browser().open(&not_me).await.status, 410);
    assert!(!app.account_row(&nora).password_blocked);
}

/// A password that the owner sets behind a link to the old mailbox is the owner's: undoing keeps it.
#[tokio::test]
async fn s7_undo_keeps_a_password_that_was_set_through_the_old_mailbox() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let (_, link) = changed(&app, &nora, NEW).await;
    app.mail();
    let reset = forgot(&app, &nora.email).await.remove(0).link("Change password");
    set_password(&app, &reset, NORAS).await;
    undo(&app, &link).await;
    assert_eq!(app.browser().give_password(&nora).await.status, 422, "the password from before it");
    nora.password = NORAS.into();
    assert!(app.browser().sign_in(&nora).await.offers("Change password"));
}

/// **This wasn't me** after an undo stops nothing that the undo has left to the owner.
#[tokio::test]
async fn s7_this_was_not_me_after_an_undo_leaves_the_way_back_open() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    app.browser().at("198.51.100.66").sign_in(&nora).await;
    let not_me = app.newest_mail(&nora.email, "new_browser").link("This wasn't me");
    let (_, link) = changed(&app, &nora, NEW).await;
    undo(&app, &link).await;
    app.mail();
    let mut mailbox = app.browser();
    let page = mailbox.open(&not_me).await;
    mailbox.press(&page, "This wasn't me").await;
    assert!(app.mail().is_empty(), "no link to a new password");
    assert!(app.browser().sign_in(&nora).await.offers("Change password"));
}

/// A disabled account's address can be given back too; it stays disabled.
#[tokio::test]
async fn s7_undo_gives_a_disabled_accounts_address_back_and_leaves_it_disabled() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (_, link) = changed(&app, &nora, NEW).await;
    app.change(&nora, Change::Disable);
    assert!(undo(&app, &link).await.says("The change is undone"));
    let row = app.account_row(&nora);
    assert!(row.email == nora.email && row.disabled_at.is_some());
    assert_eq!(app.browser().give(&nora.username, EVES).await.status, 422);
}

/// What a thief who had password, session and passcodes has made of the account.
struct Thief {
    browser: Browser,
    person: Person,
    undo: String,
}

/// A thief signs in with all that Nora has, adds an app, and removes hers; before the address is changed, or after it.
async fn theft(app: &TestApp, nora: &Person, apps_first: bool) -> Thief {
    app.pass(hours(100));
    let mut browser = app.browser().at("198.51.100.66");
    browser.sign_in(nora).await;
    browser.confirm(nora, "/account").await;
    let mut person = nora.clone();
    if apps_first {
        person.phone = Some(change_apps(&mut browser).await);
    }
    ask_rightly(&mut browser, "eve@elsewhere.example").await;
    let link = app.newest_mail("eve@elsewhere.example", "email_confirm").link("Confirm");
    let page = browser.open(&link).await;
    browser.press(&page, "Confirm").await;
    let undo = app.newest_mail(&nora.email, "email_changed").link("Undo this change");
    if !apps_first {
        app.pass(seconds(1));
        person.phone = Some(change_apps(&mut browser).await);
    }
    let page = browser.open("/account/password").await;
    let page = browser.submit(&page, "Change password", &[("New password", EVES), ("Repeat new password", EVES)]).await;
    assert!(page.says("Your password is changed."), "{}", page.text());
    person.password = EVES.into();
    let page = browser.open("/account/recovery-code").await;
    let page = browser.press(&page, "Make a new recovery code").await;
    browser.submit(&page, "Use this recovery code", &[("I have saved my recovery code", "yes")]).await;
    Thief { browser, person, undo }
}

pub async fn change_apps(browser: &mut Browser) -> Phone {
    let (phone, list) = crate::apps::add(browser, "Mine").await;
    let page = browser.open(&list.link("Remove")).await;
    assert!(page.says("Passcodes of Authenticator app will no longer work"), "{}", page.text());
    assert!(browser.press(&page, "Remove").await.says("The app is removed"));
    phone
}

/// A thief with the password, a session and passcodes changes everything, in either order. The owner undoes it: everything of the
/// thief's is gone, the owner's app and password are back, and the thief's mailbox gets nothing any more.
#[tokio::test]
async fn s7_r55_a_thief_who_changed_everything_is_out_after_the_undo_and_the_owner_is_in() {
    for app in both_engines() {
        for (name, apps_first) in [("nora", false), ("olga", true)] {
            let nora = app.with_mfa(name).await;
            let mut thief = theft(&app, &nora, apps_first).await;
            assert_eq!(
                app.browser().give_password(&nora).await.status,
                422,
                "neither password nor app of the owner's is left"
            );
            let told = kinds_to(&app.mail(), &nora.email);
            assert!(
                told.contains(&"password_changed".into()) && told.contains(&"recovery_code_changed".into()),
                "{told:?}"
            );
            assert!(undo(&app, &thief.undo).await.says("The change is undone"));
            app.mail();
            assert!(!thief.browser.is_signed_in().await);
            assert_eq!(
                app.browser().at("192.0.2.5").give_password(&thief.person).await.status,
                422,
                "the thief's password"
            );
            for password in [EVES, &nora.password] {
                let knowing = Person { password: password.to_owned(), ..thief.person.clone() };
                app.pass(seconds(30));
                let mut browser = app.browser().at("192.0.2.6");
                let page = browser.give_password(&knowing).await;
                if page.offers("Verify") {
                    let page = browser.give_passcode(&page, &knowing.code(&app)).await;
                    assert_eq!(page.status, 422, "the thief's app: {}", page.text());
                    assert!(!page.offers("Send me a passcode"));
                }
                assert!(!browser.is_signed_in().await);
            }
            let row = app.account_row(&nora);
            assert!(row.recovery_code.is_none() && row.mail_paused && row.recovery_lock == Some(RecoveryLock::Undone));
            for email in ["eve@elsewhere.example", &nora.email] {
                assert!(forgot(&app, email).await.is_empty(), "{email}");
            }
            let page = app.browser().sign_in(&nora).await;
            assert!(page.offers("Change password"), "the owner is in: {}", page.text());
            assert!(app.mail().iter().all(|mail| mail.to == nora.email), "the thief's mailbox gets nothing");
            app.pass(hours(1));
        }
    }
}

/// Who sets up a new device through the old mailbox keeps it when the change is undone.
#[tokio::test]
async fn s7_undo_keeps_a_new_device_that_was_set_up_through_the_old_mailbox() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let (_, link) = changed(&app, &nora, NEW).await;
    app.mail();
    app.pass(minutes(2));
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    browser.press(&page, "Set up a new device").await;
    let device = app.newest_mail(&nora.email, "new_device_link").link("Set up my new device");
    let page = browser.open(&device).await;
    let page = browser.open(&page.link("Enter your recovery code")).await;
    let code = nora.recovery_code.clone().unwrap();
    let page = browser.submit(&page, "Verify recovery code", &[("Recovery code", &code)]).await;
    let page = nora.confirm_app(&mut browser, &page).await;
    nora.keep_recovery_code(&mut browser, &page).await;
    app.pass(seconds(60));
    undo(&app, &link).await;
    assert!(app.account_row(&nora).recovery_code.is_some(), "the new recovery code is the owner's");
    assert!(app.browser().sign_in(&nora).await.offers("Change password"));
}
