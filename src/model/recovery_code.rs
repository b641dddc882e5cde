//! The recovery code: 26 symbols of Crockford's base 32, 130 random bits, written down at set-up and used once.

use super::dice::Dice;
use super::secret::SecretText;

/// Crockford's alphabet: no I, L, O (they read as 1, 1, 0) and no U.
const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS: usize = 26;
const GROUP_ENDS: [usize; 4] = [5, 10, 15, 20];

/// A recovery code in its one canonical spelling. `Debug` does not print it; it is kept as a message authentication code.
#[derive(Clone, Debug)]
pub struct RecoveryCode(SecretText);

impl RecoveryCode {
    /// A new code; five bits of chance in each symbol.
    pub fn new(dice: &mut Dice) -> Self {
        let symbols = dice.bytes::<SYMBOLS>().into_iter();
        let text = symbols.filter_map(|byte| ALPHABET.chars().nth(usize::from(byte % 32))).collect();
        Self(SecretText::new(text))
    }

    /// Reads what was typed: case, white space and hyphens or dashes don't matter, I and L read as 1, O as 0. `None` unless
    /// exactly 26 symbols are left.
    pub fn parse(text: &str) -> Option<Self> {
        let typed = text.chars().filter(|&character| !is_separator(character));
        let symbols: String = typed.take(SYMBOLS + 1).map(symbol).collect::<Option<_>>()?;
        (symbols.len() == SYMBOLS).then(|| Self(SecretText::new(symbols)))
    }

    /// The 26 symbols without separators, to be authenticated.
    pub fn canonical(&self) -> &str {
        self.0.expose()
    }

    /// As it is shown, printed and downloaded: `XXXXX-XXXXX-XXXXX-XXXXX-XXXXXX`.
    pub fn shown(&self) -> String {
        let mut shown = String::with_capacity(SYMBOLS + GROUP_ENDS.len());
        for (position, symbol) in self.canonical().chars().enumerate() {
            if GROUP_ENDS.contains(&position) {
                shown.push('-');
            }
            shown.push(symbol);
        }
        shown
    }
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '\u{2010}'..='\u{2015}')
}

fn symbol(typed: char) -> Option<char> {
    let symbol = match typed.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    ALPHABET.contains(symbol).then_some(symbol)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dice::Seed;
    use proptest::prelude::*;

    fn made(seed: [u8; 32]) -> RecoveryCode {
        RecoveryCode::new(&mut Seed::new(seed).dice())
    }

    #[test]
    fn r16_a_code_has_130_bits_and_every_symbol_is_used() {
        let mut dice = Seed::new([5; 32]).dice();
        let mut counts = std::collections::HashMap::new();
        for symbol in (0..1_000).flat_map(|_| RecoveryCode::new(&mut dice).canonical().chars().collect::<Vec<_>>()) {
            *counts.entry(symbol).or_insert(0.0) += 1.0;
        }
        let expected = 26_000.0 / 32.0;
        let chi: f64 = counts.values().map(|seen: &f64| (seen - expected).powi(2) / expected).sum();
        assert_eq!(counts.len(), 32);
        assert!(chi < 61.1, "chi-square {chi}; 61.1 is the 0.1 % point at 31 degrees of freedom");
        assert_eq!(ALPHABET.len(), 32);
    }

    #[test]
    fn it_is_shown_in_groups_and_never_printed() {
        let code = made([1; 32]);
        let lengths: Vec<usize> = code.shown().split('-').map(str::len).collect();
        assert_eq!(lengths, [5, 5, 5, 5, 6]);
        assert_eq!(format!("{code:?}"), "RecoveryCode(SecretText(…))");
    }

    #[test]
    fn letters_that_look_like_digits_are_read_as_those() {
        let typed = "oO0iI lL1-ABCDEFGHJKMNPQRSTV".to_owned();
        assert_eq!(RecoveryCode::parse(&typed).unwrap().canonical(), "00011111ABCDEFGHJKMNPQRSTV");
    }

    #[test]
    fn r46_no_part_of_a_code_and_nothing_besides_its_symbols_parses() {
        let code = made([2; 32]).canonical().to_owned();
        for end in 0..code.len() {
            assert!(RecoveryCode::parse(code.get(..end).unwrap()).is_none());
            assert!(RecoveryCode::parse(code.get(end + 1..).unwrap()).is_none());
        }
        for extra in ["0", "U", "*", "=", "é", "\0", "０"] {
            assert!(RecoveryCode::parse(&format!("{code}{extra}")).is_none(), "{extra}");
            assert!(
                RecoveryCode::parse(&format!("{}{extra}", code.get(1..).unwrap())).is_none() || extra == "0",
                "{extra}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_spelling_of_a_code_is_that_code(seed: [u8; 32], gap in "[ \\-\\t\u{2011}\u{A0}]{0,4}", small: bool) {
            let code = made(seed);
            let typed = code.shown().replace('-', &gap);
            let typed = if small { typed.to_lowercase() } else { typed };
            let parsed = RecoveryCode::parse(&typed).unwrap();
            prop_assert_eq!(parsed.canonical(), code.canonical());
        }

        #[test]
        fn r52_any_text_is_read_without_a_panic_and_what_parses_is_stable(text: String) {
            if let Some(code) = RecoveryCode::parse(&text) {
                let again = RecoveryCode::parse(&code.shown()).unwrap();
                prop_assert_eq!(again.canonical(), code.canonical());
            }
        }
    }
}
