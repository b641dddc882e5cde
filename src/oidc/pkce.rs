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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn asked(text: &str) -> Result<CodeChallenge, ErrorCode> {
        CodeChallenge::of_request(&Parameters::parse(text.as_bytes()).unwrap()).map_err(|error| error.code)
    }

    #[test]
    fn the_verifier_of_the_rfc_meets_its_challenge() {
        let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
        assert!(challenge.is_met_by(&CodeVerifier::parse(VERIFIER).unwrap()));
        assert_eq!(challenge.as_str(), CHALLENGE);
        assert_eq!(asked(&format!("code_challenge={CHALLENGE}&code_challenge_method=S256")), Ok(challenge));
    }

    /// Regression 40: without a challenge, with `plain`, or with one that is no SHA-256 there is no code.
    #[test]
    fn r40_a_request_has_a_challenge_by_s256_or_is_refused() {
        let with = |challenge: &str, method: &str| format!("code_challenge={challenge}{method}");
        let s256 = "&code_challenge_method=S256";
        let cut = CHALLENGE.trim_end_matches('M');
        for request in [
            String::new(),
            "code_challenge_method=S256".into(),
            with("", s256),
            with(CHALLENGE, ""),
            with(CHALLENGE, "&code_challenge_method="),
            with(CHALLENGE, "&code_challenge_method=plain"),
            with(CHALLENGE, "&code_challenge_method=s256"),
            with(CHALLENGE, "&code_challenge_method=S512"),
            with(CHALLENGE, "&code_challenge_method=S256&code_challenge_method=plain"),
            with(&format!("{CHALLENGE}&code_challenge={CHALLENGE}"), s256),
            with(cut, s256),
            with(&format!("{CHALLENGE}A"), s256),
            with(&format!("{CHALLENGE}%3D"), s256),
            with(&CHALLENGE.replace('-', "%2B"), s256),
            // The same 32 bytes in a second spelling: the last letter has two bits too many.
            with(&format!("{cut}N"), s256),
            with("x", s256),
        ] {
            assert_eq!(asked(&request), Err(ErrorCode::InvalidRequest), "{request}");
        }
    }

    /// Regression 40: short, long, and of other characters.
    #[test]
    fn r40_a_verifier_has_its_length_and_its_characters() {
        for good in ["a".repeat(43), "-._~".repeat(32)] {
            assert!(CodeVerifier::parse(&good).is_some());
        }
        let others = ["+", "/", "=", " ", "ä", "\0", "%"].map(|bad| format!("{}{bad}", "a".repeat(43)));
        for bad in [String::new(), "a".repeat(42), "a".repeat(129)].iter().chain(&others) {
            assert!(CodeVerifier::parse(bad).is_none(), "{bad}");
        }
    }

    proptest! {
        /// Regression 40: a challenge is not its own verifier, and no other text meets it.
        #[test]
        fn r40_no_other_verifier_meets_a_challenge(text in "[A-Za-z0-9._~-]{43,128}") {
            let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
            let longer: String = format!("{VERIFIER}{text}").chars().take(100).collect();
            for other in [text.as_str(), CHALLENGE, &longer] {
                let verifier = CodeVerifier::parse(other).unwrap();
                prop_assert!(!challenge.is_met_by(&verifier));
            }
        }

        #[test]
        fn r52_any_text_is_read_or_refused(text: String) {
            prop_assert!(CodeChallenge::parse(&text).is_none_or(|challenge| challenge.as_str() == text));
            let _ = CodeVerifier::parse(&text);
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(serde_json::from_str::<CodeChallenge>(&json).ok(), CodeChallenge::parse(&text));
        }
    }
}
