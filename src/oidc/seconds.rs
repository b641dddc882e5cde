//! A point in time as tokens have it: NumericDate (RFC 7519, section 2), but whole seconds only. Text, a fraction, an exponent,
//! a point before 1970 or after the year 9999 is refused, not rounded: libraries that read those differently accept what has
//! expired.

use std::fmt;
use std::time::Duration;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use crate::model::time::Timestamp;

/// 9999-12-31T23:59:59Z.
const LAST: u64 = 253_402_300_799;

/// Whole seconds since 1970-01-01T00:00:00Z, up to the end of the year 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Seconds(u64);

impl Seconds {
    /// `seconds` since 1970. `None` after the year 9999.
    pub fn new(seconds: u64) -> Option<Self> {
        (seconds <= LAST).then_some(Self(seconds))
    }

    /// The second in which `time` lies; the nearest that there is for a time outside.
    pub fn of(time: Timestamp) -> Self {
        Self(time.seconds().min(LAST))
    }

    /// The second's beginning.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millis(0).plus(Duration::from_secs(self.0))
    }

    /// The number itself.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole;
        impl Visitor<'_> for Whole {
            type Value = Seconds;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("whole seconds since 1970")
            }

            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Seconds, E> {
                Seconds::new(seconds).ok_or_else(|| E::custom("a time after the year 9999"))
            }

            fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Seconds, E> {
                u64::try_from(seconds)
                    .map_err(|_| E::custom("a time before 1970"))
                    .and_then(|seconds| self.visit_u64(seconds))
            }
        }
        deserializer.deserialize_u64(Whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(json: &str) -> Option<u64> {
        let direct = serde_json::from_str::<Seconds>(json).ok();
        let through_a_value =
            serde_json::from_str(json).ok().and_then(|value: serde_json::Value| serde_json::from_value(value).ok());
        assert_eq!(direct, through_a_value, "{json}");
        direct.map(Seconds::get)
    }

    #[test]
    fn r45_only_whole_seconds_in_a_sane_range_are_a_time() {
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("1300819380"), Some(1_300_819_380));
        assert_eq!(read("253402300799"), Some(LAST));
        let refused = [
            "\"1300819380\"",
            "\"\"",
            "1300819380.0",
            "1300819380.5",
            "13e8",
            "1E400",
            "-1",
            "-0",
            "-1300819380",
            "253402300800",
            "1300819380000",
            "18446744073709551615",
            "18446744073709551616",
            "99999999999999999999999999999999999999",
            "true",
            "null",
            "[1300819380]",
            "{}",
            "01300819380",
            "+1",
            "NaN",
            "Infinity",
        ];
        for json in refused {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn times_outside_the_range_become_the_nearest_inside() {
        assert_eq!(Seconds::of(Timestamp::from_millis(-1)).get(), 0);
        assert_eq!(Seconds::of(Timestamp::from_millis(1_999)).get(), 1);
        assert_eq!(Seconds::of(Timestamp::from_millis(i64::MAX)).get(), LAST);
        assert_eq!(Seconds::new(LAST + 1), None);
        assert_eq!(Seconds::new(2).unwrap().timestamp(), Timestamp::from_millis(2_000));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(seconds in 0..=LAST) {
            let seconds = Seconds::new(seconds).unwrap();
            prop_assert_eq!(serde_json::to_string(&seconds).unwrap(), seconds.get().to_string());
            prop_assert_eq!(read(&seconds.get().to_string()), Some(seconds.get()));
            prop_assert_eq!(Seconds::of(seconds.timestamp()), seconds);
        }
    }
}
