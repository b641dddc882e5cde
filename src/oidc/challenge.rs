//! The authorization challenge (OAuth 2.0 for First-Party Applications): what a remote app posts, and what it is answered. The app
//! shows its own window and asks for what is next; what was proved so far is held behind `auth_session`, new in every answer.

use std::time::Duration;

use serde::Serialize;

use super::error::{ErrorCode, ProtocolError};
use super::parameters::Parameters;
use super::pkce::CodeChallenge;
use super::scope::Scopes;
use crate::model::secret::SecretText;
use crate::model::token::{PlainToken, TokenKind};

/// What a remote app posts, besides who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeRequest {
    /// What this device is known by, from an earlier sign-in.
    pub device: Option<PlainToken>,
    /// What the code will be bound to. Needed at the first step; where it is named again, it must be the same.
    pub code_challenge: Option<CodeChallenge>,
    /// What it has.
    pub step: Step,
}

/// One step of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: what is next?
    Ask,
    /// Username and password, and what the tokens shall be good for.
    Password {
        /// As typed.
        username: String,
        /// As typed.
        password: SecretText,
        /// What is asked for.
        scopes: Scopes,
    },
    /// A sign-in that was begun.
    GoOn(PlainToken, Act),
}

/// What an app does in a sign-in that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Nothing: what is next?
    Ask,
    /// Gives a passcode, as typed.
    Passcode(SecretText),
    /// Asks for one by email.
    SendPasscode,
    /// Asks for the email with which MFA is set up.
    SendSetupEmail,
    /// Asks for the email with which a new device is set up.
    SetUpNewDevice,
}

impl ChallengeRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// `invalid_request` for what is missing, repeated or unknown; `invalid_session` for what is no session of a sign-in.
    pub fn parse(parameters: &Parameters) -> Result<Self, ProtocolError> {
        parameters.once_each()?;
        if parameters.get("response_type").is_some_and(|kind| kind != "code") {
            return Err(ErrorCode::UnsupportedResponseType.because("The response_type must be code."));
        }
        let code_challenge = match parameters.get("code_challenge") {
            Some(_) => Some(CodeChallenge::of_request(parameters)?),
            None => None,
        };
        let device = parameters.get("device_token").and_then(|text| PlainToken::parse(TokenKind::KnownBrowser, text));
        let step = match parameters.get("auth_session") {
            Some(session) => Self::go_on(parameters, session)?,
            None => Self::begin(parameters, code_challenge.is_some())?,
        };
        Ok(Self { device, code_challenge, step })
    }

    fn begin(parameters: &Parameters, has_challenge: bool) -> Result<Step, ProtocolError> {
        let scopes = Scopes::parse(parameters.get("scope").unwrap_or_default())
            .ok_or(ErrorCode::InvalidScope.because("The scope is no list of scopes."))?;
        let (username, password) = match (parameters.get("username"), parameters.get("password")) {
            (None, None) => return Ok(Step::Ask),
            (Some(username), Some(password)) => (username, password),
            _ => return Err(ErrorCode::InvalidRequest.because("Username and password belong together.")),
        };
        if !has_challenge {
            return Err(ErrorCode::InvalidRequest.because("The parameter code_challenge is missing (PKCE)."));
        }
        Ok(Step::Password { username: username.to_owned(), password: SecretText::new(password.to_owned()), scopes })
    }

    fn go_on(parameters: &Parameters, session: &str) -> Result<Step, ProtocolError> {
        let none = ErrorCode::InvalidSession.because("The auth_session is over. Begin again with the password.");
        let session = PlainToken::parse(TokenKind::AuthSession, session).ok_or(none)?;
        let act = match (parameters.get("passcode"), parameters.get("action")) {
            (Some(passcode), None) => Act::Passcode(SecretText::new(passcode.to_owned())),
            (None, Some("send_passcode")) => Act::SendPasscode,
            (None, Some("send_setup_email")) => Act::SendSetupEmail,
            (None, Some("set_up_new_device")) => Act::SetUpNewDevice,
            (None, None) => Act::Ask,
            (None, Some(_)) => return Err(ErrorCode::InvalidRequest.because("The action is none that there is.")),
            (Some(_), Some(_)) => {
                return Err(ErrorCode::InvalidRequest.because("A passcode and an action are one too many."));
            }
        };
        Ok(Step::GoOn(session, act))
    }
}

/// The sign-in is whole.
#[derive(Clone, Serialize)]
pub struct Whole {
    authorization_code: String,
    /// What the device is known by from now on: it is nothing but a place in the throttle.
    device_token: String,
}

impl Whole {
    /// The code, and what the device is known by.
    pub fn new(code: &PlainToken, device: &PlainToken) -> Self {
        Self { authorization_code: code.expose().to_owned(), device_token: device.expose().to_owned() }
    }
}

/// More is needed.
#[derive(Clone, Serialize)]
pub struct More {
    error: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_session: Option<String>,
    vestibule_next: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    vestibule_error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

impl More {
    /// `next` is what to ask the person for.
    pub fn new(next: &'static str) -> Self {
        Self {
            error: ErrorCode::InsufficientAuthorization.as_str(),
            auth_session: None,
            vestibule_next: next,
            vestibule_error: None,
            retry_after: None,
        }
    }

    /// With the session behind which the sign-in goes on.
    #[must_use]
    pub fn with_session(self, session: Option<&PlainToken>) -> Self {
        Self { auth_session: session.map(|token| token.expose().to_owned()), ..self }
    }

    /// With what did not succeed.
    #[must_use]
    pub fn because(self, error: Option<&'static str>) -> Self {
        Self { vestibule_error: error, ..self }
    }

    /// With how long to wait.
    #[must_use]
    pub fn after(self, wait: Option<Duration>) -> Self {
        Self { retry_after: wait.map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CHALLENGE: &str = "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

    fn read(text: &str) -> Result<ChallengeRequest, ProtocolError> {
        ChallengeRequest::parse(&Parameters::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn a_sign_in_begins_with_both_words_and_a_challenge() {
        let begun = read(&format!("username=nora&password=a+b&scope=openid&{CHALLENGE}")).unwrap();
        assert!(matches!(begun.step, Step::Password { ref username, .. } if username == "nora"));
        assert_eq!(read("").unwrap().step, Step::Ask);
        for bad in [
            "username=nora&password=x",
            "username=nora",
            "password=x",
            "username=nora&password=x&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=plain",
            "response_type=token",
            "username=a&username=b&password=x",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_sign_in_goes_on_with_one_thing_at_a_time() {
        let session = format!("auth_session=vst_h_{}", "A".repeat(43));
        let act = |more: &str| read(&format!("{session}{more}")).map(|request| request.step);
        assert!(matches!(act("&passcode=123456"), Ok(Step::GoOn(_, Act::Passcode(_)))));
        assert!(matches!(act("&action=send_passcode"), Ok(Step::GoOn(_, Act::SendPasscode))));
        assert!(matches!(act("&action=set_up_new_device"), Ok(Step::GoOn(_, Act::SetUpNewDevice))));
        assert!(matches!(act(""), Ok(Step::GoOn(_, Act::Ask))));
        assert!(act("&action=open").is_err() && act("&passcode=1&action=send_passcode").is_err());
        // A browser's attempt is none of a remote app's.
        let other = read(&format!("auth_session=vst_a_{}", "A".repeat(43))).unwrap_err();
        assert_eq!(other.code, ErrorCode::InvalidSession);
    }

    proptest! {
        #[test]
        fn r52_any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            if let Ok(parameters) = Parameters::parse(&bytes) {
                let _ = ChallengeRequest::parse(&parameters);
            }
        }
    }
}
