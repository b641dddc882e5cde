//! The number of a case, as people say it on the telephone: `V-7K3M9Q`. It names a case and opens nothing.

use std::fmt;

use crate::model::dice::Dice;

/// Crockford's alphabet: no I, L, O (they read as 1, 1, 0) and no U.
const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS: usize = 6;

/// `V-` and six symbols.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CaseNumber(String);

impl CaseNumber {
    /// A number by chance; one case in 2^30 has it already.
    pub fn new(dice: &mut Dice) -> Self {
        let symbols = dice.bytes::<SYMBOLS>().into_iter();
        let text: String = symbols.filter_map(|byte| ALPHABET.chars().nth(usize::from(byte % 32))).collect();
        Self(format!("V-{text}"))
    }

    /// Reads what was typed or said: case and spaces don't matter, `V-` may be missing, I and L read as 1, O as 0.
    pub fn parse(text: &str) -> Option<Self> {
        let typed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).take(16).collect();
        let typed = typed.to_ascii_uppercase();
        let bare = typed.strip_prefix("V-").unwrap_or(&typed);
        let symbols: String = bare.chars().map(symbol).collect::<Option<_>>()?;
        (symbols.len() == SYMBOLS).then(|| Self(format!("V-{symbols}")))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn symbol(typed: char) -> Option<char> {
    let symbol = match typed {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    ALPHABET.contains(symbol).then_some(symbol)
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dice::Seed;

    #[test]
    fn a_number_is_read_as_it_is_said() {
        for typed in ["V-7K3M9Q", "v-7k3m9q", " 7K3M9Q ", "V-7K3 M9Q"] {
            assert_eq!(CaseNumber::parse(typed).unwrap().as_str(), "V-7K3M9Q", "{typed}");
        }
        assert_eq!(CaseNumber::parse("V-OIL123").unwrap().to_string(), "V-011123");
        for bad in ["", "V-", "V-7K3M9", "V-7K3M9QQ", "V-7K3M9U", "W-7K3M9Q", "V-7K3M9é", "../../x"] {
            assert!(CaseNumber::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_drawn_number_reads_back_and_two_differ() {
        let mut dice = Seed::new([5; 32]).dice();
        let (one, two) = (CaseNumber::new(&mut dice), CaseNumber::new(&mut dice));
        assert_eq!(CaseNumber::parse(one.as_str()), Some(one.clone()));
        assert_ne!(one, two);
    }
}
