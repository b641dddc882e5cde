//! When a mail that failed is tried again.

use std::time::Duration;

use crate::model::time::Timestamp;

/// Seconds to wait after the first failure, the second, and so on; the last one goes on for ever.
const STEPS: [u64; 5] = [5, 30, 120, 600, 1_800];
/// However little time is left, a server gets this long to recover.
const LEAST: Duration = Duration::from_secs(5);

/// When to try again after `failures` (at least one). Half of the time that is left is the longest wait, so that a passcode is
/// tried again while it is still good, also by a server that takes a mail only at the second try minutes later.
pub(super) fn next_try(failures: i64, now: Timestamp, not_after: Timestamp) -> Timestamp {
    let index = usize::try_from(failures.saturating_sub(1)).unwrap_or(0);
    let [.., longest] = STEPS;
    let step = Duration::from_secs(*STEPS.get(index).unwrap_or(&longest));
    let half = not_after.since(now) / 2;
    now.plus(step.min(half.max(LEAST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(life: u64) -> Vec<u64> {
        let (mut now, end) = (Timestamp::from_millis(0), Timestamp::from_millis(0).plus(Duration::from_secs(life)));
        let mut waits = Vec::new();
        for failures in 1..=8 {
            let next = next_try(failures, now, end);
            waits.push(next.since(now).as_secs());
            now = next;
        }
        waits
    }

    #[test]
    fn waits_grow_and_then_stay() {
        assert_eq!(waits(3 * 86_400), [5, 30, 120, 600, 1_800, 1_800, 1_800, 1_800]);
    }

    #[test]
    fn a_passcode_of_ten_minutes_is_tried_again_after_five_while_it_is_good() {
        let waits = waits(600);
        assert_eq!(waits.get(..5).unwrap(), [5, 30, 120, 222, 111]);
        assert!(waits.iter().all(|&wait| wait >= 5), "{waits:?}");
    }
}
