//! The vendor's colour. It stands behind white text and on white, so it must be dark enough to read (WCAG 2.2, 1.4.3).

use std::fmt;

/// WCAG 2.2 success criterion 1.4.3 (AA) for text of any size.
const ENOUGH: f64 = 4.5;

/// An sRGB colour whose contrast with white is at least 4.5 : 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

impl Colour {
    pub(super) const BLACK: Self = Self { red: 0, green: 0, blue: 0 };

    /// `#rrggbb`. The error is a sentence's end that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let colour = Self::hex(text).ok_or("it must be # and six hexadecimal digits")?;
        let contrast = colour.contrast_with_white();
        if contrast < ENOUGH {
            let shown = (contrast * 100.0).floor() / 100.0;
            return Err(format!(
                "its contrast with white is {shown} : 1, and people need {ENOUGH} : 1 to read the buttons; take a darker one"
            ));
        }
        Ok(colour)
    }

    /// WCAG's contrast ratio with white, from 1 to 21.
    pub fn contrast_with_white(&self) -> f64 {
        let luminance = 0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue);
        1.05 / (luminance + 0.05)
    }

    fn hex(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self { red, green, blue })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// A channel of sRGB as linear light (WCAG 2.2, definition of relative luminance).
fn linear(channel: u8) -> f64 {
    let share = f64::from(channel) / 255.0;
    if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `#767676` is the lightest grey that passes and `#777777` the darkest that fails, as WebAIM's and W3C's tables have it.
    #[test]
    fn the_edge_lies_where_the_known_tables_have_it() {
        assert_eq!(Colour::parse("#767676").unwrap().to_string(), "#767676");
        let why = Colour::parse("#777777").unwrap_err();
        assert!(why.starts_with("its contrast with white is 4.47 : 1"), "{why}");
        assert!((Colour::BLACK.contrast_with_white() - 21.0).abs() < 1e-9);
    }

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        for text in ["", "#", "#fff", "1d5c8a", "#1d5c8", "#1d5c8ag", "#+d5c8a", "navy", "#ééé"] {
            assert_eq!(Colour::parse(text).unwrap_err(), "it must be # and six hexadecimal digits", "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused(text in ".*") {
            let _ = Colour::parse(&text);
        }
    }
}
