//! One person's account: what decisions need of its own row.

use super::recovery_lock::RecoveryLock;
use super::throttle::Rest;
use super::time::Timestamp;
use super::token::Mac;

/// What a person may do beyond opening products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Opens products.
    User,
    /// Works in the support console.
    Analyst,
    /// Runs the installation.
    Administrator,
}

impl Role {
    /// Every role, in rising order.
    pub const ALL: [Self; 3] = [Self::User, Self::Analyst, Self::Administrator];

    /// As commands and columns write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Analyst => "analyst",
            Self::Administrator => "administrator",
        }
    }

    /// The reverse of [`Role::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// The account's own row, as the lock brings it. The flow changes it in memory; it is saved once.
#[derive(Clone, Debug)]
pub struct Account {
    /// As the person is addressed; sign-in matches its canonical form.
    pub username: String,
    /// Where mail goes.
    pub email: String,
    /// The person's own name.
    pub name: Option<String>,
    /// The customer that the person belongs to.
    pub organization: Option<String>,
    /// What it may do beyond opening products.
    pub role: Role,
    /// Since when it may not sign in.
    pub disabled_at: Option<Timestamp>,
    /// Raised by whatever ends everything older: sessions, attempts, links, known browsers.
    pub epoch: i64,
    /// The number of its last audit event.
    pub audit_seq: i64,
    /// The Argon2id hash, sealed. None before an invitation is accepted.
    pub password_hash: Option<Vec<u8>>,
    /// A right passcode must be followed by a new password.
    pub password_due: bool,
    /// The password opens nothing until it is set anew through an emailed link.
    pub password_blocked: bool,
    /// Emailed passcodes wait until something other than the mailbox has proved the person.
    pub mail_paused: bool,
    /// Ways back into the account are stopped.
    pub recovery_lock: Option<RecoveryLock>,
    /// When MFA was set up; None before.
    pub mfa_set_up_at: Option<Timestamp>,
    /// Of the recovery code.
    pub recovery_code: Option<Mac>,
    /// The last whole sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Password tries of unknown browsers ([`super::allowance`]).
    pub password_tat: Option<Timestamp>,
    /// Password tries of known browsers.
    pub password_known_tat: Option<Timestamp>,
    /// The throttle's bucket *everything else*.
    pub rest: Rest,
}

impl Account {
    /// Whether MFA is set up.
    pub fn has_mfa(&self) -> bool {
        self.mfa_set_up_at.is_some()
    }

    /// Whether MFA is not set up and cannot be: an administrator lifts that, and nothing else does.
    pub fn set_up_is_stopped(&self) -> bool {
        !self.has_mfa() && self.recovery_lock.is_some_and(RecoveryLock::stops_set_up)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_from_its_word() {
        let words = [(Role::User, "user"), (Role::Analyst, "analyst"), (Role::Administrator, "administrator")];
        for (role, word) in words {
            assert_eq!((role.as_str(), Role::parse(word)), (word, Some(role)));
        }
        assert_eq!(Role::parse("Administrator"), None);
    }
}
