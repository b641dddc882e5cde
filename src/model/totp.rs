//! Time-based one-time passwords (RFC 6238) of an authenticator app: HMAC-SHA-1, six digits, steps of 30 seconds, because that is
//! what every app understands. Never looks at whether a step was used before: that is the account's, under its lock.

mod secret;
mod window;

pub use secret::{Secret, otpauth_uri};
pub use window::{MAX_ENTRY_WINDOW, Step, Window};

use aws_lc_rs::hmac;

use super::passcode::Passcode;

/// The passcode that an app with `secret` shows during `step` (RFC 4226 section 5.3 with the step as the counter).
pub fn code_at(secret: &Secret, step: Step) -> Passcode {
    code(&hmac_key(secret), step)
}

/// The newest step of `window` whose passcode is `typed`. Every step's passcode is computed and compared, each in constant
/// time, before there is an answer, so the time taken tells nothing about which one it was, if any.
pub fn matching(secret: &Secret, typed: &Passcode, window: Window) -> Option<Step> {
    let key = hmac_key(secret);
    let compared: Vec<(Step, bool)> = window.steps().map(|step| (step, code(&key, step) == *typed)).collect();
    compared.into_iter().rev().find_map(|(step, equal)| equal.then_some(step))
}

fn hmac_key(secret: &Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.bytes())
}

fn code(key: &hmac::Key, step: Step) -> Passcode {
    let tag = hmac::sign(key, &step.0.to_be_bytes());
    let offset = tag.as_ref().last().map_or(0, |byte| usize::from(byte & 0x0f));
    let truncated =
        tag.as_ref().iter().skip(offset).take(4).fold(0, |number: u32, &byte| number << 8 | u32::from(byte));
    Passcode::from_number(truncated & 0x7fff_ffff)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::dice::Seed;
    use crate::model::time::Timestamp;
    use proptest::prelude::*;

    fn rfc_secret() -> Secret {
        Secret::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn rfc_4226_appendix_d() {
        let expected =
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (count, digits) in (0..).zip(expected) {
            assert_eq!(code_at(&rfc_secret(), Step(count)).digits(), digits, "count {count}");
        }
    }

    /// The appendix prints eight digits; six digits are the last six of them.
    #[test]
    fn rfc_6238_appendix_b() {
        for (seconds, eight) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let step = Step::at(Timestamp::from_millis(seconds * 1000));
            assert_eq!(code_at(&rfc_secret(), step).digits(), eight.get(2..).unwrap(), "at {seconds}");
        }
    }

    /// Regression 15: which offsets are good, written out.
    #[test]
    fn r15_table_of_offsets_around_now() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let good = |entered: Duration, offset: i64| {
            let step = Step(Step::at(now).0.checked_add_signed(offset).unwrap());
            let window = Window::since(now.minus(entered), now, Duration::from_secs(180));
            matching(&rfc_secret(), &code_at(&rfc_secret(), step), window) == Some(step)
        };
        let strict = |offset: i64| {
            let step = Step(Step::at(now).0.checked_add_signed(offset).unwrap());
            matching(&rfc_secret(), &code_at(&rfc_secret(), step), Window::around(now)) == Some(step)
        };
        for offset in -10..=10 {
            assert_eq!(strict(offset), (-1..=1).contains(&offset), "strict {offset}");
            assert_eq!(good(Duration::ZERO, offset), (-1..=1).contains(&offset), "just shown {offset}");
            assert_eq!(good(Duration::from_secs(60), offset), (-3..=1).contains(&offset), "a minute ago {offset}");
            assert_eq!(
                good(Duration::from_secs(180), offset),
                (-7..=1).contains(&offset),
                "three minutes ago {offset}"
            );
            assert_eq!(good(Duration::from_secs(3_600), offset), (-7..=1).contains(&offset), "an hour ago {offset}");
        }
    }

    #[test]
    fn the_newest_of_two_steps_with_the_same_passcode_is_the_answer() {
        let mut seen = std::collections::HashMap::new();
        let (early, late) = (0..)
            .find_map(|count| {
                let digits = code_at(&rfc_secret(), Step(count)).digits().to_owned();
                seen.insert(digits, count).map(|earlier| (Step(earlier), Step(count)))
            })
            .unwrap();
        let typed = code_at(&rfc_secret(), early);
        assert_eq!(matching(&rfc_secret(), &typed, Window::between(early, late)), Some(late));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn r15_a_passcode_is_accepted_if_and_only_if_its_step_is_in_the_window(
            seed: [u8; 32], now in 0i64..4_000_000_000_000, entered in 0u64..400, limit in 0u64..400, offset in -20i64..20,
        ) {
            let secret = Secret::new(&mut Seed::new(seed).dice());
            let now = Timestamp::from_millis(now);
            let window = Window::since(now.minus(Duration::from_secs(entered)), now, Duration::from_secs(limit));
            let step = Step(Step::at(now).0.saturating_add_signed(offset));
            let typed = code_at(&secret, step);
            let expected = window.steps().filter(|&candidate| code_at(&secret, candidate) == typed).last();
            prop_assert_eq!(matching(&secret, &typed, window), expected);
            prop_assert!(!window.contains(step) || expected.is_some_and(|found| found >= step));
        }
    }
}
