//! A product: an application that asks Vestibule who the person is. Its policy says what it asks of a person before it opens.

use std::time::Duration;

use super::group_name::GroupName;
use super::id::AccountId;
use super::proof::Way;
use super::redirect_uri::RedirectUri;
use super::signing_algorithm::SigningAlgorithm;

const MAX_ID_LENGTH: usize = 64;

/// A product's id, which is its `client_id` too (RFC 6749 section 2.2): lower-case letters, digits and hyphens, at most 64.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductId(String);

impl ProductId {
    /// Reads an id; `None` where it does not have the shape of one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let whole = text.len() <= MAX_ID_LENGTH && text.chars().all(is_inner);
        let ends = !text.is_empty() && !text.starts_with('-') && !text.ends_with('-');
        (whole && ends).then(|| Self(text.to_owned()))
    }

    /// The text, for a column, a claim or an audit line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ProductId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a product meets its people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A relying party of OpenID Connect, in the browser.
    Web,
    /// Behind a proxy that asks before each request.
    Proxied,
    /// A program with a sign-in window of its own.
    RemoteApp,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Web, Self::Proxied, Self::RemoteApp];

    /// As commands and columns write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Proxied => "proxied",
            Self::RemoteApp => "remote-app",
        }
    }

    /// The reverse of [`Kind::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What a product asks of a person who is signed in already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Nothing more than the portal did.
    Inherit,
    /// A passcode of its own, unless it got one within this span in this session. Nothing: each time it is opened.
    Separate(Duration),
}

impl Policy {
    /// As commands and columns write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inherit => "inherit",
            Self::Separate(_) => "separate",
        }
    }

    /// The reverse of [`Policy::as_str`].
    pub fn parse(text: &str, max_age: Duration) -> Option<Self> {
        match text {
            "inherit" => Some(Self::Inherit),
            "separate" => Some(Self::Separate(max_age)),
            _ => None,
        }
    }

    /// How old a passcode of its own may be; nothing where it asks for none.
    pub const fn max_age(self) -> Duration {
        match self {
            Self::Inherit => Duration::ZERO,
            Self::Separate(max_age) => max_age,
        }
    }
}

/// Who may open a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Every account.
    All,
    /// The accounts of a group.
    Group(GroupName),
    /// One account.
    Account(AccountId),
}

/// A registered product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its id and `client_id`.
    pub id: ProductId,
    /// As people know it.
    pub name: String,
    /// How it meets them.
    pub kind: Kind,
    /// What it asks of them.
    pub policy: Policy,
    /// Where it begins; the portal's tile leads there.
    pub start_url: Option<String>,
    /// The host that a proxied product answers at.
    pub host: Option<String>,
    /// It can keep no secret (RFC 6749 section 2.1).
    pub is_public: bool,
    /// Emailed passcodes don't open it.
    pub forbids_email: bool,
    /// Its people may sign in on a device without a browser (RFC 8628).
    pub device_grant: bool,
    /// With which its ID tokens are signed.
    pub algorithm: SigningAlgorithm,
    /// Its own public keys as a JWK Set, where it authenticates with `private_key_jwt`.
    pub key_set: Option<String>,
    /// Where codes may be sent.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a browser may be sent after a sign-out that the product began.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where the product is told that a session ended.
    pub back_channel_logout_uri: Option<RedirectUri>,
}

impl Product {
    /// Whether it takes passcodes that come this way. A key that was mailed is worth no more than the mailbox.
    pub fn takes(&self, passcode: Way) -> bool {
        !self.forbids_email || passcode == Way::App
    }

    /// Whether it authenticates with a secret. A public one can keep none, one with keys has those, and a proxied one never
    /// asks for tokens.
    pub fn has_secret(&self) -> bool {
        self.kind != Kind::Proxied && !self.is_public && self.key_set.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_what_an_address_and_a_column_can_hold() {
        for good in ["mip-modern", "a", "fund-accounting-2", "7"] {
            assert_eq!(ProductId::parse(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(65);
        for bad in ["", "-a", "a-", "A", "a b", "a/b", "a.b", "ä", long.as_str(), "a\n"] {
            assert!(ProductId::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn kinds_and_policies_are_read_from_their_words() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        let hour = Duration::from_secs(3_600);
        for policy in [Policy::Inherit, Policy::Separate(hour)] {
            assert_eq!(Policy::parse(policy.as_str(), policy.max_age()), Some(policy));
        }
        assert_eq!((Kind::parse("desktop"), Policy::parse("none", hour)), (None, None));
    }
}
