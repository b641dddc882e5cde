//! Which steps' passcodes are good at one moment.

use std::time::Duration;

use crate::model::time::Timestamp;

const STEP_SECONDS: u64 = 30;

/// No setting makes passcodes older than this good.
pub const MAX_ENTRY_WINDOW: Duration = Duration::from_secs(5 * 60);

/// The number of a 30-second step since 1970 (RFC 6238 section 4.2, `T`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step(pub u64);

impl Step {
    /// The step that `now` lies in.
    pub fn at(now: Timestamp) -> Self {
        Self(now.seconds() / STEP_SECONDS)
    }

    /// In how many seconds, 1 to 30, the app shows its next passcode.
    pub fn seconds_left(now: Timestamp) -> u64 {
        STEP_SECONDS - now.seconds() % STEP_SECONDS
    }

    fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    fn after(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// The steps whose passcodes are good: a span without gaps, of at least one step and at most 13.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    from: Step,
    to: Step,
}

impl Window {
    /// The step of `now`, and one step of drift on either side: three passcodes.
    pub fn around(now: Timestamp) -> Self {
        Self { from: Step::at(now).before(), to: Step::at(now).after() }
    }

    /// Every step since entry began, at most `entry_window` back from `now`, and one step of drift on either side: at most nine
    /// passcodes with 3 minutes. More than [`MAX_ENTRY_WINDOW`] counts as that; entry that begins after `now` (a clock that was
    /// set back) as entry that begins now.
    pub fn since(entry_began: Timestamp, now: Timestamp, entry_window: Duration) -> Self {
        let earliest = now.minus(entry_window.min(MAX_ENTRY_WINDOW));
        let began = entry_began.clamp(earliest, now);
        Self { from: Step::at(began).before(), to: Step::at(now).after() }
    }

    /// The oldest good step.
    pub fn from(self) -> Step {
        self.from
    }

    /// The newest good step.
    pub fn to(self) -> Step {
        self.to
    }

    /// The steps, oldest first.
    pub fn steps(self) -> impl Iterator<Item = Step> {
        (self.from.0..=self.to.0).map(Step)
    }

    /// How many passcodes are good.
    #[expect(clippy::len_without_is_empty, reason = "a window is never empty")]
    pub fn len(self) -> u64 {
        self.to.0 - self.from.0 + 1
    }

    /// Whether `step` is one of them.
    pub fn contains(self, step: Step) -> bool {
        (self.from..=self.to).contains(&step)
    }

    #[cfg(test)]
    pub(super) fn between(from: Step, to: Step) -> Self {
        Self { from, to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(i64::try_from(seconds).unwrap() * 1000)
    }

    #[test]
    fn the_next_passcode_comes_in_1_to_30_seconds() {
        assert_eq!([0, 1, 29, 30].map(|seconds| Step::seconds_left(at(seconds))), [30, 29, 1, 30]);
    }

    #[test]
    fn at_the_beginning_of_time_no_step_is_negative() {
        assert_eq!(Window::around(at(0)), Window::between(Step(0), Step(1)));
    }

    proptest! {
        #[test]
        fn r15_a_window_has_at_most_nine_passcodes_and_no_setting_makes_more_than_thirteen(
            began in 0u64..10_000_000_000, now in 0u64..10_000_000_000, setting: u64,
        ) {
            let three_minutes = Window::since(at(began), at(now), Duration::from_secs(180));
            prop_assert!((2..=9).contains(&three_minutes.len()));
            prop_assert!(Window::since(at(began), at(now), Duration::from_secs(setting)).len() <= 13);
            prop_assert_eq!(u64::try_from(three_minutes.steps().count()).unwrap(), three_minutes.len());
            prop_assert_eq!(three_minutes.to(), Window::around(at(now)).to());
        }

        #[test]
        fn r15_entry_that_began_later_or_has_no_window_gives_three_steps(now in 60u64..10_000_000_000, ahead in 0u64..10_000, back in 0u64..10_000) {
            prop_assert_eq!(Window::since(at(now + ahead), at(now), Duration::from_secs(180)), Window::around(at(now)));
            prop_assert_eq!(Window::since(at(now.saturating_sub(back)), at(now), Duration::ZERO), Window::around(at(now)));
        }
    }
}
