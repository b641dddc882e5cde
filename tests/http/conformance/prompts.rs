//! Basic OP: when the person must sign in again, and when no page may be shown.

use super::Run;
use super::run::Flow;
use crate::support::*;

/// CheckIdTokenAuthTimeClaimsSameIfPresent, CheckIdTokenSubConsistentForSecondAuthorization.
fn check_same_sign_in(first: &Flow, second: &Flow) {
    assert_eq!(first.claims["auth_time"], second.claims["auth_time"]);
    assert_eq!(first.claims["sub"], second.claims["sub"]);
    assert_eq!(first.claims["sid"], second.claims["sid"]);
}

/// A second authorization that asks for a new sign-in (ExpectSecondLoginPage, CheckSecondIdTokenAuthTimeIsLaterIfPresent).
async fn second_sign_in(name: &str, value: &str, wait: u64) -> (Run, Flow) {
    let mut run = Run::new().await;
    let first = run.flow(&run.request()).await;
    run.app.pass(seconds(wait));
    let request = run.request().with(name, value);
    let page = run.product.begin(&mut run.browser, &request).await;
    assert!(page.offers("Sign in") && page.input("Password").contains("password"), "{}", page.text());
    let again = run.browser.open(&request.path()).await;
    assert!(run.product.answer(&again).is_none(), "the page that was shown counts for nothing");
    let page = run.walk_in(page).await;
    let second = run.finish(&page, &request).await;
    assert_eq!(first.claims["sub"], second.claims["sub"]);
    assert!(second.claims["auth_time"].as_u64().unwrap() > first.claims["auth_time"].as_u64().unwrap());
    (run, second)
}

/// `OIDCCPromptLogin`.
#[tokio::test]
async fn oidcc_prompt_login() {
    second_sign_in("prompt", "login", 1).await;
}

/// `OIDCCMaxAge1`: CheckIdTokenAuthTimeClaimPresentDueToMaxAge, CheckIdTokenAuthTimeIsRecentIfPresent.
#[tokio::test]
async fn oidcc_max_age_1() {
    let (run, flow) = second_sign_in("max_age", "1", 2).await;
    let age = run.app.now().seconds() - flow.claims["auth_time"].as_u64().unwrap();
    assert!(age < 60, "{age}");
}

/// `OIDCCMaxAge10000`: CheckIdTokenAuthTimeClaimPresentDueToMaxAge, both times.
#[tokio::test]
async fn oidcc_max_age_10000() {
    let mut run = Run::new().await;
    let first = run.flow(&run.request().with("max_age", "15000")).await;
    run.app.pass(minutes(30));
    let second = run.silent_flow(&run.request().with("max_age", "10000")).await;
    assert!(first.claims["auth_time"].is_u64(), "{}", first.claims);
    check_same_sign_in(&first, &second);
}

/// `OIDCCPromptNoneNotLoggedIn`: CheckErrorFromAuthorizationEndpointIsOneThatRequiredAUserInterface, with a state of 128 characters.
#[tokio::test]
async fn oidcc_prompt_none_not_logged_in() {
    let mut run = Run::new().await;
    let request = run.request().with("prompt", "none").with("state", &"s".repeat(128));
    let page = run.product.begin(&mut run.browser, &request).await;
    assert_eq!(run.error(&page, &request), "login_required");
}

/// `OIDCCPromptNoneLoggedIn`.
#[tokio::test]
async fn oidcc_prompt_none_logged_in() {
    let mut run = Run::new().await;
    let first = run.flow(&run.request()).await;
    run.app.pass(seconds(5));
    let second = run.silent_flow(&run.request().with("prompt", "none")).await;
    check_same_sign_in(&first, &second);
}

/// `OIDCCIdTokenHint`.
#[tokio::test]
async fn oidcc_id_token_hint() {
    let mut run = Run::new().await;
    let first = run.flow(&run.request()).await;
    let request = run.request().with("prompt", "none").with("id_token_hint", first.tokens.id_token());
    let second = run.silent_flow(&request).await;
    check_same_sign_in(&first, &second);
}
