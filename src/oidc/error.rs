//! The errors that clients are told, by the names that their standards gave them, and the status each has at an endpoint that
//! servers call. A description is a fixed sentence: nothing of a request is repeated in an error.

use serde_json::{Value, json};

/// An error's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// RFC 6749 section 4.1.2.1.
    InvalidRequest,
    /// The same.
    UnauthorizedClient,
    /// The same.
    AccessDenied,
    /// The same.
    UnsupportedResponseType,
    /// The same.
    InvalidScope,
    /// The same.
    ServerError,
    /// The same.
    TemporarilyUnavailable,
    /// RFC 6749 section 5.2.
    InvalidClient,
    /// The same.
    InvalidGrant,
    /// The same.
    UnsupportedGrantType,
    /// OpenID Connect Core section 3.1.2.6.
    LoginRequired,
    /// The same.
    InteractionRequired,
    /// The same.
    RequestNotSupported,
    /// The same.
    RequestUriNotSupported,
    /// The same.
    InvalidRequestUri,
    /// OpenID Connect Core Error Code unmet_authentication_requirements.
    UnmetAuthenticationRequirements,
    /// RFC 6750 section 3.1.
    InvalidToken,
    /// The same.
    InsufficientScope,
    /// RFC 7009 section 2.2.1.
    UnsupportedTokenType,
    /// RFC 8628 section 3.5.
    AuthorizationPending,
    /// The same.
    SlowDown,
    /// The same.
    ExpiredToken,
    /// OAuth 2.0 for First-Party Applications.
    InsufficientAuthorization,
    /// The same.
    InvalidSession,
}

impl ErrorCode {
    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::LoginRequired => "login_required",
            Self::InteractionRequired => "interaction_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::InsufficientAuthorization => "insufficient_authorization",
            Self::InvalidSession => "invalid_session",
        }
    }

    /// The HTTP status with which an endpoint that servers call answers it.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }

    /// With a sentence for the client's developers.
    pub const fn because(self, description: &'static str) -> ProtocolError {
        ProtocolError { code: self, description }
    }
}

/// An error as a client is told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtocolError {
    /// Its name.
    pub code: ErrorCode,
    /// A sentence for the client's developers, of the characters that RFC 6749 section 5.2 allows.
    pub description: &'static str,
}

impl ProtocolError {
    /// The body of an answer (RFC 6749 section 5.2).
    pub fn body(&self) -> Value {
        json!({ "error": self.code.as_str(), "error_description": self.description })
    }

    /// `WWW-Authenticate` of an answer at an endpoint that takes access tokens (RFC 6750 section 3).
    pub fn bearer_challenge(&self) -> String {
        format!("Bearer error=\"{}\", error_description=\"{}\"", self.code.as_str(), self.description)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_name_its_status_and_a_body() {
        for (code, name, status) in [
            (ErrorCode::InvalidRequest, "invalid_request", 400),
            (ErrorCode::InvalidGrant, "invalid_grant", 400),
            (ErrorCode::AccessDenied, "access_denied", 400),
            (ErrorCode::InvalidClient, "invalid_client", 401),
            (ErrorCode::InvalidToken, "invalid_token", 401),
            (ErrorCode::InsufficientScope, "insufficient_scope", 403),
            (ErrorCode::ServerError, "server_error", 500),
            (ErrorCode::TemporarilyUnavailable, "temporarily_unavailable", 503),
        ] {
            let error = code.because("A reason.");
            assert_eq!((code.as_str(), code.status()), (name, status));
            assert_eq!(error.body(), json!({ "error": name, "error_description": "A reason." }));
            let challenge = format!("Bearer error=\"{name}\", error_description=\"A reason.\"");
            assert_eq!(error.bearer_challenge(), challenge);
        }
    }
}
