//! The rules of a person's authenticator apps: how many, what they are called, and which may go.

use std::fmt;

use super::text::{caseless, is_invisible, nfkc};

/// So many apps an account has at most.
pub const MOST: usize = 3;
const MAX_CHARACTERS: usize = 40;
const MAX_TYPED_BYTES: usize = 1024;

/// What a person calls an app: 1 to 40 characters that can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppName(String);

/// Why a text is no name of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameProblem {
    /// Nothing is left after trimming.
    Empty,
    /// More than 40 characters.
    TooLong,
    /// A character that cannot be seen.
    Invisible,
}

impl fmt::Display for NameProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Type a name by which you know the app again, such as My phone.",
            Self::TooLong => "That name is too long. Use at most 40 characters.",
            Self::Invisible => "That name has characters that can't be seen. Type it again.",
        })
    }
}

impl AppName {
    /// Reads a name. White space around it is dropped; the rest is brought into normalization form KC.
    ///
    /// # Errors
    /// The [`NameProblem`].
    pub fn parse(text: &str) -> Result<Self, NameProblem> {
        if text.len() > MAX_TYPED_BYTES {
            return Err(NameProblem::TooLong);
        }
        let name = nfkc(text.trim());
        if name.is_empty() {
            return Err(NameProblem::Empty);
        }
        if name.chars().count() > MAX_CHARACTERS {
            return Err(NameProblem::TooLong);
        }
        if name.chars().any(|character| character != ' ' && (is_invisible(character) || character.is_whitespace())) {
            return Err(NameProblem::Invisible);
        }
        Ok(Self(name))
    }

    /// As its owner writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it would be taken for this other one.
    pub fn is_like(&self, other: &str) -> bool {
        caseless(&self.0) == caseless(other)
    }
}

/// Whether an app may be removed, beside so many others whose keys were not mailed: where it is the last one only if passcodes by
/// email do in its place.
pub const fn may_remove(others: usize, email_does: bool) -> bool {
    others > 0 || email_does
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_can_be_read_and_is_like_itself_in_any_case() {
        let name = AppName::parse("  My Phone ").unwrap();
        assert_eq!(name.as_str(), "My Phone");
        assert!(name.is_like("MY PHONE") && !name.is_like("My phone 2"));
        for (text, problem) in [
            ("", NameProblem::Empty),
            (" \t", NameProblem::Empty),
            ("my\nphone", NameProblem::Invisible),
            ("my\u{202E}phone", NameProblem::Invisible),
            ("my\u{200B}phone", NameProblem::Invisible),
        ] {
            assert_eq!(AppName::parse(text), Err(problem), "{text:?}");
        }
    }

    #[test]
    fn r49_a_long_name_is_refused_not_cut() {
        assert!(AppName::parse(&"a".repeat(40)).is_ok());
        for length in [41, 1_024, 10_000] {
            assert_eq!(AppName::parse(&"a".repeat(length)), Err(NameProblem::TooLong));
        }
    }

    #[test]
    fn the_last_one_goes_only_where_email_does_in_its_place() {
        for (others, email_does, may) in [(0, false, false), (0, true, true), (1, false, true), (2, true, true)] {
            assert_eq!(may_remove(others, email_does), may);
        }
    }

    proptest! {
        #[test]
        fn r52_any_text_is_read_without_a_panic_and_none_smuggles_a_line(text: String) {
            if let Ok(name) = AppName::parse(&text) {
                prop_assert!(!name.as_str().contains(char::is_control));
            }
        }
    }
}
