//! Usernames, and what a person types into the sign-in page's one field. Usernames have no `@` and email addresses always have
//! one, so both live in one unique index, and one name never means two accounts (regressions 10 to 12).

use std::fmt;

use super::email_address::EmailAddress;
use super::text::{caseless, is_invisible, nfkc};

const MAX_CHARACTERS: usize = 64;
/// Longer input is refused before any work is done on it. 64 characters never take more.
const MAX_TYPED_BYTES: usize = 1024;

/// A username: 1 to 64 characters, no white space, no `@`, nothing that cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username {
    shown: String,
    canonical: String,
}

/// Why a text is no username.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameProblem {
    /// Nothing is left after trimming.
    Empty,
    /// More than 64 characters.
    TooLong,
    /// An `@`, which belongs to email addresses.
    AtSign,
    /// White space within the name.
    Space,
    /// A control character or one that cannot be seen.
    Invisible,
}

impl fmt::Display for NameProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Type a username.",
            Self::TooLong => "That username is too long. Use at most 64 characters.",
            Self::AtSign => "A username has no @: email addresses have. Choose one without.",
            Self::Space => "A username has no spaces. Choose one without.",
            Self::Invisible => "That username has characters that can't be seen. Type it again.",
        })
    }
}

impl Username {
    /// Reads a username. White space around it is dropped; the rest is brought into normalization form KC.
    ///
    /// # Errors
    /// The first [`NameProblem`] found.
    pub fn parse(text: &str) -> Result<Self, NameProblem> {
        if text.len() > MAX_TYPED_BYTES {
            return Err(NameProblem::TooLong);
        }
        let shown = nfkc(text.trim());
        let canonical = caseless(&shown);
        if shown.is_empty() {
            return Err(NameProblem::Empty);
        }
        if shown.chars().count().max(canonical.chars().count()) > MAX_CHARACTERS {
            return Err(NameProblem::TooLong);
        }
        match shown.chars().chain(canonical.chars()).find_map(problem_of) {
            Some(problem) => Err(problem),
            None => Ok(Self { shown, canonical }),
        }
    }

    /// The name as its owner writes it, case kept: for pages, mail and the label in the app.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The form in which names are compared: caseless ([`caseless`]).
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

fn problem_of(character: char) -> Option<NameProblem> {
    match character {
        '@' => Some(NameProblem::AtSign),
        _ if is_invisible(character) && !character.is_whitespace() || character.is_control() => {
            Some(NameProblem::Invisible)
        }
        _ if character.is_whitespace() => Some(NameProblem::Space),
        _ => None,
    }
}

/// What a person typed at sign-in, a username or an email address, in the canonical form to look up. `None` when it can match
/// nothing: the caller then does the same work for a name that does not exist.
pub fn typed(text: &str) -> Option<String> {
    match Username::parse(text) {
        Ok(username) => Some(username.canonical),
        Err(NameProblem::AtSign) => Some(EmailAddress::parse(text).ok()?.canonical().to_owned()),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Regressions 10, 11, 12: one name, whatever its spelling.
    #[test]
    fn r10_r11_r12_every_spelling_of_a_name_is_one_name() {
        for spelling in ["JSmith", "jsmith ", "JSMITH", " \u{3000}jsmith\t", "ＪＳｍｉｔｈ", "j\u{17F}mith", "jſmith"]
        {
            assert_eq!(typed(spelling).as_deref(), Some("jsmith"), "{spelling:?}");
        }
        for spelling in ["Nick@Example.ORG", " nick@example.org\n", "nick＠example．org", "NICK@EXAMPLE.ORG"] {
            assert_eq!(typed(spelling).as_deref(), Some("nick@example.org"), "{spelling:?}");
        }
        assert_eq!(typed("Straße"), typed("STRASSE"));
        assert_eq!(typed("zoe\u{308}"), typed("ZOË"));
    }

    #[test]
    fn r10_what_is_hidden_in_a_name_is_refused_and_matches_nothing() {
        for (text, problem) in [
            ("", NameProblem::Empty),
            (" \t ", NameProblem::Empty),
            ("j smith", NameProblem::Space),
            ("j\u{A0}smith", NameProblem::Space),
            ("j\nsmith", NameProblem::Invisible),
            ("jsmith\0", NameProblem::Invisible),
            ("j\u{200B}smith", NameProblem::Invisible),
            ("\u{FEFF}jsmith", NameProblem::Invisible),
            ("jsmith\u{202E}", NameProblem::Invisible),
            ("j\u{AD}smith", NameProblem::Invisible),
            ("jsmith\u{FE0F}", NameProblem::Invisible),
            ("\u{3164}", NameProblem::Invisible),
            ("j\u{34F}smith", NameProblem::Invisible),
            ("a\u{FE6B}b\u{FE6B}c", NameProblem::AtSign),
        ] {
            assert_eq!(Username::parse(text), Err(problem), "{text:?}");
            assert_eq!(typed(text), None, "{text:?}");
        }
    }

    /// Regression 49: nothing is cut off, so names that differ in the tail never meet.
    #[test]
    fn r49_long_names_are_refused_not_cut() {
        assert!(Username::parse(&"a".repeat(64)).is_ok());
        for length in [65, 1_024, 10_000] {
            assert_eq!(Username::parse(&"a".repeat(length)), Err(NameProblem::TooLong), "{length}");
            assert_eq!(typed(&"a".repeat(length)), None, "{length}");
        }
        assert_eq!(Username::parse(&"\u{FDFA}".repeat(10)), Err(NameProblem::TooLong));
    }

    #[test]
    fn a_name_keeps_its_case_for_people() {
        let name = Username::parse("  New-User.2 ").unwrap();
        assert_eq!((name.as_str(), name.canonical()), ("New-User.2", "new-user.2"));
    }

    proptest! {
        #[test]
        fn r10_the_canonical_form_is_its_own_canonical_form(text in "\\PC{0,20}") {
            if let Some(canonical) = typed(&text) {
                prop_assert_eq!(typed(&canonical), Some(canonical.clone()));
                prop_assert_eq!(typed(&format!(" {text}\t")), Some(canonical));
            }
        }

        #[test]
        fn usernames_and_addresses_never_meet(text in "[a-z@.＠]{1,12}") {
            if let Ok(name) = Username::parse(&text) {
                prop_assert!(!name.canonical().contains('@'));
                prop_assert!(EmailAddress::parse(name.canonical()).is_err());
            }
        }

        #[test]
        fn r52_any_text_is_read_without_a_panic(text: String) {
            let _ = (typed(&text), Username::parse(&text));
        }
    }
}
