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
