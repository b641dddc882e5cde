//! Signed tokens and keys in JSON: what nobody signed is not believed, and a key has one meaning (regressions 45, 46 and 52).
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use vestibule::model::signing_algorithm::SigningAlgorithm;
use vestibule::oidc::jose::{ExpectedType, JwkSet, PrivateKey, PublicJwk, verify};

const ANY: ExpectedType = ExpectedType::IfSaid("JWT");

/// Those that are quick to make; the third only takes longer.
static KEYS: LazyLock<[PrivateKey; 2]> = LazyLock::new(|| {
    [SigningAlgorithm::Es256, SigningAlgorithm::EdDsa].map(|algorithm| {
        let made = PrivateKey::generate(algorithm).expect("a new key");
        PrivateKey::from_pkcs8(algorithm, made.pkcs8.expose()).expect("a new key is read")
    })
});

static PUBLIC: LazyLock<Vec<PublicJwk>> = LazyLock::new(|| KEYS.iter().map(|key| key.public().clone()).collect());

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert!(verify::<Value>(text, &PUBLIC, ANY).is_err(), "nobody signed this");
    altered(text);
    key(text);
    set(text);
});

/// What was signed is read; with anything of `text` in place of a part, or behind it, it is not.
fn altered(text: &str) {
    for key in KEYS.iter() {
        let token = key.sign("JWT", &Value::Object([("text".to_owned(), Value::from(text))].into_iter().collect()));
        let Ok(token) = token else { continue };
        let claims = verify::<Value>(&token, &PUBLIC, ExpectedType::Is("jwt")).expect("what was signed is read");
        assert_eq!(claims["text"], text);
        let parts: Vec<&str> = token.split('.').collect();
        for place in 0..parts.len() {
            let mut changed = parts.clone();
            changed[place] = text;
            assert!(text == parts[place] || verify::<Value>(&changed.join("."), &PUBLIC, ANY).is_err());
        }
        let longer = [token.as_str(), text].concat();
        assert!(text.is_empty() || verify::<Value>(&longer, &PUBLIC, ANY).is_err());
    }
}

fn key(text: &str) {
    match PublicJwk::parse(text) {
        Ok(key) => {
            let written = serde_json::to_string(&key).expect("a key is written");
            let again = PublicJwk::parse(&written).expect("what is written is read");
            assert_eq!((again.thumbprint(), &again), (key.thumbprint(), &key));
            assert!(key.kid().len() <= 255 && !key.kid().contains(char::is_control));
            let private = ["\"d\"", "\"k\"", "\"p\"", "\"q\"", "\"dp\"", "\"dq\"", "\"qi\"", "\"oth\""];
            assert!(!private.iter().any(|name| written.contains(&format!("{name}:"))));
        }
        Err(problem) => assert!(problem.to_string().len() < 100, "a problem is words of our own"),
    }
}

fn set(text: &str) {
    let Ok(set) = JwkSet::parse(text) else { return };
    assert!((1..=16).contains(&set.keys().len()));
    let written = serde_json::to_string(&set).expect("a set is written");
    assert_eq!(JwkSet::parse(&written), Ok(set));
}
