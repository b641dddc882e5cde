//! `application/x-www-form-urlencoded`, strictly: what is not well-formed is refused, not guessed at.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Decodes one name or value. `None` where a `%` begins no byte or the bytes are not UTF-8.
pub(super) fn decoded(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(*rest.next()?)? * 16 + hex(*rest.next()?)?,
            other => *other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// `address` with `pairs` at the end of its query; what the query holds already stays as it is (RFC 6749 section 3.1.2).
/// `address` has no fragment: no registered one has.
pub fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let mut whole = address.to_owned();
    for (name, value) in pairs {
        let joint = match whole.find('?') {
            None => "?",
            Some(_) if whole.ends_with(['?', '&']) => "",
            Some(_) => "&",
        };
        let value = utf8_percent_encode(value, RESERVED);
        whole.push_str(&format!("{joint}{name}={value}"));
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_form_is_decoded_and_what_is_none_is_refused() {
        let read = |text: &[u8]| decoded(text);
        assert_eq!(read(b"a+b%20c%2B%c3%A4"), Some("a b c+ä".to_owned()));
        for bad in [b"%".as_slice(), b"%2", b"%zz", b"a%+1", b"%ff", b"\xff", b"%c3"] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn what_is_added_follows_the_query_that_is_there() {
        let added = |address: &str| with_query(address, &[("a", "1"), ("b", "x y&z=#ä")]);
        let tail = "a=1&b=x%20y%26z%3D%23%C3%A4";
        for (address, joint) in [
            ("https://app.example.org", "?"),
            ("https://app.example.org/cb", "?"),
            ("https://app.example.org/cb?", ""),
            ("https://app.example.org/cb?c=%20d", "&"),
            ("https://app.example.org/cb?c&", ""),
            ("org.example.app:/cb", "?"),
        ] {
            assert_eq!(added(address), format!("{address}{joint}{tail}"));
        }
        assert_eq!(with_query("https://app.example.org/cb", &[]), "https://app.example.org/cb");
    }

    proptest! {
        /// No value breaks out of its place, and each is read as it was written.
        #[test]
        fn r52_any_value_stays_one_value(value: String) {
            let whole = with_query("https://app.example.org/cb?x=1", &[("state", &value)]);
            let written = whole.strip_prefix("https://app.example.org/cb?x=1&state=").unwrap();
            prop_assert!(written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
            prop_assert_eq!(decoded(written.as_bytes()), Some(value));
        }

        #[test]
        fn r52_any_bytes_are_decoded_or_refused(bytes: Vec<u8>) {
            let _ = decoded(&bytes);
        }
    }
}
