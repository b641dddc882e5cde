//! What happens by itself: mails about answers that had to wait, the end of cases after set-up or in the course of time, and later that
//! of the words that were said in them.

use super::{answer_mail, close};
use crate::flow::act::Act;
use crate::model::support_case::{Closing, DECIDED_FOR, KEPT_FOR, SILENT_FOR};
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::support_case::{self, Case};

/// How many cases are closed, and how many mailed about, in one transaction.
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

/// Closes what was decided a week ago or has been silent for two, mails answers that came too soon after a mail, a batch at most of each,
/// and forgets what was said in cases that have been closed for long. Accounts are locked in the order of their ids, as by whoever else
/// locks several.
pub fn sweep(tx: &mut Tx<'_>, act: &Act) -> Result<u64, Error> {
    let (decided, silent) = (act.now.minus(DECIDED_FOR), act.now.minus(SILENT_FOR));
    let is_old = |case: &Case| case.decided_at.map_or(case.changed_at <= silent, |decided_at| decided_at <= decided);
    let mut cases = support_case::aged(tx, (decided, silent), BATCH)?;
    cases.extend(answer_mail::late(tx, act.now, BATCH)?);
    cases.sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
    let mut act = act.clone();
    act.origin.actor = Some("time".into());
    let (mut dice, mut closed) = (act.dice(), 0);
    for (account, id) in cases {
        closed += with_lock(tx, &account, act.now, |tx, lock| {
            let Some(case) = support_case::load(tx, &id)? else { return Ok(0) };
            if is_old(&case) {
                return close(tx, &act, lock, (case, Closing::Age)).map(|()| 1);
            }
            answer_mail::send_late(tx, (&act, &mut dice), lock, case).map(|()| 0)
        })?
        .unwrap_or(0);
    }
    Ok(closed + support_case::forget_words(tx, act.now.minus(KEPT_FOR))?)
}
