//! Basic OP: what is told for which scope (`AbstractOIDCCReturnedClaimsServerTest`). The suite skips a scope that
//! `scopes_supported` does not name; here such a request must do all the same, and tell nothing.

use serde_json::Value;

use super::Run;
use super::run::{check_standard_claims, says};

/// OIDCCCheckScopesSupportedContainScopeTest, ValidateUserInfoStandardClaims, EnsureUserInfoContainsSub,
/// EnsureUserInfoUpdatedAtValid, VerifyUserInfoAndIdTokenInTokenEndpointSameSub. Gives the claims, and what the server supports.
async fn claims_for(scope: &str) -> (Value, Value) {
    let mut run = Run::new().await;
    let request = run.request().with("scope", scope);
    let flow = run.flow(&request).await;
    let claims = run.product.userinfo(&flow.tokens.access_token).await.json();
    check_standard_claims(&claims);
    assert_eq!(claims["sub"], flow.claims["sub"]);
    (claims, run.server)
}

/// VerifyScopesReturnedInUserInfoClaims, for each scope that there is: what a person here has of it.
fn check_scopes(claims: &Value, has: &[&str], has_not: &[&str]) {
    assert!(has.iter().all(|name| claims.get(name).is_some()), "{has:?}: {claims}");
    assert!(has_not.iter().all(|name| claims.get(name).is_none()), "{has_not:?}: {claims}");
}

/// `OIDCCScopeProfile`.
#[tokio::test]
async fn oidcc_scope_profile() {
    let (claims, server) = claims_for("openid profile").await;
    assert!(says(&server, "scopes_supported", "profile"));
    check_scopes(&claims, &["preferred_username"], &["email", "email_verified", "groups"]);
}

/// `OIDCCScopeEmail`.
#[tokio::test]
async fn oidcc_scope_email() {
    let (claims, server) = claims_for("openid email").await;
    assert!(says(&server, "scopes_supported", "email"));
    check_scopes(&claims, &["email", "email_verified"], &["preferred_username", "name"]);
}

/// `OIDCCScopeAddress` (skipped by the suite: the scope is not supported).
#[tokio::test]
async fn oidcc_scope_address() {
    let (claims, server) = claims_for("openid address").await;
    assert!(!says(&server, "scopes_supported", "address"));
    check_scopes(&claims, &["sub"], &["address", "email", "preferred_username"]);
}

/// `OIDCCScopePhone` (skipped by the suite: the scope is not supported).
#[tokio::test]
async fn oidcc_scope_phone() {
    let (claims, server) = claims_for("openid phone").await;
    assert!(!says(&server, "scopes_supported", "phone"));
    check_scopes(&claims, &["sub"], &["phone_number", "email", "preferred_username"]);
}

/// `OIDCCScopeAll` (skipped by the suite: not all of them are supported).
#[tokio::test]
async fn oidcc_scope_all() {
    let (claims, _) = claims_for("openid email phone address profile").await;
    check_scopes(&claims, &["email", "email_verified", "preferred_username"], &["phone_number", "address"]);
}

/// `OIDCEnsureOtherScopeOrderSucceeds`: ReverseScopeOrderInAuthorizationEndpointRequest.
#[tokio::test]
async fn oidcc_ensure_other_scope_order_succeeds() {
    let (claims, _) = claims_for("email openid").await;
    check_scopes(&claims, &["email", "email_verified"], &["preferred_username", "name"]);
}
