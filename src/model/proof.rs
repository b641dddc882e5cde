//! What a person has proved, kept as it was proved. The level is computed from the proofs and stored nowhere.
//!
//! A proof is made here only, from the verdict of a comparison; `tests/architecture.rs` holds the list of who may ask for one.

use super::time::Timestamp;

/// The right password, given at this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordProof {
    at: Timestamp,
}

impl PasswordProof {
    /// `Some` only when the hash matched.
    pub fn from_verdict(matches: bool, at: Timestamp) -> Option<Self> {
        matches.then_some(Self { at })
    }

    /// The proof of an attempt that is kept in a row.
    pub fn kept(at: Timestamp) -> Self {
        Self { at }
    }

    /// When it was given.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

/// The way a passcode came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From an authenticator app.
    App,
    /// From an email.
    Email,
    /// From an authenticator app whose key was sent by email: worth no more than the mailbox.
    MailedApp,
}

impl Way {
    /// As columns and audit lines keep it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Email => "email",
            Self::MailedApp => "mailed-app",
        }
    }

    /// The reverse of [`Way::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "app" => Some(Self::App),
            "email" => Some(Self::Email),
            "mailed-app" => Some(Self::MailedApp),
            _ => None,
        }
    }
}

/// A right passcode that had not been used, given at this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasscodeProof {
    way: Way,
    at: Timestamp,
}

impl PasscodeProof {
    pub(super) fn new(way: Way, at: Timestamp) -> Self {
        Self { way, at }
    }

    /// The proof of an attempt or session that is kept in a row.
    pub fn kept(way: Way, at: Timestamp) -> Self {
        Self { way, at }
    }

    /// Which way it came.
    pub fn way(&self) -> Way {
        self.way
    }

    /// When it was given.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

/// How much a set of proofs is worth, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing.
    None,
    /// The password alone.
    Password,
    /// The password and an emailed passcode.
    MfaEmail,
    /// The password and a passcode of an app.
    Mfa,
    /// More than any passcode is worth. Nothing proves it yet; a product that demands it is told so.
    PhishingResistant,
}

impl Level {
    /// Every level above nothing, in rising order.
    pub const ALL: [Self; 4] = [Self::Password, Self::MfaEmail, Self::Mfa, Self::PhishingResistant];

    /// The `acr` value that products see (OpenID Connect Core section 2).
    pub const fn acr(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Password => "urn:vestibule:acr:password",
            Self::MfaEmail => "urn:vestibule:acr:mfa-email",
            Self::Mfa => "urn:vestibule:acr:mfa",
            Self::PhishingResistant => "urn:vestibule:acr:phishing-resistant",
        }
    }
}

/// The level of what was proved. Two proofs of one kind never make more than one.
pub fn level(password: Option<PasswordProof>, passcode: Option<PasscodeProof>) -> Level {
    match (password, passcode.map(|proof| proof.way)) {
        (None, _) => Level::None,
        (Some(_), None) => Level::Password,
        (Some(_), Some(Way::Email | Way::MailedApp)) => Level::MfaEmail,
        (Some(_), Some(Way::App)) => Level::Mfa,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_millis(1);

    #[test]
    fn a_proof_keeps_its_way_and_its_time() {
        for (way, word) in [(Way::App, "app"), (Way::Email, "email"), (Way::MailedApp, "mailed-app")] {
            assert_eq!((way.as_str(), Way::parse(word)), (word, Some(way)));
            for proof in [PasscodeProof::new(way, AT), PasscodeProof::kept(way, AT)] {
                assert_eq!((proof.way(), proof.at()), (way, AT));
            }
        }
        assert_eq!(Way::parse("telephone"), None);
        assert_eq!(PasswordProof::kept(AT).at(), AT);
    }

    /// Regression 38: the table of proofs and the level they make.
    #[test]
    fn r38_the_level_is_what_was_proved() {
        let password = PasswordProof::from_verdict(true, AT);
        let (app, email) = (Some(PasscodeProof::new(Way::App, AT)), Some(PasscodeProof::new(Way::Email, AT)));
        assert_eq!(PasswordProof::from_verdict(false, AT), None);
        assert_eq!(level(None, None), Level::None);
        assert_eq!(level(None, app), Level::None);
        assert_eq!(level(None, email), Level::None);
        assert_eq!(level(password, None), Level::Password);
        assert_eq!(level(password, email), Level::MfaEmail);
        assert_eq!(level(password, Some(PasscodeProof::new(Way::MailedApp, AT))), Level::MfaEmail);
        assert_eq!(level(password, app), Level::Mfa);
        assert!(Level::Mfa > Level::MfaEmail && Level::MfaEmail > Level::Password && Level::Password > Level::None);
    }
}
