//! The token request (RFC 6749 sections 4.1.3 and 6, RFC 7636 section 4.5, RFC 8628 section 3.4). Who sends it is
//! [`super::client_auth`]'s to read.

use super::error::{ErrorCode, ProtocolError};
use super::parameters::Parameters;
use super::pkce::CodeVerifier;
use super::scope::Scopes;
use crate::model::secret::SecretText;
use crate::model::token::{PlainToken, TokenKind};

/// The `grant_type` of a code.
pub const CODE: &str = "authorization_code";
/// The `grant_type` of a refresh token.
pub const REFRESH: &str = "refresh_token";
/// The `grant_type` of a device without a browser.
pub const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

const MAX_DEVICE_CODE: usize = 200;

/// What is offered in exchange for tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenRequest {
    /// An authorization code.
    Code {
        /// The code.
        code: PlainToken,
        /// Where it was sent; must be the very address of the authorization request, and absent where that had none.
        redirect_uri: Option<String>,
        /// What fits the authorization request's challenge.
        verifier: CodeVerifier,
    },
    /// A refresh token.
    Refresh {
        /// The token.
        token: PlainToken,
        /// Fewer scopes than were granted.
        scopes: Option<Scopes>,
    },
    /// A device's code.
    Device {
        /// The code.
        device_code: SecretText,
    },
}

impl TokenRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// `invalid_request` for what is missing or repeated, `invalid_grant` for what no grant can look like, and the names that the
    /// RFC has for the rest.
    pub fn parse(parameters: &Parameters) -> Result<Self, ProtocolError> {
        parameters.once_each()?;
        match parameters.needed("grant_type", "The parameter grant_type is missing.")? {
            CODE => Self::code(parameters),
            REFRESH => Self::refresh(parameters),
            DEVICE => Self::device(parameters),
            _ => Err(ErrorCode::UnsupportedGrantType.because("The grant_type is not supported.")),
        }
    }

    fn code(parameters: &Parameters) -> Result<Self, ProtocolError> {
        let code = parameters.needed("code", "The parameter code is missing.")?;
        let verifier = parameters.needed("code_verifier", "The parameter code_verifier is missing (PKCE).")?;
        let bad_code = ErrorCode::InvalidGrant.because("The code is not valid.");
        Ok(Self::Code {
            code: PlainToken::parse(TokenKind::Code, code).ok_or(bad_code)?,
            redirect_uri: parameters.get("redirect_uri").map(str::to_owned),
            verifier: CodeVerifier::parse(verifier).ok_or(bad_code)?,
        })
    }

    fn refresh(parameters: &Parameters) -> Result<Self, ProtocolError> {
        let token = parameters.needed("refresh_token", "The parameter refresh_token is missing.")?;
        let bad_token = ErrorCode::InvalidGrant.because("The refresh token is not valid.");
        let bad_scope = ErrorCode::InvalidScope.because("The scope is no list of scopes.");
        Ok(Self::Refresh {
            token: PlainToken::parse(TokenKind::Refresh, token).ok_or(bad_token)?,
            scopes: parameters.get("scope").map(|text| Scopes::parse(text).ok_or(bad_scope)).transpose()?,
        })
    }

    fn device(parameters: &Parameters) -> Result<Self, ProtocolError> {
        let code = parameters.needed("device_code", "The parameter device_code is missing.")?;
        match code.len() <= MAX_DEVICE_CODE {
            true => Ok(Self::Device { device_code: SecretText::new(code.to_owned()) }),
            false => Err(ErrorCode::InvalidGrant.because("The device code is not valid.")),
        }
    }
}
