//! Points in time as unix milliseconds. The clock is read in `app.rs` only; everything else is given a [`Timestamp`].

use std::time::Duration;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From unix milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Unix milliseconds, as columns keep them.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole unix seconds, rounded down; never negative.
    pub fn seconds(self) -> u64 {
        u64::try_from(self.0.div_euclid(1000)).unwrap_or(0)
    }

    /// This point moved `span` into the future.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span_millis(span)))
    }

    /// This point moved `span` into the past.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(span_millis(span)))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn span_millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_saturate_and_never_go_negative() {
        let early = Timestamp::from_millis(1_000);
        let late = early.plus(Duration::from_secs(2));
        assert_eq!(late.since(early), Duration::from_secs(2));
        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(early.plus(Duration::MAX), Timestamp::from_millis(i64::MAX));
        assert_eq!(Timestamp::from_millis(-5).seconds(), 0);
    }

    #[test]
    fn spans_go_back_and_forth_in_milliseconds() {
        let now = Timestamp::from_millis(61_999);
        assert_eq!((now.millis(), now.seconds()), (61_999, 61));
        assert_eq!(now.minus(Duration::from_millis(1_999)), Timestamp::from_millis(60_000));
        assert_eq!(now.minus(Duration::MAX), Timestamp::from_millis(61_999 - i64::MAX));
    }
}
