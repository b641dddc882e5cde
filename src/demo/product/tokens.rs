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
        typ.is_some_and(|typ| {
            typ.eq_ignore_ascii_case("logout+jwt") || typ.eq_ignore_ascii_case("application/logout+jwt")
        })
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
mod tests {
    use data_encoding::{BASE64, BASE64URL_NOPAD};
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;
    const NONCE: &str = "the nonce";
    /// Made for these tests, and used nowhere else.
    const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRu9Yg0dbEE89s31XMqqy7Mz8+nvIsSRSVq0tHl2kYA2hRANCAAT0RrCmunhOmTAY\
        lLr+Mrq39Pu5CwMuKNacv5KZ/17oaR9vA1FasYTo9YNQIhFxFa7ouKLhlACYtbZbgnbjdvuD";

    fn keys() -> JwkSet {
        let key = json!({
            "kty": "EC", "crv": "P-256", "kid": "1", "alg": "ES256", "use": "sig",
            "x": "9Eawprp4TpkwGJS6_jK6t_T7uQsDLijWnL-Smf9e6Gk", "y": "H28DUVqxhOj1g1AiEXEVrui4ouGUAJi1tluCduN2-4M",
        });
        let rsa = json!({ "kty": "RSA", "kid": "2", "alg": "RS256", "n": "AQAB", "e": "AQAB" });
        serde_json::from_value(json!({ "keys": [key, rsa] })).unwrap()
    }

    const EXPECTED: Expected<'_> = Expected { issuer: "http://localhost:8080", client_id: "mip-modern", now: NOW };

    fn signed(header: &Header, claims: &Value) -> String {
        encode(header, claims, &EncodingKey::from_ec_der(&BASE64.decode(KEY.as_bytes()).unwrap())).unwrap()
    }

    fn header(typ: &str) -> Header {
        Header { kid: Some("1".into()), typ: Some(typ.into()), ..Header::new(Algorithm::ES256) }
    }

    fn id_claims() -> Value {
        json!({
            "iss": EXPECTED.issuer, "aud": EXPECTED.client_id, "sub": "7", "nonce": NONCE, "sid": "s",
            "iat": NOW, "exp": NOW + 300, "preferred_username": "nora",
        })
    }

    fn logout_claims() -> Value {
        json!({
            "iss": EXPECTED.issuer, "aud": EXPECTED.client_id, "sub": "7", "sid": "s", "jti": "j",
            "iat": NOW, "exp": NOW + 120, "events": { LOGOUT_EVENT: {} },
        })
    }

    /// The claims with some of them others; null takes one out.
    fn but(claims: &Value, others: &[(&str, Value)]) -> Value {
        let mut claims = claims.clone();
        for (name, value) in others {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(*name)),
                value => claims[*name] = value.clone(),
            }
        }
        claims
    }

    fn read_id(text: &str) -> Result<IdToken, Trouble> {
        id_token(text, &keys(), EXPECTED, NONCE)
    }

    fn read_logout(text: &str) -> Result<LogoutToken, Trouble> {
        logout_token(text, &keys(), EXPECTED)
    }

    #[test]
    fn an_id_token_for_this_product_is_taken() {
        for header in [header("JWT"), Header { typ: None, ..header("") }] {
            let token = read_id(&signed(&header, &id_claims())).unwrap();
            assert_eq!((token.get("preferred_username"), token.made_at()), (Some("nora"), NOW));
        }
        assert!(read_id(&signed(&header("JWT"), &but(&id_claims(), &[("aud", json!(["mip-modern"]))]))).is_ok());
    }

    #[test]
    fn an_id_token_with_anything_else_in_it_is_not() {
        for other in [
            ("iss", json!("http://localhost:9090")),
            ("iss", json!([EXPECTED.issuer, "http://localhost:9090"])),
            ("iss", Value::Null),
            ("aud", json!("fund-accounting")),
            ("aud", json!(["mip-modern", "fund-accounting"])),
            ("aud", Value::Null),
            ("nonce", json!("another")),
            ("nonce", Value::Null),
            ("sub", json!("")),
            ("sub", Value::Null),
            ("exp", json!(NOW - LEEWAY)),
            ("exp", Value::Null),
            ("iat", json!(NOW + LEEWAY + 1)),
            ("iat", Value::Null),
            ("events", json!({})),
        ] {
            let read = read_id(&signed(&header("JWT"), &but(&id_claims(), std::slice::from_ref(&other))));
            assert!(matches!(read, Err(Trouble::Untrusted(_))), "{other:?}: {read:?}");
        }
    }

    #[test]
    fn a_token_of_another_kind_key_or_algorithm_is_not() {
        for typ in ["logout+jwt", "at+jwt"] {
            assert!(read_id(&signed(&header(typ), &id_claims())).is_err(), "{typ}");
        }
        for kid in [None, Some("2"), Some("3")] {
            let header = Header { kid: kid.map(str::to_owned), ..header("JWT") };
            assert!(read_id(&signed(&header, &id_claims())).is_err(), "{kid:?}");
        }
        let crit = Header { crit: Some(vec!["b64".into()]), ..header("JWT") };
        assert!(read_id(&signed(&crit, &id_claims())).is_err());
        let secret = EncodingKey::from_secret(keys().keys[0].common.key_id.as_deref().unwrap().as_bytes());
        let hmac = Header { alg: Algorithm::HS256, ..header("JWT") };
        assert!(read_id(&encode(&hmac, &id_claims(), &secret).unwrap()).is_err());
        let none = BASE64URL_NOPAD.encode(br#"{"alg":"none","kid":"1"}"#);
        let claims = BASE64URL_NOPAD.encode(id_claims().to_string().as_bytes());
        assert!(read_id(&format!("{none}.{claims}.")).is_err());
    }

    #[test]
    fn a_changed_token_is_not() {
        let token = signed(&header("JWT"), &id_claims());
        let [head, _, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("{token}") };
        let others = BASE64URL_NOPAD.encode(but(&id_claims(), &[("sub", json!("8"))]).to_string().as_bytes());
        assert!(read_id(&format!("{head}.{others}.{signature}")).is_err());
        for text in ["", ".", "a.b.c", head] {
            assert!(read_id(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_logout_token_is_taken_and_nothing_that_merely_resembles_one() {
        let token = read_logout(&signed(&header("logout+jwt"), &logout_claims())).unwrap();
        let whole = LogoutToken { id: "j".into(), sid: Some("s".into()), sub: Some("7".into()), made_at: NOW };
        assert_eq!(token, whole);
        assert!(read_logout(&signed(&header("JWT"), &logout_claims())).is_err());
        assert!(read_logout(&signed(&header("logout+jwt"), &id_claims())).is_err());
        for others in [
            vec![("events", Value::Null)],
            vec![("events", json!({}))],
            vec![("events", json!({ LOGOUT_EVENT: "yes" }))],
            vec![("nonce", json!(NONCE))],
            vec![("jti", Value::Null)],
            vec![("sid", Value::Null), ("sub", Value::Null)],
            vec![("iat", json!(NOW - OLDEST_LOGOUT - 1))],
            vec![("exp", Value::Null)],
            vec![("aud", json!("fund-accounting"))],
            vec![("iss", json!("http://localhost:9090"))],
        ] {
            let read = read_logout(&signed(&header("logout+jwt"), &but(&logout_claims(), &others)));
            assert!(matches!(read, Err(Trouble::Untrusted(_))), "{others:?}: {read:?}");
        }
    }
}
