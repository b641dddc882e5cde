//! Scopes: what a product may learn of a person, and whether it may keep asking (RFC 6749 section 3.3, OpenID Connect Core
//! sections 5.4 and 11).

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const MAX_BYTES: usize = 1_000;

/// A scope that means something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// An ID token, and the address for claims.
    OpenId,
    /// The person's names.
    Profile,
    /// The person's email address.
    Email,
    /// The groups that the person is in.
    Groups,
    /// A refresh token.
    OfflineAccess,
}

impl Scope {
    /// Every scope, in the order in which they are written.
    pub const ALL: [Self; 5] = [Self::OpenId, Self::Profile, Self::Email, Self::Groups, Self::OfflineAccess];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Groups => "groups",
            Self::OfflineAccess => "offline_access",
        }
    }
}

/// A set of scopes. Its text form is the one of requests, columns and claims: names with a space between.
///
/// Without `openid` a request is plain OAuth and gets no ID token. A refresh token is given where `offline_access` was asked for,
/// and only there: there is no consent page that could ask about it, since all products are the operator's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Reads a `scope` parameter. What is unknown is left out, as OpenID Connect Core section 3.1.2.1 has it; answers say what was
    /// granted. `None` where it is not a list of scopes at all.
    pub fn parse(text: &str) -> Option<Self> {
        let is_scope_character = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        let is_list = text.len() <= MAX_BYTES && text.bytes().all(|byte| byte == b' ' || is_scope_character(byte));
        let known = |name: &str| Scope::ALL.into_iter().find(|scope| scope.as_str() == name);
        is_list.then(|| Self(text.split(' ').filter_map(known).collect()))
    }

    /// Whether `scope` is among them.
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether all of them are in `granted`: a refresh may ask for less, never for more (RFC 6749 section 6).
    pub fn is_within(&self, granted: &Self) -> bool {
        self.0.is_subset(&granted.0)
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|scope| scope.as_str()).collect();
        f.write_str(&names.join(" "))
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("no list of scopes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Scopes {
        Scopes::parse(text).unwrap()
    }

    #[test]
    fn what_is_unknown_is_left_out_and_what_is_no_list_is_refused() {
        assert_eq!(read("email openid  openid phone OPENID").to_string(), "openid email");
        assert_eq!(read("").to_string(), "");
        for bad in ["openid\temail", "openid\"", "a\\b", "ä", "\u{7f}", &"a ".repeat(600)] {
            assert_eq!(Scopes::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn less_is_within_what_was_granted_and_more_is_not() {
        let granted = read("openid email");
        assert!(read("openid").is_within(&granted) && read("").is_within(&granted) && granted.is_within(&granted));
        assert!(!read("openid groups").is_within(&granted) && !read("offline_access").is_within(&granted));
    }

    proptest! {
        #[test]
        fn r52_any_text_is_read_or_refused_and_what_is_read_is_kept(text: String) {
            if let Some(scopes) = Scopes::parse(&text) {
                prop_assert_eq!(Scopes::parse(&scopes.to_string()), Some(scopes.clone()));
                let json = serde_json::to_string(&scopes).unwrap();
                prop_assert_eq!(serde_json::from_str::<Scopes>(&json).unwrap(), scopes);
            }
        }
    }
}
