//! A change of the email address: for how long it can be undone, and what the account could be opened with before.

use std::time::Duration;

use super::id::AppId;
use super::own_app::MOST;
use super::time::Timestamp;
use super::token::Mac;

/// For how long a change can be undone, and nothing else can be changed about the address.
pub const UNDO_LIFE: Duration = Duration::from_secs(72 * 3_600);
/// For how long a removed app is kept: whoever is at work on an account may remove apps before the address is changed.
pub const REMOVED_APP_LIFE: Duration = Duration::from_secs(2 * 72 * 3_600);

/// An account's newest change.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The address before it.
    pub email_before: String,
    /// When it was.
    pub changed_at: Timestamp,
    /// The password's sealed hash before it, or since then that of one which was set behind a link to the old address.
    pub password_hash: Option<Vec<u8>>,
    /// Of the recovery code before it.
    pub recovery_code: Option<Mac>,
    /// What tells the answers before it from others.
    pub answers: Vec<u8>,
    /// When MFA was set up anew since, behind a link to the old address.
    pub set_up_at: Option<Timestamp>,
}

impl Changed {
    /// Until when it can be undone.
    pub fn until(&self) -> Timestamp {
        self.changed_at.plus(UNDO_LIFE)
    }

    /// Whether it can be undone at `now`.
    pub fn can_be_undone(&self, now: Timestamp) -> bool {
        now < self.until()
    }
}

/// Which of an account's apps, those that were removed of late included, stay when `changed` is undone: the one that was set up since
/// behind a link to the old address, else those that had been there for 72 hours before the change, else the oldest. Who changes the
/// address may have added an app first. No more stay than an account may have: the first ones, as they are given.
pub fn staying(apps: &[(AppId, Timestamp)], changed: &Changed) -> Vec<AppId> {
    let changed_at = changed.changed_at;
    let trusted_before = changed_at.minus(UNDO_LIFE);
    if let Some(set_up_at) = changed.set_up_at {
        return apps.iter().filter(|(_, at)| *at == set_up_at).map(|(id, _)| id.clone()).collect();
    }
    let old = apps.iter().filter(|(_, at)| *at < trusted_before).take(MOST);
    let old: Vec<_> = old.map(|(id, _)| id.clone()).collect();
    if !old.is_empty() {
        return old;
    }
    let oldest = apps.iter().filter(|(_, at)| *at < changed_at).min_by_key(|(_, at)| *at);
    oldest.map(|(id, _)| id.clone()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGED: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn app(name: &str, hours_before: i64) -> (AppId, Timestamp) {
        (AppId::new(name.into()), Timestamp::from_millis(CHANGED.millis() - hours_before * 3_600_000))
    }

    fn changed() -> Changed {
        Changed {
            email_before: "nora@example.org".into(),
            changed_at: CHANGED,
            password_hash: None,
            recovery_code: None,
            answers: Vec::new(),
            set_up_at: None,
        }
    }

    #[test]
    fn it_can_be_undone_for_72_hours() {
        let changed = changed();
        let last = changed.until().minus(Duration::from_millis(1));
        assert_eq!((changed.can_be_undone(last), changed.can_be_undone(changed.until())), (true, false));
        assert_eq!(changed.until().since(CHANGED), Duration::from_secs(72 * 3_600));
    }

    #[test]
    fn what_was_there_for_long_stays_else_the_oldest_and_never_what_came_with_the_change_or_after_it() {
        let ids = |apps: &[(AppId, Timestamp)]| {
            staying(apps, &changed()).iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&[app("old", 73), app("older", 200), app("eve", 71), app("late", -1)]), ["old", "older"]);
        let many = [app("one", 80), app("two", 90), app("eve", 1), app("three", 75), app("removed", 500)];
        assert_eq!(ids(&many), ["one", "two", "three"], "no more than an account may have");
        assert_eq!(ids(&[app("eve", 1), app("oldest", 2), app("late", -1)]), ["oldest"]);
        assert_eq!(ids(&[app("late", -1), app("with it", 0)]), Vec::<String>::new());
        assert_eq!(ids(&[]), Vec::<String>::new());
        let later = Changed { set_up_at: Some(app("new", -2).1), ..changed() };
        assert_eq!(staying(&[app("new", -2), app("eve", -3)], &later), [app("new", -2).0]);
    }
}
