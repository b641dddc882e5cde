//! The address under which people reach Vestibule: the issuer of OpenID Connect, and the start of every link.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `https://host[:port]`, or `http://` where the host is this machine. Never a path, a query or a name and password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    host: String,
}

impl PublicUrl {
    /// Parses an origin (RFC 6454), with or without the closing slash. Case and the scheme's own port are made canonical.
    /// The error is a sentence's end that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").ok_or("it must begin with https://")?;
        let (scheme, own_port) = match scheme.to_ascii_lowercase().as_str() {
            "https" => ("https", 443),
            "http" => ("http", 80),
            _ => return Err("it must begin with https://".to_owned()),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#']) {
            return Err("it must end after the host: no path, no ? and no #".to_owned());
        }
        if authority.contains('@') {
            return Err("it must not hold a name or a password before the host".to_owned());
        }
        let (host, port) = split_port(authority)?;
        let host = parse_host(host)?;
        if scheme == "http" && !is_loopback(&host) {
            return Err(
                "http is for this machine only (localhost, 127.0.0.1, [::1]); everywhere else it must be https"
                    .to_owned(),
            );
        }
        let port = port.filter(|port| *port != own_port).map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self { text: format!("{scheme}://{host}{port}"), host })
    }

    /// This machine, for settings that are not read yet.
    pub(super) fn loopback() -> Self {
        Self { text: "http://localhost".to_owned(), host: "localhost".to_owned() }
    }

    /// The whole address, without a closing slash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The origin as browsers send it in `Origin` (RFC 6454 section 6.2). There is no path, so it is the whole address.
    pub fn origin(&self) -> &str {
        &self.text
    }

    /// The host without its port, lower case; an IPv6 address in its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether this is `http` on this machine, where cookies go without `Secure` and the `__Host-` prefix.
    pub fn is_loopback_http(&self) -> bool {
        self.text.starts_with("http://")
    }

    /// The origin of a product's host, with its port where that is not 443: https, as everywhere, but for products on this machine of
    /// an installation on this machine.
    pub fn origin_beside(&self, host: &str) -> String {
        let plain = format!("http://{host}");
        match self.is_loopback_http() && Self::parse(&plain).is_ok() {
            true => plain,
            false => format!("https://{host}"),
        }
    }

    /// The address of a page of ours. `path` begins with a slash; one is put before it where it does not.
    pub fn join(&self, path: &str) -> String {
        format!("{}/{}", self.text, path.strip_prefix('/').unwrap_or(path))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A host as a browser would send it: lower-case name, IPv4 address, or IPv6 address in brackets (RFC 3986 section 3.2.2).
pub(super) fn parse_host(text: &str) -> Result<String, String> {
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address: Ipv6Addr = inner.parse().map_err(|_| format!("\"{text}\" is not an IPv6 address"))?;
        return Ok(format!("[{address}]"));
    }
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Ok(address.to_string());
    }
    if !text.is_ascii() {
        return Err(format!("\"{text}\" must be written in ASCII, as DNS has it (xn--…)"));
    }
    let name = text.to_ascii_lowercase();
    if is_name(&name) { Ok(name) } else { Err(format!("\"{text}\" is not a host name")) }
}

/// Whether a parsed host is this machine (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3).
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// RFC 1123 section 2.1; a last label of digits alone would be read as an IPv4 address.
fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253 && name.split('.').all(label) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), String> {
    match authority.rsplit_once(':') {
        Some((host, digits)) if !digits.contains(']') => {
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            let port = digits.parse::<u16>().ok().filter(|port| plain && *port > 0);
            port.map(|port| (host, Some(port))).ok_or_else(|| format!("\"{digits}\" is not a port"))
        }
        _ => Ok((authority, None)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_made_canonical() {
        let url = |text| PublicUrl::parse(text).unwrap().to_string();
        assert_eq!(url("https://id.example.org"), "https://id.example.org");
        assert_eq!(url("https://ID.Example.org/"), "https://id.example.org");
        assert_eq!(url("HTTPS://id.example.org:443"), "https://id.example.org");
        assert_eq!(url("https://id.example.org:8443/"), "https://id.example.org:8443");
        assert_eq!(url("https://[2001:DB8::1]:8443"), "https://[2001:db8::1]:8443");
        assert_eq!(url("http://localhost:8080"), "http://localhost:8080");
        assert_eq!(url("http://127.9.9.9"), "http://127.9.9.9");
        assert_eq!(url("http://[::1]:80"), "http://[::1]");
    }

    #[test]
    fn its_parts_are_there_for_links_and_cookies() {
        let url = PublicUrl::parse("http://localhost:8080/").unwrap();
        assert_eq!(
            (url.as_str(), url.origin(), url.host()),
            ("http://localhost:8080", "http://localhost:8080", "localhost")
        );
        assert_eq!(url.join("/sign-in"), "http://localhost:8080/sign-in");
        assert_eq!(url.join("sign-in"), "http://localhost:8080/sign-in");
        assert!(url.is_loopback_http());
        let secure = PublicUrl::parse("https://localhost").unwrap();
        assert!(!secure.is_loopback_http());
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, part) in [
            ("id.example.org", "begin with https://"),
            ("ftp://id.example.org", "begin with https://"),
            ("http://id.example.org", "must be https"),
            ("http://localhost.example.org", "must be https"),
            ("http://128.0.0.1", "must be https"),
            ("https://id.example.org/auth", "no path"),
            ("https://id.example.org//", "no path"),
            ("https://id.example.org?x", "no ?"),
            ("https://id.example.org#x", "no #"),
            ("https://me:secret@id.example.org", "a name or a password"),
            ("https://", "\"\" is not a host name"),
            ("https://id.example.org:", "\"\" is not a port"),
            ("https://id.example.org:0", "\"0\" is not a port"),
            ("https://id.example.org:+1", "is not a port"),
            ("https://id.example.org:65536", "is not a port"),
            ("https://id..example.org", "not a host name"),
            ("https://-id.example.org", "not a host name"),
            ("https://id_1.example.org", "not a host name"),
            ("https://id.example.org.", "not a host name"),
            ("https://1.2.3.256", "not a host name"),
            ("https://id example.org", "not a host name"),
            ("https://[::g]", "not an IPv6 address"),
            ("https://bücher.example.org", "xn--"),
        ] {
            let why = PublicUrl::parse(text).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused(text in ".*") {
            let _ = PublicUrl::parse(&text);
        }

        #[test]
        fn what_is_accepted_parses_to_itself(text in "https?://[a-z0-9.:\\[\\]-]{1,20}/?") {
            if let Ok(url) = PublicUrl::parse(&text) {
                prop_assert_eq!(PublicUrl::parse(url.as_str()), Ok(url.clone()));
                prop_assert!(!url.join("/").contains('@'));
            }
        }
    }
}
