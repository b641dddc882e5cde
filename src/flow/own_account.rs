//! What people do to their own account, in a session of theirs. A change counts only where it was confirmed in that session with the
//! password and a passcode given for it, and that is looked at again under the account's lock.

pub mod apps;
pub mod history;
pub mod overview;
pub mod password;
pub mod questions;
pub mod recovery_code;
pub mod sessions;

use super::act::Act;
use super::session::is_good;
use crate::model::confirmation::Subject;
use crate::model::token::PlainToken;
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::session::{self, Session};

/// Does `step` in the session behind `token`, under its account's lock. `None` where that session is over.
pub fn in_session<T>(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    step: impl FnOnce(&mut Tx<'_>, &mut AccountLock, Session) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let macs = act.token_macs(token);
    let Some(found) = session::find(tx, &macs)? else { return Ok(None) };
    let done = with_lock(tx, &found.account, act.now, |tx, lock| {
        let session = session::find(tx, &macs)?.filter(|session| is_good(act, session, &lock.account));
        session.map(|session| step(tx, lock, session)).transpose()
    })?;
    Ok(done.flatten())
}

/// Does `step`, a change of the account, in the session behind `token`. `None` where that session is over, or changes are not
/// confirmed in it any more.
pub fn change<T>(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    step: impl FnOnce(&mut Tx<'_>, &mut AccountLock, Session) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let changed = in_session(tx, act, token, |tx, lock, session| {
        let now = lock.now();
        let is_confirmed = session.confirmed.as_ref().is_some_and(|given| given.counts_for(&Subject::Changes, now));
        if is_confirmed { step(tx, lock, session).map(Some) } else { Ok(None) }
    })?;
    Ok(changed.flatten())
}
