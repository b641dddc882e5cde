//! What is wrong with a configuration, in a sentence for whoever has to mend it.

use std::error::Error;
use std::fmt;

/// One problem: where it is (file or environment variable), which key, what was found, what is expected, an example.
/// It never repeats a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem(String);

impl ConfigProblem {
    pub(super) fn new(sentence: String) -> Self {
        Self(sentence)
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ConfigProblem {}
