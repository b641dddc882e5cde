//! Addresses with a waiting request in them, and addresses of products as a policy names them.

use crate::model::token::{PlainToken, TokenKind};

/// The token of a waiting request in an address of ours.
pub fn request_in(query: &str) -> Option<PlainToken> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("request="))?;
    PlainToken::parse(TokenKind::Request, value)
}

/// Where a waiting request goes on.
pub fn onward_address(request: &PlainToken) -> String {
    format!("/oauth2/continue?request={}", request.expose())
}

/// A redirect address as a source of a content security policy: its origin, or its scheme where it has no host.
pub fn source(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once(':')?;
    let source = match rest.strip_prefix("//") {
        Some(rest) if matches!(scheme, "https" | "http") => {
            format!("{scheme}://{}", rest.split(['/', '?', '#']).next().unwrap_or_default())
        }
        _ => format!("{scheme}:"),
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ":/.-+[]".contains(c);
    source.chars().all(is_plain).then_some(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_an_origin_and_nothing_more() {
        for (address, expected) in [
            ("https://app.example.org/callback?x=1", "https://app.example.org"),
            ("http://127.0.0.1:51234/cb", "http://127.0.0.1:51234"),
            ("https://app.example.org", "https://app.example.org"),
            ("org.example.app:/callback", "org.example.app:"),
        ] {
            assert_eq!(source(address).as_deref(), Some(expected));
        }
        for hostile in
            ["https://a.example;script-src *", "https://a.example,b/", "https://a b/", "nothing", "https://ä.example/"]
        {
            assert_eq!(source(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn a_request_in_an_address_is_whole_or_not_there() {
        let token = format!("vst_q_{}", "A".repeat(43));
        assert_eq!(request_in(&format!("a=b&request={token}")).unwrap().expose(), token);
        for other in ["", "request=", "request=vst_q_AAAA", "requests=vst_q_AAAA"] {
            assert!(request_in(other).is_none());
        }
        assert!(request_in(&format!("request=vst_s_{}", "A".repeat(43))).is_none());
    }
}
