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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::PrivateKey;
    use super::*;

    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    fn ec() -> Value {
        json!({"kty": "EC", "crv": "P-256", "x": X, "y": Y})
    }

    fn ed() -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    }

    /// An odd number of that many bytes.
    fn rsa(top: u8, bytes: usize, e: &[u8]) -> Value {
        let mut n = vec![0xa5; bytes];
        n[0] = top;
        json!({"kty": "RSA", "n": BASE64URL_NOPAD.encode(&n), "e": BASE64URL_NOPAD.encode(e)})
    }

    fn parse(value: &Value) -> Result<PublicJwk, JwkProblem> {
        PublicJwk::parse(&value.to_string())
    }

    fn with(mut key: Value, name: &str, value: Value) -> Result<PublicJwk, JwkProblem> {
        key[name] = value;
        parse(&key)
    }

    #[test]
    fn what_is_published_is_read_again_and_has_no_private_member() {
        for algorithm in SigningAlgorithm::ALL {
            let key = PrivateKey::generate(algorithm).unwrap().public;
            let json = serde_json::to_string(&key).unwrap();
            assert_eq!(PublicJwk::parse(&json), Ok(key.clone()));
            assert_eq!(serde_json::from_str::<PublicJwk>(&json).unwrap(), key);
            let members: Vec<String> =
                strict::object(json.as_bytes()).unwrap().into_iter().map(|(name, _)| name).collect();
            let numbers: &[&str] = match algorithm {
                SigningAlgorithm::Es256 => &["alg", "crv", "kid", "kty", "use", "x", "y"],
                SigningAlgorithm::Rs256 => &["alg", "e", "kid", "kty", "n", "use"],
                SigningAlgorithm::EdDsa => &["alg", "crv", "kid", "kty", "use", "x"],
            };
            let mut sorted = members;
            sorted.sort();
            assert_eq!(sorted, numbers);
        }
    }

    #[test]
    fn r45_private_and_shared_keys_are_refused() {
        for key in [ec(), ed(), rsa(0xa5, 256, &[1, 0, 1])] {
            assert!(parse(&key).is_ok());
            for name in ["d", "p", "q", "dp", "dq", "qi", "oth"] {
                assert_eq!(with(key.clone(), name, json!("AA")), Err(JwkProblem::Private), "{name}");
            }
            assert_eq!(with(key, "k", json!("AA")), Err(JwkProblem::Symmetric));
        }
        assert_eq!(parse(&json!({"kty": "oct", "k": "AA"})), Err(JwkProblem::Symmetric));
        assert_eq!(parse(&json!({"kty": "oct"})), Err(JwkProblem::Symmetric));
    }

    #[test]
    fn r45_points_beside_the_curve_and_other_curves_are_refused() {
        for (name, value) in [("x", Y), ("y", X), ("y", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] {
            assert_eq!(with(ec(), name, json!(value)), Err(JwkProblem::Point));
        }
        let zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(parse(&json!({"kty": "EC", "crv": "P-256", "x": zero, "y": zero})), Err(JwkProblem::Point));
        for point in
            [zero, "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
        {
            assert_eq!(with(ed(), "x", json!(point)), Err(JwkProblem::Point));
        }
        for curve in ["P-384", "P-521", "secp256k1", "p-256", "Ed448", "X25519", ""] {
            assert_eq!(with(ec(), "crv", json!(curve)), Err(JwkProblem::Unsupported));
            assert_eq!(with(ed(), "crv", json!(curve)), Err(JwkProblem::Unsupported));
        }
        for kind in ["", "ec", "AKP", "RSA1"] {
            assert_eq!(with(ec(), "kty", json!(kind)), Err(JwkProblem::Unsupported));
        }
    }

    #[test]
    fn r45_numbers_have_their_length_and_one_spelling() {
        let longer = format!("AAAA{X}");
        for value in [
            json!(""),
            json!("AA"),
            json!(longer),
            json!(format!("{X}=")),
            json!(format!("{X}\n")),
            json!(1),
            json!(null),
        ] {
            assert_eq!(with(ec(), "x", value.clone()), Err(JwkProblem::Member("x")), "{value}");
            assert_eq!(with(ed(), "x", value.clone()), Err(JwkProblem::Member("x")), "{value}");
        }
        // U and V differ in bits that no byte takes.
        assert_eq!(with(ec(), "x", json!(X.replace("VEU", "VEV"))), Err(JwkProblem::Member("x")));
        for name in ["kty", "crv", "x", "y"] {
            let mut key = ec();
            key.as_object_mut().unwrap().remove(name);
            assert_eq!(parse(&key), Err(JwkProblem::Member(name)));
        }
    }

    #[test]
    fn r45_rsa_keys_have_2048_to_8192_bits_and_an_exponent_that_is_no_shortcut() {
        let usual = [1, 0, 1];
        for (top, bytes) in [(0x80, 256), (1, 257), (0xff, 1024)] {
            assert!(parse(&rsa(top, bytes, &usual)).is_ok(), "{top} {bytes}");
        }
        for (top, bytes) in [(0xa5, 1), (0xa5, 128), (0xff, 255), (0x7f, 256), (1, 1025)] {
            assert_eq!(parse(&rsa(top, bytes, &usual)), Err(JwkProblem::Size), "{top} {bytes}");
        }
        assert_eq!(parse(&rsa(0, 257, &usual)), Err(JwkProblem::Member("n")));
        assert_eq!(with(rsa(0x80, 256, &usual), "n", json!("")), Err(JwkProblem::Member("n")));
        assert!(parse(&rsa(0x80, 256, &[0xff; 4])).is_ok());
        for small in [[1].as_slice(), &[3], &[0xff, 0xff], &[1, 0, 0], &[1, 0, 0, 0], &[1, 0, 0, 0, 1]] {
            assert_eq!(parse(&rsa(0x80, 256, small)), Err(JwkProblem::Size), "{small:?}");
        }
        for malformed in [[].as_slice(), &[0], &[0, 1, 0, 1]] {
            assert_eq!(parse(&rsa(0x80, 256, malformed)), Err(JwkProblem::Member("e")));
        }
        let even = json!(BASE64URL_NOPAD.encode(&[0xa6; 256]));
        assert_eq!(with(rsa(0x80, 256, &usual), "n", even), Err(JwkProblem::Size));
    }

    #[test]
    fn r45_a_key_for_something_else_is_refused() {
        let allowed =
            [("use", json!("sig")), ("key_ops", json!(["verify"])), ("alg", json!("ES256")), ("x5t", json!("AA"))];
        for (name, value) in allowed {
            assert!(with(ec(), name, value).is_ok(), "{name}");
        }
        for value in [json!("enc"), json!(""), json!(null)] {
            assert_eq!(with(ec(), "use", value), Err(JwkProblem::OtherUse));
        }
        for value in [json!([]), json!("verify"), json!(["sign"]), json!(["verify", "sign"]), json!(["deriveKey"])] {
            assert_eq!(with(ec(), "key_ops", value), Err(JwkProblem::OtherUse));
        }
        for value in [json!("RS256"), json!("ES384"), json!("HS256"), json!("none"), json!("es256"), json!(null)] {
            assert_eq!(with(ec(), "alg", value), Err(JwkProblem::Unsupported));
        }
    }

    #[test]
    fn a_name_is_short_text_without_control_characters_or_the_thumbprint() {
        let key = parse(&ec()).unwrap();
        assert_eq!(key.kid(), key.thumbprint());
        let named = with(ec(), "kid", json!("k".repeat(255))).unwrap();
        assert_eq!((named.kid().len(), named.thumbprint()), (255, key.thumbprint()));
        for kid in [json!(""), json!("a\nb"), json!("\u{0}"), json!("k".repeat(256)), json!(1), json!(null)] {
            assert_eq!(with(ec(), "kid", kid), Err(JwkProblem::Member("kid")));
        }
    }

    #[test]
    fn what_is_no_single_object_or_too_long_is_refused() {
        let twice = ec().to_string().replace('{', r#"{"kty":"oct","#);
        for json in ["", "[]", "null", &twice] {
            assert_eq!(PublicJwk::parse(json), Err(JwkProblem::NotAnObject), "{json}");
        }
        assert!(serde_json::from_str::<PublicJwk>(&twice).is_err());
        assert_eq!(with(ec(), "x5c", json!(["A".repeat(8_192)])), Err(JwkProblem::TooLong));
    }

    proptest! {
        #[test]
        fn r52_any_numbers_are_read_without_a_panic(x: [u8; 32], y: [u8; 32], n: Vec<u8>, e: Vec<u8>) {
            let spelt = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
            let beside = parse(&json!({"kty": "EC", "crv": "P-256", "x": spelt(&x), "y": spelt(&y)}));
            prop_assert_eq!(beside, Err(JwkProblem::Point));
            let _ = parse(&json!({"kty": "OKP", "crv": "Ed25519", "x": spelt(&x)}));
            let _ = parse(&json!({"kty": "RSA", "n": spelt(&n), "e": spelt(&e)}));
        }
    }
}
