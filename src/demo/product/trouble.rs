//! What can go wrong between a product and Vestibule.

use std::fmt;

/// Why somebody is not signed in, or a session not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Vestibule gave no answer, or one that no provider gives.
    Away(String),
    /// Vestibule said no (RFC 6749 sections 4.1.2.1 and 5.2).
    Refused {
        /// The error's code.
        error: String,
        /// What it says about it.
        description: Option<String>,
    },
    /// The answer belongs to nothing that this browser began here.
    Stale,
    /// What came cannot be trusted; this is why.
    Untrusted(&'static str),
    /// The session at Vestibule ended while the person was on the way.
    Ended,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away(why) => f.write_str(why),
            Self::Refused { error, description: Some(text) } => write!(f, "{error}: {text}"),
            Self::Refused { error, description: None } => f.write_str(error),
            Self::Stale => f.write_str("unknown state"),
            Self::Untrusted(why) => f.write_str(why),
            Self::Ended => f.write_str("the session has ended"),
        }
    }
}
