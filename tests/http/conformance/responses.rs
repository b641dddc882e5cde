//! Basic OP: the response types, the ID token, how the client says who it is.

use super::Run;
use super::run::{assert_contains, says};
use crate::support::*;
use vestibule::model::signing_algorithm::SigningAlgorithm;

/// `OIDCCServerTest`: EnsureMinimumAuthorizationCodeLength, EnsureMinimumAuthorizationCodeEntropy, ValidateAtHash,
/// EnsureIdTokenDoesNotContainName.
#[tokio::test]
async fn oidcc_server() {
    let mut run = Run::new().await;
    let request = run.request();
    let flow = run.flow(&request).await;
    let secret = flow.code.strip_prefix("vst_c_").unwrap();
    assert!(flow.code.len() >= 43 && secret.len() >= 32, "{}", flow.code);
    let different: std::collections::BTreeSet<_> = flow.code.bytes().collect();
    assert!(different.len() > 16, "{}", flow.code);
    assert!(flow.claims.get("name").is_none(), "{}", flow.claims);
    let other = run.flow(&run.request()).await;
    assert_ne!(flow.code, other.code);
}

/// `OIDCCResponseTypeMissing`: CheckErrorFromAuthorizationEndpointErrorInvalidRequestOrUnsupportedResponseType.
#[tokio::test]
async fn oidcc_response_type_missing() {
    let mut run = Run::new().await;
    let request = run.request().without("response_type");
    let page = run.authorize(&request).await;
    let error = run.error(&page, &request);
    assert!(["invalid_request", "unsupported_response_type"].contains(&error.as_str()), "{error}");
}

/// `OIDCCIdTokenSignature` (not for static clients: whoever registers the product chooses): EnsureIdTokenContainsKid,
/// EnsureIdTokenSignatureIsRS256.
#[tokio::test]
async fn oidcc_idtoken_signature() {
    for algorithm in SigningAlgorithm::ALL {
        let app = TestApp::new();
        let product = RelyingParty::new(&app, "suite", |new| new.algorithm = algorithm);
        let mut run = Run::of(app, product).await;
        let flow = run.flow(&run.request()).await;
        let header = jsonwebtoken::decode_header(flow.tokens.id_token()).unwrap();
        assert!(header.kid.is_some());
        assert_eq!(format!("{:?}", header.alg).to_uppercase(), algorithm.as_str().to_uppercase());
    }
}

/// `OIDCCIdTokenUnsigned` (not for static clients; skipped where `none` is not among the algorithms):
/// OIDCCCheckIdTokenSigningAlgValuesSupportedAlgNone.
#[tokio::test]
async fn oidcc_idtoken_unsigned() {
    let run = Run::new().await;
    assert_contains(&run.server, "id_token_signing_alg_values_supported", &["RS256"]);
    assert!(!says(&run.server, "id_token_signing_alg_values_supported", "none"));
}

/// `OIDCCEnsureRequestWithoutNonceSucceedsForCodeFlow`: a code is given. (And its ID token has no nonce.)
#[tokio::test]
async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow() {
    let mut run = Run::new().await;
    let request = run.request().without("nonce");
    let flow = run.flow(&request).await;
    assert!(flow.claims.get("nonce").is_none());
}

/// `OIDCCServerTestClientSecretPost`: EnsureServerConfigurationSupportsClientSecretPost.
#[tokio::test]
async fn oidcc_server_client_secret_post() {
    let app = TestApp::new();
    let product = RelyingParty::new(&app, "suite", |_| {}).by(Way::SecretPost);
    let mut run = Run::of(app, product).await;
    assert_contains(&run.server, "token_endpoint_auth_methods_supported", &["client_secret_post"]);
    run.flow(&run.request()).await;
}

/// `OIDCCEnsureRequestWithValidPkceSucceeds`: SetupPkceAndAddToAuthorizationRequest, AddCodeVerifierToTokenEndpointRequest. (Here
/// nothing is given without, nor for another verifier.)
#[tokio::test]
async fn oidcc_ensure_request_with_valid_pkce_succeeds() {
    let mut run = Run::new().await;
    let request = run.request();
    let page = run.authorize(&request).await;
    let code = run.code(&page, &request);
    let other = run.product.redeem(&code, &run.request()).await;
    assert_eq!((other.status.as_u16(), other.json()["error"].as_str()), (400, Some("invalid_grant")));
    run.flow(&request).await;
    let bare = request.without("code_challenge").without("code_challenge_method");
    let page = run.authorize(&bare).await;
    assert_eq!(run.error(&page, &bare), "invalid_request");
}

/// `OIDCCEnsurePostRequestSucceeds`: ExpectRedirectUriHasBeenCalled, after a request that the browser posts.
#[tokio::test]
async fn oidcc_ensure_post_request_succeeds() {
    let mut run = Run::new().await;
    (run.browser.fetch_site, run.browser.origin) = (Some("cross-site"), Some("https://suite.example.com"));
    let request = run.request();
    let mut page = run.browser.post("/oauth2/authorize", request.fields()).await;
    (run.browser.fetch_site, run.browser.origin) = (Some("same-origin"), None);
    if page.status.is_redirection() {
        let next = page.header("location").to_owned();
        page = run.browser.open(&next).await;
    }
    let page = run.walk_in(page).await;
    run.finish(&page, &request).await;
}
