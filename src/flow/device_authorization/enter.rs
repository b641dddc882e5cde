//! A person types the code that a device shows. A code is short, so guesses are counted: for each account here, and before that for
//! each address by whoever calls.

use super::{macs, waiting};
use crate::flow::act::Act;
use crate::flow::{audit, session as sessions_of};
use crate::model::allowance::Allowance;
use crate::model::audit::Event;
use crate::model::id::{AccountId, DeviceAuthorizationId};
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::model::user_code::UserCode;
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::device_authorization;
use crate::store::error::Error;
use crate::store::session::{self, Session};

/// What a typed code led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Entered {
    /// A device, which is this session's to decide on from now on.
    Found(DeviceAuthorizationId),
    /// No device shows this code now.
    Wrong,
    /// Nothing is compared until then.
    Wait(Timestamp),
    /// Nobody is signed in.
    SignIn,
}

/// The account that is signed in with this token, so that its load can be bounded before anything is written.
pub fn account_of(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<AccountId>, Error> {
    Ok(sessions_of::live(tx, act, token)?.map(|live| live.session.account))
}

/// Takes a typed code. The try is counted before it is compared; a right one is given back, a wrong one never, however many right
/// ones stand between.
pub fn enter(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, typed: &UserCode) -> Result<Entered, Error> {
    in_session(tx, act, token, |tx, lock, session| {
        let allowance = allowance(act);
        let state = match allowance.take(device_authorization::guesses(tx, lock)?, lock.now()) {
            Ok(state) => state,
            Err(until) => return Ok(Entered::Wait(until)),
        };
        device_authorization::set_guesses(tx, lock, state)?;
        let Some(found) = device_authorization::by_user(tx, &macs(act, typed))? else { return wrong(tx, act, lock) };
        if waiting(tx, &found, lock.now())?.is_none()
            || !device_authorization::leave_to(tx, lock, &found.id, &session.id)?
        {
            return wrong(tx, act, lock);
        }
        device_authorization::set_guesses(tx, lock, allowance.give_back(state))?;
        Ok(Entered::Found(found.id))
    })
    .map(|entered| entered.unwrap_or(Entered::SignIn))
}

fn wrong(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock) -> Result<Entered, Error> {
    audit::record(tx, act, lock, Event::DeviceCodeWrong)?;
    Ok(Entered::Wrong)
}

/// As many at once as passcodes that lock, and no more in the time of a lock.
fn allowance(act: &Act) -> Allowance {
    let limits = &act.settings.limits;
    Allowance { burst: limits.tries, interval: limits.lock / limits.tries.max(1) }
}

/// Runs an act in the live session behind `token`, its account locked; `None` where there is none.
pub(super) fn in_session<T>(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    run: impl FnOnce(&mut Tx<'_>, &mut AccountLock, &Session) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let Some(found) = session::find(tx, &act.token_macs(token))? else { return Ok(None) };
    let done = with_lock(tx, &found.account, act.now, |tx, lock| {
        let session = session::load(tx, &found.id)?.filter(|session| sessions_of::is_good(act, session, &lock.account));
        let Some(session) = session else { return Ok(None) };
        session::touch(tx, &session.id, act.now)?;
        run(tx, lock, &session).map(Some)
    })?;
    Ok(done.flatten())
}
