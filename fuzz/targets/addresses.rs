//! What an operator writes as an address, a network, a time or a colour (regressions 33 and 52), and what a proxy says was asked for.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use vestibule::config::{Cidr, Colour, DatabaseUrl, PublicUrl, parse_duration, words};
use vestibule::flow::forward_auth::asked::Asked;
use vestibule::model::return_path::ReturnPath;
use vestibule::store::db::keeps_to_itself;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    network(text);
    public_url(text);
    database(text);
    asked(text);
    if let Some(duration) = parse_duration(text) {
        assert_eq!(parse_duration(&words(duration)), Some(duration));
    }
    if let Ok(colour) = Colour::parse(text) {
        assert!(colour.contrast_with_white() >= 4.5 && Colour::parse(&colour.to_string()) == Ok(colour));
    }
});

fn network(text: &str) {
    let Ok(network) = Cidr::parse(text) else { return };
    let shown = network.to_string();
    assert_eq!(Cidr::parse(&shown), Ok(network));
    let address = shown.split('/').next().and_then(|address| address.parse::<std::net::IpAddr>().ok());
    let address = address.expect("an address");
    assert!(network.contains(address) || address.to_canonical() != address, "{shown} does not hold its own address");
}

fn public_url(text: &str) {
    let Ok(url) = PublicUrl::parse(text) else { return };
    assert_eq!(PublicUrl::parse(url.as_str()), Ok(url.clone()));
    assert!(url.as_str().starts_with("https://") || url.is_loopback_http());
    assert!(url.as_str().is_ascii() && !url.as_str().contains(|c: char| c.is_whitespace() || "@?#\\\"<>".contains(c)));
    assert!(!url.host().is_empty() && url.host().to_ascii_lowercase() == url.host());
    let rest = url.as_str().split_once("://").map(|(_, rest)| rest).expect("a scheme");
    let port = rest.strip_prefix(url.host()).expect("the host");
    assert!(port.is_empty() || port.strip_prefix(':').is_some_and(|digits| digits.parse::<u16>().is_ok()));
}

fn asked(text: &str) {
    if let Some(path) = ReturnPath::parse(text) {
        assert!(path.as_str() == text && text.starts_with('/') && !text.starts_with("//") && !text.contains('\\'));
    }
    let Some(asked) = Asked::of_url(text) else { return };
    let ours = PublicUrl::parse(asked.origin()).expect("an origin");
    let start = format!("{ours}/.vestibule/start?to=%2F");
    assert!(asked.origin().ends_with(asked.host()) && asked.sign_in_address().starts_with(&start));
}

fn database(text: &str) {
    if let Ok(DatabaseUrl::Postgres(url)) = DatabaseUrl::parse(text, Path::new("/srv")) {
        assert_ne!(keeps_to_itself(url.expose()), Ok(false), "clear text leaves this machine");
    }
    // The password is never shown, however it is written.
    let secret = "hunter2hunter2";
    let escaped: String =
        text.chars().filter(|c| c.is_ascii_alphanumeric() || "!$%()*,.:;@/_~-".contains(*c)).collect();
    let url = format!("postgres://front:{escaped}{secret}@db.example.org/front");
    if let Ok(parsed) = DatabaseUrl::parse(&url, Path::new("/srv")) {
        assert!(!format!("{parsed} {parsed:?}").contains(secret), "{parsed}");
    }
    if let Err(refusal) = keeps_to_itself(&url) {
        assert!(!format!("{refusal} {refusal:?}").contains(secret), "{refusal}");
    }
}
