//! A key that signs tokens. Its chance is the library's own, both for a new key and inside each ECDSA signature; everything else
//! in Vestibule draws from `Dice`. It never prints, and leaves this file only as PKCS #8 to be sealed.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use x509_cert::der::asn1::UintRef;
use x509_cert::der::{Decode, Reader, SliceReader};

use super::material::Material;
use super::public_jwk::PublicJwk;
use super::{strict, verify};
use crate::model::secret::SecretBytes;
use crate::model::signing_algorithm::SigningAlgorithm;

/// Why a key cannot be made or does not sign. None of them is anyone's doing but ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFailure {
    /// The library failed.
    Library,
    /// The claims are not a JSON object that can be verified again: a member twice, or too long.
    Claims,
}

impl fmt::Display for KeyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Library => "the cryptographic library could not use the signing key",
            Self::Claims => "the claims to be signed are not a JSON object that can be verified",
        })
    }
}

impl std::error::Error for KeyFailure {}

/// A new key, to be sealed and kept.
#[derive(Debug)]
pub struct Generated {
    /// PKCS #8, DER, not encrypted.
    pub pkcs8: SecretBytes,
    /// Its public half.
    pub public: PublicJwk,
}

/// A key that signs. Safe to share between threads.
pub struct PrivateKey {
    pair: Pair,
    public: PublicJwk,
}

enum Pair {
    Es256(EcdsaKeyPair),
    Rs256(rsa::KeyPair),
    EdDsa(Ed25519KeyPair),
}

impl PrivateKey {
    /// A new key; RSA with 3072 bits, which takes seconds at worst. It is another one each time: make it before a transaction,
    /// which may run again, and not inside.
    ///
    /// # Errors
    /// [`KeyFailure::Library`].
    pub fn generate(algorithm: SigningAlgorithm) -> Result<Generated, KeyFailure> {
        let pair = Pair::generate(algorithm).map_err(|_| KeyFailure::Library)?;
        let pkcs8 = pair.pkcs8().map_err(|_| KeyFailure::Library)?;
        let public = pair.public().ok_or(KeyFailure::Library)?;
        Ok(Generated { pkcs8, public })
    }

    /// A key as [`PrivateKey::generate`] gave it. `None` for other bytes, and for a key of another algorithm.
    pub fn from_pkcs8(algorithm: SigningAlgorithm, pkcs8: &[u8]) -> Option<Self> {
        let pair = match algorithm {
            SigningAlgorithm::Es256 => {
                Pair::Es256(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok()?)
            }
            SigningAlgorithm::Rs256 => Pair::Rs256(rsa::KeyPair::from_pkcs8(pkcs8).ok()?),
            SigningAlgorithm::EdDsa => Pair::EdDsa(Ed25519KeyPair::from_pkcs8(pkcs8).ok()?),
        };
        let public = pair.public()?;
        Some(Self { pair, public })
    }

    /// The public half.
    pub fn public(&self) -> &PublicJwk {
        &self.public
    }

    /// A compact JWS of `claims` whose header has `alg`, `kid` and `typ`.
    ///
    /// # Errors
    /// [`KeyFailure::Claims`] where nobody could verify it again, [`KeyFailure::Library`].
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, KeyFailure> {
        let header = Header { alg: self.public.algorithm().as_str(), kid: self.public.kid(), typ };
        let claims = object(claims)?;
        let mut token = [BASE64URL_NOPAD.encode(&object(&header)?), BASE64URL_NOPAD.encode(&claims)].join(".");
        let signature = self.pair.sign(token.as_bytes()).map_err(|_| KeyFailure::Library)?;
        token.push('.');
        BASE64URL_NOPAD.encode_append(&signature, &mut token);
        if token.len() > verify::LONGEST { Err(KeyFailure::Claims) } else { Ok(token) }
    }
}

#[cfg(test)]
impl PrivateKey {
    /// A signature of anything, as an attacker with the key of another product would make it.
    pub(super) fn sign_bytes(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).unwrap()
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.public.kid())
    }
}

#[derive(Serialize)]
struct Header<'h> {
    alg: &'h str,
    kid: &'h str,
    typ: &'h str,
}

/// JSON that whoever verifies it takes.
fn object(value: &impl Serialize) -> Result<Vec<u8>, KeyFailure> {
    let json = serde_json::to_vec(value).map_err(|_| KeyFailure::Claims)?;
    if strict::object(&json).is_some() { Ok(json) } else { Err(KeyFailure::Claims) }
}

impl Pair {
    fn generate(algorithm: SigningAlgorithm) -> Result<Self, Unspecified> {
        Ok(match algorithm {
            SigningAlgorithm::Es256 => Self::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?),
            SigningAlgorithm::Rs256 => Self::Rs256(rsa::KeyPair::generate(KeySize::Rsa3072)?),
            SigningAlgorithm::EdDsa => Self::EdDsa(Ed25519KeyPair::generate()?),
        })
    }

    fn pkcs8(&self) -> Result<SecretBytes, Unspecified> {
        // Each of these documents wipes itself.
        Ok(SecretBytes::new(match self {
            Self::Es256(pair) => pair.to_pkcs8v1()?.as_ref().to_vec(),
            Self::Rs256(pair) => AsDer::<Pkcs8V1Der<'_>>::as_der(pair)?.as_ref().to_vec(),
            Self::EdDsa(pair) => pair.to_pkcs8()?.as_ref().to_vec(),
        }))
    }

    fn public(&self) -> Option<PublicJwk> {
        let material = match self {
            Self::Es256(pair) => {
                let (x, y) = pair.public_key().as_ref().strip_prefix(&[4])?.split_first_chunk()?;
                Material::p256(*x, y.try_into().ok()?)
            }
            Self::Rs256(pair) => {
                let (n, e) = modulus_and_exponent(pair.public_key().as_ref())?;
                Material::rsa(n, e)
            }
            Self::EdDsa(pair) => Material::ed25519(pair.public_key().as_ref().try_into().ok()?),
        };
        material.ok().map(PublicJwk::new)
    }

    /// With signatures of digests where there are such: they take no generator, which those of messages ask for and ignore.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match self {
            Self::Es256(pair) => Ok(pair.sign_digest(&digest(&SHA256, message))?.as_ref().to_vec()),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign_digest(&RSA_PKCS1_SHA256, &digest(&SHA256, message), &mut signature)?;
                Ok(signature)
            }
            Self::EdDsa(pair) => Ok(pair.try_sign(message)?.as_ref().to_vec()),
        }
    }
}

/// The two numbers of an `RSAPublicKey` (RFC 8017, appendix A.1.1), without leading zeros.
fn modulus_and_exponent(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut reader = SliceReader::new(der).ok()?;
    let numbers = reader.sequence(|reader| {
        let (n, e) = (UintRef::decode(reader)?, UintRef::decode(reader)?);
        Ok((n.as_bytes().to_vec(), e.as_bytes().to_vec()))
    });
    numbers.ok()
}
