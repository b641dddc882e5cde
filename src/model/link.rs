//! Emailed links: what each is good for and how it ends.

/// What a link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Setting MFA up.
    SetUp,
    /// Setting MFA up anew, for a device that was lost or replaced.
    NewDevice,
    /// A new password for one that was forgotten.
    PasswordReset,
    /// The first password of an account that an administrator made.
    Invitation,
    /// The first administrator's account itself.
    FirstAdministrator,
    /// "This wasn't me", after a sign-in from an unknown browser.
    NotMe,
    /// A support case that has an answer.
    Case,
    /// "This wasn't me", after a support case was opened.
    CaseNotMe,
    /// Confirming a new email address, which it was mailed to.
    EmailConfirm,
    /// Undoing a change of the email address, mailed to the one before it.
    EmailUndo,
}

impl Purpose {
    /// As the column keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
            Self::NewDevice => "new_device",
            Self::PasswordReset => "password_reset",
            Self::Invitation => "invitation",
            Self::FirstAdministrator => "first_administrator",
            Self::NotMe => "not_me",
            Self::Case => "case",
            Self::CaseNotMe => "case_not_me",
            Self::EmailConfirm => "email_confirm",
            Self::EmailUndo => "email_undo",
        }
    }

    /// The address that the link's token follows, without a trailing slash.
    pub const fn path(self) -> &'static str {
        match self {
            Self::SetUp => "/set-up/link",
            Self::NewDevice => "/new-device/link",
            Self::PasswordReset => "/forgot-password/link",
            Self::Invitation | Self::FirstAdministrator => "/invitation/link",
            Self::NotMe => "/not-me/link",
            Self::Case => "/case/link",
            Self::CaseNotMe => "/case/not-me/link",
            Self::EmailConfirm => "/email/confirm/link",
            Self::EmailUndo => "/email/undo/link",
        }
    }
}

/// How a link ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It did what it was for.
    Used,
    /// A newer one took its place.
    Replaced,
}

impl Ending {
    /// As the column keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Replaced => "replaced",
        }
    }

    /// The reverse of [`Ending::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Used, Self::Replaced].into_iter().find(|ending| ending.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_has_a_word_and_an_address_and_an_ending_a_word() {
        for (purpose, word, path) in [
            (Purpose::SetUp, "set_up", "/set-up/link"),
            (Purpose::NewDevice, "new_device", "/new-device/link"),
            (Purpose::PasswordReset, "password_reset", "/forgot-password/link"),
            (Purpose::Invitation, "invitation", "/invitation/link"),
            (Purpose::FirstAdministrator, "first_administrator", "/invitation/link"),
            (Purpose::NotMe, "not_me", "/not-me/link"),
            (Purpose::Case, "case", "/case/link"),
            (Purpose::CaseNotMe, "case_not_me", "/case/not-me/link"),
            (Purpose::EmailConfirm, "email_confirm", "/email/confirm/link"),
            (Purpose::EmailUndo, "email_undo", "/email/undo/link"),
        ] {
            assert_eq!((purpose.as_str(), purpose.path()), (word, path));
        }
        for (ending, word) in [(Ending::Used, "used"), (Ending::Replaced, "replaced")] {
            assert_eq!((ending.as_str(), Ending::parse(word)), (word, Some(ending)));
        }
        assert_eq!(Ending::parse("expired"), None);
    }
}
