//! What the tokens say. They came from the token endpoint itself (OpenID Connect Core section 3.1.3.7, number 6), and are only shown.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::text;

/// What is shown of them.
pub(super) struct Shown {
    pub username: String,
    /// The claims of both tokens, as JSON for people.
    pub claims: String,
}

pub(super) fn shown(tokens: &Value) -> Option<Shown> {
    let id = claims(text(tokens, "id_token")?)?;
    let access = claims(text(tokens, "access_token")?)?;
    let username = text(&id, "preferred_username")?.to_owned();
    let claims = serde_json::to_string_pretty(&json!({ "id_token": id, "access_token": access })).ok()?;
    Some(Shown { username, claims })
}

fn claims(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?).ok()
}
