//! The product's one cookie. Cookies ignore ports, so each product's bears its name; out of reach of scripts, and sent along when
//! Vestibule sends the browser back (RFC 6265bis section 5.4.7).

use axum::http::header::{COOKIE, HeaderMap, HeaderValue, InvalidHeaderValue};
use data_encoding::BASE64URL_NOPAD;

use crate::app::draw;

/// A value that nobody guesses: for cookies, and for everything else that must be new (256 bits).
pub fn fresh() -> String {
    BASE64URL_NOPAD.encode(&draw())
}

/// The cookie's value, where the browser sent one.
pub fn read<'a>(headers: &'a HeaderMap, product: &str) -> Option<&'a str> {
    let name = name(product);
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The header that sets the cookie, until the browser closes.
pub fn set(product: &str, value: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    HeaderValue::try_from(format!("{}={value}; Path=/; HttpOnly; SameSite=Lax", name(product)))
}

/// The header that takes it away.
pub fn clear(product: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    HeaderValue::try_from(format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0", name(product)))
}

fn name(product: &str) -> String {
    format!("{product}-session")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_product_has_a_cookie_of_its_own() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("vestibule-session=v; mip-modern-session=m; b=c"));
        assert_eq!((read(&headers, "mip-modern"), read(&headers, "fund-accounting")), (Some("m"), None));
        let set = set("mip-modern", &fresh()).unwrap();
        assert!(set.to_str().unwrap().ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{set:?}");
        assert_ne!(fresh(), fresh());
    }
}
