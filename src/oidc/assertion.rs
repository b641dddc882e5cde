//! The assertion with which a client authenticates by its own key (RFC 7523 section 3, OpenID Connect Core section 9,
//! `private_key_jwt`): signed by a registered key, from the client and about it, for us, short-lived, and good once.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;

use super::jose::{ExpectedType, PublicJwk, verify};
use super::seconds::Seconds;
use crate::model::product::ProductId;
use crate::model::secret::SecretText;
use crate::model::time::Timestamp;

/// An assertion may be good for this long from now on, no longer.
const LONGEST_LIFE: Duration = Duration::from_secs(300);
/// How far a client's clock may be ahead of ours.
const SLACK: Duration = Duration::from_secs(30);
const MAX_JTI: usize = 256;
const MAX_BYTES: usize = 16 * 1024;

/// An assertion as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion(SecretText);

/// What keeps an assertion from being used again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// Its id, which the client never uses twice.
    pub jti: String,
    /// Until when the id must be remembered.
    pub until: Timestamp,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: Seconds,
    jti: String,
    iat: Option<Seconds>,
    nbf: Option<Seconds>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// The audience, where there is exactly one.
    fn only(&self) -> Option<&str> {
        match self {
            Self::One(one) => Some(one),
            Self::Several(several) => match several.as_slice() {
                [one] => Some(one),
                _ => None,
            },
        }
    }
}

impl Assertion {
    /// Takes the text over.
    pub fn new(text: &str) -> Self {
        Self(SecretText::new(text.to_owned()))
    }

    /// Whose it says it is, before anything is verified: to find the keys by.
    pub fn claimed_client(&self) -> Option<ProductId> {
        #[derive(Deserialize)]
        struct Subject {
            sub: String,
        }
        let text = Some(self.0.expose()).filter(|text| text.len() <= MAX_BYTES)?;
        let payload = BASE64URL_NOPAD.decode(text.split('.').nth(1)?.as_bytes()).ok()?;
        ProductId::parse(&serde_json::from_slice::<Subject>(&payload).ok()?.sub)
    }

    /// Whether it proves at `now` that it comes from `client`, who has these keys, and is meant for one of `audiences` (the issuer
    /// and the endpoint that it was sent to). `None` where it does not; where it does, what must not come again.
    pub fn verified(&self, client: &ProductId, keys: &[PublicJwk], audiences: &[&str], now: Timestamp) -> Option<Once> {
        let claims: Claims = verify(self.0.expose(), keys, ExpectedType::IfSaid("JWT")).ok()?;
        let until = claims.exp.timestamp();
        let is_ours = claims.aud.only().is_some_and(|audience| audiences.contains(&audience));
        let is_theirs = claims.iss == client.as_str() && claims.sub == client.as_str();
        let begins = |at: Option<Seconds>| at.is_none_or(|at| at.timestamp() <= now.plus(SLACK));
        let is_young =
            now < until && until <= now.plus(LONGEST_LIFE + SLACK) && begins(claims.nbf) && begins(claims.iat);
        let has_id = !claims.jti.is_empty() && claims.jti.len() <= MAX_JTI;
        (is_ours && is_theirs && is_young && has_id).then_some(Once { jti: claims.jti, until })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::jose::PrivateKey;
    use super::*;
    use crate::model::signing_algorithm::SigningAlgorithm;

    const US: &str = "https://id.example.org";
    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn claims() -> Value {
        json!({ "iss": "ledger", "sub": "ledger", "aud": US, "exp": 1_800_000_060, "jti": "1", "iat": 1_800_000_000 })
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = claims();
        claims[name] = value;
        claims
    }

    #[test]
    fn an_assertion_is_from_the_client_for_us_short_lived_and_has_an_id() {
        let made = PrivateKey::generate(SigningAlgorithm::Es256).unwrap();
        let key = PrivateKey::from_pkcs8(SigningAlgorithm::Es256, made.pkcs8.expose()).unwrap();
        let client = ProductId::parse("ledger").unwrap();
        let verified = |claims: &Value| {
            let assertion = Assertion::new(&key.sign("JWT", claims).unwrap());
            assertion.verified(&client, std::slice::from_ref(key.public()), &[US], NOW)
        };
        let once = verified(&claims()).unwrap();
        assert_eq!((once.jti.as_str(), once.until.seconds()), ("1", 1_800_000_060));
        assert!(verified(&with("aud", json!([US]))).is_some());
        let refused = [
            with("iss", json!("other")),
            with("sub", json!("other")),
            with("aud", json!("https://evil.example")),
            with("aud", json!([US, "https://evil.example"])),
            with("aud", json!([])),
            with("exp", json!(1_800_000_000)),
            with("exp", json!(1_800_000_331)),
            with("exp", json!("1800000060")),
            with("nbf", json!(1_800_000_031)),
            with("iat", json!(1_800_000_031)),
            with("jti", json!("")),
            with("jti", json!(null)),
            with("jti", json!("x".repeat(257))),
        ];
        for claims in refused {
            assert_eq!(verified(&claims), None, "{claims}");
        }
    }

    #[test]
    fn the_claimed_client_is_read_before_anything_is_verified() {
        let body = |claims: &str| format!("e30.{}.x", BASE64URL_NOPAD.encode(claims.as_bytes()));
        let claimed = |text: &str| Assertion::new(text).claimed_client();
        assert_eq!(claimed(&body(r#"{"sub":"ledger"}"#)), ProductId::parse("ledger"));
        for bad in ["", "a.b", &body("{}"), &body(r#"{"sub":7}"#), &body(r#"{"sub":"A B"}"#)] {
            assert_eq!(claimed(bad), None, "{bad}");
        }
    }
}
