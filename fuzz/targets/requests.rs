//! Whole requests through the router (regressions 22, 32, 33, 34 and 52): a line with method and address, headers, an empty line,
//! the form. Nobody has an account here, so nothing that is sent may lead to a session, to another site or to a defect.
#![no_main]

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tower::ServiceExt;
use vestibule::app::{App, Clock};
use vestibule::config::{Cidr, DatabaseUrl, PublicUrl, Settings};
use vestibule::keys::Keyring;
use vestibule::model::time::Timestamp;
use vestibule::store::migrate;
use vestibule::web::router::router;

/// What a page would have to show raw for a script to run.
const MARKUP: &str = "<xss";

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime"));
static ROUTER: LazyLock<Router> = LazyLock::new(installation);

fuzz_target!(|bytes: &[u8]| {
    let Some(request) = request(bytes) else { return };
    let ours = is_for_us(&request);
    let (response, body) = RUNTIME.block_on(async {
        let response = ROUTER.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = response.into_parts();
        (parts, to_bytes(body, 1 << 20).await.expect("a body"))
    });
    let response = Response::from_parts(response, body);
    check(&response);
    assert!(ours || response.status() == StatusCode::MISDIRECTED_REQUEST, "another host's request was answered");
});

fn installation() -> Router {
    let folder = tempfile::tempdir().expect("a folder").keep();
    let mut settings = Settings::defaults(PublicUrl::parse("https://id.example.org").expect("an address"));
    settings.database.url = DatabaseUrl::parse("sqlite:vestibule.db", &folder).expect("a database");
    settings.trusted_proxies = vec![Cidr::parse("10.0.0.0/8").expect("a network")];
    settings.allowed_hosts = vec!["other.example.org".to_owned()];
    settings.passwords.memory_kib = 8;
    settings.passwords.iterations = 1;
    settings.limits.address_burst = u32::MAX;
    let clock = Clock::from_fn(|| Timestamp::from_millis(1_800_014_400_000));
    let app = App::open(settings, &Keyring::generate(&[7; 32]), clock).expect("an installation");
    migrate::run(&app.db, app.clock.now()).expect("a schema");
    router(app, Arc::new(Notify::new()), None)
}

fn request(bytes: &[u8]) -> Option<Request<Body>> {
    let end = bytes.windows(2).position(|two| two == b"\n\n").unwrap_or(bytes.len());
    let (head, body) = bytes.split_at(end);
    let mut lines = head.split(|byte| *byte == b'\n');
    let mut words = lines.next()?.split(|byte| *byte == b' ');
    let method = Method::from_bytes(words.next()?).ok()?;
    let uri = Uri::try_from(words.next()?).ok()?;
    let peer = SocketAddr::from(([10, 0, 0, 1], 4711));
    let mut request = Request::builder().method(method).uri(uri).extension(ConnectInfo(peer));
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(line.get(..colon)?).ok()?;
        let value = HeaderValue::from_bytes(line.get(colon + 1..)?.trim_ascii()).ok()?;
        request = request.header(name, value);
    }
    request.body(Body::from(body.strip_prefix(b"\n\n").unwrap_or(body).to_vec())).ok()
}

/// Whether the request names one host, and one of ours; health and the stylesheet of the page that refuses are told to everyone.
fn is_for_us(request: &Request<Body>) -> bool {
    let named: Vec<&[u8]> = match request.uri().authority() {
        Some(authority) => vec![authority.as_str().as_bytes()],
        None => request.headers().get_all(header::HOST).iter().map(HeaderValue::as_bytes).collect(),
    };
    let is_ours = |host: &[u8]| {
        let bare = host.split(|byte| *byte == b':').next().unwrap_or_default();
        ["id.example.org", "other.example.org"].iter().any(|ours| ours.as_bytes().eq_ignore_ascii_case(bare))
    };
    let path = request.uri().path();
    path.starts_with("/health") || path.starts_with("/assets/") || matches!(named[..], [host] if is_ours(host))
}

fn check(response: &Response<axum::body::Bytes>) {
    let (status, headers) = (response.status(), response.headers());
    assert!(status != StatusCode::INTERNAL_SERVER_ERROR, "a defect");
    if let Some(location) = headers.get(header::LOCATION) {
        let location = location.to_str().expect("ASCII");
        assert!(location.starts_with('/') && !location.starts_with("//"), "it leads to {location}");
    }
    for cookie in headers.get_all(header::SET_COOKIE) {
        let cookie = cookie.to_str().expect("ASCII");
        let given = cookie.contains("=vst_");
        assert!(!given || !cookie.starts_with("__Host-vestibule-session"), "a session for nobody: {cookie}");
    }
    let body = String::from_utf8_lossy(response.body());
    assert!(!body.to_ascii_lowercase().contains(MARKUP), "markup of the request is in the page");
}
