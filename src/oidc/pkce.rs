//! Proof Key for Code Exchange (RFC 7636), needed from every client, with S256 and nothing else: a challenge that is its own
//! verifier (`plain`) proves nothing to who has seen the request.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::error::{ErrorCode, ProtocolError};
use super::parameters::Parameters;
use crate::model::secret::SecretText;

/// A `code_challenge`: the SHA-256 of a verifier, in base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Reads a challenge; `None` unless it is the text of 32 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The one that a request must carry, with its method.
    ///
    /// # Errors
    /// `invalid_request` (RFC 7636 section 4.4.1).
    pub fn of_request(parameters: &Parameters) -> Result<Self, ProtocolError> {
        let challenge = parameters.needed("code_challenge", "The parameter code_challenge is missing (PKCE).")?;
        if parameters.get("code_challenge_method") != Some("S256") {
            return Err(ErrorCode::InvalidRequest.because("The code_challenge_method must be S256."));
        }
        Self::parse(challenge).ok_or(ErrorCode::InvalidRequest.because("The code_challenge is not a SHA-256."))
    }

    /// The text, for a column.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it was made from `verifier`. Takes as long whatever the answer.
    pub fn is_met_by(&self, verifier: &CodeVerifier) -> bool {
        verify_slices_are_equal(verifier.challenge().0.as_bytes(), self.0.as_bytes()).is_ok()
    }
}

impl<'de> Deserialize<'de> for CodeChallenge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("no code challenge"))
    }
}

/// A `code_verifier`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeVerifier(SecretText);

impl CodeVerifier {
    /// Reads a verifier; `None` unless it is 43 to 128 of the characters of RFC 7636 section 4.1.
    pub fn parse(text: &str) -> Option<Self> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let is_verifier = (43..=128).contains(&text.len()) && text.bytes().all(is_allowed);
        is_verifier.then(|| Self(SecretText::new(text.to_owned())))
    }

    /// The challenge that it meets.
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(BASE64URL_NOPAD.encode(digest(&SHA256, self.0.expose().as_bytes()).as_ref()))
    }
}
