//! The keys of `[limits]`. SECURITY.md tells how they work together.

use std::time::Duration;

use super::super::key::{Given, Key, Kind, Place};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

pub(in super::super) static KEYS: &[Key] = &[
    count("limits.tries", |s| &mut s.limits.tries, (3, 5, 10), "Wrong passcodes in a row that lock passcodes."),
    time(
        "limits.lock",
        |s| &mut s.limits.lock,
        (MINUTE, Duration::from_mins(3), HOUR),
        "How long the first three locks of a day last. The next ones last 15 minutes, 1 hour, 4 hours and 24 hours.",
    ),
    count(
        "limits.ceiling",
        |s| &mut s.limits.ceiling,
        (10, 50, 100),
        "Wrong passcodes from unknown browsers, over any time, that close the second step until the owner or support renews it. \
         (ceiling + known_browser_tries) × passcodes that are good at one moment must not pass 1000.",
    ),
    time(
        "limits.entry_window",
        |s| &mut s.limits.entry_window,
        (Duration::ZERO, Duration::from_mins(3), Duration::from_mins(5)),
        "How long a passcode that was right when entry began stays right. The strict profile takes no notice of it.",
    ),
    time(
        "limits.attempt_life",
        |s| &mut s.limits.attempt_life,
        (MINUTE, Duration::from_mins(15), HOUR),
        "How long a sign-in may take before the password is asked again.",
    ),
    count(
        "limits.known_browser_tries",
        |s| &mut s.limits.known_browser_tries,
        (3, 10, 20),
        "Wrong passcodes, over its whole life, that make a known browser unknown.",
    ),
    time(
        "limits.known_browser_life",
        |s| &mut s.limits.known_browser_life,
        (DAY, Duration::from_hours(90 * 24), Duration::from_hours(365 * 24)),
        "How long a browser stays known after a whole sign-in there.",
    ),
    count(
        "limits.password_burst",
        |s| &mut s.limits.password_burst,
        (1, 10, 1_000_000),
        "Wrong passwords that may be tried at once. High numbers are for load tests only.",
    ),
    time(
        "limits.password_interval",
        |s| &mut s.limits.password_interval,
        (SECOND, Duration::from_secs(30), HOUR),
        "After each of these, one more password may be tried.",
    ),
    count(
        "limits.address_burst",
        |s| &mut s.limits.address_burst,
        (1, 30, 1_000_000),
        "Wrong passwords that may be tried at once from one client address. Raise it where many people share one.",
    ),
    time(
        "limits.address_interval",
        |s| &mut s.limits.address_interval,
        (SECOND, Duration::from_secs(2), HOUR),
        "After each of these, one more password may be tried from that address.",
    ),
    count(
        "limits.setup_mails_per_hour",
        |s| &mut s.limits.setup_mails_per_hour,
        (1, 5, 100),
        "Setup emails in an hour, and new-device emails in an hour.",
    ),
    count(
        "limits.passcode_mails",
        |s| &mut s.limits.passcode_mails,
        (1, 3, 100),
        "Emailed passcodes in 10 minutes that nobody used.",
    ),
    count(
        "limits.passcode_mails_daily",
        |s| &mut s.limits.passcode_mails_daily,
        (1, 10, 1_000),
        "Emailed passcodes in a day that nobody used.",
    ),
    count(
        "limits.passcode_mails_known_daily",
        |s| &mut s.limits.passcode_mails_known_daily,
        (1, 5, 1_000),
        "The same for known browsers, which have an allowance of their own.",
    ),
    count(
        "limits.passcode_mails_used_daily",
        |s| &mut s.limits.passcode_mails_used_daily,
        (1, 60, 1_000),
        "Emailed passcodes in a day that were used to sign in.",
    ),
    count(
        "limits.forgot_hourly",
        |s| &mut s.limits.forgot_hourly,
        (1, 3, 100),
        "Emails of \"Forgot password?\" in an hour to one address.",
    ),
    count(
        "limits.forgot_daily",
        |s| &mut s.limits.forgot_daily,
        (1, 6, 1_000),
        "Emails of \"Forgot password?\" in a day to one address.",
    ),
    time(
        "limits.emailed_passcode",
        |s| &mut s.limits.emailed_passcode,
        (MINUTE, Duration::from_mins(10), Duration::from_mins(30)),
        "How long an emailed passcode is good.",
    ),
    time(
        "limits.setup_link",
        |s| &mut s.limits.setup_link,
        (Duration::from_mins(5), HOUR, DAY),
        "How long a setup or new-device link is good.",
    ),
    time(
        "limits.reset_link",
        |s| &mut s.limits.reset_link,
        (Duration::from_mins(5), Duration::from_mins(30), DAY),
        "How long a link to a new password is good.",
    ),
    time(
        "limits.invitation",
        |s| &mut s.limits.invitation,
        (HOUR, Duration::from_hours(7 * 24), Duration::from_hours(30 * 24)),
        "How long an invitation is good.",
    ),
    time(
        "limits.first_administrator",
        |s| &mut s.limits.first_administrator,
        (Duration::from_mins(5), HOUR, DAY),
        "How long the one-time address of the first administrator is good.",
    ),
];

/// A count: least, default, most.
const fn count(
    path: &'static str,
    place: Place<u32>,
    (least, default, most): (u32, u32, u32),
    meaning: &'static str,
) -> Key {
    Key::new(path, Kind::Whole(place, least..=most), Given::Whole(default), meaning)
}

/// A time: least, default, most.
const fn time(
    path: &'static str,
    place: Place<Duration>,
    (least, default, most): (Duration, Duration, Duration),
    meaning: &'static str,
) -> Key {
    Key::new(path, Kind::Span(place, least..=most), Given::Span(default), meaning)
}
