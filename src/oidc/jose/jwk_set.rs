//! A set of public keys (RFC 7517, section 5): the one that we publish, and those that clients register. A set with one key that
//! we would not take is refused as a whole, so that whoever registers it learns of it.

use serde::Serialize;
use serde_json::Value;

use super::jwk_problem::JwkProblem;
use super::public_jwk::{MOST_KEYS, PublicJwk};
use super::strict;

/// The longest set, in bytes.
const LONGEST: usize = 64 * 1024;

/// Public keys, no two with the same `kid`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    keys: Vec<PublicJwk>,
}

impl JwkSet {
    /// These keys, for publication.
    pub fn new(keys: Vec<PublicJwk>) -> Self {
        Self { keys }
    }

    /// A client's keys: one to sixteen.
    ///
    /// # Errors
    /// [`JwkProblem`] if any of them is not to be used, or two have one name.
    pub fn parse(json: &str) -> Result<Self, JwkProblem> {
        if json.len() > LONGEST {
            return Err(JwkProblem::TooLong);
        }
        let members = strict::object(json.as_bytes()).ok_or(JwkProblem::NotAnObject)?;
        let list = members.get("keys").and_then(Value::as_array).ok_or(JwkProblem::Member("keys"))?;
        if list.is_empty() || list.len() > MOST_KEYS {
            return Err(JwkProblem::Count);
        }
        let mut keys: Vec<PublicJwk> = Vec::new();
        for value in list {
            let key = PublicJwk::read(value.as_object().ok_or(JwkProblem::NotAnObject)?)?;
            if keys.iter().any(|other| other.kid() == key.kid()) {
                return Err(JwkProblem::SameKid);
            }
            keys.push(key);
        }
        Ok(Self { keys })
    }

    /// The keys, in the order in which they were given.
    pub fn keys(&self) -> &[PublicJwk] {
        &self.keys
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named(kid: &str) -> Value {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid})
    }

    fn parse(keys: &Value) -> Result<JwkSet, JwkProblem> {
        JwkSet::parse(&json!({"keys": keys}).to_string())
    }

    #[test]
    fn a_set_is_read_in_its_order_and_written_again() {
        let set = parse(&json!([named("b"), named("a")])).unwrap();
        assert_eq!(set.keys().iter().map(PublicJwk::kid).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(JwkSet::parse(&serde_json::to_string(&set).unwrap()), Ok(set.clone()));
        assert_eq!(JwkSet::new(set.keys().to_vec()), set);
    }

    #[test]
    fn r45_a_set_with_one_key_that_is_not_to_be_used_is_refused() {
        let secret = json!({"kty": "oct", "k": "AA", "kid": "k"});
        assert_eq!(parse(&json!([named("a"), secret])), Err(JwkProblem::Symmetric));
        assert_eq!(parse(&json!([named("a"), named("a")])), Err(JwkProblem::SameKid));
        assert_eq!(parse(&json!([named("a"), [named("b")]])), Err(JwkProblem::NotAnObject));
        assert_eq!(parse(&named("a")), Err(JwkProblem::Member("keys")));
        assert_eq!(JwkSet::parse(&named("a").to_string()), Err(JwkProblem::Member("keys")));
        assert_eq!(JwkSet::parse(r#"{"keys":[],"keys":[]}"#), Err(JwkProblem::NotAnObject));
    }

    #[test]
    fn a_set_has_one_to_sixteen_keys() {
        let many = |count: usize| parse(&(0..count).map(|kid| named(&kid.to_string())).collect());
        assert_eq!(many(0), Err(JwkProblem::Count));
        assert_eq!(many(16).unwrap().keys().len(), 16);
        assert_eq!(many(17), Err(JwkProblem::Count));
        let long = json!({"keys": [named("a")], "more": "x".repeat(LONGEST)});
        assert_eq!(JwkSet::parse(&long.to_string()), Err(JwkProblem::TooLong));
    }
}
