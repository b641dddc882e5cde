//! The six digits that a person types: from the authenticator app or from an email. Parsed once, here; below the edge there is
//! no second spelling of a passcode (regression 9).

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::secret::SecretText;

/// Exactly six ASCII digits. `Debug` does not print them; `==` takes the same time whatever differs.
#[derive(Clone, Debug)]
pub struct Passcode(SecretText);

impl Passcode {
    /// Reads what was typed: ASCII spaces and hyphens are dropped, then exactly six ASCII digits must be left.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|character| !matches!(character, ' ' | '-')).take(7).collect();
        (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| Self(SecretText::new(digits)))
    }

    /// The last six decimal digits of `number`, with leading zeros.
    pub(super) fn from_number(number: u32) -> Self {
        Self(SecretText::new(format!("{:06}", number % 1_000_000)))
    }

    /// The six digits, to be compared, authenticated or mailed.
    pub fn digits(&self) -> &str {
        self.0.expose()
    }
}

impl PartialEq for Passcode {
    fn eq(&self, other: &Self) -> bool {
        verify_slices_are_equal(self.digits().as_bytes(), other.digits().as_bytes()).is_ok()
    }
}

impl Eq for Passcode {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r09_what_is_not_six_ascii_digits_is_refused() {
        for wrong in [
            "",
            "12345",
            "1234567",
            "+123456",
            "+12345",
            "-12345",
            "12345a",
            "123.456",
            "0x1234",
            "1e5000",
            "123\t456",
            "123456\n",
            "\u{FEFF}123456",
            "123\u{A0}456",
            "123\u{2009}456",
            "123\u{3000}456",
            "１２３４５６",
            "12345６",
            "١٢٣٤٥٦",
            "123–456",
            "12345\0",
        ] {
            assert!(Passcode::parse(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn it_does_not_print_itself() {
        assert!(!format!("{:?}", Passcode::parse("123456")).contains("123456"));
    }

    proptest! {
        #[test]
        fn r09_every_spelling_that_parses_is_the_same_six_digits(code in 0u32..1_000_000, gaps in prop::collection::vec("[ -]{0,3}", 7)) {
            let digits = format!("{code:06}");
            let mut typed = gaps[0].clone();
            for (digit, gap) in digits.chars().zip(&gaps[1..]) {
                typed.push(digit);
                typed.push_str(gap);
            }
            let parsed = Passcode::parse(&typed).unwrap();
            prop_assert_eq!(parsed.digits(), &digits);
            prop_assert_eq!(parsed, Passcode::from_number(code));
        }

        #[test]
        fn r09_whatever_parses_differs_from_its_digits_by_spaces_and_hyphens_only(typed in "[0-9 \\-+\\t０-９]{0,12}") {
            if let Some(passcode) = Passcode::parse(&typed) {
                prop_assert_eq!(passcode.digits(), typed.replace([' ', '-'], ""));
                prop_assert_eq!(Passcode::parse(passcode.digits()).unwrap(), passcode);
            }
        }

        #[test]
        fn r52_any_text_is_read_without_a_panic(text: String) {
            let _ = Passcode::parse(&text);
        }
    }
}
