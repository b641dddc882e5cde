//! The page of the support console that somebody asked for before signing in, kept in a cookie until the sign-in is whole. It leads
//! to pages of the console only, and a page that is opened changes nothing.

use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};
use data_encoding::BASE64URL_NOPAD;

use super::cookies::Jar;
use crate::model::return_path::ReturnPath;

const NAME: &str = "vestibule-onward";
/// As long as a sign-in takes at most.
const LIFE: Duration = Duration::from_secs(900);
const LONGEST: usize = 500;

/// The page, where it is one that may be kept.
fn page(text: &str) -> Option<ReturnPath> {
    let rest = text.strip_prefix("/support")?;
    let is_below = rest.is_empty() || rest.starts_with(['/', '?']);
    let climbs = rest.contains("..") || rest.to_ascii_lowercase().contains("%2e");
    ReturnPath::parse(text).filter(|_| is_below && !climbs && text.len() <= LONGEST)
}

/// The header that keeps it; none for a page that is not kept.
pub fn kept(jar: Jar, asked: &ReturnPath) -> Option<HeaderValue> {
    let page = page(asked.as_str())?;
    jar.text(NAME, &BASE64URL_NOPAD.encode(page.as_str().as_bytes()), LIFE)
}

/// The page that this browser asked for.
pub fn of(jar: Jar, headers: &HeaderMap) -> Option<ReturnPath> {
    let name = jar.name_of(NAME);
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let value = pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)?;
    let text = String::from_utf8(BASE64URL_NOPAD.decode(value.as_bytes()).ok()?).ok()?;
    page(&text)
}

/// The header that forgets it.
pub fn forgotten(jar: Jar) -> Option<HeaderValue> {
    jar.text(NAME, "", Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str) -> Option<String> {
        let jar = Jar::new(true, Duration::from_secs(60));
        let kept = kept(jar, &ReturnPath::parse(text)?)?;
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(kept.to_str().unwrap().split(';').next().unwrap()).unwrap());
        of(jar, &headers).map(|page| page.as_str().to_owned())
    }

    #[test]
    fn a_page_of_the_console_comes_back_and_no_other() {
        for page in ["/support", "/support?state=open&text=a%20b", "/support/cases/V-7K3M9Q"] {
            assert_eq!(round(page).as_deref(), Some(page));
        }
        let long = format!("/support?text={}", "a".repeat(LONGEST));
        for page in ["/", "/supports", "/account", "/support/../sign-out", "/support/%2E%2e/x", &long] {
            assert_eq!(round(page), None, "{page}");
        }
    }

    #[test]
    fn what_somebody_wrote_into_the_cookie_leads_nowhere_else() {
        let jar = Jar::new(true, Duration::from_secs(60));
        for written in ["//evil.example", "https://evil.example/support", "/support\\..\\x", "/support\r\nx: y"] {
            let value = BASE64URL_NOPAD.encode(written.as_bytes());
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(&format!("__Host-{NAME}={value}")).unwrap());
            assert_eq!(of(jar, &headers), None, "{written}");
        }
    }
}
