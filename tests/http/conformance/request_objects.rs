//! Basic OP: request objects, which are refused as the standard says for those who don't take them.

use data_encoding::BASE64URL_NOPAD;
use serde_json::json;

use super::Run;
use super::run::says;
use crate::support::*;

/// ConvertAuthorizationEndpointRequestToRequestObject, SerializeRequestObjectWithNullAlgorithm: everything is in the object.
fn object_of(request: &AuthorizationRequest) -> String {
    let claims: serde_json::Map<_, _> =
        request.fields().iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let part = |value: serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    format!("{}.{}.", part(json!({ "alg": "none" })), part(claims.into()))
}

/// What stands outside it too (OpenID Connect Core section 6.1): not the state, which does not come back then.
fn outside(request: AuthorizationRequest) -> AuthorizationRequest {
    request.without("state").without("nonce").without("code_challenge").without("code_challenge_method")
}

/// `OIDCCUnsignedRequestObjectSupportedCorrectlyOrRejectedAsUnsupported`: `request_not_supported`.
#[tokio::test]
async fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported() {
    let mut run = Run::new().await;
    let object = object_of(&run.request());
    let request = outside(run.request()).with("request", &object);
    let page = run.authorize(&request).await;
    assert_eq!(run.error(&page, &request), "request_not_supported");
    assert_eq!(run.server["request_parameter_supported"], false);
    assert!(!says(&run.server, "request_object_signing_alg_values_supported", "none"));
}

/// `OIDCCRequestUriUnsignedSupportedCorrectlyOrRejectedAsUnsupported` (not for static clients): `request_uri_not_supported`.
#[tokio::test]
async fn oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported() {
    let mut run = Run::new().await;
    let request = outside(run.request()).with("request_uri", "https://suite.example.com/request.jwt#hash");
    let page = run.authorize(&request).await;
    assert_eq!(run.error(&page, &request), "request_uri_not_supported");
    assert_eq!(run.server["request_uri_parameter_supported"], false, "true is what is meant where nothing is said");
}

/// `OIDCCEnsureRequestObjectWithRedirectUri`: AddInvalidRedirectUriToAuthorizationRequest, ExpectRedirectUriErrorPage,
/// EnsureOPDoesNotUseDefaultRedirectUriInCaseOfInvalidRedirectUri.
#[tokio::test]
async fn oidcc_ensure_request_object_with_redirect_uri() {
    let mut run = Run::new().await;
    let object = object_of(&run.request());
    let bad = format!("{}/not-registered", run.product.redirect_uri);
    let request = outside(run.request()).with("request", &object).with("redirect_uri", &bad);
    let page = run.product.begin(&mut run.browser, &request).await;
    assert_eq!((page.status.as_u16(), page.header("location")), (400, ""), "{}", page.text());
}
