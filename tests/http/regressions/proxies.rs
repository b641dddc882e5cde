//! What a request says of where it comes from counts from a trusted proxy only.

use vestibule::config::Cidr;

use crate::support::*;

/// Regression 32: a stranger does not choose the address that its tries are counted at.
#[tokio::test]
async fn r32_a_strangers_headers_do_not_move_its_tries_elsewhere() {
    let app = TestApp::new();
    app.with_mfa("nora").await;
    for number in 0..32 {
        let mut browser = app.browser().at("198.51.100.66");
        let said = format!("203.0.113.{number}");
        browser.extra = vec![
            ("x-forwarded-for", said.clone()),
            ("forwarded", format!("for={said}")),
            ("x-real-ip", said.clone()),
            ("true-client-ip", said),
        ];
        let page = browser.give(&format!("user{number}"), "autumn 2026").await;
        assert_eq!(page.status, if number < 30 { 422 } else { 429 }, "{number}");
    }
}

/// Regression 32: behind a trusted proxy each client has its own allowance, and what the client itself wrote is not read.
#[tokio::test]
async fn r32_behind_a_trusted_proxy_the_last_hop_counts() {
    let app = TestApp::with(|settings| settings.trusted_proxies = vec![Cidr::parse("10.0.0.0/8").unwrap()]);
    let tries = async |forged: &str, client: &str, number: usize| {
        let mut browser = app.browser().at("10.0.0.1");
        browser.extra = vec![("x-forwarded-for", format!("{forged}{client}"))];
        browser.give(&format!("{client}-{number}"), "autumn 2026").await.status.as_u16()
    };
    for number in 0..31 {
        let status = tries(&format!("192.0.2.{number}, "), "198.51.100.66", number).await;
        assert_eq!(status, if number < 30 { 422 } else { 429 }, "{number}");
    }
    assert_eq!(tries("", "198.51.100.67", 0).await, 422, "another client");
}

/// Regression 32: a header of the proxy that cannot be read is an error, never "no address".
#[tokio::test]
async fn r32_an_unreadable_header_of_a_proxy_stops_the_request() {
    let app = TestApp::with(|settings| settings.trusted_proxies = vec![Cidr::parse("10.0.0.0/8").unwrap()]);
    for value in ["garbage", "unknown", "", "198.51.100.7, ", "for=1.2.3.4", "1.2.3.4.5"] {
        let mut browser = app.browser().at("10.0.0.1");
        browser.extra = vec![("x-forwarded-for", value.to_owned())];
        assert_eq!(browser.open_once("/sign-in").await.status, 400, "{value:?}");
    }
}
