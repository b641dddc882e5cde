//! Cookies: each kind of token has one of its own, `__Host-` where the site is https (RFC 6265bis section 4.1.3.2).

use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};

use crate::model::token::{PlainToken, TokenKind};

/// The cookies that we set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The signed-in session.
    Session,
    /// The sign-in that is not finished.
    Attempt,
    /// The known browsers that this browser is.
    KnownBrowsers,
    /// Binds the forms of public pages.
    Guest,
    /// The setup link that was opened here.
    SetUpLink,
    /// This browser's progress behind it.
    SetUpVisit,
    /// The link to set up a new device that was opened here.
    NewDeviceLink,
    /// This browser's progress behind it.
    NewDeviceVisit,
    /// The link to a new password that was opened here.
    ResetLink,
    /// The invitation that was opened here.
    InvitationLink,
    /// The "This wasn't me" link that was opened here.
    NotMeLink,
    /// The link to confirm a new email address that was opened here.
    EmailConfirmLink,
    /// The link to undo a change of the email address that was opened here.
    EmailUndoLink,
    /// The support case that this browser takes part in.
    Case,
    /// Under what this browser will take part in a support case, once it asks to.
    CaseDrawn,
    /// The link to a support case that was opened here.
    CaseLink,
    /// The "This wasn't me" link about a support case that was opened here.
    CaseNotMeLink,
    /// The person was about to type a device's code.
    Device,
    /// At a proxied product's host: who is signed in there.
    Host,
    /// At such a host: the sign-in that is under way.
    HostState,
}

impl Cookie {
    const fn name(self) -> &'static str {
        match self {
            Self::Session => "vestibule-session",
            Self::Attempt => "vestibule-sign-in",
            Self::KnownBrowsers => "vestibule-browser",
            Self::Guest => "vestibule-guest",
            Self::SetUpLink => "vestibule-set-up-link",
            Self::SetUpVisit => "vestibule-set-up",
            Self::NewDeviceLink => "vestibule-new-device-link",
            Self::NewDeviceVisit => "vestibule-new-device",
            Self::ResetLink => "vestibule-reset-link",
            Self::InvitationLink => "vestibule-invitation-link",
            Self::NotMeLink => "vestibule-not-me-link",
            Self::EmailConfirmLink => "vestibule-email-link",
            Self::EmailUndoLink => "vestibule-undo-link",
            Self::Case => "vestibule-case",
            Self::CaseDrawn => "vestibule-case-drawn",
            Self::CaseLink => "vestibule-case-link",
            Self::CaseNotMeLink => "vestibule-case-not-me-link",
            Self::Device => "vestibule-device",
            Self::Host => "vestibule-host",
            Self::HostState => "vestibule-host-state",
        }
    }

    const fn kind(self) -> TokenKind {
        match self {
            Self::Session => TokenKind::Session,
            Self::Attempt => TokenKind::Attempt,
            Self::KnownBrowsers => TokenKind::KnownBrowser,
            Self::Guest | Self::Device => TokenKind::Guest,
            Self::SetUpVisit | Self::NewDeviceVisit => TokenKind::Visit,
            Self::Case | Self::CaseDrawn => TokenKind::Participant,
            Self::Host => TokenKind::Host,
            Self::HostState => TokenKind::HostState,
            Self::SetUpLink
            | Self::NewDeviceLink
            | Self::ResetLink
            | Self::InvitationLink
            | Self::NotMeLink
            | Self::EmailConfirmLink
            | Self::EmailUndoLink
            | Self::CaseLink
            | Self::CaseNotMeLink => TokenKind::Link,
        }
    }

    /// How long the browser keeps it, in seconds; none until the browser closes.
    const fn max_age(self, known_browser_life: u64) -> Option<u64> {
        match self {
            Self::KnownBrowsers => Some(known_browser_life),
            Self::SetUpLink
            | Self::SetUpVisit
            | Self::NewDeviceLink
            | Self::NewDeviceVisit
            | Self::ResetLink
            | Self::InvitationLink
            | Self::NotMeLink
            | Self::EmailConfirmLink
            | Self::EmailUndoLink
            | Self::CaseDrawn
            | Self::CaseLink
            | Self::CaseNotMeLink => Some(7_200),
            // As long as a decided case stays open, and a bit more.
            Self::Case => Some(14 * 86_400),
            Self::Device => Some(600),
            Self::Session | Self::Attempt | Self::Guest | Self::Host | Self::HostState => None,
        }
    }
}

/// What tells how this site's cookies are written.
#[derive(Clone, Copy, Debug)]
pub struct Jar {
    secure: bool,
    known_browser_life: u64,
}

impl Jar {
    /// `secure` is false on loopback http only; a known browser keeps its cookie for so long.
    pub const fn new(secure: bool, known_browser_life: Duration) -> Self {
        Self { secure, known_browser_life: known_browser_life.as_secs() }
    }

    const fn prefix(self) -> &'static str {
        if self.secure { "__Host-" } else { "" }
    }

    /// The tokens that the browser sent in this cookie; what does not parse as one of its kind is as good as absent.
    pub fn read(self, headers: &HeaderMap, cookie: Cookie) -> Vec<PlainToken> {
        let name = format!("{}{}", self.prefix(), cookie.name());
        let pairs =
            headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
        let value = pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name);
        let tokens = value.map_or("", |(_, value)| value).split('.').take(4);
        tokens.filter_map(|text| PlainToken::parse(cookie.kind(), text)).collect()
    }

    /// The header that sets the cookie to these tokens.
    pub fn set(self, cookie: Cookie, tokens: &[PlainToken]) -> Option<HeaderValue> {
        let value = tokens.iter().map(PlainToken::expose).collect::<Vec<_>>().join(".");
        let age = cookie.max_age(self.known_browser_life).map(|age| format!("; Max-Age={age}")).unwrap_or_default();
        self.header(cookie, &value, &age)
    }

    /// The header that takes the cookie away.
    pub fn clear(self, cookie: Cookie) -> Option<HeaderValue> {
        self.header(cookie, "", "; Max-Age=0")
    }

    /// The header that sets a cookie to a text that is no token.
    pub(super) fn text(self, name: &str, value: &str, life: Duration) -> Option<HeaderValue> {
        self.written(name, value, &format!("; Max-Age={}", life.as_secs()))
    }

    /// The whole name of a cookie that holds no token.
    pub(super) fn name_of(self, name: &str) -> String {
        format!("{}{name}", self.prefix())
    }

    fn header(self, cookie: Cookie, value: &str, age: &str) -> Option<HeaderValue> {
        self.written(cookie.name(), value, age)
    }

    fn written(self, name: &str, value: &str, age: &str) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let prefix = self.prefix();
        let text = format!("{prefix}{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        let mut header = HeaderValue::from_str(&text).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dice::Seed;

    #[test]
    fn r27_a_token_of_another_kind_in_the_cookie_is_absent() {
        let mut dice = Seed::new([1; 32]).dice();
        let attempt = PlainToken::new(TokenKind::Attempt, &mut dice);
        let jar = Jar::new(true, Duration::from_secs(60));
        let mut headers = HeaderMap::new();
        let value = format!("a=b; __Host-vestibule-session={}", attempt.expose());
        headers.insert(COOKIE, HeaderValue::from_str(&value).unwrap());
        assert!(jar.read(&headers, Cookie::Session).is_empty());
        let value = format!("a=b; __Host-vestibule-sign-in={}", attempt.expose());
        headers.insert(COOKIE, HeaderValue::from_str(&value).unwrap());
        assert_eq!(jar.read(&headers, Cookie::Attempt), [attempt]);
        assert!(Jar::new(false, Duration::from_secs(60)).read(&headers, Cookie::Attempt).is_empty());
    }

    #[test]
    fn cookies_are_bound_to_the_host_and_out_of_reach_of_scripts() {
        let token = PlainToken::new(TokenKind::Session, &mut Seed::new([1; 32]).dice());
        let header =
            Jar::new(true, Duration::from_secs(60)).set(Cookie::Session, std::slice::from_ref(&token)).unwrap();
        let text = header.to_str().unwrap();
        assert!(text.starts_with("__Host-vestibule-session=vst_s_"), "{text}");
        assert!(text.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{text}");
    }
}
