//! So many at once, then one in every interval: the generic cell rate algorithm (ITU-T I.371), whose whole state is one point
//! in time, the *theoretical arrival time*.

use std::time::Duration;

use super::time::Timestamp;

/// `burst` at once, then one per `interval`.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// How many may come at once; at least one.
    pub burst: u32,
    /// The time that earns one more.
    pub interval: Duration,
}

/// A try is counted at the time at which its request came, and that may wait for its body; longer than any request takes.
const OUT_OF_ORDER: Duration = Duration::from_secs(60);

impl Allowance {
    /// Takes one. `Ok` is the new state to keep, `Err` when the next one may be taken. No state means a full allowance. A state
    /// further ahead than any try could leave it, as a clock that was set back finds it, means that this one is the last. Tries that
    /// are counted out of their order are no such clock: whoever sends them slowly must not get more.
    pub fn take(&self, state: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, Timestamp> {
        let all = self.interval * self.burst;
        let used_up = now.plus(all);
        let next = match state {
            Some(state) if state > used_up.plus(OUT_OF_ORDER) => used_up,
            Some(state) => state.max(now).plus(self.interval),
            None => now.plus(self.interval),
        };
        let earliest = next.minus(all);
        if earliest <= now { Ok(next) } else { Err(earliest) }
    }

    /// Puts one back that was taken and not used up.
    pub fn give_back(&self, state: Timestamp) -> Timestamp {
        state.minus(self.interval)
    }

    /// Whether everything is there again, so that the state need not be kept.
    pub fn is_full(state: Timestamp, now: Timestamp) -> bool {
        state <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Allowance = Allowance { burst: 10, interval: Duration::from_secs(30) };
    const START: Timestamp = Timestamp::from_millis(1_000_000);

    #[test]
    fn ten_at_once_then_one_in_thirty_seconds() {
        let mut state = None;
        for _ in 0..10 {
            state = Some(RULE.take(state, START).unwrap());
        }
        let wait = RULE.take(state, START).unwrap_err();
        assert_eq!(wait.since(START), Duration::from_secs(30));
        state = Some(RULE.take(state, wait).unwrap());
        assert!(RULE.take(state, wait).is_err());
        state = Some(RULE.give_back(state.unwrap()));
        assert!(RULE.take(state, wait).is_ok());
    }

    #[test]
    fn a_clock_that_was_set_back_slows_and_does_not_shut_out() {
        let ahead = RULE.take(None, START.plus(Duration::from_secs(18_000))).unwrap();
        let state = RULE.take(Some(ahead), START).unwrap();
        assert_eq!(RULE.take(Some(state), START).unwrap_err().since(START), Duration::from_secs(30));
        assert!(RULE.take(Some(state), START.plus(Duration::from_secs(30))).is_ok());
    }

    #[test]
    fn tries_that_are_counted_in_the_reverse_of_their_order_are_no_more() {
        let state = (0..RULE.burst).try_fold(None, |state, _| RULE.take(state, START).map(Some)).unwrap();
        for earlier in 1..=600 {
            assert!(RULE.take(state, START.minus(Duration::from_millis(earlier * 50))).is_err(), "{earlier}");
        }
    }

    #[test]
    fn it_is_full_again_after_as_many_intervals_as_were_taken() {
        let state = RULE.take(None, START).unwrap();
        assert!(!Allowance::is_full(state, START.plus(Duration::from_millis(29_999))));
        assert!(Allowance::is_full(state, START.plus(Duration::from_secs(30))));
        assert_eq!(RULE.give_back(state), START);
    }
}
