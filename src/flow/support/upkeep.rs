//! What ends by itself: cases after set-up or in the course of time, and later the words that were said in them.

use super::close;
use crate::flow::act::Act;
use crate::model::support_case::{Closing, DECIDED_FOR, KEPT_FOR, SILENT_FOR};
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::support_case;

/// How many cases are closed in one transaction.
const BATCH: u32 = 50;

/// MFA of the locked account was set up: nobody needs its cases any more.
pub fn close_after_set_up(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock) -> Result<(), Error> {
    close_all(tx, act, lock, Closing::SetUp)
}

/// Closes every case of the locked account.
pub(super) fn close_all(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, how: Closing) -> Result<(), Error> {
    for case in support_case::unclosed_of(tx, lock.id())? {
        close(tx, act, lock, (case, how))?;
    }
    Ok(())
}

/// Closes what was decided a week ago or has been silent for two, a batch at most, and forgets what was said in cases that have been
/// closed for long. Accounts are locked in the order of their ids, as by whoever else locks several.
pub fn sweep(tx: &mut Tx<'_>, act: &Act) -> Result<u64, Error> {
    let (decided, silent) = (act.now.minus(DECIDED_FOR), act.now.minus(SILENT_FOR));
    let mut closed = 0;
    for (account, id) in support_case::aged(tx, (decided, silent), BATCH)? {
        let mut act = act.clone();
        act.origin.actor = Some("time".into());
        with_lock(tx, &account, act.now, |tx, lock| {
            let case = support_case::load(tx, &id)?
                .filter(|case| case.decided_at.map_or(case.changed_at <= silent, |decided_at| decided_at <= decided));
            case.map_or(Ok(()), |case| close(tx, &act, lock, (case, Closing::Age)))
        })?;
        closed += 1;
    }
    Ok(closed + support_case::forget_words(tx, act.now.minus(KEPT_FOR))?)
}
