//! The parameters of a request, from its query or from its body: `application/x-www-form-urlencoded`, once for every endpoint.
//! A parameter without a value counts as absent, one that comes twice as an error (RFC 6749 section 3.1). Values may be secrets:
//! they are not printed and are wiped.

use std::collections::BTreeMap;
use std::fmt;

use super::encode::decoded;
use super::error::{ErrorCode, ProtocolError};
use crate::model::secret::SecretText;

/// The longest query or body that is read; what is longer need not be received.
pub const MAX_BYTES: usize = 32 * 1024;
const MAX_COUNT: usize = 64;

/// A request's parameters. Those that are unknown are there and nobody asks for them.
#[derive(Clone, Default)]
pub struct Parameters {
    values: BTreeMap<String, SecretText>,
    repeated: Vec<String>,
}

impl Parameters {
    /// Reads a query or a body.
    ///
    /// # Errors
    /// `invalid_request` where it is too long, has too many parameters or is not what it says it is. That a parameter is
    /// repeated is told by [`Parameters::once_each`], so that it can be told to the client.
    pub fn parse(text: &[u8]) -> Result<Self, ProtocolError> {
        let pieces = text.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty());
        if text.len() > MAX_BYTES || pieces.clone().count() > MAX_COUNT {
            return Err(ErrorCode::InvalidRequest.because("The request is too large."));
        }
        let mut parameters = Self::default();
        for piece in pieces {
            let equals = piece.iter().position(|byte| *byte == b'=').unwrap_or(piece.len());
            let (name, value) = piece.split_at(equals);
            let pair = decoded(name).zip(decoded(value.strip_prefix(b"=").unwrap_or_default()));
            let Some((name, value)) = pair else {
                return Err(ErrorCode::InvalidRequest.because("The parameters are not encoded as a form is."));
            };
            let value = SecretText::new(value);
            if parameters.values.insert(name.clone(), value).is_some() {
                parameters.repeated.push(name);
            }
        }
        Ok(parameters)
    }

    /// The value of a parameter that came once and is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.values.get(name).filter(|_| !self.is_repeated(name))?;
        Some(value.expose()).filter(|value| !value.is_empty())
    }

    /// The same, where it is needed.
    ///
    /// # Errors
    /// `invalid_request`, with the description given.
    pub fn needed(&self, name: &str, missing: &'static str) -> Result<&str, ProtocolError> {
        self.get(name).ok_or_else(|| ErrorCode::InvalidRequest.because(missing))
    }

    /// The same, where it may be absent but not longer than `max` bytes, and of printable ASCII (RFC 6749 appendix A).
    ///
    /// # Errors
    /// `invalid_request`, with the description given.
    pub fn short(&self, name: &str, max: usize, wrong: &'static str) -> Result<Option<&str>, ProtocolError> {
        let is_fine = |text: &str| text.len() <= max && text.bytes().all(|byte| matches!(byte, 0x20..=0x7e));
        match self.get(name) {
            Some(text) if !is_fine(text) => Err(ErrorCode::InvalidRequest.because(wrong)),
            found => Ok(found),
        }
    }

    /// Whether a parameter came more than once.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.repeated.iter().any(|repeated| repeated == name)
    }

    /// Whether every parameter came once only. Each endpoint asks.
    ///
    /// # Errors
    /// `invalid_request` where one came twice.
    pub fn once_each(&self) -> Result<(), ProtocolError> {
        match self.repeated.is_empty() {
            true => Ok(()),
            false => Err(ErrorCode::InvalidRequest.because("A parameter is repeated.")),
        }
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parameters")?;
        f.debug_list().entries(self.values.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Parameters {
        Parameters::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn empty_is_absent_and_unknown_is_no_error() {
        let parameters = read("&a=1&&b=&c&%64=x+y%3D=&unknown=%00&");
        assert_eq!((parameters.get("a"), parameters.get("d")), (Some("1"), Some("x y==")));
        assert_eq!((parameters.get("b"), parameters.get("c"), parameters.get("e")), (None, None, None));
        assert_eq!(parameters.once_each(), Ok(()));
        assert!(parameters.needed("b", "b is missing").is_err_and(|error| error.description == "b is missing"));
    }

    /// RFC 6749 section 3.1: of two values neither is taken, however the name is spelt and whichever is empty.
    #[test]
    fn a_repeated_parameter_has_no_value() {
        for text in ["a=1&a=2", "a=1&a=1", "a=1&a=", "a=&a=1", "a&a=1", "a=1&%61=2", "a=1&a=2&a=3"] {
            let parameters = read(text);
            assert_eq!(parameters.get("a"), None, "{text}");
            assert!(parameters.is_repeated("a") && parameters.once_each().is_err(), "{text}");
        }
        assert!(!read("a=1&A=2").is_repeated("a"));
    }

    #[test]
    fn what_is_no_form_or_too_large_is_refused_whole() {
        for bad in [b"a=%".as_slice(), b"a=%g1", b"%ff=1", b"a=\xff"] {
            assert!(Parameters::parse(bad).is_err(), "{bad:?}");
        }
        let many = |count: usize| (0..count).map(|at| format!("p{at}=1")).collect::<Vec<_>>().join("&");
        assert!(Parameters::parse(many(MAX_COUNT).as_bytes()).is_ok());
        assert!(Parameters::parse(many(MAX_COUNT + 1).as_bytes()).is_err());
        let long = |bytes: usize| format!("a={}", "x".repeat(bytes - 2));
        assert!(Parameters::parse(long(MAX_BYTES).as_bytes()).is_ok());
        assert!(Parameters::parse(long(MAX_BYTES + 1).as_bytes()).is_err());
    }

    #[test]
    fn a_short_parameter_is_printable_ascii_within_its_length() {
        let short = |text: &str| read(text).short("a", 3, "wrong").map(|value| value.map(str::to_owned));
        assert_eq!(short("a=x+~"), Ok(Some("x ~".into())));
        assert_eq!((short("b=1"), short("a=")), (Ok(None), Ok(None)));
        for bad in ["a=1234", "a=%0A", "a=%7f", "a=%C3%A4", "a=%00"] {
            assert!(short(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn values_are_not_printed() {
        assert_eq!(format!("{:?}", read("client_secret=hunter2&a=1")), r#"Parameters["a", "client_secret"]"#);
    }

    proptest! {
        #[test]
        fn r52_any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            if let Ok(parameters) = Parameters::parse(&bytes) {
                prop_assert!(parameters.values.len() <= MAX_COUNT);
                prop_assert!(parameters.values.keys().all(|name| parameters.get(name) != Some("")));
            }
        }

        #[test]
        fn what_is_written_is_read(name in "[a-z_]{1,20}", value in ".{1,50}") {
            let query = crate::oidc::encode::with_query("x:", &[(&name, &value)]);
            let parameters = Parameters::parse(query.trim_start_matches("x:?").as_bytes()).unwrap();
            prop_assert_eq!(parameters.get(&name), Some(value.as_str()));
        }
    }
}
