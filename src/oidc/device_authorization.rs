//! What a device without a browser asks first, and what it is answered (RFC 8628 sections 3.1 and 3.2). There is no address with the
//! code in it: a link that someone sends must not sign his own device in.

use serde::Serialize;

use super::error::{ErrorCode, ProtocolError};
use super::parameters::Parameters;
use super::scope::Scopes;
use crate::model::device_authorization::{INTERVAL, LIFE};
use crate::model::token::PlainToken;
use crate::model::user_code::UserCode;

/// What is asked for, besides who asks.
///
/// # Errors
/// `invalid_request` for what is repeated, `invalid_scope` for what is no list of scopes.
pub fn scopes(parameters: &Parameters) -> Result<Scopes, ProtocolError> {
    parameters.once_each()?;
    Scopes::parse(parameters.get("scope").unwrap_or_default())
        .ok_or(ErrorCode::InvalidScope.because("The scope is no list of scopes."))
}

/// The answer.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct DeviceAuthorizationResponse {
    device_code: String,
    user_code: String,
    verification_uri: String,
    expires_in: u64,
    interval: u64,
}

impl DeviceAuthorizationResponse {
    /// With the two codes, and the page where the person types the second.
    pub fn new(device_code: &PlainToken, user_code: &UserCode, verification_uri: String) -> Self {
        Self {
            device_code: device_code.expose().to_owned(),
            user_code: user_code.shown(),
            verification_uri,
            expires_in: LIFE.as_secs(),
            interval: INTERVAL.as_secs(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dice::Seed;
    use crate::model::token::TokenKind;

    #[test]
    fn scopes_are_read_or_the_request_is_refused() {
        let read = |text: &str| scopes(&Parameters::parse(text.as_bytes()).unwrap()).map_err(|error| error.code);
        assert_eq!(read("client_id=x&scope=openid+email"), Ok(Scopes::parse("openid email").unwrap()));
        assert_eq!(read("client_id=x"), Ok(Scopes::default()));
        assert_eq!(read("scope=%22"), Err(ErrorCode::InvalidScope));
        assert_eq!(read("scope=openid&scope=email"), Err(ErrorCode::InvalidRequest));
    }

    #[test]
    fn the_answer_has_no_address_with_the_code_in_it() {
        let mut dice = Seed::new([1; 32]).dice();
        let (device, user) = (PlainToken::new(TokenKind::DeviceCode, &mut dice), UserCode::new(&mut dice));
        let page = "https://id.example.org/oauth2/device";
        let answer = serde_json::to_value(DeviceAuthorizationResponse::new(&device, &user, page.into())).unwrap();
        assert_eq!((&answer["expires_in"], &answer["interval"]), (&600.into(), &5.into()));
        assert_eq!(answer["verification_uri"], page);
        assert_eq!((&answer["device_code"], &answer["user_code"]), (&device.expose().into(), &user.shown().into()));
        assert_eq!(answer.as_object().unwrap().len(), 5);
    }
}
