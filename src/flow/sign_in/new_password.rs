//! The forced change: half of the budget of wrong passcodes is spent, so someone else knows the password.

use super::finish::{self, Browser, SignedIn};
use crate::flow::act::Act;
use crate::flow::{audit, new_password};
use crate::model::audit::Event;
use crate::model::secret::SecretText;
use crate::model::sign_in::Stage;
use crate::model::token::PlainToken;
use crate::store::account::with_lock;
use crate::store::attempt;
use crate::store::db::Tx;
use crate::store::error::Error;

/// What a new password led to.
#[derive(Debug)]
pub enum Changed {
    /// The sign-in is whole.
    SignedIn(SignedIn),
    /// The attempt is over: the password again.
    Over,
}

/// Sets the new password (its hash was computed outside) and finishes the sign-in. An app's passcode opens a new budget too.
pub fn change(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    phc: &SecretText,
    browser: &Browser,
) -> Result<Changed, Error> {
    let macs = act.token_macs(token);
    let Some(found) = attempt::find(tx, &macs)? else { return Ok(Changed::Over) };
    let changed = with_lock(tx, &found.account, act.now, |tx, lock| {
        let Some(attempt) = attempt::find(tx, &macs)? else { return Ok(Changed::Over) };
        let live = attempt.is_live(lock.account.epoch, lock.now()) && lock.account.disabled_at.is_none();
        if !live || !matches!(attempt.stage, Stage::NewPassword(_)) {
            return Ok(Changed::Over);
        }
        let known = attempt.known_browser.clone();
        let Some(proved) = attempt.accept_new_password() else { return Ok(Changed::Over) };
        let mut dice = act.dice();
        new_password::set(tx, (act, &mut dice), lock, phc)?;
        if proved.by_app() {
            lock.account.rest = lock.account.rest.with_new_budget();
        }
        audit::record(tx, act, lock, Event::PasswordReplaced)?;
        finish::start_session(tx, (act, &mut dice), lock, (&proved, known), browser).map(Changed::SignedIn)
    })?;
    Ok(changed.unwrap_or(Changed::Over))
}
