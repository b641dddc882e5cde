//! A new password, set in a confirmed session. Everything older ends but that session, which goes on in the new epoch with another
//! id and token.

use super::change;
use crate::flow::act::Act;
use crate::flow::sign_in::finish::{self, Browser, SignedIn};
use crate::flow::{audit, new_password};
use crate::model::audit::Event;
use crate::model::secret::SecretText;
use crate::model::token::PlainToken;
use crate::store::db::Tx;
use crate::store::error::Error;

/// Sets it (its hash was computed outside). A passcode of an app opens a new budget too; no lock is lifted. `None` where changes are
/// not confirmed any more.
pub fn set(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    phc: &SecretText,
    browser: &Browser,
) -> Result<Option<SignedIn>, Error> {
    change(tx, act, token, |tx, lock, session| {
        let mut dice = act.dice();
        new_password::set(tx, (act, &mut dice), lock, phc)?;
        if session.confirmed.as_ref().is_some_and(|given| given.by_app) {
            lock.account.rest = lock.account.rest.with_new_budget();
        }
        audit::record(tx, act, lock, Event::PasswordChanged)?;
        finish::keep_session(tx, (act, &mut dice), lock, session, browser)
    })
}
