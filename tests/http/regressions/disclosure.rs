//! Whether an account exists is told by no word, no status, no work.

use crate::support::*;

/// The answer without what differs from one request to the next.
fn shape(page: &Page, typed: &str) -> (u16, String, Vec<String>) {
    let mut names: Vec<_> = page.headers.keys().map(|name| name.as_str().to_owned()).collect();
    names.sort();
    (page.status.as_u16(), page.text().replace(typed, "…"), names)
}

/// Regression 51: sign-in says and does the same for a name that no account has, with MFA and without.
#[tokio::test]
async fn r51_unknown_names_get_the_same_words_and_cost_the_same_hashes() {
    let app = TestApp::new();
    app.with_mfa("nora").await;
    app.account("olga");
    let before = app.app.hasher.hashes_done();
    for number in 0..14 {
        let mut shapes = Vec::new();
        for (host, name) in ["nora", "olga", "otto"].into_iter().enumerate() {
            let done = app.app.hasher.hashes_done();
            // Each at an address of its own, so that the address's allowance does not end first.
            let mut browser = app.browser().at(&format!("198.51.100.{host}"));
            let page = browser.give(name, &format!("wrong {number}")).await;
            shapes.push((shape(&page, name), app.app.hasher.hashes_done() - done));
        }
        assert_eq!(shapes[0], shapes[1], "try {number}");
        assert_eq!(shapes[0], shapes[2], "try {number}");
    }
    assert_eq!(app.app.hasher.hashes_done() - before, 30, "ten comparisons for each of three names");
}

/// Regression 51: a password that is too long to be one costs the same hash.
#[tokio::test]
async fn r51_a_password_that_cannot_be_one_costs_the_same() {
    let app = TestApp::new();
    app.with_mfa("nora").await;
    for name in ["nora", "otto"] {
        let before = app.app.hasher.hashes_done();
        let page = app.browser().give(name, &"a".repeat(2_000)).await;
        assert_eq!((page.status.as_u16(), app.app.hasher.hashes_done() - before), (422, 1), "{name}");
    }
}

/// Regression 51: Forgot password says the same, and counts the same, for addresses that no account has.
#[tokio::test]
async fn r51_forgot_password_says_the_same_for_every_address() {
    let app = TestApp::new();
    app.with_mfa("nora").await;
    for number in 0..5 {
        let mut shapes = Vec::new();
        for address in ["nora@example.org", "otto@example.org"] {
            let mut browser = app.browser();
            let page = browser.open("/forgot-password").await;
            let page = browser.submit(&page, "Send me a link", &[("Email", address)]).await;
            shapes.push(shape(&page, address));
        }
        assert_eq!(shapes[0], shapes[1], "time {number}");
    }
    assert!(app.mail().iter().all(|mail| mail.to == "nora@example.org"));
}
