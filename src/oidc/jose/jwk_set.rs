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
