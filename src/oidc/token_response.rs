//! The answer to a token request (RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3). It is never cached: whoever sends it
//! says so in its headers.

use serde::Serialize;

use super::scope::Scopes;

/// Tokens for a client.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    scope: Scopes,
}

impl TokenResponse {
    /// An access token good for `expires_in` seconds and for these scopes.
    pub fn new(access_token: String, expires_in: u64, scope: Scopes) -> Self {
        Self { access_token, token_type: "Bearer", expires_in, refresh_token: None, id_token: None, scope }
    }

    /// With a refresh token.
    #[must_use]
    pub fn with_refresh_token(self, token: Option<String>) -> Self {
        Self { refresh_token: token, ..self }
    }

    /// With an ID token.
    #[must_use]
    pub fn with_id_token(self, token: Option<String>) -> Self {
        Self { id_token: token, ..self }
    }
}

impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenResponse(…, {:?})", self.scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_was_granted_and_is_not_printed() {
        let scopes = Scopes::parse("openid offline_access").unwrap_or_default();
        let plain = TokenResponse::new("access".into(), 600, scopes);
        let expected = serde_json::json!({
            "access_token": "access", "token_type": "Bearer", "expires_in": 600, "scope": "openid offline_access",
        });
        assert_eq!(serde_json::to_value(&plain).unwrap(), expected);
        let whole = plain.with_refresh_token(Some("refresh".into())).with_id_token(Some("identity".into()));
        let json = serde_json::to_value(&whole).unwrap();
        assert_eq!((&json["refresh_token"], &json["id_token"]), (&"refresh".into(), &"identity".into()));
        let printed = format!("{whole:?}");
        assert!(!["access\"", "refresh\"", "identity"].iter().any(|secret| printed.contains(secret)), "{printed}");
    }
}
