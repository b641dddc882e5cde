//! The end of a session is the end of what it gave: its row goes, what it granted products is worth nothing any more, and each
//! product that opened in it and wants to hear of it is told (OpenID Connect Back-Channel Logout 1.0).

use std::time::Duration;

use super::act::Act;
use crate::model::dice::Dice;
use crate::model::id::{LogoutNoticeId, SessionId};
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::logout_notice::{self, Notice, Owed};
use crate::store::session;

/// For how long a product that does not answer is tried again.
pub const NOTICE_LIFE: Duration = Duration::from_secs(24 * 3_600);
/// How many sessions whose time has passed end in one transaction.
const BATCH: u32 = 50;

/// Ends one session of the locked account; `false` when it was gone.
pub fn one(tx: &mut Tx<'_>, dice: &mut Dice, lock: &AccountLock, id: &SessionId) -> Result<bool, Error> {
    if !session::end(tx, lock, id)? {
        return Ok(false);
    }
    let owed = logout_notice::owed_for(tx, lock, id)?;
    tell(tx, dice, lock, owed)?;
    Ok(true)
}

/// Ends all sessions of the locked account, and what remote apps and devices were given besides.
pub fn all(tx: &mut Tx<'_>, dice: &mut Dice, lock: &AccountLock) -> Result<(), Error> {
    let owed = logout_notice::owed_for_all(tx, lock)?;
    session::end_all(tx, lock)?;
    tell(tx, dice, lock, owed)
}

/// Ends sessions whose time has passed, a batch at most; how many that were. Accounts are locked in the order of their ids, as by
/// whoever else does this.
pub fn expired(tx: &mut Tx<'_>, act: &Act) -> Result<u64, Error> {
    let limits = &act.settings.sessions;
    let (began, seen) = (act.now.minus(limits.absolute), act.now.minus(limits.idle));
    let mut dice = act.dice();
    let mut ended = 0;
    for (account, id) in session::expired(tx, (began, seen), BATCH)? {
        let gone = with_lock(tx, &account, act.now, |tx, lock| one(tx, &mut dice, lock, &id))?;
        ended += u64::from(gone == Some(true));
    }
    Ok(ended)
}

fn tell(tx: &mut Tx<'_>, dice: &mut Dice, lock: &AccountLock, owed: Vec<Owed>) -> Result<(), Error> {
    for owed in owed {
        let notice = Notice {
            id: LogoutNoticeId::new(dice.id(lock.now())),
            owed,
            subject: lock.id().clone(),
            created_at: lock.now(),
            not_after: lock.now().plus(NOTICE_LIFE),
        };
        logout_notice::enqueue(tx, &notice)?;
    }
    Ok(())
}
