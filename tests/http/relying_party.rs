//! The relying party that the other tests use, against the program: each takes the other's work, and neither has the other's code.

use serde_json::{Value, json};
use vestibule::oidc::jose::{ExpectedType, JwkSet, verify};

use crate::support::*;

#[test]
fn an_assertion_that_another_library_signed_is_verified() {
    let app = TestApp::new();
    let product = RelyingParty::with_key(&app, "keyed");
    let Way::Key(key) = &product.way else { panic!("it has a key") };
    let fields = key.assertion(&json!({ "iss": "keyed" }));
    let keys = JwkSet::parse(&key.set()).unwrap();
    let claims: Value = verify(&fields[1].1, keys.keys(), ExpectedType::IfSaid("JWT")).unwrap();
    assert_eq!(claims["iss"], "keyed");
    let others = JwkSet::parse(&ClientKey::new("of-the-product").set()).unwrap();
    assert!(verify::<Value>(&fields[1].1, others.keys(), ExpectedType::IfSaid("JWT")).is_err());
}
