//! Which requests are ours: for this host, and, where they change something, from a page of this site. Old and text browsers
//! send neither `Sec-Fetch-Site` nor `Origin`; the form's token is needed of everyone.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::Failure;
use super::router;
use super::site::Site;

/// What is answered whichever host is asked for: the probes of load balancers, and the stylesheet of the page that says 421.
const WHATEVER_THE_HOST: [&str; 2] = ["/health", "/assets/"];

/// Where products send a browser with a form of theirs: it is answered as a link is, and changes nothing of ours.
pub const FROM_OTHER_SITES: [&str; 2] = ["/oauth2/authorize", "/oauth2/logout"];

/// The layer that refuses requests for another host, and unsafe ones from another site.
pub async fn check(State(site): State<Site>, request: Request, next: Next) -> Response {
    let settings = &site.app.settings;
    if !WHATEVER_THE_HOST.iter().any(|path| request.uri().path().starts_with(path)) {
        let ours = [settings.public_url.host()].into_iter().chain(settings.allowed_hosts.iter().map(String::as_str));
        let asked = host(request.headers(), request.uri());
        if !asked.is_some_and(|asked| ours.into_iter().any(|ours| ours.eq_ignore_ascii_case(&asked))) {
            return Failure::Misdirected.into_response();
        }
    }
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
        || FROM_OTHER_SITES.contains(&request.uri().path())
        || router::is_for_clients(request.uri().path());
    if !safe && !is_same_origin(request.headers(), settings.public_url.origin()) {
        return Failure::ForeignOrigin.into_response();
    }
    next.run(request).await
}

/// The host that is asked for, without its port. Two answers are none.
fn host(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let mut values = headers.get_all(header::HOST).iter();
    let authority = match (uri.authority(), values.next(), values.next()) {
        (Some(authority), ..) => authority.as_str().to_owned(),
        (None, Some(value), None) => value.to_str().ok()?.to_owned(),
        _ => return None,
    };
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if !authority.ends_with(']') => (name, port),
        _ => (authority.as_str(), "0"),
    };
    port.parse::<u16>().ok()?;
    Some(name.to_owned())
}

fn is_same_origin(headers: &HeaderMap, ours: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    headers.get(header::ORIGIN).is_none_or(|origin| origin.as_bytes().eq_ignore_ascii_case(ours.as_bytes()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn from(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        is_same_origin(&headers, "https://id.example.org")
    }

    #[test]
    fn fetch_metadata_rules_where_it_is_sent_then_the_origin() {
        assert!(from(&[]));
        assert!(from(&[("sec-fetch-site", "same-origin")]));
        assert!(from(&[("sec-fetch-site", "none"), ("origin", "null")]));
        assert!(!from(&[("sec-fetch-site", "same-site"), ("origin", "https://id.example.org")]));
        assert!(!from(&[("sec-fetch-site", "cross-site")]));
        assert!(from(&[("origin", "https://id.example.org")]));
        assert!(!from(&[("origin", "https://evil.example")]));
        assert!(!from(&[("origin", "null")]));
    }

    #[test]
    fn the_host_is_read_once_and_without_its_port() {
        let said = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::HOST, HeaderValue::from_static(value));
            }
            host(&headers, &Uri::from_static("/"))
        };
        assert_eq!(said(&["id.example.org:8443"]).as_deref(), Some("id.example.org"));
        assert_eq!(said(&["[::1]:80"]).as_deref(), Some("[::1]"));
        assert_eq!(said(&["[::1]"]).as_deref(), Some("[::1]"));
        assert_eq!(said(&["a", "b"]), None);
        assert_eq!(said(&["a:evil"]), None);
        assert_eq!(said(&[]), None);
    }
}
