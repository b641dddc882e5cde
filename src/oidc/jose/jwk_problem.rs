//! Why a key in JSON is not taken: words for whoever registers a product, without anything of the key.

use std::fmt;

use super::public_jwk;

/// Why a JWK or a set of them is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwkProblem {
    /// It is longer than any key or set need be.
    TooLong,
    /// It is not a JSON object, or an object in it has a member twice.
    NotAnObject,
    /// It holds a private key, which is now known to whoever saw this text.
    Private,
    /// It holds a key that both sides share.
    Symmetric,
    /// Its type, curve or algorithm is none of ES256, RS256 and EdDSA.
    Unsupported,
    /// It is said to be for something else than verifying signatures.
    OtherUse,
    /// A member is missing, or is not what it has to be.
    Member(&'static str),
    /// Its numbers are no point of the curve, or one that protects nothing.
    Point,
    /// An RSA key of less than 2048 or more than 8192 bits, or with an unusual exponent.
    Size,
    /// A set has no key, or more than it may.
    Count,
    /// Two keys of a set have the same `kid`.
    SameKid,
}

impl fmt::Display for JwkProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "too long",
            Self::NotAnObject => "not a JSON object, or it has a member twice",
            Self::Private => "it holds a private key: make a new one, this one is known now",
            Self::Symmetric => "it holds a shared secret; a public key is needed",
            Self::Unsupported => "a key for none of ES256, RS256 and EdDSA",
            Self::OtherUse => "a key for something else than verifying signatures",
            Self::Member(name) => return write!(f, "the member {name} is missing or malformed"),
            Self::Point => "its numbers are no usable point of the curve",
            Self::Size => "an RSA key needs 2048 to 8192 bits and an exponent of 65537 or a little more",
            Self::Count => return write!(f, "a set needs 1 to {} keys", public_jwk::MOST_KEYS),
            Self::SameKid => "two keys have the same kid",
        })
    }
}

impl std::error::Error for JwkProblem {}
