//! What stops a transaction. What a page has words for (a wrong code, a taken name) is an outcome, never one of these.

use std::fmt;

/// Why a transaction did not happen. Unless said otherwise nothing of it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The queue is full: nothing was tried, the same call may succeed in a moment.
    Overloaded,
    /// The database cannot be used now; a sentence for the operator, never shown to people. Where the answer to a COMMIT
    /// was lost on the way, the transaction may have been kept.
    Unavailable(String),
    /// The clock is behind what the database has already seen.
    ClockBehind,
    /// A defect of ours: a panic, a broken constraint, a statement that does not fit the tables.
    Bug(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overloaded => f.write_str("too much is waiting for the database"),
            Self::Unavailable(why) => write!(f, "the database cannot be used: {why}"),
            Self::ClockBehind => f.write_str("the clock is behind what the database has already seen"),
            Self::Bug(what) => write!(f, "a defect of the store: {what}"),
        }
    }
}

impl std::error::Error for Error {}
