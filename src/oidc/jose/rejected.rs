//! Why a token is not believed: words for the log, with nothing of the token in them. To whoever sent it, it is one and the same.

use std::fmt;

/// What was wrong first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// More than 16 KiB.
    TooLong,
    /// Not three parts: one that is encrypted has five.
    Parts,
    /// A part is not base64url in its one spelling.
    Encoding,
    /// The header is not a JSON object, or has a member twice, or `alg` or `kid` is no text.
    Header,
    /// The header brings a key, names the address of one, or asks for something that we do not do.
    Member(&'static str),
    /// An algorithm that we do not have (`none` and all with a shared key), or not that of the key.
    Algorithm,
    /// The header says that it is a token of another kind, or does not say that it is one of this.
    Type,
    /// No key has this name, or, without a name, this algorithm.
    UnknownKey,
    /// More than one key could be meant.
    AmbiguousKey,
    /// Not signed by that key.
    Signature,
    /// Signed, but what it claims is not a JSON object, or has a member twice, or is not what it has to be.
    Claims,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the token is too long",
            Self::Parts => "the token has not three parts",
            Self::Encoding => "a part of the token is not base64url",
            Self::Header => "the token's header is malformed",
            Self::Member(name) => return write!(f, "the token's header has {name}"),
            Self::Algorithm => "the token is not signed in its key's algorithm",
            Self::Type => "the token is of another type",
            Self::UnknownKey => "the token names no key that is known",
            Self::AmbiguousKey => "the token may mean more than one key",
            Self::Signature => "the token's signature is wrong",
            Self::Claims => "the token's claims are malformed",
        })
    }
}

impl std::error::Error for Rejected {}
