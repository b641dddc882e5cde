//! Guessing passwords: how many tries a name has, from where, and what a person of the account still can.

use super::field;
use crate::support::*;

/// Tries one password: the status.
async fn try_once(browser: &mut Browser, username: &str, password: &str) -> u16 {
    browser.give(username, password).await.status.as_u16()
}

/// Regression 2: ten wrong passwords at once, whatever the number of browsers; then one every 30 seconds.
#[tokio::test]
async fn r02_ten_wrong_passwords_and_then_one_in_thirty_seconds() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut statuses = Vec::new();
        for number in 0..14 {
            statuses.push(try_once(&mut app.browser(), "nora", &format!("wrong {number}")).await);
        }
        assert_eq!(statuses, [vec![422; 10], vec![429; 4]].concat());
        let before = app.app.hasher.hashes_done();
        assert_eq!(try_once(&mut app.browser(), "nora", &nora.password).await, 429, "the right one, from there");
        assert_eq!(app.app.hasher.hashes_done(), before, "nothing is compared");
        app.pass(seconds(30));
        assert_eq!(try_once(&mut app.browser(), "nora", "wrong again").await, 422);
        assert_eq!(try_once(&mut app.browser(), "nora", "wrong again").await, 429);
    }
}

/// Regression 2: a stranger who uses up the tries keeps nobody out: not the known browser, not the first try from elsewhere.
#[tokio::test]
async fn r02_a_strangers_tries_keep_nobody_out() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut known = app.browser();
        known.sign_in(&nora).await;
        // At the known browser's own address too, so that it has no try of an address without failures.
        for number in 0..12 {
            try_once(&mut app.browser(), "nora", &format!("wrong {number}")).await;
        }
        assert!(known.give_password(&nora).await.offers("Verify"), "the known browser has tries of its own");
        let mut elsewhere = app.browser().at("192.0.2.44");
        assert!(
            elsewhere.give_password(&nora).await.offers("Verify"),
            "an address without failures has a try of its own"
        );
    }
}

/// Regression 2: an address that has failed has no try of its own, an hour later either; one that has not has one an hour.
#[tokio::test]
async fn r02_an_address_that_has_failed_has_no_try_of_its_own() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (failed, clean) = (|| app.browser().at("192.0.2.13"), || app.browser().at("192.0.2.44"));
        assert_eq!(try_once(&mut failed(), "nora", "wrong").await, 422);
        app.pass(hours(2));
        for number in 0..12 {
            try_once(&mut app.browser().at("198.51.100.66"), "nora", &format!("wrong {number}")).await;
        }
        assert_eq!(try_once(&mut failed(), "nora", &nora.password).await, 429);
        assert_eq!(try_once(&mut clean(), "nora", "wrong").await, 422, "the one try");
        assert_eq!(try_once(&mut clean(), "nora", &nora.password).await, 429, "and no other");
    }
}

/// Regression 2: one address has thirty tries over all names.
#[tokio::test]
async fn r02_an_address_has_thirty_tries_over_all_names() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser().at("198.51.100.66");
    for number in 0..30 {
        assert_eq!(try_once(&mut browser, &format!("user{number}"), "autumn 2026").await, 422, "{number}");
    }
    assert_eq!(try_once(&mut browser, &nora.username, &nora.password).await, 429);
    assert!(app.browser().at("192.0.2.44").give_password(&nora).await.offers("Verify"));
    let mut neighbours = app.browser().at("2001:db8::1");
    for number in 0..30 {
        neighbours = neighbours.at(&format!("2001:db8::{:x}", number + 1));
        try_once(&mut neighbours, &format!("other{number}"), "autumn 2026").await;
    }
    assert_eq!(try_once(&mut neighbours.at("2001:db8::ffff"), "last", "autumn 2026").await, 429, "an IPv6 /64 is one");
}

/// Regression 49: nothing is cut off: passwords that agree in the first hundreds of characters are different.
#[tokio::test]
async fn r49_long_passwords_are_compared_whole() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let right = &nora.password;
    let tails = [" ", "x", "\0", "\0x"].map(|tail| format!("{right}{tail}"));
    let short: String = right.chars().take(right.len() - 1).collect();
    for wrong in tails.iter().chain([&short, &right.repeat(2), &right.repeat(40), &"a".repeat(60_000)]) {
        app.pass(minutes(1));
        assert_eq!(try_once(&mut app.browser(), "nora", wrong).await, 422, "{} characters", wrong.len());
    }
}

/// Regression 49: long input is refused in words or as a form that is too large, never half taken.
#[tokio::test]
async fn r49_long_input_is_refused_whole() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    for length in [65, 255, 256, 1_024, 20_000] {
        app.pass(minutes(1));
        let name = format!("nora{}", " ".repeat(length));
        let page = app.browser().give(&format!("{name}x"), &nora.password).await;
        assert_eq!(page.status, 422, "a name of {length}");
        let page = app.browser().give(&"n".repeat(length), &nora.password).await;
        assert_eq!(page.status, 422, "a name of {length}");
        let mut browser = app.browser();
        let page = browser.give_password(&nora).await;
        let code = format!("{}{}", nora.code(&app), "0".repeat(length));
        let page = browser.submit(&page, "Verify", &[("Passcode", &code)]).await;
        assert!(page.says("A passcode is six digits"), "{}", page.text());
        let mut browser = app.browser();
        let page = browser.open("/forgot-password").await;
        let long = format!("{}@example.org", "n".repeat(length));
        let page = browser.submit(&page, "Send me a link", &[("Email", &long)]).await;
        assert!(page.status == 422 || page.status == 200, "{}", page.status);
    }
    app.mail();
    let huge = [field("form_token", "x"), field("username", "nora"), field("password", &"a".repeat(70_000))];
    assert_eq!(app.browser().post("/sign-in", &huge).await.status, 400);
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"), "no harm was done");
}
