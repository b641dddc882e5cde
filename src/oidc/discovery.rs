//! The documents by which clients find their way: OpenID Connect Discovery section 3 and RFC 8414 section 2, one content for both.
//! Only what is served stands in them.

use serde_json::{Value, json};

use super::claims::{ACCESS_TOKEN, AMR};
use super::scope::Scope;
use super::token_request::{CODE, DEVICE, REFRESH};
use crate::model::proof::Level;
use crate::model::signing_algorithm::SigningAlgorithm;

/// Endpoints under the issuer.
pub mod path {
    /// Where browsers are sent.
    pub const AUTHORIZE: &str = "/oauth2/authorize";
    /// Where codes become tokens.
    pub const TOKEN: &str = "/oauth2/token";
    /// The public keys.
    pub const JWKS: &str = "/oauth2/jwks";
    /// Who the token's person is.
    pub const USERINFO: &str = "/oauth2/userinfo";
    /// Whether a token is good.
    pub const INTROSPECT: &str = "/oauth2/introspect";
    /// Where tokens are given back.
    pub const REVOKE: &str = "/oauth2/revoke";
    /// Where browsers sign out.
    pub const LOGOUT: &str = "/oauth2/logout";
    /// Where requests are sent ahead.
    pub const PAR: &str = "/oauth2/par";
    /// Where devices without a browser begin.
    pub const DEVICE_AUTHORIZATION: &str = "/oauth2/device_authorization";
    /// Where remote apps sign their people in.
    pub const CHALLENGE: &str = "/oauth2/authorize-challenge";
}

/// What is served besides the code flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// RFC 9126.
    pub pushed_requests: bool,
    /// RFC 8628.
    pub devices: bool,
    /// OAuth 2.0 for First-Party Applications.
    pub remote_apps: bool,
}

/// The metadata of the provider at `issuer`, which has no slash at its end.
pub fn document(issuer: &str, served: Served) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    let mut grants = vec![CODE, REFRESH];
    grants.extend(served.devices.then_some(DEVICE));
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": at(path::AUTHORIZE),
        "token_endpoint": at(path::TOKEN),
        "jwks_uri": at(path::JWKS),
        "userinfo_endpoint": at(path::USERINFO),
        "introspection_endpoint": at(path::INTROSPECT),
        "revocation_endpoint": at(path::REVOKE),
        "end_session_endpoint": at(path::LOGOUT),
        "scopes_supported": Scope::ALL.map(Scope::as_str),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": grants,
        "code_challenge_methods_supported": ["S256"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": SigningAlgorithm::ALL.map(SigningAlgorithm::as_str),
        "claims_supported": CLAIMS,
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "prompt_values_supported": ["none", "login", "select_account", "consent"],
        "acr_values_supported": acr_values(),
        "amr_values_supported": AMR,
        "access_token_types_supported": [ACCESS_TOKEN],
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    });
    let further = [
        (served.pushed_requests, "pushed_authorization_request_endpoint", path::PAR),
        (served.devices, "device_authorization_endpoint", path::DEVICE_AUTHORIZATION),
        (served.remote_apps, "authorization_challenge_endpoint", path::CHALLENGE),
    ];
    if let Some(members) = document.as_object_mut() {
        members.extend(client_authentication());
        for (_, name, path) in further.into_iter().filter(|(is_served, ..)| *is_served) {
            members.insert(name.to_owned(), json!(at(path)));
        }
    }
    document
}

/// How clients authenticate at the endpoints that servers call. Introspection is for those that can keep a secret.
fn client_authentication() -> Vec<(String, Value)> {
    const ALL: [&str; 4] = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
    const CONFIDENTIAL: [&str; 3] = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
    let signing = json!(SigningAlgorithm::ALL.map(SigningAlgorithm::as_str));
    let of = |endpoint: &str, methods: Value| {
        [
            (format!("{endpoint}_endpoint_auth_methods_supported"), methods),
            (format!("{endpoint}_endpoint_auth_signing_alg_values_supported"), signing.clone()),
        ]
    };
    [of("token", json!(ALL)), of("introspection", json!(CONFIDENTIAL)), of("revocation", json!(ALL))].concat()
}

const CLAIMS: [&str; 16] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "at_hash",
    "sid",
    "preferred_username",
    "name",
    "email",
    "email_verified",
    "groups",
];

/// What a sign-in can be worth here.
fn acr_values() -> Vec<&'static str> {
    [Level::MfaEmail, Level::Mfa].map(Level::acr).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_names_what_is_served_and_nothing_else() {
        let plain = document("https://id.example.org", Served::default());
        assert_eq!(plain["issuer"], "https://id.example.org");
        assert_eq!(plain["token_endpoint"], "https://id.example.org/oauth2/token");
        assert_eq!(plain["grant_types_supported"], json!(["authorization_code", "refresh_token"]));
        assert!(plain.get("pushed_authorization_request_endpoint").is_none());
        let whole =
            document("https://id.example.org", Served { pushed_requests: true, devices: true, remote_apps: true });
        assert_eq!(whole["device_authorization_endpoint"], "https://id.example.org/oauth2/device_authorization");
        assert_eq!(whole["authorization_challenge_endpoint"], "https://id.example.org/oauth2/authorize-challenge");
        let text = whole.to_string();
        assert!(!text.contains("\"none\",\"S256\"") && !text.contains("implicit") && !text.contains("plain"));
    }
}
