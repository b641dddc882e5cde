//! **Account security**: what stands there, and what must be proved before anything of it is changed.

use vestibule::flow::account::Change;

use crate::support::*;

/// Whether changes are confirmed in this browser: then the confirmation leads on at once.
async fn is_confirmed(browser: &mut Browser) -> bool {
    let page = browser.open_once("/account/confirm?to=%2Faccount%2Fpassword").await;
    match page.status.as_u16() {
        303 => page.header("location") == "/account/password",
        status => {
            assert!(status == 200 && page.offers("Continue"), "{status} {}", page.text());
            false
        }
    }
}

async fn signed_in(app: &TestApp) -> (Person, Browser) {
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    (nora, browser)
}

#[tokio::test]
async fn s7_account_security_is_linked_on_the_portal_and_shows_what_stands_now() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    let portal = browser.open("/").await;
    let page = browser.open(&portal.link("Account security")).await;
    let questions = &app.app.settings.questions.provided;
    let stands =
        ["Signed in as nora", "nora@example.org", &questions[0], "Authenticator app: added", "In this browser only"];
    for stands in stands {
        assert!(page.says(stands), "{stands}: {}", page.text());
    }
    assert!(page.says("Made at 12:00 PM UTC on 15 January 2027"), "{}", page.text());
    for secret in ["red", "blue", "green", nora.recovery_code.as_deref().unwrap()] {
        assert!(!page.says(secret), "an answer, or the code, is on the page");
    }
    app.browser().sign_in(&nora).await;
    assert!(browser.open("/account").await.says("In 2 browsers, this one among them"));
}

/// The whole way: password, passcode, and on to the page that was asked for.
#[tokio::test]
async fn s7_changes_ask_for_the_password_and_then_for_a_passcode_given_for_that() {
    for app in both_engines() {
        let (nora, mut browser) = signed_in(&app).await;
        assert!(!is_confirmed(&mut browser).await);
        app.pass(seconds(30));
        let page = browser.give_password_again(&nora, "/account?from=here").await;
        assert!(page.says("Enter a passcode to change your account's security"), "{}", page.text());
        assert!(!is_confirmed(&mut browser).await, "the password alone is not enough");
        let page = browser.give_passcode(&page, &nora.code(&app)).await;
        assert_eq!((page.path.as_str(), page.status.as_u16()), ("/account?from=here", 200));
        assert!(is_confirmed(&mut browser).await);
        assert!(browser.is_signed_in().await, "the session goes on");
    }
}

#[tokio::test]
async fn s7_a_confirmation_opens_five_minutes_of_changes_in_its_session_alone() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    let mut other = app.browser();
    other.sign_in(&nora).await;
    browser.confirm(&nora, "/account").await;
    assert!(is_confirmed(&mut browser).await);
    assert!(!is_confirmed(&mut other).await, "another session of the same account");
    let given = app.now();
    app.set_clock(given.minus(seconds(5)));
    assert!(is_confirmed(&mut browser).await, "a node's clock is a little behind");
    app.set_clock(given.minus(seconds(61)));
    assert!(!is_confirmed(&mut browser).await, "too far behind");
    app.set_clock(given.plus(seconds(299)));
    assert!(is_confirmed(&mut browser).await);
    app.pass(seconds(1));
    assert!(!is_confirmed(&mut browser).await);
    let page = browser.open("/account/confirm").await;
    assert!(page.says("More than five minutes have passed since you confirmed"), "{}", page.text());
}

#[tokio::test]
async fn s7_a_wrong_password_at_the_confirmation_is_told_and_slowed_as_at_sign_in() {
    let app = TestApp::new();
    let (_, mut browser) = signed_in(&app).await;
    let mut page = browser.open("/account/confirm?to=%2Faccount%2Fpassword").await;
    for _ in 0..10 {
        page = browser.submit(&page, "Continue", &[("Password", "not this one")]).await;
        assert_eq!(page.status, 422);
        assert!(page.title().starts_with("Error: ") && page.says("That isn't the password of this account"));
        assert!(
            page.body.contains("name=\"to\" value=\"&#x2f;account&#x2f;password\"")
                || page.body.contains("/account/password")
        );
    }
    page = browser.submit(&page, "Continue", &[("Password", PASSWORD)]).await;
    assert_eq!(page.status, 429);
    assert!(page.says("You can try again in 30 seconds"), "{}", page.text());
    app.pass(seconds(30));
    page = browser.open(&page.link("Try again")).await;
    let page = browser.submit(&page, "Continue", &[("Password", PASSWORD)]).await;
    assert!(page.says("Enter a passcode"), "{}", page.text());
}

/// Regressions 19 and 39: neither the sign-in's own passcode nor a weaker one than the account's strongest opens changes.
#[tokio::test]
async fn r19_r39_changes_take_a_passcode_given_for_them_by_the_strongest_that_the_account_has() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    app.pass(seconds(30));
    let page = browser.give_password(&nora).await;
    let code = nora.code(&app);
    browser.give_passcode(&page, &code).await;
    let page = browser.give_password_again(&nora, "/account").await;
    assert!(!page.offers("Send me a passcode"), "the account has an app");
    let forced = browser.post("/sign-in/send-passcode", &page.form("Verify").filled(&[])[..1]).await;
    assert!(forced.says("Passcodes can't be sent by email"), "{}", forced.text());
    assert!(app.mail().iter().all(|mail| mail.kind != "passcode"));
    let page = browser.give_passcode(&page, &code).await;
    assert!(page.says("That passcode was already used"), "the sign-in's own does not count: {}", page.text());
    assert!(!is_confirmed(&mut browser).await);
    app.pass(seconds(30));
    browser.give_passcode(&page, &nora.code(&app)).await;
    assert!(is_confirmed(&mut browser).await);
}

/// A key that was mailed, as remote apps have it mailed, confirms nothing.
#[tokio::test]
async fn r19_a_key_that_was_mailed_confirms_nothing() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    app.app.db.write(|tx| tx.execute("UPDATE totp_app SET mailed = 1", &[])).unwrap();
    app.pass(seconds(30));
    let page = browser.give_password_again(&nora, "/account").await;
    let page = browser.give_passcode(&page, &nora.code(&app)).await;
    assert_eq!(page.status, 422, "{}", page.text());
    assert!(!is_confirmed(&mut browser).await);
}

/// Who has no app confirms with a passcode that is mailed for it.
#[tokio::test]
async fn s7_without_an_app_a_passcode_by_email_confirms() {
    let app = TestApp::new();
    let olga = app.with_mail_mfa("olga").await;
    let mut browser = app.browser();
    let page = browser.give_password(&olga).await;
    let page = browser.press(&page, "Send me a passcode").await;
    let first = app.newest_mail(&olga.email, "passcode").passcode();
    browser.give_passcode(&page, &first).await;
    let page = browser.give_password_again(&olga, "/account").await;
    let page = browser.give_passcode(&page, &first).await;
    assert_eq!(page.status, 422, "that of the sign-in is no good");
    let page = browser.press(&page, "Send me a passcode").await;
    let second = app.newest_mail(&olga.email, "passcode").passcode();
    browser.give_passcode(&page, &second).await;
    assert!(is_confirmed(&mut browser).await);
}

#[tokio::test]
async fn s7_five_wrong_passcodes_at_the_confirmation_end_the_session() {
    for app in both_engines() {
        let (nora, mut browser) = signed_in(&app).await;
        let mut page = browser.give_password_again(&nora, "/account").await;
        for _ in 0..4 {
            page = browser.give_passcode(&page, &nora.wrong_code(&app)).await;
            assert!(browser.is_signed_in().await);
        }
        browser.give_passcode(&page, &nora.wrong_code(&app)).await;
        assert!(!browser.is_signed_in().await);
    }
}

/// Regression 29: the session's token is another one after each rise of level, so a copy of the old one is worth nothing.
#[tokio::test]
async fn r29_a_confirmation_renews_the_sessions_token() {
    for app in both_engines() {
        let (nora, mut browser) = signed_in(&app).await;
        let mut thief = browser.clone();
        assert!(thief.is_signed_in().await);
        browser.confirm(&nora, "/account").await;
        assert!(is_confirmed(&mut browser).await);
        let page = thief.open_once("/account/confirm").await;
        assert_eq!((page.status.as_u16(), page.header("location")), (303, "/sign-in"));
        assert!(!thief.is_signed_in().await, "the copy is out");
    }
}

/// Who waits too long with the passcode begins the confirmation again, and is not asked to sign in.
#[tokio::test]
async fn s7_a_passcode_that_comes_after_a_quarter_of_an_hour_leads_back_to_the_confirmation() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    let late = browser.give_password_again(&nora, "/account/password").await;
    app.pass(minutes(15));
    let page = browser.give_passcode(&late, &nora.code(&app)).await;
    assert!(page.path.starts_with("/account/confirm?to=") && page.status == 200, "{} {}", page.path, page.text());
    let page = browser.submit(&page, "Continue", &[("Password", PASSWORD)]).await;
    let page = browser.give_passcode(&page, &nora.code(&app)).await;
    assert_eq!(page.path, "/account/password");
}

/// A passcode that was asked for in one session confirms nothing in another, even of the same account.
#[tokio::test]
async fn r5_a_confirmation_that_one_session_began_is_nothing_in_another() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    let mut other = app.browser();
    other.sign_in(&nora).await;
    app.pass(seconds(30));
    let page = browser.give_password_again(&nora, "/account").await;
    let attempt = |name: &&String| name.ends_with("-sign-in");
    let name = browser.cookies.keys().find(attempt).unwrap().clone();
    other.cookies.insert(name.clone(), browser.cookies[&name].clone());
    let page = other.give_passcode(&page, &nora.code(&app)).await;
    assert!(page.path.starts_with("/account/confirm"), "{} {}", page.path, page.text());
    assert!(!is_confirmed(&mut other).await && !is_confirmed(&mut browser).await);
}

/// What ends a session ends what was confirmed in it.
#[tokio::test]
async fn r23_a_confirmation_ends_with_its_session() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    browser.confirm(&nora, "/account").await;
    app.change(&nora, Change::Disable);
    let page = browser.open_once("/account/confirm").await;
    assert_eq!((page.status.as_u16(), page.header("location")), (303, "/sign-in"));
}
