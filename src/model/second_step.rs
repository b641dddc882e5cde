//! The second step's decision: is this typed passcode one that the account's apps show, or the one that was emailed for this
//! attempt? Everything is computed before anything is answered.

use std::time::Duration;

use super::id::AppId;
use super::passcode::Passcode;
use super::proof::{PasscodeProof, Way};
use super::time::Timestamp;
use super::totp::{self, Secret, Step, Window};

/// An authenticator app that an account has.
#[derive(Debug)]
pub struct HeldApp {
    /// Its row.
    pub id: AppId,
    /// The key that it shares with us.
    pub secret: Secret,
    /// The newest step of which a code was accepted; only greater ones are.
    pub last_step: Step,
    /// When that was.
    pub last_used_at: Timestamp,
    /// Its key was sent by email.
    pub mailed: bool,
}

/// How far back a code may be.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// When the passcode page was first shown in this attempt.
    pub began: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// How far back a code stays right since entry began; zero leaves the present step, one either side.
    pub window: Duration,
}

/// What the typed passcode turned out to be.
#[derive(Debug)]
pub enum Verdict {
    /// Right and not used before: what it proves, and what must be marked as used.
    Right(PasscodeProof, Used),
    /// An app's code of an accepted step that is not greater than the last used one; the app shows the next in so long.
    AlreadyUsed(Duration),
    /// None of them.
    Wrong,
}

/// What a right passcode used up.
#[derive(Debug)]
pub enum Used {
    /// This step of this app.
    App(AppId, Step),
    /// The emailed passcode of the attempt.
    Emailed,
}

/// Judges `typed` against every app and the verdict on the emailed passcode (which the caller has compared in constant time).
pub fn judge(typed: &Passcode, apps: &[HeldApp], emailed_matches: bool, entry: Entry) -> Verdict {
    let newest = apps.iter().map(|app| app.last_used_at).max();
    let matches: Vec<_> = apps
        .iter()
        .map(|app| (app, totp::matching(&app.secret, typed, window(app, newest, entry))))
        .filter_map(|(app, step)| step.map(|step| (app, step)))
        .collect();
    if let Some((app, step)) = matches.iter().find(|(app, step)| *step > app.last_step) {
        let way = if app.mailed { Way::MailedApp } else { Way::App };
        return Verdict::Right(PasscodeProof::new(way, entry.now), Used::App(app.id.clone(), *step));
    }
    if emailed_matches {
        return Verdict::Right(PasscodeProof::new(Way::Email, entry.now), Used::Emailed);
    }
    if matches.is_empty() {
        Verdict::Wrong
    } else {
        Verdict::AlreadyUsed(Duration::from_secs(Step::seconds_left(entry.now)))
    }
}

/// The entry window goes with the app used last; the others have the present step, one either side.
fn window(app: &HeldApp, newest: Option<Timestamp>, entry: Entry) -> Window {
    if Some(app.last_used_at) == newest && !entry.window.is_zero() {
        Window::since(entry.began, entry.now, entry.window)
    } else {
        Window::around(entry.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dice::Seed;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_010_000);

    fn app(seed: u8, last_step: u64, last_used_at: i64) -> HeldApp {
        let mut dice = Seed::new([seed; 32]).dice();
        let id = AppId::new(dice.id(NOW));
        HeldApp {
            id,
            secret: Secret::new(&mut dice),
            last_step: Step(last_step),
            last_used_at: Timestamp::from_millis(last_used_at),
            mailed: false,
        }
    }

    fn entry(began_seconds_ago: u64) -> Entry {
        let began = NOW.minus(Duration::from_secs(began_seconds_ago));
        Entry { began, now: NOW, window: Duration::from_secs(180) }
    }

    fn code(app: &HeldApp, steps_back: u64) -> Passcode {
        totp::code_at(&app.secret, Step(Step::at(NOW).0 - steps_back))
    }

    #[test]
    fn a_code_right_when_entry_began_is_right_for_the_app_used_last_only() {
        let (last, other) = (app(1, 0, 9), app(2, 0, 3));
        let (old_of_last, old_of_other) = (code(&last, 4), code(&other, 4));
        let apps = [last, other];
        assert!(matches!(judge(&old_of_last, &apps, false, entry(120)), Verdict::Right(..)));
        assert!(matches!(judge(&old_of_other, &apps, false, entry(120)), Verdict::Wrong));
        assert!(matches!(judge(&old_of_last, &apps, false, entry(0)), Verdict::Wrong));
    }

    #[test]
    fn r13_a_used_step_is_told_apart_and_an_older_one_too() {
        let last = app(1, Step::at(NOW).0, 9);
        let (now, older) = (code(&last, 0), code(&last, 1));
        for typed in [now, older] {
            let verdict = judge(&typed, std::slice::from_ref(&last), false, entry(60));
            assert!(matches!(verdict, Verdict::AlreadyUsed(next) if next == Duration::from_secs(20)), "{verdict:?}");
        }
    }

    #[test]
    fn an_app_whose_key_was_mailed_proves_no_more_than_the_mailbox() {
        let mailed = HeldApp { mailed: true, ..app(1, 0, 9) };
        let verdict = judge(&code(&mailed, 0), std::slice::from_ref(&mailed), false, entry(0));
        assert!(matches!(verdict, Verdict::Right(proof, Used::App(..)) if proof.way() == Way::MailedApp));
    }

    #[test]
    fn an_emailed_match_is_of_the_email() {
        let verdict = judge(&Passcode::parse("123456").unwrap(), &[], true, entry(0));
        assert!(matches!(verdict, Verdict::Right(proof, Used::Emailed) if proof.way() == Way::Email));
    }
}
