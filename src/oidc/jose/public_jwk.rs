//! A public key in JSON (RFC 7517; its members by RFC 7518, section 6, and RFC 8037, section 2): our own as they are published,
//! and those with which clients sign. Never a private or a shared one.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::jwk_problem::JwkProblem;
use super::material::Material;
use super::strict::{self, Unique};
use crate::model::signing_algorithm::SigningAlgorithm;

/// The longest JWK, in bytes: an RSA key of 8192 bits takes 1,500, a certificate that we do not look at the rest.
const LONGEST: usize = 8 * 1024;
/// How many keys a set may have.
pub(super) const MOST_KEYS: usize = 16;
const LONGEST_KID: usize = 255;

/// Members that only private keys have.
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

/// A public key that can verify in one algorithm, its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicJwk {
    kid: String,
    material: Material,
}

impl PublicJwk {
    /// Our own key: its `kid` is its thumbprint.
    pub(super) fn new(material: Material) -> Self {
        Self { kid: thumbprint(&material), material }
    }

    /// A key as a client registers it. Without `kid` it gets its thumbprint as one.
    ///
    /// # Errors
    /// [`JwkProblem`] for everything but the public key of an algorithm that we have, whole and in its one spelling.
    pub fn parse(json: &str) -> Result<Self, JwkProblem> {
        if json.len() > LONGEST {
            return Err(JwkProblem::TooLong);
        }
        Self::read(&strict::object(json.as_bytes()).ok_or(JwkProblem::NotAnObject)?)
    }

    pub(super) fn read(members: &Map<String, Value>) -> Result<Self, JwkProblem> {
        if members.contains_key("k") {
            return Err(JwkProblem::Symmetric);
        }
        if PRIVATE.iter().any(|name| members.contains_key(*name)) {
            return Err(JwkProblem::Private);
        }
        let material = material(members)?;
        is_for_verifying(members, material.algorithm())?;
        let kid = match members.get("kid") {
            None => thumbprint(&material),
            Some(Value::String(kid)) if is_kid(kid) => kid.clone(),
            Some(_) => return Err(JwkProblem::Member("kid")),
        };
        Ok(Self { kid, material })
    }

    /// The key's name, by which a token's header calls it.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The only algorithm in which it verifies.
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.material.algorithm()
    }

    /// The key's SHA-256 thumbprint (RFC 7638), whatever its `kid` is.
    pub fn thumbprint(&self) -> String {
        thumbprint(&self.material)
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.material.verifies(message, signature)
    }
}

/// Control characters would go to the log.
fn is_kid(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_KID && !text.contains(char::is_control)
}

fn material(members: &Map<String, Value>) -> Result<Material, JwkProblem> {
    match text(members, "kty")? {
        "EC" => match text(members, "crv")? {
            "P-256" => Material::p256(coordinate(members, "x")?, coordinate(members, "y")?),
            _ => Err(JwkProblem::Unsupported),
        },
        "OKP" => match text(members, "crv")? {
            "Ed25519" => Material::ed25519(coordinate(members, "x")?),
            _ => Err(JwkProblem::Unsupported),
        },
        "RSA" => Material::rsa(bytes(members, "n")?, bytes(members, "e")?),
        "oct" => Err(JwkProblem::Symmetric),
        _ => Err(JwkProblem::Unsupported),
    }
}

/// `use`, `key_ops` and `alg` may be missing, but not say otherwise (RFC 7517, sections 4.2 to 4.4).
fn is_for_verifying(members: &Map<String, Value>, algorithm: SigningAlgorithm) -> Result<(), JwkProblem> {
    if members.get("use").is_some_and(|value| value != "sig") {
        return Err(JwkProblem::OtherUse);
    }
    let verifies = |value: &Value| value.as_array().is_some_and(|list| *list == ["verify"]);
    if members.get("key_ops").is_some_and(|value| !verifies(value)) {
        return Err(JwkProblem::OtherUse);
    }
    if members.get("alg").is_some_and(|value| value != algorithm.as_str()) {
        return Err(JwkProblem::Unsupported);
    }
    Ok(())
}

fn text<'m>(members: &'m Map<String, Value>, name: &'static str) -> Result<&'m str, JwkProblem> {
    members.get(name).and_then(Value::as_str).ok_or(JwkProblem::Member(name))
}

fn bytes(members: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, JwkProblem> {
    BASE64URL_NOPAD.decode(text(members, name)?.as_bytes()).map_err(|_| JwkProblem::Member(name))
}

/// A number of exactly 32 bytes, leading zeros with it.
fn coordinate(members: &Map<String, Value>, name: &'static str) -> Result<[u8; 32], JwkProblem> {
    bytes(members, name)?.try_into().map_err(|_| JwkProblem::Member(name))
}

/// RFC 7638, section 3: the digest of the members that make the key, in the order of their names.
fn thumbprint(material: &Material) -> String {
    let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let canonical = match material {
        Material::P256 { x, y } => {
            format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, encode(x), encode(y))
        }
        Material::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, encode(e), encode(n)),
        Material::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encode(x)),
    };
    encode(digest(&SHA256, canonical.as_bytes()).as_ref())
}

#[derive(Serialize)]
struct Written<'k> {
    #[serde(flatten)]
    numbers: Numbers,
    r#use: &'static str,
    alg: &'static str,
    kid: &'k str,
}

#[derive(Serialize)]
#[serde(tag = "kty")]
enum Numbers {
    #[serde(rename = "EC")]
    Ec { crv: &'static str, x: String, y: String },
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "OKP")]
    Okp { crv: &'static str, x: String },
}

impl Serialize for PublicJwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        let numbers = match &self.material {
            Material::P256 { x, y } => Numbers::Ec { crv: "P-256", x: encode(x), y: encode(y) },
            Material::Rsa { n, e } => Numbers::Rsa { n: encode(n), e: encode(e) },
            Material::Ed25519 { x } => Numbers::Okp { crv: "Ed25519", x: encode(x) },
        };
        Written { numbers, r#use: "sig", alg: self.algorithm().as_str(), kid: &self.kid }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PublicJwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Unique::deserialize(deserializer)?.0 {
            Value::Object(members) => Self::read(&members).map_err(de::Error::custom),
            _ => Err(de::Error::custom(JwkProblem::NotAnObject)),
        }
    }
}
