//! When a notice that failed is tried again.

use std::time::Duration;

use crate::model::time::Timestamp;

/// Seconds to wait after the first failure, the second, and so on; the last one goes on until the notice expires.
const STEPS: [u64; 6] = [2, 10, 60, 300, 900, 1_800];

/// When to try again after `failures` (at least one).
pub(super) fn next_try(failures: i64, now: Timestamp) -> Timestamp {
    let index = usize::try_from(failures.saturating_sub(1)).unwrap_or(0);
    let [.., longest] = STEPS;
    now.plus(Duration::from_secs(*STEPS.get(index).unwrap_or(&longest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_then_stay() {
        let start = Timestamp::from_millis(0);
        let waits: Vec<_> = (1..=8).map(|failures| next_try(failures, start).since(start).as_secs()).collect();
        assert_eq!(waits, [2, 10, 60, 300, 900, 1_800, 1_800, 1_800]);
    }
}
