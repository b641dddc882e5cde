//! RP-Initiated Logout OP: the requests that must not lead the browser back to the client. The page says what is wrong, or asks; until
//! somebody answers, nothing is changed.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::logout::Logout;
use crate::support::*;

/// An error page or a question, no redirect, and the session goes on.
async fn check_refused(logout: &mut Logout) -> Page {
    let page = logout.send().await;
    assert!(page.header("location").is_empty(), "{}", page.header("location"));
    assert!(page.status == 400 || page.says("Sign out?"), "{} {}", page.status, page.text());
    assert!(
        !page.body.contains("not-registered") && !page.body.contains("foo=bar"),
        "what was asked for is not repeated"
    );
    assert!(logout.run.browser.is_signed_in().await);
    page
}

/// `OIDCCRpInitiatedLogoutBadLogoutRedirectUri`: AddBadPostLogoutRedirectUriToEndSessionEndpointRequest,
/// ExpectPostLogoutRedirectUriNotRegisteredErrorPage.
#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() {
    let bad = "https://suite.example.com/signed-out/not-registered";
    let page = check_refused(&mut Logout::new().await.with("post_logout_redirect_uri", bad)).await;
    assert!(page.says("post_logout_redirect_uri"), "{}", page.text());
}

/// `OIDCCRpInitiatedLogoutQueryAddedToLogoutRedirectUri`: AddPostLogoutRedirectUriWithQueryAddedToEndSessionEndpointRequest,
/// ExpectPostLogoutRedirectUriNotRegisteredErrorPage.
#[tokio::test]
async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    let bad = "https://suite.example.com/signed-out?foo=bar";
    let page = check_refused(&mut Logout::new().await.with("post_logout_redirect_uri", bad)).await;
    assert!(page.says("post_logout_redirect_uri"), "{}", page.text());
}

/// `OIDCCRpInitiatedLogoutNoIdTokenHint`: RemoveIdTokenHintFromEndSessionEndpointRequest, ExpectIdTokenHintRequiredErrorPage.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_id_token_hint() {
    let page = check_refused(&mut Logout::new().await.without("id_token_hint")).await;
    assert!(page.says("id_token_hint"), "{}", page.text());
}

/// `OIDCCRpInitiatedLogoutModifiedIdTokenHint`: ChangeIdTokenToAlgNone, ExpectInvalidIdTokenHintErrorPage.
#[tokio::test]
async fn oidcc_rp_initiated_logout_modified_id_token_hint() {
    let logout = Logout::new().await;
    let claims = logout.flow.tokens.id_token().split('.').nth(1).unwrap().to_owned();
    let header = BASE64URL_NOPAD.encode(json!({ "alg": "none" }).to_string().as_bytes());
    let page = check_refused(&mut logout.with("id_token_hint", &format!("{header}.{claims}."))).await;
    assert!(page.says("id_token_hint"), "{}", page.text());
}

/// `OIDCCRpInitiatedLogoutBadIdTokenHint`: GenerateFakeIdTokenClaims, SignFakeIdToken (with the client's secret),
/// ExpectInvalidIdTokenHintErrorPage.
#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_id_token_hint() {
    let logout = Logout::new().await;
    let claims: &Value = &logout.flow.claims;
    let by_secret = EncodingKey::from_secret(logout.run.product.secret.as_bytes());
    let fake = encode(&Header::default(), claims, &by_secret).unwrap();
    let by_key = ClientKey::new("of-the-suite").assertion(claims).remove(1).1;
    let mut logout = logout;
    for hint in [fake, by_key] {
        logout = logout.with("id_token_hint", &hint);
        let page = check_refused(&mut logout).await;
        assert!(page.says("id_token_hint"), "{}", page.text());
    }
}
