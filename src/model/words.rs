//! Times and spans in words that people read: "at 3:42 PM UTC", "2 minutes 40 seconds".

use std::time::Duration;

use jiff::tz::TimeZone;

use super::time::Timestamp;

/// "3:42 PM UTC" in the installation's time zone.
pub fn clock_time(at: Timestamp, zone: &TimeZone) -> String {
    zoned(at, zone).strftime("%-I:%M %p %Z").to_string()
}

/// "3:42 PM UTC on 24 November 2026".
pub fn clock_time_and_date(at: Timestamp, zone: &TimeZone) -> String {
    zoned(at, zone).strftime("%-I:%M %p %Z on %-d %B %Y").to_string()
}

fn zoned(at: Timestamp, zone: &TimeZone) -> jiff::ZonedDateTime {
    jiff::Timestamp::from_millisecond(at.millis())
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_zoned_datetime(zone.clone())
}

/// A span as a person would say it, rounded up to the second: "1 second", "2 minutes 40 seconds", "1 hour 5 minutes", "3 days".
pub fn span(length: Duration) -> String {
    let seconds = whole_seconds(length);
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, rest) = (seconds / 60 % 60, seconds % 60);
    let parts = [(days, "day"), (hours, "hour"), (minutes, "minute"), (rest, "second")];
    let said: Vec<String> =
        parts.iter().skip_while(|(count, _)| *count == 0).take(2).filter(|(count, _)| *count > 0).map(one).collect();
    if said.is_empty() { "0 seconds".into() } else { said.join(" ") }
}

/// Whole seconds, rounded up: what is left never reads as nothing.
pub fn whole_seconds(length: Duration) -> u64 {
    length.as_secs() + u64::from(length.subsec_nanos() > 0)
}

fn one((count, unit): &(u64, &str)) -> String {
    format!("{count} {unit}{}", if *count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_say_them() {
        let said = |millis| span(Duration::from_millis(millis));
        assert_eq!(said(180_000), "3 minutes");
        assert_eq!(said(159_001), "2 minutes 40 seconds");
        assert_eq!(said(1), "1 second");
        assert_eq!(said(3_900_000), "1 hour 5 minutes");
        assert_eq!(said(86_400_000), "1 day");
        assert_eq!(said(3_605_000), "1 hour");
        assert_eq!(said(0), "0 seconds");
    }

    #[test]
    fn clock_times_carry_their_zone() {
        let at = Timestamp::from_millis(1_795_534_920_000);
        assert_eq!(clock_time(at, &TimeZone::UTC), "3:42 PM UTC");
        assert_eq!(clock_time_and_date(at, &TimeZone::UTC), "3:42 PM UTC on 24 November 2026");
    }
}
