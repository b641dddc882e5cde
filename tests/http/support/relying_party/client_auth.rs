//! The ways in which a product's server says who it is (OpenID Connect Core section 9).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use vestibule::app::draw;

use super::RelyingParty;

/// One of them.
#[derive(Clone)]
pub enum Way {
    /// Its name alone.
    Nothing,
    /// `client_secret_basic`.
    SecretBasic,
    /// `client_secret_post`.
    SecretPost,
    /// `private_key_jwt`.
    Key(ClientKey),
}

type Presented = (Option<String>, Vec<(String, String)>);

impl Way {
    /// The `Authorization` header and the fields of the body.
    pub fn presented(&self, product: &RelyingParty, endpoint: &str) -> Presented {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let id = field("client_id", &product.id);
        match self {
            Self::Nothing => (None, vec![id]),
            Self::SecretBasic => {
                let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
                let pair = format!("{}:{}", encoded(&product.id), encoded(&product.secret));
                (Some(format!("Basic {}", BASE64.encode(pair.as_bytes()))), Vec::new())
            }
            Self::SecretPost => (None, vec![id, field("client_secret", &product.secret)]),
            Self::Key(key) => {
                let now = product.app.now().seconds();
                let claims = json!({
                    "iss": product.id, "sub": product.id, "aud": endpoint,
                    "jti": BASE64URL_NOPAD.encode(&draw()), "iat": now, "exp": now + 60,
                });
                (None, key.assertion(&claims))
            }
        }
    }
}

/// A product's own key, on P-256.
#[derive(Clone)]
pub struct ClientKey {
    kid: &'static str,
    pkcs8: Vec<u8>,
    /// The public point, uncompressed.
    point: Vec<u8>,
}

impl ClientKey {
    /// A fresh one.
    pub fn new(kid: &'static str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let pkcs8 = pair.to_pkcs8v1().unwrap();
        Self { kid, pkcs8: pkcs8.as_ref().to_vec(), point: pair.public_key().as_ref().to_vec() }
    }

    /// Its public half as a JWK Set.
    pub fn set(&self) -> String {
        let half = |from: usize| BASE64URL_NOPAD.encode(&self.point[from..from + 32]);
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "x": half(1), "y": half(33), "kid": self.kid, "alg": "ES256", "use": "sig",
        });
        json!({ "keys": [jwk] }).to_string()
    }

    /// A signed text that says this (RFC 7523), as the fields of a form.
    pub fn assertion(&self, claims: &Value) -> Vec<(String, String)> {
        let header = Header { kid: Some(self.kid.to_owned()), ..Header::new(Algorithm::ES256) };
        let assertion = encode(&header, claims, &EncodingKey::from_ec_der(&self.pkcs8)).unwrap();
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        vec![("client_assertion_type".to_owned(), kind.to_owned()), ("client_assertion".to_owned(), assertion)]
    }
}
