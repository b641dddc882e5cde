//! Whether a signed token is what it should be: an ID token (OpenID Connect Core section 3.1.3.7) or a logout token (OpenID Connect
//! Back-Channel Logout section 2.6). Both are signed alike, so each is told by what the other must not have.

use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};

use super::trouble::Trouble;

/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 30;
/// How old a logout token may be, in seconds.
const OLDEST_LOGOUT: i64 = 300;
/// The event that a logout token tells of.
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

type Claims = Map<String, Value>;

/// What a token must say to be for this product.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who must have made it.
    pub issuer: &'a str,
    /// For whom it must be.
    pub client_id: &'a str,
    /// Now, in seconds since 1970.
    pub now: i64,
}

/// An ID token that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdToken {
    /// As it came.
    pub text: String,
    /// Everything that it says.
    pub claims: Claims,
}

impl IdToken {
    /// A claim that is text.
    pub fn get(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    /// When it was made, in seconds since 1970.
    pub fn made_at(&self) -> i64 {
        seconds(&self.claims, "iat").unwrap_or_default()
    }
}

/// A logout token that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutToken {
    /// Its id, which may come once.
    pub id: String,
    /// The session that ended.
    pub sid: Option<String>,
    /// Whose session.
    pub sub: Option<String>,
    /// When it was made, in seconds since 1970.
    pub made_at: i64,
}

/// Reads an ID token that answers to `nonce`.
pub fn id_token(text: &str, keys: &JwkSet, expected: Expected<'_>, nonce: &str) -> Result<IdToken, Trouble> {
    let claims = verified(text, keys, expected, |typ| typ.is_none_or(|typ| typ.eq_ignore_ascii_case("JWT")))?;
    if claims.contains_key("events") {
        return Err(Trouble::Untrusted("it is no ID token"));
    }
    if claims.get("nonce").and_then(Value::as_str) != Some(nonce) {
        return Err(Trouble::Untrusted("its nonce is not the one that was sent"));
    }
    if claims.get("sub").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err(Trouble::Untrusted("it names nobody"));
    }
    Ok(IdToken { text: text.to_owned(), claims })
}

/// Reads a logout token. Whether its id came before is the caller's to say.
pub fn logout_token(text: &str, keys: &JwkSet, expected: Expected<'_>) -> Result<LogoutToken, Trouble> {
    let claims = verified(text, keys, expected, |typ| {
        typ.is_some_and(|typ| typ.eq_ignore_ascii_case("logout+jwt") || typ.eq_ignore_ascii_case("application/logout+jwt"))
    })?;
    let words = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    if !claims.get("events").and_then(|events| events.get(LOGOUT_EVENT)).is_some_and(Value::is_object) {
        return Err(Trouble::Untrusted("it tells of no sign-out"));
    }
    if claims.contains_key("nonce") {
        return Err(Trouble::Untrusted("it has a nonce, which only an ID token has"));
    }
    let made_at = seconds(&claims, "iat").unwrap_or_default();
    if made_at + OLDEST_LOGOUT < expected.now {
        return Err(Trouble::Untrusted("it is too old"));
    }
    let (sid, sub) = (words("sid"), words("sub"));
    if sid.is_none() && sub.is_none() {
        return Err(Trouble::Untrusted("it names no session and nobody"));
    }
    let id = words("jti").ok_or(Trouble::Untrusted("it has no id"))?;
    Ok(LogoutToken { id, sid, sub, made_at })
}

/// The claims of a token that the issuer signed for this product, and that is good now.
fn verified(
    text: &str,
    keys: &JwkSet,
    expected: Expected<'_>,
    is_typ: fn(Option<&str>) -> bool,
) -> Result<Claims, Trouble> {
    let header = decode_header(text).map_err(|_| Trouble::Untrusted("it is no signed token"))?;
    if header.crit.is_some() || !is_typ(header.typ.as_deref()) {
        return Err(Trouble::Untrusted("it is a token of another kind"));
    }
    let jwk = header.kid.as_deref().and_then(|kid| keys.find(kid)).filter(|jwk| signs_with_es256(jwk));
    let jwk = jwk.ok_or(Trouble::Untrusted("it is signed with a key that is not published"))?;
    let key = DecodingKey::from_jwk(jwk).map_err(|_| Trouble::Untrusted("the published key is unusable"))?;
    // The algorithm is ours to name, never the token's.
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_issuer(&[expected.issuer]);
    rules.set_audience(&[expected.client_id]);
    rules.set_required_spec_claims(&["iss", "aud", "exp"]);
    // The library would read the machine's clock; the time comes in.
    rules.validate_exp = false;
    let claims = decode::<Claims>(text, &key, &rules)
        .map_err(|_| Trouble::Untrusted("its signature, issuer or audience is not the right one"))?
        .claims;
    for (name, wanted) in [("iss", expected.issuer), ("aud", expected.client_id)] {
        if !is_alone(claims.get(name), wanted) {
            return Err(Trouble::Untrusted("it is meant for others too"));
        }
    }
    let (Some(made_at), Some(ends_at)) = (seconds(&claims, "iat"), seconds(&claims, "exp")) else {
        return Err(Trouble::Untrusted("it does not say how long it is good for"));
    };
    let is_now = made_at <= expected.now + LEEWAY && expected.now < ends_at + LEEWAY;
    if is_now { Ok(claims) } else { Err(Trouble::Untrusted("it is not good at this time")) }
}

fn signs_with_es256(jwk: &Jwk) -> bool {
    jwk.common.key_algorithm == Some(KeyAlgorithm::ES256)
}

/// One text, or a list with nothing else in it.
fn is_alone(claim: Option<&Value>, wanted: &str) -> bool {
    match claim {
        Some(Value::String(one)) => one == wanted,
        Some(Value::Array(all)) => matches!(all.as_slice(), [Value::String(one)] if one == wanted),
        _ => false,
    }
}

fn seconds(claims: &Claims, name: &str) -> Option<i64> {
    claims.get(name)?.as_i64()
}

#[cfg(test)]
mod tests;
