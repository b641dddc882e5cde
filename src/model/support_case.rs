//! A support case: somebody who cannot sign in asks people for a new start. What it may become, and who may bring it there.

pub mod check;
pub mod number;
pub mod words;

use std::time::Duration;

use super::account::Role;
use super::recovery_lock::RecoveryLock;

pub use check::Check;
pub use number::CaseNumber;

/// New cases that a person may open in a day. No setting: each mails the owner, and nobody at work needs more.
pub const NEW_A_DAY: u32 = 3;
/// What one analyst may write in an hour, over all cases. No setting: it stops a script in a stolen session, and no hand reaches it.
pub const ANALYST_MESSAGES_AN_HOUR: u32 = 120;
/// After a decision the case stays open so long for what is still to be said.
pub const DECIDED_FOR: Duration = Duration::from_secs(7 * 86_400);
/// A case that nobody decides and in which nothing is said is closed after so long.
pub const SILENT_FOR: Duration = Duration::from_secs(14 * 86_400);
/// What was said is deleted so long after the end.
pub const KEPT_FOR: Duration = Duration::from_secs(30 * 86_400);

/// Where a case stands. It moves by value, forward only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// An analyst opened it for somebody, who has not shown up yet.
    Open,
    /// The person has sent their information.
    InfoReceived,
    /// The account was reset.
    Approved,
    /// It was not.
    Declined,
    /// Nothing more is said or done.
    Closed,
}

impl State {
    /// Every state, in the order in which a case goes through them.
    pub const ALL: [Self; 5] = [Self::Open, Self::InfoReceived, Self::Approved, Self::Declined, Self::Closed];

    /// As the column keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InfoReceived => "info_received",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Closed => "closed",
        }
    }

    /// The reverse of [`State::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// As pages say it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InfoReceived => "info received",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Closed => "closed",
        }
    }

    /// Whether it waits for a decision. An account has at most one such case.
    pub const fn is_undecided(self) -> bool {
        matches!(self, Self::Open | Self::InfoReceived)
    }

    /// The person has sent their information.
    pub fn with_info(self) -> Option<Self> {
        self.is_undecided().then_some(Self::InfoReceived)
    }

    /// The account was reset: only where the person has sent their information.
    pub fn approve(self) -> Option<Self> {
        (self == Self::InfoReceived).then_some(Self::Approved)
    }

    /// It was declined.
    pub fn decline(self) -> Option<Self> {
        self.is_undecided().then_some(Self::Declined)
    }

    /// It is over.
    pub fn close(self) -> Option<Self> {
        (self != Self::Closed).then_some(Self::Closed)
    }
}

/// How a case came to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// By an analyst.
    Support,
    /// The owner said that it was not theirs.
    NotMe,
    /// MFA was set up again.
    SetUp,
    /// Nothing happened in it any more.
    Age,
}

impl Closing {
    /// As the column keeps it, and the trail says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::NotMe => "not-me",
            Self::SetUp => "set-up",
            Self::Age => "age",
        }
    }

    /// The reverse of [`Closing::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Support, Self::NotMe, Self::SetUp, Self::Age].into_iter().find(|how| how.as_str() == text)
    }
}

/// What happened in a case, as the audit trail names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It was opened.
    Opened,
    /// A browser of the person joined.
    Joined,
    /// The person sent their information.
    Info,
    /// An analyst looked at it.
    Viewed,
    /// The person wrote.
    PersonWrote,
    /// An analyst wrote.
    AnalystWrote,
    /// An analyst has checked who the person is.
    Checked(Check),
    /// The first of two analysts approved the reset.
    FirstApproved,
    /// The account was reset.
    Approved,
    /// It was declined.
    Declined,
    /// It was closed.
    Closed(Closing),
}

/// Whether support works with this role.
pub const fn works_support(role: Role) -> bool {
    matches!(role, Role::Analyst | Role::Administrator)
}

/// Why an analyst may not reset the account of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The account is the analyst's own.
    OwnAccount,
    /// Administrators are reset by administrators.
    Administrator,
    /// The owner said that it was not theirs.
    OwnerSaidNo,
    /// The person has not sent their information.
    NoInfo,
    /// It is decided already.
    Decided,
    /// The account may not sign in.
    Disabled,
}

/// What the decision on a reset depends on.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Where the case stands.
    pub state: State,
    /// Its owner's role.
    pub owner: Role,
    /// What the owner has stopped.
    pub stopped: Option<RecoveryLock>,
    /// Whether the account may not sign in.
    pub disabled: bool,
    /// Whether the analyst is the owner.
    pub own: bool,
    /// How many browsers joined.
    pub participants: u32,
    /// Whether the password was set through an emailed link, and nobody has proved more than the mailbox since.
    pub by_mail_only: bool,
}

impl Facts {
    /// How many analysts must approve, or why none may.
    pub fn approvals_needed(&self) -> Result<u32, Refused> {
        if self.own {
            return Err(Refused::OwnAccount);
        }
        if self.owner == Role::Administrator {
            return Err(Refused::Administrator);
        }
        if self.stopped.is_some_and(RecoveryLock::stops_support) {
            return Err(Refused::OwnerSaidNo);
        }
        if self.disabled {
            return Err(Refused::Disabled);
        }
        match self.state {
            State::Open => Err(Refused::NoInfo),
            State::InfoReceived => {
                let is_doubtful = self.participants > 1 || self.owner != Role::User || self.by_mail_only;
                Ok(if is_doubtful { 2 } else { 1 })
            }
            State::Approved | State::Declined | State::Closed => Err(Refused::Decided),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_goes_forward_only() {
        use State::{Approved, Closed, Declined, InfoReceived, Open};
        for (state, info, approve, decline, close) in [
            (Open, Some(InfoReceived), None, Some(Declined), Some(Closed)),
            (InfoReceived, Some(InfoReceived), Some(Approved), Some(Declined), Some(Closed)),
            (Approved, None, None, None, Some(Closed)),
            (Declined, None, None, None, Some(Closed)),
            (Closed, None, None, None, None),
        ] {
            assert_eq!((state.with_info(), state.approve(), state.decline()), (info, approve, decline), "{state:?}");
            assert_eq!(state.close(), close);
            assert_eq!(State::parse(state.as_str()), Some(state));
            assert_eq!(state.words(), state.as_str().replace('_', " "));
            assert_eq!(state.is_undecided(), decline.is_some());
        }
        assert_eq!(State::parse("Open"), None);
        for how in [Closing::Support, Closing::NotMe, Closing::SetUp, Closing::Age] {
            assert_eq!(Closing::parse(how.as_str()), Some(how));
        }
        assert_eq!(Closing::parse(""), None);
    }

    #[test]
    fn who_may_reset_whom_and_when_a_second_analyst_is_needed() {
        let facts = Facts {
            state: State::InfoReceived,
            owner: Role::User,
            stopped: None,
            disabled: false,
            own: false,
            participants: 1,
            by_mail_only: false,
        };
        for (facts, needed) in [
            (facts, Ok(1)),
            (Facts { participants: 0, ..facts }, Ok(1)),
            (Facts { participants: 2, ..facts }, Ok(2)),
            (Facts { by_mail_only: true, ..facts }, Ok(2)),
            (Facts { owner: Role::Analyst, ..facts }, Ok(2)),
            (Facts { owner: Role::Administrator, ..facts }, Err(Refused::Administrator)),
            (Facts { own: true, ..facts }, Err(Refused::OwnAccount)),
            (Facts { disabled: true, ..facts }, Err(Refused::Disabled)),
            (Facts { stopped: Some(RecoveryLock::NotMe), ..facts }, Err(Refused::OwnerSaidNo)),
            (Facts { stopped: Some(RecoveryLock::Undone), ..facts }, Ok(1)),
            (Facts { state: State::Open, ..facts }, Err(Refused::NoInfo)),
            (Facts { state: State::Approved, ..facts }, Err(Refused::Decided)),
            (Facts { state: State::Declined, ..facts }, Err(Refused::Decided)),
            (Facts { state: State::Closed, ..facts }, Err(Refused::Decided)),
        ] {
            assert_eq!(facts.approvals_needed(), needed, "{facts:?}");
        }
        assert!(!works_support(Role::User) && works_support(Role::Analyst) && works_support(Role::Administrator));
    }
}
