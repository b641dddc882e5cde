//! Signed tokens and the keys to them: JWS in its compact form (RFC 7515), JWK (RFC 7517), thumbprints (RFC 7638). Not more of
//! JOSE than that: nothing is encrypted, and the key alone says how it is used, never the header of what is to be verified.

mod edwards;
mod jwk_problem;
mod jwk_set;
mod material;
mod private_key;
mod public_jwk;
mod rejected;
mod strict;
mod verify;

pub use jwk_problem::JwkProblem;
pub use jwk_set::JwkSet;
pub use private_key::{Generated, KeyFailure, PrivateKey};
pub use public_jwk::PublicJwk;
pub use rejected::Rejected;
pub use verify::{ExpectedType, verify};

#[cfg(test)]
mod tests;
