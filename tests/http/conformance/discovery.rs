//! Config OP, and the discovery classes of the logout plans.

use serde_json::Value;

use super::Run;
use super::run::{ISSUER, assert_contains, check_keys};

/// CheckDiscEndpointAllEndpointsAreHttps.
fn check_endpoints(server: &Value) {
    let ours = |value: &Value| value.as_str().is_some_and(|uri| uri.starts_with("https://id.example.org/"));
    let named = |name: &str| name.ends_with("_endpoint") || name == "jwks_uri" || name == "check_session_iframe";
    for (name, value) in server.as_object().unwrap().iter().filter(|(name, _)| named(name)) {
        assert!(ours(value), "{name}: {value}");
    }
}

/// `OIDCCDiscoveryEndpointVerification`: EnsureDiscoveryEndpointResponseStatusCodeIs200,
/// CheckDiscoveryEndpointReturnedJsonContentType, OIDCCCheckDiscEndpointResponseTypesSupported, CheckDiscEndpointDiscoveryUrl,
/// CheckDiscEndpointIssuer, CheckDiscEndpointIssuerIsValidUrl, CheckDiscEndpointSubjectTypesSupported,
/// OIDCCCheckDiscEndpointIdTokenSigningAlgValuesSupported, OIDCCCheckDiscEndpointUserinfoSigningAlgValuesSupported,
/// CheckDiscEndpointAuthorizationEndpoint, CheckDiscEndpointTokenEndpoint, CheckDiscEndpointUserinfoEndpoint, CheckJwksUri,
/// FetchServerKeys, ValidateServerJWKs, EnsureServerJwksDoesNotContainPrivateOrSymmetricKeys,
/// CheckDiscEndpointRequestParameterSupported, CheckDiscEndpointRequestUriParameterSupported,
/// CheckDiscEndpointClaimsParameterSupported, OIDCCCheckDiscEndpointClaimsSupported, OIDCCCheckDiscEndpointGrantTypesSupported,
/// CheckDiscEndpointScopesSupportedContainsOpenId, CheckDiscEndpointScopesSupportedSyntax, CheckDiscEndpointLocalesSyntax,
/// CheckDiscEndpointAllEndpointsAreHttps, EnsureServerConfigurationCodeChallengeMethodsSupportedIsAnArray.
#[tokio::test]
async fn oidcc_discovery_endpoint_verification() {
    let run = Run::new().await;
    let page = run.product.server().open_once("/.well-known/openid-configuration").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("application/json"), "{}", page.header("content-type"));
    let server = page.json();
    assert_eq!(server["issuer"], ISSUER, "and the address is it with /.well-known/openid-configuration");
    assert_contains(&server, "response_types_supported", &["code"]);
    assert_contains(&server, "subject_types_supported", &["public"]);
    assert_contains(&server, "id_token_signing_alg_values_supported", &["RS256"]);
    assert!(server.get("userinfo_signing_alg_values_supported").is_none_or(Value::is_array));
    for endpoint in ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"] {
        assert!(server[endpoint].is_string(), "{endpoint}");
    }
    check_endpoints(&server);
    assert!(server.get("registration_endpoint").is_none(), "nobody registers himself");
    check_keys(&run.keys().await);
    for parameter in ["request_parameter_supported", "request_uri_parameter_supported", "claims_parameter_supported"] {
        assert_eq!(server[parameter], false, "{parameter}");
    }
    assert_contains(
        &server,
        "claims_supported",
        &["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "email"],
    );
    assert_contains(&server, "grant_types_supported", &["authorization_code", "refresh_token"]);
    assert_contains(&server, "scopes_supported", &["openid"]);
    let is_scope =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e));
    assert!(server["scopes_supported"].as_array().unwrap().iter().all(|scope| is_scope(scope.as_str().unwrap())));
    assert!(server.get("ui_locales_supported").is_none_or(Value::is_array));
    assert_eq!(server["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    assert_eq!(server["authorization_response_iss_parameter_supported"], true);
}

/// `OIDCCRpInitiatedLogoutDiscoveryEndpointVerification`: CheckDiscEndpointAllEndpointsAreHttps, CheckDiscEndSessionEndpoint.
#[tokio::test]
async fn oidcc_rp_initiated_logout_discovery_endpoint_verification() {
    let run = Run::new().await;
    check_endpoints(&run.server);
    assert_eq!(run.server["end_session_endpoint"], "https://id.example.org/oauth2/logout");
}

/// `OIDCCBackchannelLogoutDiscoveryEndpointVerification`: CheckDiscEndpointAllEndpointsAreHttps,
/// CheckDiscEndpointBackchannelLogoutSupported, CheckDiscEndpointBackchannelLogoutSessionSupported, CheckDiscEndSessionEndpoint.
#[tokio::test]
async fn oidcc_backchannel_logout_discovery_endpoint_verification() {
    let run = Run::new().await;
    check_endpoints(&run.server);
    assert_eq!(run.server["backchannel_logout_supported"], true);
    assert_eq!(run.server["backchannel_logout_session_supported"], true);
    assert_eq!(run.server["end_session_endpoint"], "https://id.example.org/oauth2/logout");
}
