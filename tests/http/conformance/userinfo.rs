//! Basic OP: the claims endpoint, by each way of giving it the access token (`AbstractOIDCCUserInfoTest`).

use super::Run;
use super::run::check_standard_claims;
use crate::support::*;

/// EnsureHttpStatusCodeIs200, EnsureContentTypeJson, ValidateUserInfoStandardClaims, EnsureUserInfoContainsSub,
/// EnsureUserInfoUpdatedAtValid, VerifyUserInfoAndIdTokenInTokenEndpointSameSub.
fn check(page: &Page, id_token: &serde_json::Value) {
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.header("content-type").starts_with("application/json"), "{}", page.header("content-type"));
    let claims = page.json();
    check_standard_claims(&claims);
    assert_eq!(claims["sub"], id_token["sub"]);
}

/// `OIDCCUserInfoGet`.
#[tokio::test]
async fn oidcc_userinfo_get() {
    let mut run = Run::new().await;
    let flow = run.flow(&run.request()).await;
    check(&run.product.userinfo(&flow.tokens.access_token).await, &flow.claims);
}

/// `OIDCCUserInfoPostHeader`.
#[tokio::test]
async fn oidcc_userinfo_post_header() {
    let mut run = Run::new().await;
    let flow = run.flow(&run.request()).await;
    let mut server = run.product.server();
    server.extra.push(("authorization", format!("Bearer {}", flow.tokens.access_token)));
    check(&server.post("/oauth2/userinfo", &[]).await, &flow.claims);
}

/// `OIDCCUserInfoPostBody`.
#[tokio::test]
async fn oidcc_userinfo_post_body() {
    let mut run = Run::new().await;
    let flow = run.flow(&run.request()).await;
    let fields = [("access_token".to_owned(), flow.tokens.access_token.clone())];
    check(&run.product.server().post("/oauth2/userinfo", &fields).await, &flow.claims);
}
