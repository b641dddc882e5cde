//! Basic OP: parameters that must at least do no harm.

use super::Run;
use super::run::says;

/// `OIDCCDisplayPage`.
#[tokio::test]
async fn oidcc_display_page() {
    Run::succeeds_with("display", "page").await;
}

/// `OIDCCDisplayPopup`.
#[tokio::test]
async fn oidcc_display_popup() {
    Run::succeeds_with("display", "popup").await;
}

/// `OIDCCLoginHint`. (The name stands in the form; who it is decides the password alone.)
#[tokio::test]
async fn oidcc_login_hint() {
    Run::succeeds_with("login_hint", "buffy@id.example.org").await;
}

/// `OIDCCUiLocales`.
#[tokio::test]
async fn oidcc_ui_locales() {
    Run::succeeds_with("ui_locales", "sv se").await;
}

/// `OIDCCClaimsLocales`.
#[tokio::test]
async fn oidcc_claims_locales() {
    Run::succeeds_with("claims_locales", "se").await;
}

/// `OIDCCEnsureRequestWithUnknownParameterSucceeds`.
#[tokio::test]
async fn oidcc_ensure_request_with_unknown_parameter_succeeds() {
    Run::succeeds_with("extra", "foobar").await;
}

/// `OIDCCEnsureRequestWithAcrValuesSucceeds`: OIDCCAddAcrValuesToAuthorizationEndpointRequest (all that are supported),
/// ValidateIdTokenACRClaimAgainstAcrValuesRequest.
#[tokio::test]
async fn oidcc_ensure_request_with_acr_values_succeeds() {
    let mut run = Run::new().await;
    let all: Vec<_> =
        run.server["acr_values_supported"].as_array().unwrap().iter().map(|acr| acr.as_str().unwrap()).collect();
    assert!(!all.is_empty());
    let request = run.request().with("acr_values", &all.join(" "));
    let flow = run.flow(&request).await;
    assert!(says(&run.server, "acr_values_supported", flow.claims["acr"].as_str().unwrap()), "{}", flow.claims);
    Run::succeeds_with("acr_values", "1 2").await;
}
