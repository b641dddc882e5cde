//! An ID token as a relying party takes it (OpenID Connect Core section 3.1.3.7): with the jsonwebtoken crate and the keys that the
//! provider publishes, none of the program's own code.

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::Value;

use super::RelyingParty;
use crate::support::app::PUBLIC_URL;

pub async fn claims(product: &RelyingParty, token: &str) -> Value {
    let header = decode_header(token).unwrap();
    let keys = published_keys(product).await;
    let kid = header.kid.as_deref().expect("a kid");
    let jwk = keys.find(kid).unwrap_or_else(|| panic!("{kid} is not published"));
    assert_eq!(algorithm(jwk), header.alg, "the algorithm is the key's");
    let mut rules = Validation::new(header.alg);
    rules.set_issuer(&[PUBLIC_URL]);
    rules.set_audience(&[&product.id]);
    rules.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    // The library would look at this machine's clock; the installation's stands still.
    rules.validate_exp = false;
    let claims = decode::<Value>(token, &DecodingKey::from_jwk(jwk).unwrap(), &rules).unwrap().claims;
    let now = product.app.now().seconds();
    let time = |name: &str| claims[name].as_u64().unwrap_or_else(|| panic!("{name} in {claims}"));
    assert!(time("iat") <= now && now < time("exp"), "now is {now}: {claims}");
    claims
}

/// The keys as the provider's discovery leads to them.
pub async fn published_keys(product: &RelyingParty) -> JwkSet {
    let address = product.discovery().await["jwks_uri"].as_str().unwrap().to_owned();
    serde_json::from_value(product.server().open_once(&address).await.json()).unwrap()
}

fn algorithm(jwk: &Jwk) -> Algorithm {
    jwk.common.key_algorithm.expect("an alg").to_string().parse().unwrap()
}
