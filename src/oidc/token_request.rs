//! The token request (RFC 6749 sections 4.1.3 and 6, RFC 7636 section 4.5, RFC 8628 section 3.4). Who sends it is
//! [`super::client_auth`]'s to read.

use super::error::{ErrorCode, ProtocolError};
use super::parameters::Parameters;
use super::pkce::CodeVerifier;
use super::scope::Scopes;
use crate::model::token::{PlainToken, TokenKind};

/// The `grant_type` of a code.
pub const CODE: &str = "authorization_code";
/// The `grant_type` of a refresh token.
pub const REFRESH: &str = "refresh_token";
/// The `grant_type` of a device without a browser.
pub const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

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
        device_code: PlainToken,
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
        let bad_code = ErrorCode::InvalidGrant.because("The device code is not valid.");
        Ok(Self::Device { device_code: PlainToken::parse(TokenKind::DeviceCode, code).ok_or(bad_code)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dice::Seed;
    use proptest::prelude::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn read(text: &str) -> Result<TokenRequest, ErrorCode> {
        let parameters = Parameters::parse(text.as_bytes()).map_err(|error| error.code)?;
        TokenRequest::parse(&parameters).map_err(|error| error.code)
    }

    fn token(kind: TokenKind) -> PlainToken {
        PlainToken::new(kind, &mut Seed::new([5; 32]).dice())
    }

    #[test]
    fn a_code_comes_with_its_address_and_its_verifier() {
        let code = token(TokenKind::Code);
        let verifier = CodeVerifier::parse(VERIFIER).unwrap();
        let text = format!("grant_type=authorization_code&code={}&code_verifier={VERIFIER}", code.expose());
        let without = TokenRequest::Code { code: code.clone(), redirect_uri: None, verifier: verifier.clone() };
        assert_eq!(read(&text), Ok(without));
        let redirect_uri = Some("https://app.example.org/cb".to_owned());
        let with = TokenRequest::Code { code, redirect_uri, verifier };
        assert_eq!(read(&format!("{text}&redirect_uri=https%3A%2F%2Fapp.example.org%2Fcb&state=x")), Ok(with));
    }

    /// Regression 40: no verifier, an empty one, a short one; and what is no code is told apart from what is missing.
    #[test]
    fn r40_a_code_without_a_verifier_is_refused() {
        let code = token(TokenKind::Code);
        let with = |rest: &str| format!("grant_type=authorization_code&code={}{rest}", code.expose());
        let other = |kind: TokenKind| {
            format!("grant_type=authorization_code&code_verifier={VERIFIER}&code={}", token(kind).expose())
        };
        for (text, code) in [
            (with(""), ErrorCode::InvalidRequest),
            (with("&code_verifier="), ErrorCode::InvalidRequest),
            (with(&format!("&code_verifier={VERIFIER}&code_verifier={VERIFIER}")), ErrorCode::InvalidRequest),
            (with("&code_verifier=short"), ErrorCode::InvalidGrant),
            (with(&format!("&code_verifier={}", "a".repeat(129))), ErrorCode::InvalidGrant),
            (format!("grant_type=authorization_code&code_verifier={VERIFIER}"), ErrorCode::InvalidRequest),
            (format!("grant_type=authorization_code&code_verifier={VERIFIER}&code=x"), ErrorCode::InvalidGrant),
            (other(TokenKind::Refresh), ErrorCode::InvalidGrant),
            (other(TokenKind::Session), ErrorCode::InvalidGrant),
        ] {
            assert_eq!(read(&text), Err(code), "{text}");
        }
    }

    #[test]
    fn a_refresh_token_may_ask_for_less() {
        let refresh = token(TokenKind::Refresh);
        let text = format!("grant_type=refresh_token&refresh_token={}", refresh.expose());
        assert_eq!(read(&text), Ok(TokenRequest::Refresh { token: refresh.clone(), scopes: None }));
        let scopes = Scopes::parse("openid");
        assert_eq!(read(&format!("{text}&scope=openid")), Ok(TokenRequest::Refresh { token: refresh, scopes }));
        assert_eq!(read(&format!("{text}&scope=%22")), Err(ErrorCode::InvalidScope));
        assert_eq!(read("grant_type=refresh_token"), Err(ErrorCode::InvalidRequest));
        let code = format!("grant_type=refresh_token&refresh_token={}", token(TokenKind::Code).expose());
        assert_eq!(read(&code), Err(ErrorCode::InvalidGrant));
    }

    #[test]
    fn a_device_has_its_code_and_there_is_no_other_grant() {
        let device = format!("grant_type={DEVICE}&device_code=");
        let device_code = token(TokenKind::DeviceCode);
        let whole = format!("{device}{}", device_code.expose());
        assert_eq!(read(&whole), Ok(TokenRequest::Device { device_code }));
        assert_eq!(read(&device), Err(ErrorCode::InvalidRequest));
        for other in ["abc".to_owned(), "x".repeat(201), token(TokenKind::Code).expose().to_owned()] {
            assert_eq!(read(&format!("{device}{other}")), Err(ErrorCode::InvalidGrant));
        }
        for none in ["", "grant_type=", "grant_type=password&grant_type=refresh_token"] {
            assert_eq!(read(none), Err(ErrorCode::InvalidRequest), "{none}");
        }
        for other in ["password", "client_credentials", "implicit", "AUTHORIZATION_CODE", "authorization_code%20"] {
            assert_eq!(read(&format!("grant_type={other}")), Err(ErrorCode::UnsupportedGrantType), "{other}");
        }
    }

    proptest! {
        #[test]
        fn r52_any_body_is_read_or_refused(bytes: Vec<u8>, value: String) {
            for grant in [CODE, REFRESH, DEVICE] {
                let mut text = format!("grant_type={grant}&code=").into_bytes();
                text.extend(&bytes);
                let whole = Parameters::parse(&text).and_then(|parameters| TokenRequest::parse(&parameters));
                prop_assert!(whole.is_err());
            }
            let _ = read(&value);
        }
    }
}
