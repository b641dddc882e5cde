//! How a mail leaves: over SMTP, or into memory (the demo's mailbox page, tests).

mod mime;
mod smtp;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use self::smtp::{Security, Smtp, SmtpOptions, SmtpProblem};
use super::outgoing::Outgoing;

/// What a mail is handed to where none leaves the machine.
pub type Recipient = Arc<dyn Fn(&Outgoing) -> Result<(), SendError> + Send + Sync>;

/// Where mails go.
#[derive(Clone)]
pub enum Transport {
    /// To an SMTP server.
    Smtp(Arc<Smtp>),
    /// To a function of this process.
    Memory(Recipient),
}

/// Why a mail was not taken. The text is for the log: it holds no address and nothing of the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendError {
    /// Worth another try: no connection, no trust in the server, no answer in time, an answer 4xx, or a refusal of our sign-in.
    Temporary(String),
    /// The same again would be refused again: an answer 5xx to this mail, or an address that is none.
    Permanent(String),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Temporary(reason) | Self::Permanent(reason)) = self;
        f.write_str(reason)
    }
}

impl std::error::Error for SendError {}

impl Transport {
    /// Sends one mail. `Ok` means that the other side has taken it over.
    ///
    /// # Errors
    /// [`SendError`], which says whether another try makes sense.
    pub async fn send(&self, mail: &Outgoing) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.send(mail).await,
            Self::Memory(recipient) => recipient(mail),
        }
    }

    /// The longest time that [`Self::send`] takes.
    pub fn longest(&self) -> Duration {
        match self {
            Self::Smtp(smtp) => smtp.longest(),
            Self::Memory(_) => Duration::ZERO,
        }
    }

    /// Says goodbye to the server where connections were kept for the next mail.
    pub async fn rest(&self) {
        if let Self::Smtp(smtp) = self {
            smtp.rest().await;
        }
    }
}
