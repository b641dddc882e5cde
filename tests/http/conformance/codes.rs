//! Basic OP: codes and refresh tokens, and where they may go.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Run;
use super::run::{Flow, assert_contains, assert_is_uncached_json, check_error_text};
use crate::support::*;

/// CheckTokenEndpointHttpStatus400, CheckTokenEndpointReturnedJsonContentType,
/// CheckErrorFromTokenEndpointResponseErrorInvalidGrant, ValidateErrorFromTokenEndpointResponseError,
/// ValidateErrorDescriptionFromTokenEndpointResponseError.
fn check_invalid_grant(page: &Page) {
    assert_eq!(page.status, 400, "{}", page.body);
    assert_is_uncached_json(page);
    let body = page.json();
    assert_eq!(body["error"], "invalid_grant");
    body.get("error_description").into_iter().for_each(|text| check_error_text(text.as_str().unwrap()));
}

/// `OIDCCAuthCodeReuse`.
#[tokio::test]
async fn oidcc_codereuse() {
    let mut run = Run::new().await;
    let request = run.request();
    let flow = run.flow(&request).await;
    check_invalid_grant(&run.product.redeem(&flow.code, &request).await);
}

/// `OIDCCAuthCodeReuseAfter30Seconds`: EnsureHttpStatusCodeIs4xx, of the claims endpoint, for what the first use gave.
#[tokio::test]
async fn oidcc_codereuse_30seconds() {
    let mut run = Run::new().await;
    let request = run.request();
    let flow = run.flow(&request).await;
    run.app.pass(seconds(30));
    assert_eq!(run.product.userinfo(&flow.tokens.access_token).await.status, 200);
    check_invalid_grant(&run.product.redeem(&flow.code, &request).await);
    let page = run.product.userinfo(&flow.tokens.access_token).await;
    assert!(page.status.is_client_error(), "{} {}", page.status, page.body);
}

/// `OIDCCEnsureRegisteredRedirectUri`: CreateBadRedirectUriByAppending, ExpectRedirectUriErrorPage. Nobody is sent anywhere.
#[tokio::test]
async fn oidcc_ensure_registered_redirect_uri() {
    let mut run = Run::new().await;
    let bad = format!("{}/not-registered", run.product.redirect_uri);
    let request = run.request().with("redirect_uri", &bad);
    let page = run.product.begin(&mut run.browser, &request).await;
    assert_eq!(page.status, 400, "{}", page.text());
    assert!(page.says("redirect_uri") && page.header("location").is_empty(), "{}", page.text());
    run.flow(&run.request()).await;
    let page = run.product.begin(&mut run.browser, &request).await;
    assert_eq!(page.status, 400, "not when somebody is signed in either");
}

/// `OIDCCRefreshToken`: AddPromptConsentToAuthorizationEndpointRequestIfScopeContainsOfflineAccess,
/// EnsureServerConfigurationSupportsRefreshToken, EnsureRefreshTokenContainsAllowedCharactersOnly, RefreshTokenRequestSteps with
/// each of two clients, and RefreshTokenRequestExpectingErrorSteps with the one's token and the other.
#[tokio::test]
async fn oidcc_refresh_token() {
    let mut run = Run::new().await;
    assert_contains(&run.server, "grant_types_supported", &["refresh_token"]);
    assert_contains(&run.server, "scopes_supported", &["offline_access"]);
    let first = offline(&mut run).await;
    refresh(&run, &first, Some("openid offline_access")).await;
    let suite = run.product.clone();
    run.product = RelyingParty::new(&run.app, "suite-2", |_| {});
    let second = offline(&mut run).await;
    let newest = refresh(&run, &second, None).await;
    check_invalid_grant(&suite.refresh(newest.refresh_token()).await);
}

async fn offline(run: &mut Run) -> Flow {
    let nonce = "n".repeat(43);
    let request = run.request().with("scope", "openid offline_access").with("prompt", "consent").with("nonce", &nonce);
    run.flow(&request).await
}

/// RefreshTokenRequestSteps: CheckTokenEndpointHttpStatus200, CheckTokenTypeIsBearer, EnsureMinimumAccessTokenEntropy,
/// EnsureAccessTokenContainsAllowedCharactersOnly, ValidateExpiresIn, EnsureAccessTokenValuesAreDifferent,
/// EnsureMinimumRefreshTokenLength, EnsureMinimumRefreshTokenEntropy, CompareIdTokenClaims; and the new access token is taken.
async fn refresh(run: &Run, before: &Flow, scope: Option<&str>) -> Tokens {
    run.app.pass(seconds(1));
    let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", before.tokens.refresh_token())];
    fields.extend(scope.map(|scope| ("scope", scope)));
    let page = run.product.post("/oauth2/token", &fields).await;
    assert_is_uncached_json(&page);
    let after = run.product.taken(page);
    assert_eq!(after.body["token_type"], "Bearer");
    assert!(after.body["expires_in"].as_u64().is_some_and(|seconds| seconds > 0));
    assert_ne!(after.access_token, before.tokens.access_token);
    for token in [&after.access_token, after.refresh_token(), before.tokens.refresh_token()] {
        let different: BTreeSet<_> = token.bytes().collect();
        assert!(token.len() >= 43 && different.len() > 16, "{token}");
        assert!(token.bytes().all(|byte| byte.is_ascii_graphic()), "{token}");
    }
    assert_eq!(run.product.userinfo(&after.access_token).await.status, 200);
    compare(&before.claims, &run.product.claims(after.id_token()).await);
    after
}

/// CompareIdTokenClaims (OpenID Connect Core section 12.2).
fn compare(before: &Value, after: &Value) {
    for same in ["iss", "sub", "aud", "auth_time", "azp"] {
        assert_eq!(before.get(same), after.get(same), "{same}");
    }
    assert!(after["iat"].as_u64().unwrap() > before["iat"].as_u64().unwrap());
    assert!(after.get("nonce").is_none_or(|nonce| Some(nonce) == before.get("nonce")), "{after}");
}
