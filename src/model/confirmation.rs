//! What a passcode is asked for in a live session, where it is not for a product: changes of one's own account, the reset of
//! somebody's MFA, the approval of a device. A sign-in's own passcode never counts for any of them.

use std::time::Duration;

use super::return_path::ReturnPath;
use super::time::Timestamp;

/// How long one confirmation counts.
pub const LIFE: Duration = Duration::from_secs(300);

/// What it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Changes of one's own account, as many as there is time for.
    Changes,
    /// The reset behind the support case of this number, once.
    Reset(String),
    /// The approval of the device with this id, once.
    Device(String),
}

impl Subject {
    /// As the column keeps it.
    pub fn to_text(&self) -> String {
        match self {
            Self::Changes => "changes".to_owned(),
            Self::Reset(case) => format!("reset {case}"),
            Self::Device(device) => format!("device {device}"),
        }
    }

    /// The reverse of [`Subject::to_text`].
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            None => (text == "changes").then_some(Self::Changes),
            Some(("reset", case)) => Some(Self::Reset(case.to_owned())),
            Some(("device", device)) => Some(Self::Device(device.to_owned())),
            Some(_) => None,
        }
    }
}

/// One that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// What it is for.
    pub subject: Subject,
    /// The page that it leads to.
    pub return_to: ReturnPath,
}

/// One that was given in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// What for.
    pub subject: Subject,
    /// When.
    pub at: Timestamp,
    /// Whether an app gave the passcode, and not an email.
    pub by_app: bool,
}

impl Given {
    /// Whether it counts for `subject` at `now`.
    pub fn counts_for(&self, subject: &Subject, now: Timestamp) -> bool {
        self.subject == *subject && now >= self.at && now.since(self.at) < LIFE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_read_from_its_text() {
        for (subject, text) in [
            (Subject::Changes, "changes"),
            (Subject::Reset("V-7K3M9Q".into()), "reset V-7K3M9Q"),
            (Subject::Device("d1".into()), "device d1"),
        ] {
            assert_eq!((subject.to_text(), Subject::parse(text)), (text.to_owned(), Some(subject)));
        }
        assert_eq!((Subject::parse(""), Subject::parse("resets V-1")), (None, None));
    }

    #[test]
    fn r39_a_confirmation_counts_for_its_subject_and_five_minutes() {
        let at = Timestamp::from_millis(1_800_000_000_000);
        let given = Given { subject: Subject::Reset("V-1".into()), at, by_app: true };
        let just_before = at.plus(LIFE).minus(Duration::from_millis(1));
        for (subject, now, counts) in [
            (Subject::Reset("V-1".into()), at, true),
            (Subject::Reset("V-1".into()), just_before, true),
            (Subject::Reset("V-1".into()), at.plus(LIFE), false),
            (Subject::Reset("V-1".into()), at.minus(Duration::from_millis(1)), false),
            (Subject::Reset("V-2".into()), at, false),
            (Subject::Changes, at, false),
        ] {
            assert_eq!(given.counts_for(&subject, now), counts, "{subject:?}");
        }
    }
}
