//! Sessions: who a browser is signed in as, and signing out.

use std::time::Duration;

use super::{act::Act, audit, session_end};
use crate::model::account::Account;
use crate::model::audit::Event;
use crate::model::id::SessionId;
use crate::model::token::PlainToken;
use crate::store::account::{self, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::session::{self, Session};

/// A last-seen time is written at most this often.
const TOUCH_INTERVAL: Duration = Duration::from_secs(60);

/// A session that is good now, with its account.
#[derive(Clone, Debug)]
pub struct Live {
    /// The session.
    pub session: Session,
    /// Its account.
    pub account: Account,
    /// Whether its last-seen time is to be written.
    pub wants_touch: bool,
}

/// The live session behind `token`.
pub fn live(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<Live>, Error> {
    let Some(session) = session::find(tx, &act.token_macs(token))? else { return Ok(None) };
    let Some(account) = account::load(tx, &session.account)? else { return Ok(None) };
    let is_good = is_good(act, &session, &account);
    let wants_touch = wants_touch(act, &session);
    Ok(is_good.then_some(Live { session, account, wants_touch }))
}

/// The session with this id, where it is live: for who goes on in one whose token may have changed since.
pub fn live_by_id(tx: &mut Tx<'_>, act: &Act, id: &SessionId) -> Result<Option<Live>, Error> {
    let Some(session) = session::load(tx, id)? else { return Ok(None) };
    let Some(account) = account::load(tx, &session.account)? else { return Ok(None) };
    let wants_touch = wants_touch(act, &session);
    Ok(is_good(act, &session, &account).then_some(Live { session, account, wants_touch }))
}

/// Whether its last-seen time is old enough to be written.
pub fn wants_touch(act: &Act, session: &Session) -> bool {
    act.now.since(session.last_seen_at) >= TOUCH_INTERVAL
}

/// Whether a session is good now, of its own account as it stands.
pub fn is_good(act: &Act, session: &Session, account: &Account) -> bool {
    let limits = &act.settings.sessions;
    session.epoch == account.epoch
        && account.disabled_at.is_none()
        && act.now.since(session.created_at) < limits.absolute
        && act.now.since(session.last_seen_at) < limits.idle
}

/// Notes that the session was seen.
pub fn touch(tx: &mut Tx<'_>, act: &Act, live: &Live) -> Result<(), Error> {
    session::touch(tx, &live.session.id, act.now)
}

/// Ends the session behind `token`, if there is one.
pub fn sign_out(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<(), Error> {
    let Some(session) = session::find(tx, &act.token_macs(token))? else { return Ok(()) };
    with_lock(tx, &session.account, act.now, |tx, lock| {
        if session_end::one(tx, &mut act.dice(), lock, &session.id)? {
            audit::record(tx, act, lock, Event::SignedOut)?;
        }
        Ok(())
    })?;
    Ok(())
}
