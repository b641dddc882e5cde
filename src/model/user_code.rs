//! The code that a device shows and its person types by hand (RFC 8628 section 6.1): eight letters of twenty, without vowels, so that
//! they spell nothing and are not mistaken for digits. It is short, so it lives for minutes and guesses at it are counted.

use super::dice::Dice;
use super::secret::SecretText;

/// The letters of RFC 8628 section 6.1.
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LETTERS: usize = 8;

/// A code in its one canonical spelling. `Debug` does not print it; it is kept as a message authentication code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCode(SecretText);

impl UserCode {
    /// A new code, each of the 25.6 thousand million as likely as any other.
    pub fn new(dice: &mut Dice) -> Self {
        let mut letter = || {
            let drawn = usize::try_from(dice.below(20)).unwrap_or_default();
            ALPHABET.get(drawn).map(|letter| char::from(*letter))
        };
        Self(SecretText::new((0..LETTERS).filter_map(|_| letter()).collect()))
    }

    /// Reads what was typed: case doesn't matter, nor do white space, hyphens, dashes and other signs between the letters. `None`
    /// unless exactly eight letters of the alphabet are left.
    pub fn parse(text: &str) -> Option<Self> {
        let typed = text.chars().filter(|&character| !is_separator(character));
        let letters: String = typed.take(LETTERS + 1).map(letter).collect::<Option<_>>()?;
        (letters.len() == LETTERS).then(|| Self(SecretText::new(letters)))
    }

    /// The eight letters without separators, to be authenticated.
    pub fn canonical(&self) -> &str {
        self.0.expose()
    }

    /// As it is shown: `XXXX-XXXX`.
    pub fn shown(&self) -> String {
        let (first, last) = self.canonical().split_at(LETTERS / 2);
        format!("{first}-{last}")
    }
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || character.is_ascii_punctuation() || matches!(character, '\u{2010}'..='\u{2015}')
}

fn letter(typed: char) -> Option<char> {
    let letter = typed.to_ascii_uppercase();
    ALPHABET.iter().any(|known| char::from(*known) == letter).then_some(letter)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::model::dice::Seed;

    #[test]
    fn a_code_is_two_groups_of_four_letters_and_every_letter_comes() {
        let mut dice = Seed::new([4; 32]).dice();
        let mut seen = HashSet::new();
        for _ in 0..200 {
            let code = UserCode::new(&mut dice);
            let shown = code.shown();
            assert_eq!((shown.len(), shown.find('-')), (9, Some(4)));
            assert_eq!(UserCode::parse(&shown), Some(code.clone()));
            seen.extend(code.canonical().chars());
            assert!(!format!("{code:?}").contains(code.canonical()));
        }
        assert_eq!(seen.len(), ALPHABET.len());
    }

    #[test]
    fn it_is_read_as_people_type_it() {
        for typed in
            ["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "W.D.J.B_M/J/H/T", "wDjB\u{2013}mJhT", "\tWDJB\u{a0}MJHT\n"]
        {
            assert_eq!(UserCode::parse(typed).unwrap().canonical(), "WDJBMJHT", "{typed}");
        }
    }

    /// Regressions 46 and 47: no part of a code, nothing beside it, and nothing at all is a code.
    #[test]
    fn r46_r47_what_is_not_eight_letters_of_the_alphabet_is_no_code() {
        for typed in
            ["", "-", "WDJB-MJH", "WDJB-MJHTB", "ADJB-MJHT", "WDJB-MJH1", "WDJB-MJHÄ", "ＷDJB-MJHT", "WDJB\0MJHT"]
        {
            assert_eq!(UserCode::parse(typed), None, "{typed:?}");
        }
    }

    proptest! {
        /// Whatever is typed is one code or none, and the code as shown is read as the same.
        #[test]
        fn r52_any_text_is_a_code_or_none(text: String) {
            if let Some(code) = UserCode::parse(&text) {
                prop_assert!(code.canonical().len() == 8 && code.canonical().bytes().all(|byte| ALPHABET.contains(&byte)));
                prop_assert_eq!(UserCode::parse(&code.shown()), Some(code));
            }
        }

        #[test]
        fn letters_are_read_wherever_signs_stand(letters in "[BCDFGHJKLMNPQRSTVWXZ]{8}", signs in "[ ._/-]{9}") {
            let typed: String = signs.chars().zip(letters.to_lowercase().chars()).flat_map(<[char; 2]>::from).collect();
            let read = UserCode::parse(&typed);
            prop_assert_eq!(read.as_ref().map(UserCode::canonical), Some(letters.as_str()));
        }
    }
}
