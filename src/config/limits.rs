//! Tries, waits and lifetimes, and the arithmetic that keeps guessing hopeless whatever an operator sets.

use std::time::Duration;

use super::Profile;

/// A passcode is one of a million; a leaked password may win at most this many of them over any time (a chance of 1 in 1000).
const GUESSES_IN_A_MILLION: u64 = 1000;
/// RFC 6238: a step of an authenticator app.
const STEP_SECONDS: u64 = 30;
/// This step and one of clock drift on either side.
const DRIFT_CODES: u64 = 3;
/// Apps of an account besides the one used last.
const OTHER_APPS: u64 = 2;
/// The newest emailed passcode.
const EMAILED_CODES: u64 = 1;

/// `[limits]`. Counts are per account unless they say otherwise; all durations are whole seconds.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Wrong tries in a row that lock the second step.
    pub tries: u32,
    /// How long the first locks of a day last.
    pub lock: Duration,
    /// Wrong tries of unknown browsers that close the second step until it is renewed.
    pub ceiling: u32,
    /// How far back from now a passcode of the app used last still counts, once entry began. The strict profile has none:
    /// read it through [`super::Settings::entry_window`].
    pub entry_window: Duration,
    /// How long a sign-in attempt lives.
    pub attempt_life: Duration,
    /// Wrong tries over its whole life that end a known browser.
    pub known_browser_tries: u32,
    /// How long a known browser stays known.
    pub known_browser_life: Duration,
    /// Passwords that may be tried at once.
    pub password_burst: u32,
    /// One more password may be tried after each of these.
    pub password_interval: Duration,
    /// Passwords that may be tried at once from one client address.
    pub address_burst: u32,
    /// One more from that address after each of these.
    pub address_interval: Duration,
    /// Links of each kind that may be asked for in an hour, after the password.
    pub setup_mails_per_hour: u32,
    /// Emailed passcodes not used to sign in, in 10 minutes.
    pub passcode_mails: u32,
    /// Emailed passcodes not used to sign in, in a day.
    pub passcode_mails_daily: u32,
    /// The same for known browsers, which have an allowance of their own.
    pub passcode_mails_known_daily: u32,
    /// Emailed passcodes that were used to sign in, in a day.
    pub passcode_mails_used_daily: u32,
    /// **Forgot password?** mails in an hour, to one address.
    pub forgot_hourly: u32,
    /// **Forgot password?** mails in a day, to one address.
    pub forgot_daily: u32,
    /// How long an emailed passcode is good.
    pub emailed_passcode: Duration,
    /// How long a setup link is good.
    pub setup_link: Duration,
    /// How long a link of **Forgot password?** is good.
    pub reset_link: Duration,
    /// How long an invitation is good.
    pub invitation: Duration,
    /// How long the first administrator's link is good.
    pub first_administrator: Duration,
}

impl Limits {
    /// Passcodes that would be accepted at one moment, at most: those of the app used last, of two other apps, and the emailed one.
    pub fn live_codes(&self, profile: Profile) -> u64 {
        let back = match profile {
            Profile::Standard => self.entry_window.as_secs().div_ceil(STEP_SECONDS),
            Profile::Strict => 0,
        };
        (back + DRIFT_CODES) + OTHER_APPS * DRIFT_CODES + EMAILED_CODES
    }

    /// Why these numbers would let whoever knows a password guess the second step, or `None` where they would not.
    pub(super) fn too_guessable(&self, profile: Profile) -> Option<String> {
        let live = self.live_codes(profile);
        let tries = u64::from(self.ceiling) + u64::from(self.known_browser_tries);
        if tries * live <= GUESSES_IN_A_MILLION {
            return None;
        }
        let enough = (GUESSES_IN_A_MILLION / live).saturating_sub(u64::from(self.known_browser_tries));
        Some(format!(
            "limits allow too many guesses: (ceiling {} + known_browser_tries {}) × {live} passcodes that are good at one moment \
             = {}, and {GUESSES_IN_A_MILLION} is the most that is safe. Set limits.ceiling to {enough} or less, or make \
             limits.entry_window shorter.",
            self.ceiling,
            self.known_browser_tries,
            tries * live,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(ceiling: u32, entry_window: u64) -> Limits {
        let entry_window = Duration::from_secs(entry_window);
        Limits { ceiling, known_browser_tries: 10, entry_window, ..Limits::default() }
    }

    #[test]
    fn the_defaults_have_sixteen_live_codes_and_strict_has_ten() {
        let limits = limits(50, 180);
        assert_eq!(limits.live_codes(Profile::Standard), 16);
        assert_eq!(limits.live_codes(Profile::Strict), 10);
        assert_eq!(limits.too_guessable(Profile::Standard), None);
    }

    #[test]
    fn a_part_of_a_step_counts_as_a_whole_one() {
        assert_eq!(limits(50, 31).live_codes(Profile::Standard), 12);
    }

    #[test]
    fn a_thousand_guesses_are_allowed_and_one_more_is_not() {
        assert_eq!(limits(40, 300).too_guessable(Profile::Standard), None);
        let why = limits(41, 300).too_guessable(Profile::Standard).unwrap();
        assert!(why.contains("(ceiling 41 + known_browser_tries 10) × 20"), "{why}");
        assert!(why.contains("= 1020") && why.contains("limits.ceiling to 40 or less"), "{why}");
        assert_eq!(limits(90, 300).too_guessable(Profile::Strict), None);
    }
}
