//! Verifying a signed token (RFC 7515, section 5.2, with the advice of RFC 8725). Keys come from the caller; the token can do no
//! more than name one of them.

use data_encoding::BASE64URL_NOPAD;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::public_jwk::PublicJwk;
use super::rejected::Rejected;
use super::strict;
use crate::model::signing_algorithm::SigningAlgorithm;

/// The longest token, in bytes.
pub(super) const LONGEST: usize = 16 * 1024;

/// Members of a header that would choose a key, or change what the parts mean.
const REFUSED: [&str; 9] = ["jku", "jwk", "x5u", "x5c", "crit", "b64", "enc", "zip", "cty"];

/// What a token's header has to say about its type (RFC 8725, section 3.11). Upper and lower case are one, and `application/` may
/// stand before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedType {
    /// It says this.
    Is(&'static str),
    /// It says this or nothing: for what clients sign, whose libraries often leave it out.
    IfSaid(&'static str),
}

/// The claims of `compact`, if it was signed by one of `keys`. What the claims mean (who, for whom, until when) is the caller's to
/// look at.
///
/// # Errors
/// [`Rejected`], for the log.
pub fn verify<C: DeserializeOwned>(compact: &str, keys: &[PublicJwk], expected: ExpectedType) -> Result<C, Rejected> {
    let claims = strict::object(&payload(compact, keys, expected)?).ok_or(Rejected::Claims)?;
    serde_json::from_value(Value::Object(claims)).map_err(|_| Rejected::Claims)
}

/// What was signed, whatever it is.
pub(super) fn payload(compact: &str, keys: &[PublicJwk], expected: ExpectedType) -> Result<Vec<u8>, Rejected> {
    if compact.len() > LONGEST {
        return Err(Rejected::TooLong);
    }
    let (signed, signature) = compact.rsplit_once('.').ok_or(Rejected::Parts)?;
    let (header, payload) = signed.split_once('.').ok_or(Rejected::Parts)?;
    if payload.contains('.') {
        return Err(Rejected::Parts);
    }
    let header = strict::object(&decoded(header)?).ok_or(Rejected::Header)?;
    let (payload, signature) = (decoded(payload)?, decoded(signature)?);
    let key = key(&header, keys)?;
    if !is_expected(header.get("typ"), expected) {
        return Err(Rejected::Type);
    }
    if !key.verifies(signed.as_bytes(), &signature) {
        return Err(Rejected::Signature);
    }
    Ok(payload)
}

/// Without padding, and with nothing in the bits that the last letter has too many.
fn decoded(part: &str) -> Result<Vec<u8>, Rejected> {
    BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| Rejected::Encoding)
}

/// The one key that the header can mean.
fn key<'k>(header: &Map<String, Value>, keys: &'k [PublicJwk]) -> Result<&'k PublicJwk, Rejected> {
    if let Some(name) = REFUSED.into_iter().find(|name| header.contains_key(*name)) {
        return Err(Rejected::Member(name));
    }
    let name = header.get("alg").and_then(Value::as_str).ok_or(Rejected::Header)?;
    let algorithm = SigningAlgorithm::parse(name).ok_or(Rejected::Algorithm)?;
    let meant: Vec<&PublicJwk> = match header.get("kid") {
        None => keys.iter().filter(|key| key.algorithm() == algorithm).collect(),
        Some(Value::String(kid)) => keys.iter().filter(|key| key.kid() == kid).collect(),
        Some(_) => return Err(Rejected::Header),
    };
    match meant.as_slice() {
        [key] if key.algorithm() == algorithm => Ok(key),
        [_] => Err(Rejected::Algorithm),
        [] => Err(Rejected::UnknownKey),
        _ => Err(Rejected::AmbiguousKey),
    }
}

fn is_expected(said: Option<&Value>, expected: ExpectedType) -> bool {
    let is = |name: &str| said.and_then(Value::as_str).is_some_and(|said| media_type(said).eq_ignore_ascii_case(name));
    match expected {
        ExpectedType::Is(name) => is(name),
        ExpectedType::IfSaid(name) => said.is_none() || is(name),
    }
}

/// A type without `application/`, which may be left out (RFC 7515, section 4.1.9).
fn media_type(said: &str) -> &str {
    const PREFIX: &str = "application/";
    match said.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => said,
    }
}
