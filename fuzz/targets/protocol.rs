//! What products' servers and browsers send (regressions 40, 41, 43, 47 and 52). First line: the `Authorization` header; then a
//! query or a body, and the same as an address to return to.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vestibule::model::product::{Kind, Policy, Product, ProductId};
use vestibule::model::redirect_uri::{Allowed, RedirectUri};
use vestibule::model::signing_algorithm::SigningAlgorithm;
use vestibule::oidc::authorize::{AuthorizeRequest, Refused, client_of, pushed};
use vestibule::oidc::challenge::ChallengeRequest;
use vestibule::oidc::client_auth::Presented;
use vestibule::oidc::end_session::EndSessionRequest;
use vestibule::oidc::parameters::{MAX_BYTES, Parameters};
use vestibule::oidc::response::Answer;
use vestibule::oidc::token_hint::NamedToken;
use vestibule::oidc::token_request::TokenRequest;

const ISSUER: &str = "https://id.example.org";
const CALLBACKS: [&str; 2] = ["https://app.example.org/cb?x=1", "http://127.0.0.1/cb"];

static PRODUCT: LazyLock<Product> = LazyLock::new(|| Product {
    id: ProductId::parse("ledger").expect("an id"),
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
    redirect_uris: CALLBACKS.map(|uri| RedirectUri::parse(uri, Allowed::Web).expect("an address")).to_vec(),
    post_logout_redirect_uris: Vec::new(),
    back_channel_logout_uri: None,
});

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (header, body) = bytes.split_at(at);
    let body = body.strip_prefix(b"\n").unwrap_or(body);
    if let Ok(text) = std::str::from_utf8(body) {
        address(text);
    }
    let Ok(parameters) = Parameters::parse(body) else { return };
    assert!(body.len() <= MAX_BYTES);
    authorize(&parameters);
    client(std::str::from_utf8(header).ok().filter(|header| !header.is_empty()), &parameters);
    let once = parameters.once_each().is_ok();
    let token = TokenRequest::parse(&parameters);
    assert!(once || token.is_err() && ChallengeRequest::parse(&parameters).is_err());
    let ahead = AuthorizeRequest::parse_pushed(&parameters, &PRODUCT);
    assert!(ahead.is_err() || once && parameters.get("request_uri").is_none());
    assert!(token.is_err() || parameters.get("grant_type").is_some());
    assert!(once || EndSessionRequest::parse(&parameters).is_err() && NamedToken::parse(&parameters).is_err());
});

/// An address that is registered is the one that it is compared with, and has one reading.
fn address(text: &str) {
    for (registered, allowed) in
        [Allowed::Web, Allowed::App].map(|allowed| (RedirectUri::parse(text, allowed), allowed))
    {
        let Ok(registered) = registered else { continue };
        assert!(registered.matches(text) && registered.as_str() == text);
        assert!(text.is_ascii() && !text.contains(|c: char| c.is_ascii_control() || " #\\*\"<>".contains(c)));
        let (scheme, rest) = text.split_once(':').expect("a scheme");
        assert!(rest.starts_with('/') && scheme.to_ascii_lowercase() == scheme);
        assert!(allowed == Allowed::App || scheme == "https" || registered.origin().is_some());
        let authority = rest.strip_prefix("//").unwrap_or_default().split(['/', '?']).next().unwrap_or_default();
        assert!(!authority.contains('@') && authority.to_ascii_lowercase() == authority);
    }
    for registered in &PRODUCT.redirect_uris {
        let own = registered.as_str();
        assert!(
            !registered.matches(text) || text == own || text.starts_with("http://127.0.0.1") && text.ends_with("/cb")
        );
    }
}

/// An answer goes to a registered address and names its issuer; a request that is kept is read back.
fn authorize(parameters: &Parameters) {
    let read = AuthorizeRequest::parse(parameters, &PRODUCT);
    assert!(matches!(read, Err(Refused::Shown(_))) || client_of(parameters).as_ref() == Ok(&PRODUCT.id));
    let (to, error) = match read {
        Ok(request) => {
            assert!(parameters.once_each().is_ok() && pushed(parameters).is_none());
            assert_eq!(parameters.get("code_challenge_method"), Some("S256"));
            let json = serde_json::to_string(&request).expect("JSON");
            return assert_eq!(serde_json::from_str::<AuthorizeRequest>(&json).expect("the same"), request);
        }
        Err(Refused::Shown(_)) => return,
        Err(Refused::Sent(to, error)) => (to, error),
    };
    assert!(PRODUCT.redirect_uris.iter().any(|registered| registered.matches(to.redirect_uri())));
    match to.with_error(ISSUER, error) {
        Answer::Redirect(address) => {
            let query =
                address.strip_prefix(to.redirect_uri()).expect("the registered address").trim_start_matches(['?', '&']);
            let told = Parameters::parse(query.as_bytes()).expect("a query");
            assert!(told.once_each().is_ok() && told.get("iss") == Some(ISSUER) && told.get("state") == to.state());
            assert_eq!(told.get("error"), Some(error.code.as_str()));
        }
        Answer::FormPost { action, fields } => {
            assert!(action == to.redirect_uri() && fields.contains(&("iss", ISSUER.to_owned())));
        }
    }
}

/// One way at a time, and nothing that is empty is a secret.
fn client(header: Option<&str>, parameters: &Parameters) {
    match Presented::read(header, parameters) {
        Ok(Presented::Nothing(client)) => {
            assert!(header.is_none() && parameters.get("client_id") == Some(client.as_str()));
            assert!(parameters.get("client_secret").is_none() && parameters.get("client_assertion").is_none());
        }
        Ok(Presented::Secret { by_basic, secret, .. }) => {
            assert!(by_basic == header.is_some() && secret.expose().len() > 40);
            assert!(by_basic != parameters.get("client_secret").is_some());
        }
        Ok(Presented::Assertion { .. }) => {
            assert!(header.is_none() && parameters.get("client_secret").is_none());
        }
        Err(refused) => assert!(!refused.by_basic || header.is_some()),
    }
}
