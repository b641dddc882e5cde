//! Product section 5: a lost or new device.

mod answers;
mod attacks;
mod stopped;

use std::time::Duration;

use vestibule::config::Profile;
use vestibule::model::product::Policy;
use vestibule::store::audit;

use crate::support::*;

/// How many events of the audit trail are of this act and ended so.
fn events(app: &TestApp, act: &'static str, outcome: &'static str) -> usize {
    let events = app.app.db.read(|tx| audit::page(tx, None, 10_000)).unwrap();
    events.iter().filter(|event| event.act == act && event.outcome == outcome).count()
}

#[tokio::test]
async fn s5_1_set_up_a_new_device_on_the_passcode_page_emails_a_link_and_says_where_it_went() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    let page = browser.press(&page, "Set up a new device").await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/sign-in/new-device", 200));
    assert!(
        page.says("We emailed a link to n••••••@example.org") && page.offers("Send me another link"),
        "{}",
        page.text()
    );
    let mail = app.only_mail();
    assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("new_device_link", nora.email.as_str()));
    assert!(mail.link("Set up my new device").contains("/new-device/link/vst_l_"));
    let page = browser.open(&page.link("Back to the passcode")).await;
    assert!(browser.give_passcode(&page, &nora.code(&app)).await.offers("Sign out"), "the old device works as before");
}

#[tokio::test]
async fn s5_1_links_are_five_an_hour_and_the_page_says_how_long_to_wait() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let mut page = browser.give_password(&nora).await;
    page = browser.press(&page, "Set up a new device").await;
    for _ in 0..4 {
        page = browser.press(&page, "Send me another link").await;
        assert_eq!(page.status, 200);
    }
    let refused = browser.press(&page, "Send me another link").await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "3600"));
    assert!(refused.says("We have sent several emails already. You can try again in 1 hour"), "{}", refused.text());
    assert_eq!(app.mail_of_kind("new_device_link").len(), 5);
    app.pass(hours(1));
    let page = browser.give_password(&nora).await;
    assert_eq!(browser.press(&page, "Set up a new device").await.status, 200);
}

#[tokio::test]
async fn s5_1_opening_the_link_changes_nothing_and_leads_to_verify_your_identity() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let link = nora.ask_for_new_device(&mut app.browser()).await;
    let before = app.account_row(&nora);
    for _ in 0..3 {
        let mut scanner = app.browser().at("198.51.100.9");
        assert!(scanner.head(&link).await.status.is_redirection());
        assert_eq!(scanner.open(&link).await.status, 200);
    }
    let mut browser = app.browser();
    let landed = browser.open_once(&link).await;
    assert_eq!(
        (landed.status.as_u16(), landed.header("location")),
        (303, "/new-device"),
        "the link leaves the address"
    );
    assert_eq!(landed.header("referrer-policy"), "no-referrer");
    let page = browser.open("/new-device").await;
    assert!(page.says("Verify your identity") && page.says("Step 1 of 3"), "{}", page.text());
    assert_eq!(format!("{before:?}"), format!("{:?}", app.account_row(&nora)));
}

#[tokio::test]
async fn s5_1_a_new_link_ends_the_older_one_but_not_what_was_proved_behind_it() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let first = nora.ask_for_new_device(&mut app.browser()).await;
    let mut browser = app.browser();
    let page = nora.prove_with_recovery_code(&mut browser).await;
    let gone = app.browser().open(&first).await;
    assert_eq!((gone.status.as_u16(), gone.says("There is a newer link")), (410, true), "{}", gone.text());
    let third = nora.ask_for_new_device(&mut app.browser()).await;
    assert_eq!(app.browser().open(&third).await.status, 200);
    let page = nora.confirm_app(&mut browser, &page).await;
    assert!(nora.keep_recovery_code(&mut browser, &page).await.says("Your new device is set up"));
    assert_eq!(app.browser().open(&third).await.status, 410, "what is finished ends every link");
}

#[tokio::test]
async fn s5_1_the_link_lives_one_hour_and_works_once() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let link = nora.ask_for_new_device(&mut app.browser()).await;
    app.pass(minutes(60));
    let gone = app.browser().open(&link).await;
    assert_eq!((gone.status.as_u16(), gone.says("This link has expired")), (410, true));
    let link = nora.ask_for_new_device(&mut app.browser()).await;
    let mut browser = app.browser();
    let page = browser.open(&link).await;
    let page = nora.give_recovery_code(&mut browser, &page).await;
    let page = nora.confirm_app(&mut browser, &page).await;
    nora.keep_recovery_code(&mut browser, &page).await;
    for mut other in [browser, app.browser()] {
        let gone = other.open(&link).await;
        assert_eq!((gone.status.as_u16(), gone.says("This link has been used")), (410, true), "{}", gone.text());
    }
}

#[tokio::test]
async fn s5_1_a_lock_made_with_passcodes_does_not_stop_it() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        // The sign-in that the lock has ended.
        let mut browser = app.browser();
        let page = browser.give_wrong_passcodes(&nora, 5).await;
        assert!(page.status == 429 && page.offers("Set up a new device"), "{}", page.text());
        let page = browser.press(&page, "Set up a new device").await;
        assert!(page.says("We emailed a link"), "{}", page.text());
        // One that begins while the lock stands.
        let mut browser = app.browser();
        let page = browser.give_password(&nora).await;
        assert!(page.status == 429 && page.offers("Set up a new device"));
        let page = nora.prove_with_recovery_code(&mut browser).await;
        assert_eq!(page.path, "/new-device/app");
    }
}

#[tokio::test]
async fn s5_1_nothing_of_it_is_offered_without_mfa_or_in_a_session() {
    let app = TestApp::new();
    let sam = app.account("sam");
    let mut browser = app.browser();
    let page = browser.give_password(&sam).await;
    assert!(!page.offers("Set up a new device"));
    let token = page.form("Send me a setup email").filled(&[]);
    assert_eq!(browser.post("/sign-in/send-new-device-email", &token).await.status, 410);
    let nora = app.with_mfa("nora").await;
    let product = RelyingParty::new(&app, "ledger", |product| product.policy = Policy::Separate(Duration::ZERO));
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    let page = product.begin(&mut browser, &product.request()).await;
    assert_eq!(page.path, "/sign-in/passcode");
    assert!(!page.offers("Set up a new device"), "{}", page.text());
    let token = page.form("Send me a passcode").filled(&[]);
    assert_eq!(browser.post("/sign-in/send-new-device-email", &token).await.status, 410);
    assert!(app.mail_of_kind("new_device_link").is_empty());
}

#[tokio::test]
async fn s5_4_the_recovery_code_leads_to_the_new_device_and_a_new_code() {
    for app in both_engines() {
        let mut nora = app.with_mfa("nora").await;
        let (old_phone, old_code) = (nora.phone.clone().unwrap(), nora.recovery_code.clone().unwrap());
        let mut browser = app.browser();
        let page = nora.prove_with_recovery_code(&mut browser).await;
        assert_eq!(page.path, "/new-device/app");
        assert!(page.says("Step 2 of 3") && page.body.contains("<svg"), "{}", page.text());
        let page = nora.confirm_app(&mut browser, &page).await;
        assert!(page.says("Step 3 of 3"));
        let file = browser.open(&page.link("Download")).await;
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"recovery-code.txt\"");
        let refused = browser.press(&page, "Finish").await;
        assert_eq!(refused.status, 422, "the box must be ticked");
        let done = nora.keep_recovery_code(&mut browser, &refused).await;
        assert!(done.says("Your new device is set up"), "{}", done.text());
        assert_eq!(done.link("Sign in"), "/sign-in");
        assert!(!browser.is_signed_in().await, "it signs nobody in");
        assert_ne!(nora.recovery_code, Some(old_code));
        app.pass(seconds(30));
        let page = app.browser().give_password(&nora).await;
        let mut elsewhere = app.browser();
        let page_of_old = elsewhere.give_password(&nora).await;
        assert_eq!(elsewhere.give_passcode(&page_of_old, &old_phone.code(&app)).await.status, 422);
        drop(page);
        assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
    }
}

#[tokio::test]
async fn s5_4_the_code_is_spent_when_it_is_accepted_and_taken_again_behind_the_same_link() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let link = nora.ask_for_new_device(&mut app.browser()).await;
        let mut first = app.browser();
        let page = first.open(&link).await;
        let key = nora.give_recovery_code(&mut first, &page).await.element("manual-code");
        assert!(app.account_row(&nora).recovery_code.is_none(), "spent");
        // In another browser it begins afresh, with a key of its own, and the first one is told.
        let mut second = app.browser().at("198.51.100.9");
        let page = second.open(&link).await;
        assert!(page.says("Verify your identity"), "proved anew: {}", page.text());
        let page = nora.give_recovery_code(&mut second, &page).await;
        assert_eq!(page.path, "/new-device/app");
        assert_ne!(page.element("manual-code"), key);
        let gone = first.open("/new-device/app").await;
        assert_eq!((gone.status.as_u16(), gone.says("You went on in another browser")), (410, true));
        // The same browser resumes where it stood.
        let again = second.open(&link).await;
        assert_eq!(
            (again.path.as_str(), again.element("manual-code")),
            ("/new-device/app", page.element("manual-code"))
        );
        // Another link does not take it: nothing but support is left.
        let other = nora.ask_for_new_device(&mut app.browser()).await;
        let mut third = app.browser();
        let page = third.open(&other).await;
        assert!(!page.offers("Enter your recovery code"), "{}", page.text());
        assert_eq!(third.open("/new-device/recovery-code").await.path, "/new-device");
    }
}

#[tokio::test]
async fn s5_4_a_wrong_code_is_told_and_five_lock_recovery_codes_alone() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        let link = nora.ask_for_new_device(&mut browser).await;
        browser.open(&link).await;
        let page = browser.open("/new-device/recovery-code").await;
        let short = browser.submit(&page, "Verify recovery code", &[("Recovery code", "ABC")]).await;
        assert!(short.status == 422 && short.says("26 letters and digits"), "{}", short.text());
        assert_eq!(app.account_row(&nora).rest.spent, 0, "told, and not counted");
        let wrong = "0".repeat(26);
        for number in 1..=5 {
            let answer = browser.submit(&page, "Verify recovery code", &[("Recovery code", &wrong)]).await;
            assert_eq!(answer.status, if number < 5 { 422 } else { 429 }, "{}", answer.text());
            assert!(!answer.body.contains(&wrong) && answer.title().starts_with("Error: "));
        }
        let code = nora.recovery_code.clone().unwrap();
        let right = browser.submit(&page, "Verify recovery code", &[("Recovery code", &code)]).await;
        assert_eq!((right.status.as_u16(), right.header("retry-after")), (429, "180"), "the right one too");
        assert!(right.says("Too many wrong recovery codes. You can try again in 3 minutes."), "{}", right.text());
        let row = app.account_row(&nora).rest;
        assert_eq!((row.spent, row.wrong_in_a_row, row.locked_until), (5, 0, None), "passcodes are not locked");
        assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
        app.pass(minutes(3));
        let right = browser.submit(&page, "Verify recovery code", &[("Recovery code", &code)]).await;
        assert_eq!(right.path, "/new-device/app");
        assert_eq!(app.account_row(&nora).rest.spent, 0, "a new budget");
    }
}

#[tokio::test]
async fn s5_5_the_old_device_works_until_the_new_one_is_complete_and_the_owner_is_told() {
    for app in both_engines() {
        let mut nora = app.with_mfa("nora").await;
        let old = nora.clone();
        let mut signed_in = app.browser();
        assert!(signed_in.sign_in(&old).await.offers("Sign out"));
        app.mail();
        let mut browser = app.browser();
        let page = nora.prove_with_recovery_code(&mut browser).await;
        let page = nora.confirm_app(&mut browser, &page).await;
        assert!(signed_in.is_signed_in().await && app.browser().sign_in(&old).await.offers("Sign out"), "not before");
        app.mail();
        assert!(nora.keep_recovery_code(&mut browser, &page).await.says("Your new device is set up"));
        assert!(!signed_in.is_signed_in().await, "other sessions end");
        let mail = app.only_mail();
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("new_device_done", nora.email.as_str()));
        assert!(mail.text.contains("/forgot-password") && mail.text.contains("support"), "{}", mail.text);
        app.pass(seconds(30));
        let mut known = signed_in;
        let page = known.give_password(&old).await;
        assert_eq!(known.give_passcode(&page, &old.code(&app)).await.status, 422, "the old app's code is wrong");
    }
}

#[tokio::test]
async fn s5_5_without_a_mobile_device_passcodes_come_by_email_from_then_on() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = nora.prove_with_recovery_code(&mut browser).await;
    let page = browser.press(&page, "I don't have a mobile device").await;
    assert_eq!(page.path, "/new-device/new-recovery-code");
    assert!(nora.keep_recovery_code(&mut browser, &page).await.says("a passcode that we email you"));
    app.mail();
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    let page = browser.press(&page, "Send me a passcode").await;
    assert!(browser.give_passcode(&page, &app.only_mail().passcode()).await.offers("Sign out"));
}

#[tokio::test]
async fn s5_5_strict_needs_an_app_and_asks_no_questions() {
    let app = TestApp::with(|settings| settings.profile = Profile::Strict);
    let mut nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let link = nora.ask_for_new_device(&mut browser).await;
    let page = browser.open(&link).await;
    assert!(!page.offers("Answer your security questions"), "{}", page.text());
    let page = nora.give_recovery_code(&mut browser, &page).await;
    assert!(!page.offers("I don't have a mobile device"));
    let token: Vec<_> = page.form("Verify and continue").filled(&[]).into_iter().take(1).collect();
    assert_eq!(browser.post("/new-device/no-device", &token).await.header("location"), "/new-device/app");
    let page = nora.confirm_app(&mut browser, &page).await;
    assert!(nora.keep_recovery_code(&mut browser, &page).await.says("Your new device is set up"));
}

#[tokio::test]
async fn s5_5_the_last_page_leads_to_the_product_that_the_person_came_from() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let product = RelyingParty::new(&app, "ledger", |product| {
        product.start_url = Some("https://ledger.example.com/".into());
    });
    let mut browser = app.browser();
    let page = product.begin(&mut browser, &product.request()).await;
    let page = browser.submit(&page, "Sign in", &[("Username", &nora.username), ("Password", PASSWORD)]).await;
    browser.press(&page, "Set up a new device").await;
    let link = app.newest_mail(&nora.email, "new_device_link").link("Set up my new device");
    let page = browser.open(&link).await;
    let page = nora.give_recovery_code(&mut browser, &page).await;
    let page = nora.confirm_app(&mut browser, &page).await;
    let done = nora.keep_recovery_code(&mut browser, &page).await;
    assert_eq!(done.link("Go on to The product ledger"), "https://ledger.example.com/");
}

/// The mail is not held to one an hour, as other notices are: the second may be a thief's.
#[tokio::test]
async fn s5_5_the_owner_is_told_of_every_new_device() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    for _ in 0..2 {
        assert!(nora.replace_device(&mut app.browser(), true).await.says("Your new device is set up"));
        let mail = app.newest_mail(&nora.email, "new_device_done");
        assert!(mail.subject.contains("A new device is set up"));
        app.pass(minutes(1));
    }
}
