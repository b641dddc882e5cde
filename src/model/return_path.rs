//! Where in a host a person wanted to go, from an address that anybody could have written: a path of that host and never a way to
//! another one, however a browser reads it.

const LONGEST: usize = 2_048;

/// The product's host's own pages of Vestibule: nobody wants to go there.
const OURS: &str = "/.vestibule";

/// A path with its query, as it stands after the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnPath(String);

impl ReturnPath {
    /// The host's first page.
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// Reads a path: one slash, then visible ASCII without a backslash, which browsers read as a slash, or a `#`.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#';
        let is_path = text.len() <= LONGEST && !rest.starts_with('/') && text.bytes().all(is_plain);
        let is_ours = text.split(['?', '/']).nth(1).is_some_and(|first| format!("/{first}") == OURS);
        (is_path && !is_ours).then(|| Self(text.to_owned()))
    }

    /// Reads `root` or a page below it, written plainly (small letters, digits, hyphens, no dots that lead up), with any query.
    pub fn under(root: &str, text: &str) -> Option<Self> {
        let (path, _) = text.split_once('?').unwrap_or((text, ""));
        let below = path.strip_prefix(root)?;
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'/');
        let is_below = below.is_empty() || below.starts_with('/') && below.bytes().all(is_plain);
        Self::parse(text).filter(|_| is_below)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_stays_as_it_is() {
        for good in
            ["/", "/a", "/a/b?c=d&e=%2F", "/a//b", "/?to=https://evil.example/", "/%2F/evil.example", "/~x/@y:z"]
        {
            assert_eq!(ReturnPath::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn below_a_root_is_what_a_browser_opens_there() {
        for good in
            ["/account", "/account/password", "/account/apps/0197-ab?name=My%20phone", "/account?to=//evil.example"]
        {
            assert_eq!(ReturnPath::under("/account", good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "/",
            "/accounts",
            "/account2/x",
            "//evil.example/account",
            "/account/../sign-out",
            "/account/%2e%2e/sign-out",
            "/account\\x",
            "/account/@x",
            "/account?a=b c",
            "https://evil.example/account",
        ] {
            assert_eq!(ReturnPath::under("/account", bad), None, "{bad}");
        }
    }

    #[test]
    fn what_could_lead_to_another_host_is_no_path() {
        let long = format!("/{}", "a".repeat(LONGEST));
        for bad in [
            "",
            "a",
            "//evil.example",
            "///evil.example",
            "////evil.example/",
            "/\\evil.example",
            "\\\\evil.example",
            "\\/evil.example",
            "/a\\b",
            "https://evil.example",
            "https:/evil.example",
            "https:evil.example",
            "HTTPS://evil.example/",
            "http://app.example.org@evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "//app.example.org",
            " /a",
            "\t//evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a\r\nSet-Cookie: x=y",
            "/a b",
            "/a\0",
            "/ä",
            "/\u{2f}/evil.example",
            "/\u{ff0f}evil.example",
            "/a#b",
            "#",
            "?a",
            "@evil.example",
            ".evil.example",
            ":443/",
            "/.vestibule/start?to=/",
            "/.vestibule",
            "/.vestibule?x",
            &long,
        ] {
            assert_eq!(ReturnPath::parse(bad), None, "{bad:?}");
        }
    }

    proptest! {
        /// Whatever was written, behind the host it stays behind the host.
        #[test]
        fn a_path_behind_a_host_is_of_that_host(text in "[/\\\\@:.a-z?#\t ]{0,12}") {
            if let Some(path) = ReturnPath::parse(&text) {
                let url = url::Url::parse(&format!("https://app.example.org{}", path.as_str())).unwrap();
                prop_assert_eq!(url.host_str(), Some("app.example.org"));
                let alone = url::Url::parse("https://app.example.org/x/").unwrap().join(path.as_str()).unwrap();
                prop_assert_eq!(alone.host_str(), Some("app.example.org"));
            }
        }
    }
}
