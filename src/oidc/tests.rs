//! The authorization request and its answer, together: what is sent, and where it goes.

use std::time::Duration;

use proptest::prelude::*;

use super::authorize::{AuthorizeRequest, NoReturn, PUSHED, Refused, client_of, pushed};
use super::error::ErrorCode;
use super::parameters::Parameters;
use super::response::Answer;
use crate::model::dice::Seed;
use crate::model::opening::Demands;
use crate::model::product::{Kind, Policy, Product, ProductId};
use crate::model::proof::Level;
use crate::model::redirect_uri::RedirectUri;
use crate::model::signing_algorithm::SigningAlgorithm;
use crate::model::token::{PlainToken, TokenKind};

const ISSUER: &str = "https://id.example.org";
const CALLBACK: &str = "https://app.example.org/cb?tenant=7";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn product() -> Product {
    Product {
        id: ProductId::parse("ledger").unwrap(),
        name: "Ledger".into(),
        kind: Kind::Web,
        policy: Policy::Inherit,
        start_url: None,
        host: None,
        is_public: false,
        forbids_email: false,
        device_grant: false,
        algorithm: SigningAlgorithm::Es256,
        key_set: None,
        redirect_uris: [CALLBACK, "http://127.0.0.1/cb"].map(|uri| RedirectUri::kept(uri.into())).to_vec(),
        post_logout_redirect_uris: Vec::new(),
        back_channel_logout_uri: None,
    }
}

/// A whole request with these parameters changed; an empty one is left out.
fn request(changes: &[(&str, &str)]) -> Parameters {
    let whole = [
        ("client_id", "ledger"),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid email"),
        ("state", "a b&c"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let kept = whole.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let pairs: Vec<_> = kept.chain(changes.iter().copied()).collect();
    let query = super::encode::with_query("x:", &pairs);
    Parameters::parse(query.trim_start_matches("x:?").as_bytes()).unwrap()
}

fn read(changes: &[(&str, &str)]) -> Result<AuthorizeRequest, Refused> {
    AuthorizeRequest::parse(&request(changes), &product())
}

fn code() -> PlainToken {
    PlainToken::new(TokenKind::Code, &mut Seed::new([5; 32]).dice())
}

/// What the client is told, and the error's name.
fn sent(changes: &[(&str, &str)]) -> (Answer, ErrorCode) {
    match read(changes) {
        Err(Refused::Sent(to, error)) => (to.with_error(ISSUER, error), error.code),
        other => panic!("{changes:?}: {other:?}"),
    }
}

#[test]
fn a_request_is_read_whole() {
    let plain = read(&[]).unwrap();
    assert_eq!((plain.return_to.redirect_uri(), plain.return_to.state()), (CALLBACK, Some("a b&c")));
    assert_eq!((plain.scopes.to_string().as_str(), plain.code_challenge.as_str()), ("openid email", CHALLENGE));
    assert_eq!((plain.demands(), plain.silent), (Demands::default(), false));
    assert_eq!((&plain.nonce, &plain.login_hint, &plain.id_token_hint), (&None, &None, &None));
    let more =
        [("nonce", "n"), ("login_hint", "nora"), ("id_token_hint", "e30.e30.x"), ("ui_locales", "de"), ("x", "y")];
    let more = read(&more).unwrap();
    assert_eq!(more.nonce.as_deref(), Some("n"));
    assert_eq!((more.login_hint.as_deref(), more.id_token_hint.as_deref()), (Some("nora"), Some("e30.e30.x")));
    // Without openid it is plain OAuth; the port of a program on the person's machine is its own.
    let own = read(&[("scope", ""), ("redirect_uri", "http://127.0.0.1:51004/cb")]).unwrap();
    assert_eq!((own.scopes.to_string().as_str(), own.return_to.redirect_uri()), ("", "http://127.0.0.1:51004/cb"));
}

#[test]
fn what_is_asked_of_the_person_is_a_demand() {
    let demands = |changes: &[(&str, &str)]| read(changes).unwrap().demands();
    for (prompt, fresh_sign_in) in
        [("login", true), ("select_account", true), ("consent", false), ("consent login", true), (" ", false)]
    {
        assert_eq!(demands(&[("prompt", prompt)]), Demands { fresh_sign_in, ..Demands::default() }, "{prompt}");
    }
    let silent = read(&[("prompt", "none")]).unwrap();
    assert_eq!((silent.silent, silent.demands()), (true, Demands::default()));
    let age = |seconds| Demands { max_age: Some(Duration::from_secs(seconds)), ..Demands::default() };
    assert_eq!((demands(&[("max_age", "0")]), demands(&[("max_age", "9999999999")])), (age(0), age(9_999_999_999)));
    let (app, mail) = (Level::Mfa.acr(), Level::MfaEmail.acr());
    for (values, level) in [
        (app.to_owned(), Some(Level::Mfa)),
        (format!("{app} {mail}"), Some(Level::MfaEmail)),
        (format!("urn:other {app}  x"), Some(Level::Mfa)),
        (Level::PhishingResistant.acr().to_owned(), Some(Level::PhishingResistant)),
        ("urn:other 0".to_owned(), None),
    ] {
        assert_eq!(demands(&[("acr_values", &values)]), Demands { level, ..Demands::default() }, "{values}");
    }
}

#[test]
fn what_is_kept_is_read_back_and_nothing_else() {
    let whole = [("nonce", "n"), ("prompt", "login"), ("max_age", "60"), ("acr_values", Level::Mfa.acr())];
    let whole = read(&[&whole[..], &[("response_mode", "form_post")]].concat()).unwrap();
    let json = serde_json::to_string(&whole).unwrap();
    assert_eq!(serde_json::from_str::<AuthorizeRequest>(&json).unwrap(), whole);
    for damaged in [
        json.replace(CHALLENGE, "x"),
        json.replace(Level::Mfa.acr(), "urn:other"),
        json.replace("\"nonce\"", "\"nonsense\""),
        json.replace("\"silent\":false,", ""),
        json.replace("form_post", "fragment"),
    ] {
        assert!(damaged != json && serde_json::from_str::<AuthorizeRequest>(&damaged).is_err(), "{damaged}");
    }
}

/// Regression 41: while client and address are not known to belong together the person is told, and nothing is sent anywhere.
#[test]
fn r41_nothing_is_sent_to_an_address_that_is_not_registered() {
    let twice =
        Parameters::parse(format!("client_id=ledger&redirect_uri={CALLBACK}&redirect_uri=x").as_bytes()).unwrap();
    assert_eq!(AuthorizeRequest::parse(&twice, &product()), Err(Refused::Shown(NoReturn::NoAddress)));
    for (name, value, shown) in [
        ("client_id", "", NoReturn::UnknownClient),
        ("client_id", "other", NoReturn::UnknownClient),
        ("client_id", "A B", NoReturn::UnknownClient),
        ("redirect_uri", "", NoReturn::NoAddress),
        ("redirect_uri", "https://evil.example/cb", NoReturn::OtherAddress),
        ("redirect_uri", "https://app.example.org/cb", NoReturn::OtherAddress),
        ("redirect_uri", "https://app.example.org/cb?tenant=7&x=1", NoReturn::OtherAddress),
        ("redirect_uri", "http://127.0.0.1:80@evil.example/cb", NoReturn::OtherAddress),
    ] {
        // Whatever else is wrong with it.
        for other in [("state", "x"), ("response_type", "token"), ("request", "e30"), ("prompt", "none login")] {
            assert_eq!(read(&[(name, value), other]), Err(Refused::Shown(shown)), "{name}={value} {other:?}");
        }
    }
    assert_eq!(client_of(&request(&[("client_id", "")])), Err(NoReturn::UnknownClient));
    let twice = Parameters::parse(b"client_id=ledger&client_id=ledger").unwrap();
    assert_eq!(client_of(&twice), Err(NoReturn::UnknownClient));
    assert!(!NoReturn::OtherAddress.to_string().contains("evil"));
}

/// Regressions 40 and 43: what is wrong is told to the client, with its state and who says so.
#[test]
fn r40_r43_every_error_that_is_sent_names_its_issuer() {
    let long = "x".repeat(4_097);
    for (changed, code) in [
        (("response_type", ""), ErrorCode::InvalidRequest),
        (("response_type", "token"), ErrorCode::UnsupportedResponseType),
        (("response_type", "code id_token"), ErrorCode::UnsupportedResponseType),
        (("response_mode", "fragment"), ErrorCode::InvalidRequest),
        (("response_mode", "query.jwt"), ErrorCode::InvalidRequest),
        (("code_challenge", ""), ErrorCode::InvalidRequest),
        (("code_challenge", "short"), ErrorCode::InvalidRequest),
        (("code_challenge_method", ""), ErrorCode::InvalidRequest),
        (("code_challenge_method", "plain"), ErrorCode::InvalidRequest),
        (("request", "e30.e30."), ErrorCode::RequestNotSupported),
        (("request_uri", "https://app.example.org/request"), ErrorCode::RequestUriNotSupported),
        (("request_uri", "urn:ietf:params:oauth:request_uri:x"), ErrorCode::InvalidRequestUri),
        (("prompt", "none login"), ErrorCode::InvalidRequest),
        (("prompt", "create"), ErrorCode::InvalidRequest),
        (("max_age", "-1"), ErrorCode::InvalidRequest),
        (("max_age", "+1"), ErrorCode::InvalidRequest),
        (("max_age", "1.5"), ErrorCode::InvalidRequest),
        (("max_age", "10000000000"), ErrorCode::InvalidRequest),
        (("nonce", "ä"), ErrorCode::InvalidRequest),
        (("nonce", &long), ErrorCode::InvalidRequest),
        (("id_token_hint", "\n"), ErrorCode::InvalidRequest),
        (("scope", "open\"id"), ErrorCode::InvalidScope),
    ] {
        let (answer, told) = sent(&[changed]);
        assert_eq!(told, code, "{changed:?}");
        let Answer::Redirect(address) = answer else { panic!("{answer:?}") };
        assert!(address.starts_with(&format!("{CALLBACK}&error={}&", code.as_str())), "{address}");
        assert!(address.ends_with("&state=a%20b%26c&iss=https%3A%2F%2Fid.example.org"), "{address}");
    }
    // A state that cannot be sent back is left out, and so is one of two.
    for state in ["\u{7f}", "ä", &long] {
        let (Answer::Redirect(address), ErrorCode::InvalidRequest) = sent(&[("state", state)]) else {
            panic!("{state}")
        };
        assert!(!address.contains("state=") && address.contains("&iss="), "{address}");
    }
    let (Answer::Redirect(address), ErrorCode::InvalidRequest) = sent(&[("state", "1"), ("state", "2")]) else {
        panic!()
    };
    assert!(!address.contains("state="), "{address}");
    let (Answer::Redirect(address), _) = sent(&[("nonce", "1"), ("nonce", "2")]) else { panic!() };
    assert!(address.contains("error=invalid_request&") && address.contains("&state=a"), "{address}");
}

/// Regression 43: a code too, both ways in which it travels.
#[test]
fn r43_a_code_comes_with_its_issuer() {
    let code = code();
    let redirect = read(&[]).unwrap().return_to.with_code(ISSUER, &code);
    let tail = "&state=a%20b%26c&iss=https%3A%2F%2Fid.example.org";
    assert_eq!(redirect, Answer::Redirect(format!("{CALLBACK}&code={}{tail}", code.expose())));
    let posted = read(&[("response_mode", "form_post")]).unwrap().return_to.with_code(ISSUER, &code);
    let fields =
        [("code", code.expose()), ("state", "a b&c"), ("iss", ISSUER)].map(|(name, value)| (name, value.into()));
    assert_eq!(posted, Answer::FormPost { action: CALLBACK.into(), fields: fields.to_vec() });
    let (answer, _) = sent(&[("response_mode", "form_post"), ("prompt", "none login"), ("state", "")]);
    let Answer::FormPost { fields, .. } = answer else { panic!("{answer:?}") };
    let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["error", "error_description", "iss"]);
}

#[test]
fn only_a_whole_token_refers_to_a_request_that_was_sent_ahead() {
    let token = PlainToken::new(TokenKind::PushedRequest, &mut Seed::new([5; 32]).dice());
    let referred = |uri: &str| pushed(&request(&[("request_uri", uri)]));
    assert_eq!(referred(&format!("{PUSHED}{}", token.expose())), Some(Ok(token.clone())));
    for other in [token.expose().to_owned(), PUSHED.into(), format!("{PUSHED}{}", code().expose())] {
        assert_ne!(referred(&other).map(|token| token.is_ok()), Some(true), "{other}");
    }
    assert_eq!(pushed(&request(&[])), None);
    assert_eq!(referred(PUSHED), Some(Err(NoReturn::NothingPushed)));
    // What is sent ahead refers to nothing further.
    let reference = [("request_uri", &*format!("{PUSHED}{}", token.expose()))];
    assert_eq!(sent(&reference).1, ErrorCode::InvalidRequestUri);
    assert!(AuthorizeRequest::parse_pushed(&request(&reference), &product()).is_err());
    assert!(AuthorizeRequest::parse_pushed(&request(&[]), &product()).is_ok());
}

proptest! {
    /// Whatever comes: an answer goes to a registered address, a request that is read is kept as it is.
    #[test]
    fn r52_any_request_is_read_or_refused(name in "[a-z_]{0,20}", value: String, query: Vec<u8>) {
        let names = ["state", "nonce", "scope", "prompt", "max_age", "acr_values", "redirect_uri", "response_mode", &name];
        for name in names {
            match read(&[(name, &value)]) {
                Ok(request) => {
                    prop_assert_eq!(request.return_to.redirect_uri(), CALLBACK);
                    let json = serde_json::to_string(&request).unwrap();
                    prop_assert_eq!(serde_json::from_str::<AuthorizeRequest>(&json).unwrap(), request);
                }
                Err(Refused::Sent(to, _)) => prop_assert_eq!(to.redirect_uri(), CALLBACK),
                Err(Refused::Shown(_)) => prop_assert!(name == "redirect_uri" || name == "client_id"),
            }
        }
        if let Ok(parameters) = Parameters::parse(&query) {
            prop_assert!(AuthorizeRequest::parse(&parameters, &product()).is_err());
        }
    }
}
