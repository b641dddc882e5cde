//! Asking for another address and confirming it.

use super::*;

#[tokio::test]
async fn s7_a_new_address_counts_once_it_is_confirmed_behind_the_mail_to_it() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (mut browser, link) = asked(&app, &nora, NEW).await;
        app.browser().head(&link).await;
        let mut mailbox = app.browser();
        let page = mailbox.open(&link).await;
        assert!(page.says("nora") && page.says(NEW) && page.offers("Confirm"), "{}", page.text());
        assert_eq!(app.account_row(&nora).email, nora.email, "opening the link changes nothing");
        let page = mailbox.press(&page, "Confirm").await;
        assert!(page.says("Your email address is changed"), "{}", page.text());
        assert_eq!(app.account_row(&nora).email, NEW);
        assert!(!mailbox.is_signed_in().await, "nothing behind a link signs anyone in");
        assert!(browser.is_signed_in().await, "the session goes on");
        let mails = app.mail();
        assert_eq!(kinds_to(&mails, &nora.email), ["email_changed"]);
        assert_eq!(kinds_to(&mails, NEW), ["email_in_use"]);
        assert!(!mails[0].text.contains(NEW), "the old mailbox gets to see a part of the new address only");
        for (name, lets_in) in [(NEW, true), ("NORA@New.example", true), (nora.email.as_str(), false)] {
            let page = app.browser().give(name, &nora.password).await;
            assert_eq!(page.offers("Verify"), lets_in, "{name}: {}", page.text());
        }
        let again = mailbox.open(&link).await;
        assert_eq!((again.status.as_u16(), again.says("This link has been used")), (410, true));
    }
}

#[tokio::test]
async fn r36_a_link_to_a_new_address_works_once_for_an_hour_and_not_beside_a_newer_one() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (mut browser, older) = asked(&app, &nora, "nora@older.example").await;
    ask_rightly(&mut browser, NEW).await;
    let newer = app.newest_mail(NEW, "email_confirm").link("Confirm");
    assert!(app.browser().open(&older).await.says("There is a newer link"));
    let mut mailbox = app.browser();
    let page = mailbox.open(&newer).await;
    app.pass(hours(1));
    let late = mailbox.press(&page, "Confirm").await;
    assert_eq!((late.status.as_u16(), late.says("This link has expired")), (410, true));
    assert_eq!(app.account_row(&nora).email, nora.email);
}

/// Only the link that an address was mailed makes it an account's (regressions 22, 37), and only that account's (31).
#[tokio::test]
async fn r31_r37_an_address_is_confirmed_by_its_own_link_only() {
    let app = TestApp::new();
    let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
    let (_, link) = asked(&app, &nora, NEW).await;
    let (_, other) = asked(&app, &olga, "olga@new.example").await;
    let (mut mailbox, mut others) = (app.browser(), app.browser());
    let (page, others_page) = (mailbox.open(&link).await, others.open(&other).await);
    let swapped = others_page.form("Confirm").filled(&[]);
    assert_eq!(mailbox.post("/email/confirm", &swapped).await.status, 403, "the form belongs to its link");
    for extra in ["email", "account", "username"] {
        let mut more = page.form("Confirm").filled(&[]);
        more.push((extra.to_owned(), "eve@elsewhere.example".to_owned()));
        assert_eq!(mailbox.post("/email/confirm", &more).await.status, 400);
    }
    for (wrong, is) in [(link.replace("/email/confirm/", "/email/undo/"), 410), (format!("{link}x"), 410)] {
        assert_eq!(app.browser().open(&wrong).await.status, is);
    }
    assert_eq!((app.account_row(&nora).email, app.account_row(&olga).email), (nora.email.clone(), olga.email.clone()));
    mailbox.press(&page, "Confirm").await;
    assert_eq!((app.account_row(&nora).email, app.account_row(&olga).email), (NEW.to_owned(), olga.email.clone()));
}

#[tokio::test]
async fn s7_an_address_that_another_account_has_is_told_in_the_same_words_and_its_owner_hears_of_it() {
    let app = TestApp::new();
    let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
    let mut browser = confirmed(&app, &nora).await;
    ask_rightly(&mut browser, "OLGA@example.org").await;
    let mail = app.only_mail();
    assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("email_taken", olga.email.as_str()));
    assert!(!mail.text.contains("nora"), "{}", mail.text);
    ask_rightly(&mut browser, &olga.email).await;
    assert!(app.mail().is_empty(), "the owner hears of it once an hour");
}

#[tokio::test]
async fn s7_a_new_address_is_asked_for_five_times_an_hour_in_a_confirmed_session() {
    let app = TestApp::new();
    let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    app.mail();
    let page = browser.open("/account/email").await;
    assert!(page.says("Confirm that it's you"), "the sign-in's own passcode does not count: {}", page.text());
    browser.confirm(&nora, "/account").await;
    let same = ask(&mut browser, &nora.email.to_uppercase()).await;
    assert!(same.status == 422 && same.says("the address that your account has already"), "{}", same.text());
    for email in ["1@new.example", &olga.email, "3@new.example", "4@new.example", NEW] {
        ask_rightly(&mut browser, email).await;
    }
    app.mail();
    for email in [NEW, &olga.email] {
        let page = ask(&mut browser, email).await;
        assert!(page.status == 429 && page.says("You can try again in 1 hour"), "{}", page.text());
    }
    app.pass(minutes(5));
    let late = browser.open("/account/email").await;
    assert!(late.says("More than five minutes have passed"), "{}", late.text());
    assert!(app.mail().is_empty());
}

/// Nobody ends up with an address that somebody else has, however close they come (regression 36 too: each link once).
#[tokio::test]
async fn r36_of_two_accounts_that_confirm_one_address_at_once_one_gets_it_and_of_20_who_confirm_at_once_one_does() {
    for app in both_engines() {
        let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
        let (_, first) = asked(&app, &nora, NEW).await;
        let (_, second) = asked(&app, &olga, NEW).await;
        let mut forms = Vec::new();
        for link in std::iter::repeat_n(&first, 10).chain(std::iter::repeat_n(&second, 10)) {
            let mut browser = app.browser();
            let page = browser.open(link).await;
            forms.push(Filled { browser, page, button: "Confirm", values: Vec::new() });
        }
        let answers = at_once(forms).await;
        assert_eq!(count(&answers, |answer| answer.status == 303), 1);
        assert_eq!(count(&answers, |answer| answer.says("another account has taken this address")), 1);
        assert_eq!(count(&answers, |answer| answer.status == 410), 18);
        let has_it = |person: &Person| app.account_row(person).email == NEW;
        assert!(has_it(&nora) != has_it(&olga));
        assert_eq!(app.mail_of_kind("email_changed").len(), 1);
    }
}

/// What was mailed to the old address before the change opens nothing after it.
#[tokio::test]
async fn s7_links_in_the_old_mailbox_end_with_the_change() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (_, link) = asked(&app, &nora, NEW).await;
    let mut browser = app.browser();
    let page = browser.open("/forgot-password").await;
    browser.submit(&page, "Send me a link", &[("Email", &nora.email)]).await;
    let reset = app.newest_mail(&nora.email, "reset_link").link("Change password");
    let mut mailbox = app.browser();
    let page = mailbox.open(&link).await;
    mailbox.press(&page, "Confirm").await;
    assert_eq!(app.browser().open(&reset).await.status, 410);
}

/// Nor does a passcode that waits there; the sign-in goes on with another one.
#[tokio::test]
async fn s7_a_passcode_in_the_old_mailbox_ends_with_the_change() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (_, link) = asked(&app, &nora, NEW).await;
        let mut browser = app.browser().at("198.51.100.5");
        let page = browser.give_password(&nora).await;
        let page = browser.press(&page, "Send me a passcode").await;
        let code = app.newest_mail(&nora.email, "passcode").passcode();
        let mut mailbox = app.browser();
        let asks = mailbox.open(&link).await;
        assert!(mailbox.press(&asks, "Confirm").await.says("Your email address is changed"));
        let page = browser.give_passcode(&page, &code).await;
        assert_eq!((page.status.as_u16(), page.says("We emailed a passcode to")), (422, false), "{}", page.text());
        app.mail();
        browser.press(&page, "Send me a passcode").await;
        let page = browser.open("/sign-in/passcode").await;
        let page = browser.give_passcode(&page, &app.newest_mail(NEW, "passcode").passcode()).await;
        assert!(page.offers("Sign out"), "{}", page.text());
    }
}

/// One mail to the typed address, as it is parsed whole, or none: no second address comes along in any spelling.
#[tokio::test]
async fn r34_a_new_address_is_one_address_or_none() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = confirmed(&app, &nora).await;
    let page = browser.open("/account/email").await;
    let own = page.form("Send confirmation").filled(&[("New email", NEW)]);
    for name in ["new_email", "new_email[]", "new_email[0]", "email", "to", "new_email.x"] {
        let mut more = own.clone();
        more.push((name.to_owned(), "eve@elsewhere.example".to_owned()));
        assert_eq!(browser.post("/account/email", &more).await.status, 400, "{name}");
    }
    for typed in [
        "nora@new.example,eve@elsewhere.example",
        "nora@new.example;eve@elsewhere.example",
        "nora@new.example eve@elsewhere.example",
        "nora@new.example\r\nBcc: eve@elsewhere.example",
        "nora@new.example%0aeve@elsewhere.example",
        "nora@new.example\0@elsewhere.example",
        "<nora@new.example>",
        "\"eve@elsewhere.example\" <nora@new.example>",
        "nora@new.exam\u{200B}ple",
        "nora@new@elsewhere.example",
        "[\"nora@new.example\",\"eve@elsewhere.example\"]",
    ] {
        let page = ask(&mut browser, typed).await;
        assert!(page.status == 422 && page.title().starts_with("Error: "), "{typed:?}: {}", page.text());
    }
    assert!(app.mail().is_empty());
    ask_rightly(&mut browser, "\u{FF4E}ora\u{FF20}NEW.example").await;
    assert_eq!(app.only_mail().to, "nora@NEW.example", "what a full-width keyboard writes is what it means");
}
