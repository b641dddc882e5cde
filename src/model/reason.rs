//! Why somebody did something to another's account, in their own words: the one text of the audit trail that people write.

use super::text::{collapse_spaces, is_invisible};

/// The most characters of a reason.
pub const LONGEST: usize = 200;

/// One line of 1 to 200 characters that can all be seen: no line ends, nothing that turns the direction of a terminal or a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

/// Why a text is no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonProblem {
    /// It says nothing.
    Empty,
    /// It has more than 200 characters.
    TooLong,
}

impl Reason {
    /// Cleans a text: what cannot be seen becomes a space, and runs of spaces become one.
    ///
    /// # Errors
    /// Where nothing is left, or too much.
    pub fn parse(text: &str) -> Result<Self, ReasonProblem> {
        let seen: String = text.chars().map(|c| if is_invisible(c) { ' ' } else { c }).collect();
        let clean = collapse_spaces(&seen);
        match clean.chars().count() {
            0 => Err(ReasonProblem::Empty),
            1..=LONGEST => Ok(Self(clean)),
            _ => Err(ReasonProblem::TooLong),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_reason_is_one_line_that_can_be_seen() {
        for (typed, kept) in [
            (" lost\ttelephone,\r\nticket 17 ", "lost telephone, ticket 17"),
            ("lost \u{202E}enohpelet\u{1B}[2J", "lost enohpelet [2J"),
            ("verlorenes Gerät", "verlorenes Gerät"),
        ] {
            assert_eq!(Reason::parse(typed).unwrap().as_str(), kept);
        }
        assert_eq!(Reason::parse(" \n\u{200B}"), Err(ReasonProblem::Empty));
        assert!(Reason::parse(&"ä".repeat(200)).is_ok());
        assert_eq!(Reason::parse(&"ä".repeat(201)), Err(ReasonProblem::TooLong));
    }

    proptest! {
        #[test]
        fn what_is_kept_is_clean_and_is_kept_again(text: String) {
            if let Ok(reason) = Reason::parse(&text) {
                prop_assert!(reason.as_str().chars().all(|c| !is_invisible(c)));
                prop_assert_eq!(Reason::parse(reason.as_str()), Ok(reason));
            }
        }
    }
}
