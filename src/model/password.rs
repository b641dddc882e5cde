//! Passwords: which new ones are good enough, and the form in which all are hashed. No rules of composition: NIST SP 800-63B-4
//! section 3.1.1.2 forbids them; length, a list of the commonest and an estimate of the guesses decide.

use zxcvbn::Score;

use super::secret::SecretText;
use super::text::{caseless, nfkc};

/// Nobody types more, and an attacker shall not send more (the hash would take it all; nothing is ever cut off).
const MAX_BYTES: usize = 1024;

/// The commonest passwords of 8 and more characters in what was leaked, one a line, caseless. Most are the frequency list of
/// zxcvbn (MIT licence), which comes from leaks of many years; the rest are words of offices and seasons with the endings that
/// people add when they are made to.
const COMMONEST: &str = include_str!("password/commonest.txt");

/// A new password that passed. `Debug` does not print it.
#[derive(Clone, Debug)]
pub struct NewPassword(SecretText);

/// Why a text is no good new password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// Fewer than `min` characters.
    TooShort {
        /// How many characters are needed.
        min: usize,
    },
    /// More than 1,024 bytes.
    TooLong,
    /// The second field says something else.
    NotTheSame,
    /// One of the commonest passwords, or a name that belongs to the account.
    TooCommon,
    /// Too few guesses would find it.
    TooWeak {
        /// What would make it better, in whole sentences.
        suggestion: String,
    },
}

impl NewPassword {
    /// Checks a new password. `repeat` is the second field, where there is one; `about` is what an attacker would try first
    /// (username, email address, name, product); `min_length` counts characters of the normal form.
    ///
    /// # Errors
    /// The first [`PasswordProblem`] found.
    pub fn check(text: &str, repeat: Option<&str>, about: &[&str], min_length: usize) -> Result<Self, PasswordProblem> {
        let password = typed(text).ok_or(PasswordProblem::TooLong)?;
        if password.expose().chars().count() < min_length {
            return Err(PasswordProblem::TooShort { min: min_length });
        }
        if repeat.is_some_and(|repeat| typed(repeat).as_ref() != Some(&password)) {
            return Err(PasswordProblem::NotTheSame);
        }
        if is_common(password.expose(), about) {
            return Err(PasswordProblem::TooCommon);
        }
        check_strength(password.expose(), about)?;
        Ok(Self(password))
    }

    /// The normal form, to be hashed.
    pub fn canonical(&self) -> &SecretText {
        &self.0
    }
}

/// A password as someone types it to sign in, in the normal form that is hashed (NFKC). `None` when it has more than 1,024 bytes
/// before or after: no account has such a password.
pub fn typed(text: &str) -> Option<SecretText> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let normal = SecretText::new(nfkc(text));
    (normal.expose().len() <= MAX_BYTES).then_some(normal)
}

fn is_common(password: &str, about: &[&str]) -> bool {
    let password = SecretText::new(caseless(password));
    COMMONEST.lines().any(|common| common == password.expose())
        || about.iter().any(|name| caseless(name) == password.expose())
}

/// zxcvbn's scale runs from 0 to 4; 3 is 10^8 guesses and more, out of reach of one who guesses against a slow hash.
fn check_strength(password: &str, about: &[&str]) -> Result<(), PasswordProblem> {
    let estimate = zxcvbn::zxcvbn(password, &words(about));
    if estimate.score() >= Score::Three {
        return Ok(());
    }
    let feedback = estimate.feedback().map(ToString::to_string).unwrap_or_default();
    let suggestion = if feedback.trim().is_empty() { "Add another word or two.".to_owned() } else { feedback };
    Err(PasswordProblem::TooWeak { suggestion: suggestion.trim().to_owned() })
}

/// The names themselves and the words in them: `nick@example.org` also gives `nick` and `example`.
fn words<'a>(about: &[&'a str]) -> Vec<&'a str> {
    let parts = about.iter().flat_map(|name| name.split(|character: char| !character.is_alphanumeric()));
    about.iter().copied().chain(parts.filter(|part| part.len() >= 3)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str) -> Result<(), PasswordProblem> {
        NewPassword::check(text, None, &["jsmith", "nick@example.org", "Nick Smith", "Vestibule"], 8).map(|_| ())
    }

    #[test]
    fn the_list_has_what_people_use_and_nothing_shorter() {
        assert!(COMMONEST.lines().count() >= 1_500);
        for line in COMMONEST.lines() {
            assert!(line.chars().count() >= 8 && caseless(line) == line, "{line:?}");
        }
        assert!(COMMONEST.lines().is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn the_commonest_are_refused_in_any_case() {
        for common in [
            "password",
            "password1",
            "Password1",
            "PASSWORD",
            "12345678",
            "123456789",
            "qwertyuiop",
            "iloveyou",
            "sunshine",
            "princess",
            "football",
            "1q2w3e4r",
            "Welcome1",
            "Summer2025",
            "changeme",
            "P@ssw0rd",
            "ｐａｓｓｗｏｒｄ",
            "admin123",
            "letmein1",
            "Winter2024!",
            "trustno1",
            "baseball",
        ] {
            assert_eq!(check(common), Err(PasswordProblem::TooCommon), "{common}");
        }
    }

    #[test]
    fn names_of_the_account_are_refused() {
        for text in ["nick@example.org", "NICK SMITH", "Vestibule"] {
            assert_eq!(check(text), Err(PasswordProblem::TooCommon), "{text}");
        }
        for text in ["jsmith123", "jsmithjsmith", "Vestibule1!", "nicksmith1", "example.org1"] {
            assert!(matches!(check(text), Err(PasswordProblem::TooWeak { .. })), "{text}");
        }
    }

    #[test]
    fn weak_ones_are_refused_with_a_sentence_that_helps() {
        for weak in ["aaaaaaaaaaaa", "abcdefghijkl", "qwertyqwerty1", "19870604", "monkeymonkey9"] {
            let Err(PasswordProblem::TooWeak { suggestion }) = check(weak) else { panic!("{weak}: {:?}", check(weak)) };
            assert!(suggestion.ends_with('.'), "{suggestion:?}");
        }
    }

    #[test]
    fn good_ones_need_no_digits_or_symbols() {
        for good in ["correct horse battery staple", "vivid otter lamp cactus", "Zq7#mB2x!k", "дом река лампа кактус"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn length_counts_characters_and_the_second_field_must_agree() {
        assert_eq!(check("tq%Zm1x"), Err(PasswordProblem::TooShort { min: 8 }));
        assert_eq!(check("ёжикикот").is_ok(), NewPassword::check("ёжикикот", None, &[], 8).is_ok());
        let with = |repeat| NewPassword::check("vivid otter lamp cactus", Some(repeat), &[], 8).map(|_| ());
        assert_eq!(with("vivid otter lamp cactus"), Ok(()));
        assert_eq!(with("ｖｉｖｉｄ otter lamp cactus"), Ok(()));
        assert_eq!(with("vivid otter lamp cactus "), Err(PasswordProblem::NotTheSame));
        assert_eq!(with("Vivid otter lamp cactus"), Err(PasswordProblem::NotTheSame));
    }

    /// Regression 49: a long password is hashed whole or refused.
    #[test]
    fn r49_nothing_is_cut_off() {
        let long = |length: usize, tail: &str| format!("vivid otter lamp cactus {}{tail}", "x".repeat(length - 25));
        assert_eq!(typed(&long(1_024, "a")).unwrap().expose(), long(1_024, "a"));
        assert_ne!(typed(&long(1_024, "a")), typed(&long(1_024, "b")));
        for length in [1_025, 10_000] {
            assert!(typed(&long(length, "a")).is_none());
            assert_eq!(check(&long(length, "a")), Err(PasswordProblem::TooLong));
        }
        let grows = "\u{FDFA}".repeat(100);
        assert!(grows.len() <= 1_024 && typed(&grows).is_none(), "longer than 1,024 bytes only after normalizing");
    }

    #[test]
    fn it_does_not_print_itself() {
        let password = NewPassword::check("vivid otter lamp cactus", None, &[], 8);
        assert!(!format!("{password:?}").contains("otter"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_normal_form_is_its_own_normal_form(text: String) {
            if let Some(password) = typed(&text) {
                prop_assert_eq!(typed(password.expose()), Some(password));
            }
        }

        #[test]
        fn r52_any_text_is_read_without_a_panic(text: String, name: String, min in 0usize..20) {
            let _ = NewPassword::check(&text, Some(&name), &[&name, &text], min);
        }
    }
}
