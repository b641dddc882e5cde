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
