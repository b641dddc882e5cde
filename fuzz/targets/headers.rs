//! Cookies and what proxies say of the client (regressions 27, 32 and 52). First line: the peer's address; then a header a line.
#![no_main]

use std::net::IpAddr;
use std::time::Duration;

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use vestibule::config::Cidr;
use vestibule::web::client_address;
use vestibule::web::cookies::{Cookie, Jar};

const COOKIES: [Cookie; 11] = [
    Cookie::Session,
    Cookie::Attempt,
    Cookie::KnownBrowsers,
    Cookie::Guest,
    Cookie::SetUpLink,
    Cookie::SetUpVisit,
    Cookie::ResetLink,
    Cookie::InvitationLink,
    Cookie::NotMeLink,
    Cookie::Host,
    Cookie::HostState,
];
/// Never a proxy of ours: an address for documentation (RFC 5737).
const STRANGER: &str = "192.0.2.66";

fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let peer = lines.next().and_then(|line| std::str::from_utf8(line).ok()?.parse().ok());
    let headers = headers(lines);
    client(peer, &headers);
    for secure in [true, false] {
        let jar = Jar::new(secure, Duration::from_secs(60));
        COOKIES.into_iter().for_each(|cookie| tokens(jar, cookie, &headers));
    }
});

fn headers<'a>(lines: impl Iterator<Item = &'a [u8]>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (name, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or(value).trim_ascii();
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
    headers
}

fn client(peer: Option<IpAddr>, headers: &HeaderMap) {
    let trusted = ["10.0.0.0/8", "fd00::/8"].map(|text| Cidr::parse(text).expect("a network"));
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let found = client_address::of(peer, headers, &trusted);
    if let Some(peer) = peer.filter(|peer| !is_trusted(*peer)) {
        return assert_eq!(found, Ok(Some(peer.to_canonical())), "a stranger's headers count for nothing");
    }
    let Ok(found) = found else { return };
    assert!(found.is_none_or(|address| address == address.to_canonical()));
    // Whoever stands before the last proxy can write what it likes in front, and moves nothing.
    for (name, before) in [("x-forwarded-for", STRANGER.to_owned()), ("forwarded", format!("for={STRANGER}"))] {
        let outside = found.filter(|address| !is_trusted(*address));
        if let Some(outside) = outside.filter(|_| headers.contains_key(name)) {
            let mut longer = HeaderMap::new();
            longer.append(name, HeaderValue::from_str(&before).expect("a header"));
            longer.extend(headers.get_all(name).iter().map(|value| (HeaderName::from_static(name), value.clone())));
            assert_eq!(client_address::of(peer, &longer, &trusted), Ok(Some(outside)));
        }
    }
}

fn tokens(jar: Jar, cookie: Cookie, headers: &HeaderMap) {
    let tokens = jar.read(headers, cookie);
    assert!(tokens.len() <= 4);
    if tokens.is_empty() {
        return;
    }
    let set = jar.set(cookie, &tokens).expect("tokens fit into a header");
    let set = set.to_str().expect("ASCII");
    let (pair, attributes) = set.split_once(';').expect("attributes");
    assert!(attributes.starts_with(" Path=/; HttpOnly; SameSite=Lax"), "{attributes}");
    let again = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(pair).expect("ASCII"))]);
    assert_eq!(jar.read(&again, cookie), tokens);
    assert!(COOKIES.into_iter().filter(|other| *other != cookie).all(|other| jar.read(&again, other).is_empty()));
}
