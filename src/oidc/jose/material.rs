//! The numbers of a public key, checked once: what exists here can verify.

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};

use super::edwards;
use super::jwk_problem::JwkProblem;
use crate::model::signing_algorithm::SigningAlgorithm;

/// A point or a modulus with its exponent. Numbers are big-endian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Material {
    P256 { x: [u8; 32], y: [u8; 32] },
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Ed25519 { x: [u8; 32] },
}

impl Material {
    /// A point of P-256, the one at infinity excepted.
    pub(super) fn p256(x: [u8; 32], y: [u8; 32]) -> Result<Self, JwkProblem> {
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, uncompressed(&x, &y)).map_err(|_| JwkProblem::Point)?;
        Ok(Self::P256 { x, y })
    }

    /// A modulus of 2048 to 8192 bits, without leading zeros (RFC 7518, section 6.3.1.1), and an exponent of 65537 or more that
    /// fits four bytes.
    pub(super) fn rsa(n: Vec<u8>, e: Vec<u8>) -> Result<Self, JwkProblem> {
        let top = n.first().copied().filter(|top| *top != 0).ok_or(JwkProblem::Member("n"))?;
        let long_enough = n.len() > 256 || (n.len() == 256 && top >= 0x80);
        if !long_enough || n.len() > 1024 {
            return Err(JwkProblem::Size);
        }
        match e.as_slice() {
            [] | [0, ..] => return Err(JwkProblem::Member("e")),
            [_, _, last] | [_, _, _, last] if last % 2 == 1 => {}
            _ => return Err(JwkProblem::Size),
        }
        let parsed = PublicKeyComponents { n: &n, e: &e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256);
        // Only reading a whole key makes the library check it: that the modulus is odd, for one.
        let checked = parsed.and_then(|key| ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.as_ref()));
        checked.map(|_| Self::Rsa { n, e }).map_err(|_| JwkProblem::Size)
    }

    /// A point of edwards25519 of large order.
    pub(super) fn ed25519(x: [u8; 32]) -> Result<Self, JwkProblem> {
        if edwards::is_key(&x) { Ok(Self::Ed25519 { x }) } else { Err(JwkProblem::Point) }
    }

    pub(super) fn algorithm(&self) -> SigningAlgorithm {
        match self {
            Self::P256 { .. } => SigningAlgorithm::Es256,
            Self::Rsa { .. } => SigningAlgorithm::Rs256,
            Self::Ed25519 { .. } => SigningAlgorithm::EdDsa,
        }
    }

    /// Whether `signature` is one of `message` by this key, in the algorithm of this key.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::P256 { x, y } => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, uncompressed(x, y)).verify(message, signature)
            }
            Self::Rsa { n, e } => PublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
            Self::Ed25519 { x } => UnparsedPublicKey::new(&ED25519, x).verify(message, signature),
        };
        verified.is_ok()
    }
}

/// A point as SEC 1, section 2.3.3 writes it whole.
fn uncompressed(x: &[u8; 32], y: &[u8; 32]) -> Vec<u8> {
    [[4].as_slice(), x, y].concat()
}
