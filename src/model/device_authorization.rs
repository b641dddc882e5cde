//! The sign-in of a device without a browser (RFC 8628), from its request until its person has said yes or no, and how often the
//! device may ask meanwhile.

use std::time::Duration;

use super::id::GrantId;
use super::time::Timestamp;

/// How long a device waits for its person.
pub const LIFE: Duration = Duration::from_secs(600);
/// How long a device waits between two questions, until it is told to slow down.
pub const INTERVAL: Duration = Duration::from_secs(5);
/// How much longer it waits from then on (RFC 8628 section 3.5).
pub const SLOWER: Duration = Duration::from_secs(5);
/// Two questions may come closer together than they were sent.
const SLACK: Duration = Duration::from_secs(1);

/// What has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Its person has said nothing yet.
    Waiting,
    /// Yes: what was given waits for the device.
    Approved(GrantId),
    /// No.
    Denied,
    /// The device has taken what was given.
    Redeemed(GrantId),
}

impl State {
    /// As the column keeps it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved(_) => "approved",
            Self::Denied => "denied",
            Self::Redeemed(_) => "redeemed",
        }
    }

    /// The reverse of [`State::as_str`], with the grant's column.
    pub fn parse(text: &str, grant: Option<GrantId>) -> Option<Self> {
        match (text, grant) {
            ("waiting", None) => Some(Self::Waiting),
            ("denied", None) => Some(Self::Denied),
            ("approved", Some(grant)) => Some(Self::Approved(grant)),
            ("redeemed", Some(grant)) => Some(Self::Redeemed(grant)),
            _ => None,
        }
    }
}

/// Whether a device asks too soon: after `interval`, less what the way may have taken, it may ask again.
pub fn is_too_soon(asked_at: Option<Timestamp>, interval: Duration, now: Timestamp) -> bool {
    asked_at.is_some_and(|at| now.since(at) + SLACK < interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_from_its_columns() {
        let grant = || GrantId::new("g".into());
        for state in [State::Waiting, State::Denied, State::Approved(grant()), State::Redeemed(grant())] {
            let column = matches!(state, State::Approved(_) | State::Redeemed(_)).then(grant);
            assert_eq!(State::parse(state.as_str(), column), Some(state));
        }
        for (text, grant) in [("waiting", Some(grant())), ("denied", Some(grant())), ("approved", None), ("", None)] {
            assert_eq!(State::parse(text, grant), None);
        }
    }

    #[test]
    fn a_device_may_ask_after_its_interval_less_a_second_for_the_way() {
        let asked = Timestamp::from_millis(1_800_000_000_000);
        let after = |millis| asked.plus(Duration::from_millis(millis));
        assert!(!is_too_soon(None, INTERVAL, asked));
        for (millis, too_soon) in [(0, true), (3_999, true), (4_000, false), (5_000, false)] {
            assert_eq!(is_too_soon(Some(asked), INTERVAL, after(millis)), too_soon, "{millis}");
        }
        assert!(is_too_soon(Some(asked), INTERVAL + SLOWER, after(8_999)));
    }
}
