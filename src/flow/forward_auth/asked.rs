//! The address that a proxy asks about, as its headers say it. What cannot be read is nothing: the proxy is then told no.

use crate::config::PublicUrl;
use crate::flow::forward_auth::START;
use crate::model::return_path::ReturnPath;
use crate::oidc::encode::with_query;

/// An address of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    origin: PublicUrl,
    path: ReturnPath,
}

impl Asked {
    /// Reads a whole address (`X-Original-URL`).
    pub fn of_url(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Self::of_parts(scheme, host, path)
    }

    /// Reads an address in its parts (`X-Forwarded-Proto`, `-Host` and `-Uri`). Where to come back to is a wish, and one that is no
    /// path is none; scheme and host must be right.
    pub fn of_parts(scheme: &str, host: &str, path: &str) -> Option<Self> {
        if host.contains('/') {
            return None;
        }
        let origin = PublicUrl::parse(&format!("{scheme}://{host}")).ok()?;
        Some(Self { origin, path: ReturnPath::parse(path).unwrap_or_else(ReturnPath::root) })
    }

    /// The host as products register theirs: with its port where that is not the scheme's own.
    pub fn host(&self) -> &str {
        host_of(&self.origin)
    }

    /// Scheme and host.
    pub fn origin(&self) -> &str {
        self.origin.as_str()
    }

    /// Where signing in begins.
    pub fn sign_in_address(&self) -> String {
        with_query(&format!("{}{START}", self.origin), &[("to", self.path.as_str())])
    }
}

/// A `Host` header as products register theirs.
pub fn host(text: &str) -> Option<String> {
    let origin = PublicUrl::parse(&format!("https://{text}")).ok().filter(|_| !text.contains('/'))?;
    Some(host_of(&origin).to_owned())
}

fn host_of(origin: &PublicUrl) -> &str {
    origin.as_str().split_once("://").map_or("", |(_, host)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_to_its_host_and_path() {
        for (url, host, address) in [
            (
                "https://App.Example.org/a?b=c",
                "app.example.org",
                "https://app.example.org/.vestibule/start?to=%2Fa%3Fb%3Dc",
            ),
            ("https://app.example.org", "app.example.org", "https://app.example.org/.vestibule/start?to=%2F"),
            ("https://app.example.org:443/", "app.example.org", "https://app.example.org/.vestibule/start?to=%2F"),
            (
                "https://app.example.org:8443/",
                "app.example.org:8443",
                "https://app.example.org:8443/.vestibule/start?to=%2F",
            ),
            (
                "https://app.example.org//evil.example",
                "app.example.org",
                "https://app.example.org/.vestibule/start?to=%2F",
            ),
            ("http://127.0.0.1:81/x", "127.0.0.1:81", "http://127.0.0.1:81/.vestibule/start?to=%2Fx"),
        ] {
            let asked = Asked::of_url(url).unwrap();
            assert_eq!((asked.host(), asked.sign_in_address().as_str()), (host, address), "{url}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_host_is_nothing() {
        for bad in [
            "",
            "/",
            "app.example.org/",
            "//app.example.org/",
            "ftp://app.example.org/",
            "http://app.example.org/",
            "https:///",
            "https://app.example.org@evil.example/",
            "https://app.example.org\\@evil.example/",
            "https://app.example.org:x/",
            "https://app.example.org?x",
            "https://app.example.org#x/",
            "https://app.example.org, evil.example/",
            "https://app.example.org evil.example/",
            "https://app.example.org./",
            "https://*.example.org/",
        ] {
            assert_eq!(Asked::of_url(bad), None, "{bad}");
        }
        assert_eq!(Asked::of_parts("https", "app.example.org/", "/"), None);
        assert_eq!(Asked::of_parts("https://evil.example/?", "app.example.org", "/"), None);
        assert_eq!((host("app.example.org/"), host("a b"), host("")), (None, None, None));
    }
}
