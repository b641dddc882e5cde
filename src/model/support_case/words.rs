//! What people write in a case: messages, reasons, words to an owner. Plain text that says what it seems to say: no character
//! that cannot be seen turns the line around or hides in it.

/// Text of a case; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(String);

/// Why a text is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordsProblem {
    /// Fewer characters than this.
    TooShort(usize),
    /// More characters than this.
    TooLong(usize),
    /// A character that cannot be shown.
    Unshowable,
}

impl WordsProblem {
    /// What to change, as a sentence.
    pub fn words(self) -> String {
        match self {
            Self::TooShort(1) => "Type something first.".into(),
            Self::TooShort(fewest) => format!("Write at least {fewest} characters."),
            Self::TooLong(most) => format!("Write at most {most} characters."),
            Self::Unshowable => "Take out the characters that can't be shown.".into(),
        }
    }
}

impl Words {
    /// A message: 1 to 2,000 characters.
    pub fn message(text: &str) -> Result<Self, WordsProblem> {
        Self::of(text, 1, 2_000)
    }

    /// An analyst's reason: 3 to 500 characters.
    pub fn reason(text: &str) -> Result<Self, WordsProblem> {
        Self::of(text, 3, 500)
    }

    /// Words to an owner, who need none.
    pub fn optional(text: &str) -> Result<Option<Self>, WordsProblem> {
        if text.trim().is_empty() { Ok(None) } else { Self::message(text).map(Some) }
    }

    fn of(text: &str, fewest: usize, most: usize) -> Result<Self, WordsProblem> {
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        let count = text.chars().count();
        if count < fewest {
            return Err(WordsProblem::TooShort(fewest));
        }
        if count > most {
            return Err(WordsProblem::TooLong(most));
        }
        if text.chars().any(is_unshowable) {
            return Err(WordsProblem::Unshowable);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_unshowable(c: char) -> bool {
    let turns_the_line =
        matches!(c, '\u{061C}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    c != '\n' && (c.is_control() || turns_the_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_trimmed_and_bounded_and_hide_nothing() {
        assert_eq!(Words::message(" a\r\nb ").unwrap().as_str(), "a\nb");
        assert_eq!(Words::message(" \n "), Err(WordsProblem::TooShort(1)));
        assert!(Words::message(&"é".repeat(2_000)).is_ok());
        assert_eq!(Words::message(&"é".repeat(2_001)), Err(WordsProblem::TooLong(2_000)));
        for hidden in ["a\0b", "a\u{1b}[2Jb", "a\u{202E}b", "a\u{2066}b", "a\tb", "a\rb", "a\u{85}b"] {
            assert_eq!(Words::message(hidden), Err(WordsProblem::Unshowable), "{hidden:?}");
        }
        assert_eq!(Words::reason("ok"), Err(WordsProblem::TooShort(3)));
        assert!(Words::reason("yes").is_ok() && Words::reason(&"x".repeat(500)).is_ok());
        assert_eq!(Words::reason(&"x".repeat(501)), Err(WordsProblem::TooLong(500)));
        assert_eq!(Words::optional("  "), Ok(None));
        assert_eq!(Words::optional("no").unwrap().unwrap().as_str(), "no");
        for problem in [WordsProblem::TooShort(1), WordsProblem::TooShort(3), WordsProblem::TooLong(9)] {
            assert!(problem.words().ends_with('.'));
        }
    }
}
