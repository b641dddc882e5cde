//! Why a command did not work: sentences for whoever typed it.

use crate::config::ConfigProblem;
use crate::keys::KeyringError;
use crate::store;

/// One or more sentences, each saying what happened and what to do.
#[derive(Debug)]
pub struct Failure(Vec<String>);

impl Failure {
    /// A failure of one sentence; its first letter and its full stop are put there where they are missing.
    pub fn new(text: impl Into<String>) -> Self {
        Self(vec![sentence(&text.into())])
    }

    /// Nobody is left to be told: whoever read the output has gone.
    pub(super) fn untold() -> Self {
        Self(Vec::new())
    }

    /// The sentences.
    pub fn sentences(&self) -> &[String] {
        &self.0
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::new(match &error {
            store::Error::Overloaded => format!("{error}; try again in a moment"),
            store::Error::ClockBehind => format!("{error}; set this machine's clock"),
            store::Error::Unavailable(_) | store::Error::Bug(_) => error.to_string(),
        })
    }
}

impl From<KeyringError> for Failure {
    fn from(error: KeyringError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<Vec<ConfigProblem>> for Failure {
    fn from(problems: Vec<ConfigProblem>) -> Self {
        Self(problems.iter().map(ToString::to_string).collect())
    }
}

/// The text with a capital at its beginning, unless it begins with a name, and a full stop at its end.
pub(super) fn sentence(text: &str) -> String {
    let first_word = text.split([' ', ',']).next().unwrap_or_default();
    let mut characters = text.chars();
    let first: String = match characters.next() {
        Some(first) if first_word.chars().all(char::is_alphabetic) => first.to_uppercase().collect(),
        first => first.into_iter().collect(),
    };
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_a_sentence() {
        assert_eq!(Failure::new("the disk is full").sentences(), ["The disk is full."]);
        assert_eq!(Failure::new("The disk is full.").sentences(), ["The disk is full."]);
        assert_eq!(Failure::new("d/vestibule.toml is there").sentences(), ["d/vestibule.toml is there."]);
        assert_eq!(
            Failure::from(store::Error::Overloaded).sentences(),
            ["Too much is waiting for the database; try again in a moment."]
        );
    }
}
