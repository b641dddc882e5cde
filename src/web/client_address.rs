//! Whose request it is: the peer's address, or what a trusted proxy says of it. A header from anyone else is ignored; one that
//! a trusted proxy sends and that cannot be read is an error, never "no address".

use std::net::IpAddr;

use axum::http::HeaderMap;

use crate::config::Cidr;

/// A trusted proxy's header does not parse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// The client's address: behind trusted proxies, the last hop that is not one of them. A unix socket (no peer) is a proxy.
pub fn of(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[Cidr]) -> Result<Option<IpAddr>, Unreadable> {
    let is_trusted = |address: IpAddr| trusted.iter().any(|cidr| cidr.contains(address.to_canonical()));
    if peer.is_some_and(|peer| !is_trusted(peer)) {
        return Ok(peer.map(|peer| peer.to_canonical()));
    }
    let hops = hops(headers)?;
    let outside = hops.iter().rev().find(|hop| !is_trusted(**hop));
    Ok(outside.or(hops.first()).copied().or(peer).map(|address| address.to_canonical()))
}

fn hops(headers: &HeaderMap) -> Result<Vec<IpAddr>, Unreadable> {
    let forwarded = texts(headers, "forwarded")?;
    let listed = texts(headers, "x-forwarded-for")?;
    match (forwarded.is_empty(), listed.is_empty()) {
        (true, true) => Ok(Vec::new()),
        (false, true) => forwarded.iter().flat_map(|text| text.split(',')).map(forwarded_for).collect(),
        (true, false) => listed.iter().flat_map(|text| text.split(',')).map(node).collect(),
        (false, false) => Err(Unreadable),
    }
}

fn texts<'a>(headers: &'a HeaderMap, name: &str) -> Result<Vec<&'a str>, Unreadable> {
    headers.get_all(name).iter().map(|value| value.to_str().map_err(|_| Unreadable)).collect()
}

/// The `for` of one element (RFC 7239 section 4).
fn forwarded_for(element: &str) -> Result<IpAddr, Unreadable> {
    let mut found = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = found.find(|(key, _)| key.eq_ignore_ascii_case("for")).ok_or(Unreadable)?;
    node(value.trim().trim_matches('"'))
}

/// An address with or without a port; IPv6 may stand in brackets.
fn node(text: &str) -> Result<IpAddr, Unreadable> {
    let text = text.trim();
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map(|(address, _)| address).ok_or(Unreadable)?,
        None if text.matches(':').count() == 1 => text.split_once(':').map_or(text, |(address, _)| address),
        None => text,
    };
    bare.parse().map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn ask(peer: &str, headers: &[(&'static str, &str)]) -> Result<Option<String>, Unreadable> {
        let trusted = [Cidr::parse("10.0.0.0/8").unwrap(), Cidr::parse("fd00::/8").unwrap()];
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        of(peer.parse().ok(), &map, &trusted).map(|found| found.map(|address| address.to_string()))
    }

    /// Regression 32: whatever a stranger writes into the headers, it is the peer's address that counts.
    #[test]
    fn r32_headers_from_an_untrusted_peer_are_ignored() {
        let shapes = [
            "1.2.3.4",
            "garbage",
            "",
            "1.2.3.4, 5.6.7.8",
            "unknown",
            "[::1]:80",
            "1.2.3.4:99999",
            "\u{9}",
            "127.0.0.1",
            "10.0.0.1",
            "::",
            "1.2.3",
            "0x7f.1",
            "localhost",
            ",",
            ",,",
            "for=1.2.3.4",
            "_hidden",
            "null",
            "\"\"",
        ];
        for shape in shapes {
            for name in ["x-forwarded-for", "forwarded", "x-real-ip"] {
                assert_eq!(ask("203.0.113.9", &[(name, shape)]), Ok(Some("203.0.113.9".into())), "{name}: {shape:?}");
            }
        }
    }

    #[test]
    fn r32_from_a_trusted_proxy_the_last_untrusted_hop_counts() {
        let said = |value| ask("10.0.0.1", &[("x-forwarded-for", value)]);
        assert_eq!(said("198.51.100.7"), Ok(Some("198.51.100.7".into())));
        assert_eq!(said("6.6.6.6, 198.51.100.7, 10.2.0.1"), Ok(Some("198.51.100.7".into())));
        assert_eq!(said("10.9.9.9, 10.2.0.1"), Ok(Some("10.9.9.9".into())));
        assert_eq!(said("198.51.100.7:4711"), Ok(Some("198.51.100.7".into())));
        let forwarded = |value| ask("fd00::1", &[("forwarded", value)]);
        assert_eq!(forwarded("for=\"[2001:db8::7]:4711\";proto=https"), Ok(Some("2001:db8::7".into())));
        assert_eq!(forwarded("For=192.0.2.60, for=10.0.0.2"), Ok(Some("192.0.2.60".into())));
        assert_eq!(ask("10.0.0.1", &[]), Ok(Some("10.0.0.1".into())));
    }

    #[test]
    fn r32_what_a_trusted_proxy_sends_and_nobody_can_read_is_an_error() {
        for value in ["garbage", "unknown", "1.2.3.4,,5.6.7.8", "[::1", ""] {
            assert_eq!(ask("10.0.0.1", &[("x-forwarded-for", value)]), Err(Unreadable), "{value:?}");
        }
        assert_eq!(ask("10.0.0.1", &[("forwarded", "proto=https")]), Err(Unreadable));
        assert_eq!(ask("10.0.0.1", &[("forwarded", "for=1.1.1.1"), ("x-forwarded-for", "2.2.2.2")]), Err(Unreadable));
    }
}
