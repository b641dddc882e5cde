//! The vectors of the RFCs, and what attackers send.

use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::signing_algorithm::SigningAlgorithm;
use crate::oidc::seconds::Seconds;

const ANY: ExpectedType = ExpectedType::IfSaid("JWT");

/// One key of each algorithm. RSA's takes a while to make.
static KEYS: LazyLock<[PrivateKey; 3]> = LazyLock::new(|| {
    SigningAlgorithm::ALL.map(|algorithm| {
        let made = PrivateKey::generate(algorithm).unwrap();
        PrivateKey::from_pkcs8(algorithm, made.pkcs8.expose()).unwrap()
    })
});

fn public() -> Vec<PublicJwk> {
    KEYS.iter().map(|key| key.public().clone()).collect()
}

fn encoded(text: &[u8]) -> String {
    BASE64URL_NOPAD.encode(text)
}

/// A token that `key` signed, with a header of any kind.
fn forged(key: &PrivateKey, header: &str, claims: &[u8]) -> String {
    let signed = [encoded(header.as_bytes()), encoded(claims)].join(".");
    let signature = encoded(&key.sign_bytes(signed.as_bytes()));
    [signed, signature].join(".")
}

fn read(token: &str) -> Result<Value, Rejected> {
    verify(token, &public(), ANY)
}

mod vectors {
    use super::*;

    const RSA_N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const JOE: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const RS256: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    const ES256: &str = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    fn key(json: Value) -> PublicJwk {
        PublicJwk::parse(&json.to_string()).unwrap()
    }

    fn joe() -> Value {
        json!({"iss": "joe", "exp": 1_300_819_380, "http://example.com/is_root": true})
    }

    #[test]
    fn rfc_7515_a_2_rs256() {
        let key = key(json!({"kty": "RSA", "n": RSA_N, "e": "AQAB"}));
        let token = format!("eyJhbGciOiJSUzI1NiJ9.{JOE}.{RS256}");
        assert_eq!(verify::<Value>(&token, &[key], ANY), Ok(joe()));
    }

    #[test]
    fn rfc_7515_a_3_es256() {
        let (x, y) = ("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        let key = key(json!({"kty": "EC", "crv": "P-256", "x": x, "y": y}));
        let token = format!("eyJhbGciOiJFUzI1NiJ9.{JOE}.{ES256}");
        assert_eq!(verify::<Value>(&token, &[key], ANY), Ok(joe()));
    }

    #[test]
    fn rfc_8037_a_2_to_a_5_eddsa() {
        let key = key(json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}));
        assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
                     hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let keys = [key];
        assert_eq!(super::super::verify::payload(token, &keys, ANY).unwrap(), b"Example of Ed25519 signing");
        assert_eq!(verify::<Value>(token, &keys, ANY), Err(Rejected::Claims));
    }

    #[test]
    fn rfc_7638_3_1_thumbprint() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let key = key(json!({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}));
        assert_eq!((key.kid(), key.algorithm()), ("2011-04-29", SigningAlgorithm::Rs256));
        assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}

#[test]
fn what_is_signed_is_verified_in_every_algorithm() {
    for key in KEYS.iter() {
        let token = key.sign("at+jwt", &json!({"sub": "a1", "exp": 1_300_819_380})).unwrap();
        assert_eq!(
            verify(&token, &public(), ExpectedType::Is("at+jwt")),
            Ok(json!({"sub": "a1", "exp": 1_300_819_380}))
        );
        assert_eq!(read(&token), Err(Rejected::Type));
        let header: Value =
            serde_json::from_slice(&BASE64URL_NOPAD.decode(token.split('.').next().unwrap().as_bytes()).unwrap())
                .unwrap();
        let public = key.public();
        assert_eq!(header, json!({"alg": public.algorithm().as_str(), "kid": public.thumbprint(), "typ": "at+jwt"}));
    }
}

#[test]
fn claims_that_nobody_would_take_are_not_signed() {
    #[derive(serde::Serialize)]
    struct Twice {
        sub: &'static str,
        #[serde(flatten)]
        more: std::collections::BTreeMap<&'static str, &'static str>,
    }
    let sign = |claims: &dyn Fn(&PrivateKey) -> Result<String, KeyFailure>| claims(&KEYS[0]);
    assert_eq!(sign(&|key| key.sign("JWT", &[1])), Err(KeyFailure::Claims));
    assert_eq!(sign(&|key| key.sign("JWT", &json!({"a": "x".repeat(16_384)}))), Err(KeyFailure::Claims));
    let twice = Twice { sub: "a1", more: [("sub", "a2")].into() };
    assert_eq!(sign(&|key| key.sign("JWT", &twice)), Err(KeyFailure::Claims));
}

#[test]
fn a_private_key_is_read_as_its_own_algorithm_only_and_never_printed() {
    for algorithm in SigningAlgorithm::ALL {
        let made = PrivateKey::generate(algorithm).unwrap();
        for other in SigningAlgorithm::ALL {
            let read = PrivateKey::from_pkcs8(other, made.pkcs8.expose());
            assert_eq!(read.map(|key| key.public().clone()), (other == algorithm).then(|| made.public.clone()));
        }
        let key = PrivateKey::from_pkcs8(algorithm, made.pkcs8.expose()).unwrap();
        assert_eq!(format!("{key:?}"), format!("PrivateKey({})", made.public.kid()));
        assert!(format!("{made:?}").contains("SecretBytes(…)"));
        let bytes = made.pkcs8.expose();
        assert!((0..bytes.len()).step_by(7).all(|end| PrivateKey::from_pkcs8(algorithm, &bytes[..end]).is_none()));
    }
}

#[test]
fn r45_no_signature_and_shared_keys_are_no_algorithms() {
    let claims = encoded(br#"{"sub":"admin"}"#);
    for name in ["none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "ES384", "RS512", "PS256", "", " ES256"] {
        for signature in ["", "AA", &encoded(&[0; 64])] {
            let token = format!("{}.{claims}.{signature}", encoded(json!({"alg": name}).to_string().as_bytes()));
            assert_eq!(read(&token), Err(Rejected::Algorithm), "{name}");
        }
    }
    for header in [json!({}), json!({"alg": null}), json!({"alg": ["ES256"]}), json!({"alg": 1})] {
        let token = format!("{}.{claims}.AA", encoded(header.to_string().as_bytes()));
        assert_eq!(read(&token), Err(Rejected::Header), "{header}");
    }
}

/// CVE-2016-10555: what is public, used as a shared key.
#[test]
fn r45_a_public_key_is_no_shared_key() {
    for key in public() {
        let spelt = serde_json::to_string(&key).unwrap();
        for secret in [spelt.as_bytes(), key.kid().as_bytes()] {
            let header = json!({"alg": "HS256", "kid": key.kid(), "typ": "JWT"});
            let signed = [encoded(header.to_string().as_bytes()), encoded(br#"{"sub":"admin"}"#)].join(".");
            let shared = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
            let token = format!("{signed}.{}", encoded(aws_lc_rs::hmac::sign(&shared, signed.as_bytes()).as_ref()));
            assert_eq!(read(&token), Err(Rejected::Algorithm));
        }
    }
}

#[test]
fn r45_a_header_chooses_no_key_and_changes_nothing() {
    for key in KEYS.iter() {
        let alg = key.public().algorithm().as_str();
        let own = serde_json::to_value(key.public()).unwrap();
        let members = [
            ("jku", json!("https://attacker.example/keys")),
            ("jwk", own),
            ("x5u", json!("https://attacker.example/certificate")),
            ("x5c", json!(["MIIB"])),
            ("crit", json!(["exp"])),
            ("crit", json!([])),
            ("b64", json!(false)),
            ("enc", json!("A256GCM")),
            ("zip", json!("DEF")),
            ("cty", json!("JWT")),
        ];
        for (name, value) in members {
            let token = forged(key, &json!({"alg": alg, "typ": "JWT", name: value}).to_string(), b"{}");
            assert_eq!(read(&token), Err(Rejected::Member(name)));
        }
        let token = forged(key, &json!({"alg": alg, "x5t": "AAAA", "other": {}}).to_string(), b"{}");
        assert_eq!(read(&token), Ok(json!({})), "what is not understood says nothing");
    }
}

#[test]
fn r45_the_named_key_is_used_in_its_own_algorithm_or_none() {
    let keys = public();
    for (key, other) in KEYS.iter().zip(keys.iter().cycle().skip(1)) {
        let (own, alg) = (key.public(), key.public().algorithm().as_str());
        let with = |alg: &str, kid: Value| read(&forged(key, &json!({"alg": alg, "kid": kid}).to_string(), b"{}"));
        assert_eq!(with(alg, json!(own.kid())), Ok(json!({})));
        assert_eq!(with(alg, json!(other.kid())), Err(Rejected::Algorithm));
        assert_eq!(with(other.algorithm().as_str(), json!(other.kid())), Err(Rejected::Signature));
        assert_eq!(with(other.algorithm().as_str(), json!(own.kid())), Err(Rejected::Algorithm));
        for kid in ["", "unknown", "../../dev/null", "' OR 1=1 --", &own.kid().to_lowercase()] {
            assert_eq!(with(alg, json!(kid)), Err(Rejected::UnknownKey));
        }
        for kid in [json!(null), json!(1), json!([own.kid()])] {
            assert_eq!(with(alg, kid), Err(Rejected::Header));
        }
    }
}

#[test]
fn r45_without_a_name_only_the_one_key_of_its_algorithm_is_meant() {
    let second = PrivateKey::generate(SigningAlgorithm::Es256).unwrap().public;
    let token = forged(&KEYS[0], r#"{"alg":"ES256"}"#, b"{}");
    let verify = |keys: &[PublicJwk]| verify::<Value>(&token, keys, ANY).err();
    assert_eq!(verify(&public()), None);
    assert_eq!(verify(&public()[1..]), Some(Rejected::UnknownKey));
    assert_eq!(verify(&[]), Some(Rejected::UnknownKey));
    assert_eq!(verify(&[public(), vec![second]].concat()), Some(Rejected::AmbiguousKey));
}

#[test]
fn r45_encrypted_nested_and_half_tokens_are_refused() {
    let token = forged(&KEYS[0], r#"{"alg":"ES256"}"#, b"{}");
    let plain = format!("{}.{}.", encoded(br#"{"alg":"none"}"#), encoded(br#"{"sub":"admin"}"#));
    let wrapped =
        format!("{}.a.b.{}.c", encoded(br#"{"alg":"RSA-OAEP-256","enc":"A256GCM"}"#), encoded(plain.as_bytes()));
    for parts in ["", ".", "a", "a.b", &wrapped, &format!("{token}."), &format!("{token}.AA"), &format!(".{token}")] {
        assert_eq!(read(parts), Err(Rejected::Parts), "{parts}");
    }
    // A token inside a token is no claims.
    assert_eq!(read(&forged(&KEYS[0], r#"{"alg":"ES256"}"#, token.as_bytes())), Err(Rejected::Claims));
    assert_eq!(read(".."), Err(Rejected::Header));
    let long = forged(&KEYS[0], r#"{"alg":"ES256"}"#, json!({"a": "x".repeat(12_288)}).to_string().as_bytes());
    assert_eq!(read(&long), Err(Rejected::TooLong));
}

#[test]
fn r45_members_that_come_twice_are_refused() {
    let twice = [r#"{"alg":"none","alg":"ES256"}"#, r#"{"alg":"ES256","kid":"a","kid":"b"}"#];
    for header in twice {
        assert_eq!(read(&forged(&KEYS[0], header, b"{}")), Err(Rejected::Header));
    }
    for claims in [r#"{"sub":"a1","sub":"a2"}"#, r#"{"act":{"sub":"a1","sub":"a2"}}"#, "[]", "", "null", "{}{}"] {
        assert_eq!(read(&forged(&KEYS[0], r#"{"alg":"ES256"}"#, claims.as_bytes())), Err(Rejected::Claims));
    }
}

/// CVE-2026-25537: a time that is no number counted as no time.
#[test]
fn r45_a_signed_time_that_is_no_whole_number_is_no_time() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Claims {
        exp: Seconds,
        #[serde(default)]
        nbf: Option<Seconds>,
    }
    let read = |claims: &str| {
        let token = forged(&KEYS[2], r#"{"alg":"EdDSA"}"#, claims.as_bytes());
        verify::<Claims>(&token, &public(), ANY).map(|claims| (claims.exp.get(), claims.nbf.map(Seconds::get)))
    };
    assert_eq!(read(r#"{"exp":1300819380,"nbf":5}"#), Ok((1_300_819_380, Some(5))));
    for time in
        ["\"1300819380\"", "1300819380.5", "1300819380.0", "1e9", "-1", "99999999999999999999", "{}", "[1]", "true"]
    {
        assert_eq!(read(&format!(r#"{{"exp":{time}}}"#)), Err(Rejected::Claims), "{time}");
        assert_eq!(read(&format!(r#"{{"exp":1,"nbf":{time}}}"#)), Err(Rejected::Claims), "{time}");
    }
    assert_eq!(read(r#"{"exp":null}"#), Err(Rejected::Claims));
    assert_eq!(read("{}"), Err(Rejected::Claims));
}

#[test]
fn types_are_compared_as_media_types() {
    let typed = |typ: Value| forged(&KEYS[0], &json!({"alg": "ES256", "typ": typ}).to_string(), b"{}");
    let verify = |token: &str, expected| verify::<Value>(token, &public(), expected).err();
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        assert_eq!(verify(&typed(json!(typ)), ExpectedType::Is("at+jwt")), None, "{typ}");
    }
    for typ in
        [json!("JWT"), json!("application/"), json!("text/at+jwt"), json!("at+jwt "), json!(""), json!(null), json!(1)]
    {
        assert_eq!(verify(&typed(typ.clone()), ExpectedType::Is("at+jwt")), Some(Rejected::Type), "{typ}");
        let jwt = typ == json!("JWT");
        assert_eq!(verify(&typed(typ.clone()), ExpectedType::IfSaid("JWT")).is_none(), jwt, "{typ}");
    }
    let silent = forged(&KEYS[0], r#"{"alg":"ES256"}"#, b"{}");
    assert_eq!(verify(&silent, ExpectedType::Is("at+jwt")), Some(Rejected::Type));
    assert_eq!(verify(&silent, ExpectedType::IfSaid("at+jwt")), None);
}

/// Every one of the 64 letters in every place: among them those that differ only in bits which a lax reader drops.
#[test]
fn r46_no_part_and_no_changed_letter_of_a_token_is_good() {
    for key in KEYS.iter() {
        let token = key.sign("JWT", &json!({"sub": "a1", "ä": 1})).unwrap();
        assert!(read(&token).is_ok());
        let part = |from, to| token.get(from..to).unwrap();
        let length = token.len();
        for end in 0..length {
            assert!(read(part(0, end)).is_err() && read(part(end + 1, length)).is_err(), "{end}");
        }
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. \n\0";
        // Where a part ends, some bits of the last letter are left over.
        let ends = [token.find('.').unwrap() - 1, token.rfind('.').unwrap() - 1, length - 1];
        for place in (0..length).step_by(11).chain(ends) {
            for letter in letters.chars().filter(|letter| !part(place, length).starts_with(*letter)) {
                let changed = [part(0, place), &letter.to_string(), part(place + 1, length)].concat();
                assert!(read(&changed).is_err(), "{changed}");
            }
        }
        for more in ["=", "==", "A", ".", " ", "\n", "\0"] {
            assert!(read(&format!("{token}{more}")).is_err() && read(&format!("{more}{token}")).is_err());
        }
    }
}

#[test]
fn r46_no_flipped_bit_of_a_signature_is_good() {
    for key in KEYS.iter() {
        let token = key.sign("JWT", &json!({"sub": "a1"})).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
        for bit in 0..signature.len() * 8 {
            let mut flipped = signature.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(read(&format!("{signed}.{}", encoded(&flipped))), Err(Rejected::Signature), "{bit}");
        }
        for zeros in [0, 32, 64, 256, 384] {
            assert_eq!(read(&format!("{signed}.{}", encoded(&vec![0; zeros]))), Err(Rejected::Signature));
        }
    }
}

proptest! {
    #[test]
    fn r52_any_text_is_refused_without_a_panic(header: String, claims: Vec<u8>, signature: Vec<u8>, text: String) {
        prop_assert!(read(&text).is_err());
        let parts = [encoded(header.as_bytes()), encoded(&claims), encoded(&signature)];
        prop_assert!(read(&parts.join(".")).is_err());
        let named = json!({"alg": "ES256", "kid": public()[0].kid()}).to_string();
        let unsigned = [encoded(named.as_bytes()), encoded(&claims), encoded(&signature)].join(".");
        prop_assert_eq!(read(&unsigned), Err(Rejected::Signature));
    }

    #[test]
    fn r52_any_signed_bytes_are_read_without_a_panic(claims: Vec<u8>) {
        let read = read(&forged(&KEYS[2], r#"{"alg":"EdDSA"}"#, &claims));
        prop_assert_eq!(read.is_ok(), serde_json::from_slice::<Value>(&claims).is_ok_and(|value| value.is_object()));
    }
}
