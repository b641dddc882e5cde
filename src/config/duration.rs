//! Durations in words, as an operator writes them and a page tells them: `3 minutes`, `30 s`, `1 hour 30 minutes`.

use std::time::Duration;

/// Largest first: seconds of the unit, the word for one, the word for more, other ways to write it.
const UNITS: [(u64, &str, &str, &[&str]); 4] = [
    (86_400, "day", "days", &["d"]),
    (3_600, "hour", "hours", &["h"]),
    (60, "minute", "minutes", &["min"]),
    (1, "second", "seconds", &["s"]),
];

/// Parses whole numbers with their units, larger units first, each at most once. A number may touch its unit (`30s`).
/// `None` for anything else, fractions and signs among it.
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = 0u64;
    let mut last_unit = u64::MAX;
    while !rest.is_empty() {
        let (number, after) = split_where(rest, |byte| !byte.is_ascii_digit());
        let (word, after) = split_where(after.strip_prefix(' ').unwrap_or(after), |byte| !byte.is_ascii_alphabetic());
        let unit = unit(word).filter(|unit| *unit < last_unit)?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(unit)?)?;
        last_unit = unit;
        rest = match after.strip_prefix(' ') {
            Some("") => return None,
            Some(next) => next,
            None if after.is_empty() => "",
            None => return None,
        };
    }
    (last_unit != u64::MAX).then(|| Duration::from_secs(total))
}

/// The duration in words, without zero parts: `2 minutes 40 seconds`. A part of a second counts as a whole one, so that a
/// wait is never told too short; nothing at all is `0 seconds`.
pub fn words(duration: Duration) -> String {
    let mut seconds = duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0));
    let mut parts = Vec::new();
    for (unit, one, more, _) in UNITS {
        match seconds / unit {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            count => parts.push(format!("{count} {more}")),
        }
        seconds %= unit;
    }
    if parts.is_empty() { "0 seconds".to_owned() } else { parts.join(" ") }
}

fn unit(word: &str) -> Option<u64> {
    UNITS.iter().find(|(_, one, more, short)| word == *one || word == *more || short.contains(&word)).map(|unit| unit.0)
}

/// Splits before the first byte that `ends` the piece; both such bytes and the pieces are whole characters, since `ends`
/// accepts every byte of a longer one.
fn split_where(text: &str, ends: fn(u8) -> bool) -> (&str, &str) {
    let at = text.bytes().position(ends).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn operators_may_write_words_or_short_units() {
        let seconds = |text| parse(text).map(|duration| duration.as_secs());
        assert_eq!(seconds("3 minutes"), Some(180));
        assert_eq!(seconds("1 minute"), Some(60));
        assert_eq!(seconds("30 s"), Some(30));
        assert_eq!(seconds("30s"), Some(30));
        assert_eq!(seconds("12 h"), Some(43_200));
        assert_eq!(seconds("7 days"), Some(604_800));
        assert_eq!(seconds("1 hour 30 min"), Some(5_400));
        assert_eq!(seconds("0 seconds"), Some(0));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            " ",
            "3",
            "minutes",
            "3  minutes",
            " 3 minutes",
            "3 minutes ",
            "-3 minutes",
            "+3 minutes",
            "1.5 hours",
            "3 Minutes",
            "3 m",
            "3 weeks",
            "30 minutes 1 hour",
            "1 hour 1 hour",
            "1 hour, 3 minutes",
            "1hour30",
            "٣ minutes",
            "99999999999999999999 s",
            "18446744073709551615 days",
            "3 minutés",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn words_are_what_a_person_would_say() {
        let say = |seconds| words(Duration::from_secs(seconds));
        assert_eq!(say(180), "3 minutes");
        assert_eq!(say(160), "2 minutes 40 seconds");
        assert_eq!(say(3_600), "1 hour");
        assert_eq!(say(90 * 86_400), "90 days");
        assert_eq!(say(0), "0 seconds");
        assert_eq!(words(Duration::from_millis(1)), "1 second");
    }

    proptest! {
        #[test]
        fn what_words_say_parses_back(seconds: u64) {
            prop_assert_eq!(parse(&words(Duration::from_secs(seconds))), Some(Duration::from_secs(seconds)));
        }

        #[test]
        fn any_text_is_parsed_or_refused(text in ".*") {
            let _ = parse(&text);
        }

        #[test]
        fn near_misses_do_not_panic(text in "[0-9]{0,22} ?(s|min|hours|days|é)? ?[0-9]{0,3} ?(s|min|h)?") {
            let _ = parse(&text);
        }
    }
}
