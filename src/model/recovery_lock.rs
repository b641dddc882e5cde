//! What stays stopped after an owner has said that somebody else is at work on the account. A passcode of an app lifts it, and so
//! does an administrator.

/// Why ways back into an account are stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryLock {
    /// The owner said that a support case was not theirs.
    NotMe,
    /// A change of the email address was undone: whoever made it may have had password, session and mailbox.
    Undone,
    /// Both.
    Both,
}

impl RecoveryLock {
    /// As the column keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotMe => "not_me",
            Self::Undone => "undone",
            Self::Both => "both",
        }
    }

    /// This one besides what is stopped already.
    #[must_use]
    pub fn besides(self, stopped: Option<Self>) -> Self {
        match stopped {
            Some(other) if other != self => Self::Both,
            _ => self,
        }
    }

    /// The reverse of [`RecoveryLock::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::NotMe, Self::Undone, Self::Both].into_iter().find(|lock| lock.as_str() == text)
    }

    /// Whether the security questions lead nowhere: they always do.
    pub const fn stops_answers(self) -> bool {
        true
    }

    /// Whether the recovery code leads nowhere.
    pub const fn stops_recovery_code(self) -> bool {
        matches!(self, Self::Undone | Self::Both)
    }

    /// Whether no case is opened and support resets nothing. After an undone change support is the way to prove oneself.
    pub const fn stops_support(self) -> bool {
        matches!(self, Self::NotMe | Self::Both)
    }

    /// Whether an account without MFA cannot set it up: whoever has talked support into a reset has what set-up asks for.
    pub const fn stops_set_up(self) -> bool {
        self.stops_support()
    }

    /// Whether no link to a new password is mailed: it never is.
    pub const fn stops_reset_mail(self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lock_has_a_word_and_stops_what_it_must() {
        for (lock, word, stops) in [
            (RecoveryLock::NotMe, "not_me", [true, false, true, true]),
            (RecoveryLock::Undone, "undone", [true, true, false, true]),
            (RecoveryLock::Both, "both", [true, true, true, true]),
        ] {
            assert_eq!((lock.as_str(), RecoveryLock::parse(word)), (word, Some(lock)));
            assert_eq!(lock.stops_set_up(), lock.stops_support());
            let stopped =
                [lock.stops_answers(), lock.stops_recovery_code(), lock.stops_support(), lock.stops_reset_mail()];
            assert_eq!(stopped, stops);
        }
        assert_eq!(RecoveryLock::parse("NotMe"), None);
        let (not_me, undone) = (RecoveryLock::NotMe, RecoveryLock::Undone);
        assert_eq!((not_me.besides(None), not_me.besides(Some(not_me))), (not_me, not_me));
        assert_eq!(
            (not_me.besides(Some(undone)), undone.besides(Some(not_me))),
            (RecoveryLock::Both, RecoveryLock::Both)
        );
    }
}
