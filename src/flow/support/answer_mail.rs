//! The mail about an analyst's answer. It tells the owner that there is one, without its words: at once, but not while the one that was
//! mailed last is unread, and not twice an hour. An answer that came too soon after a mail is mailed once the hour is over, if nobody
//! has read it by then.

use std::time::Duration;

use crate::flow::act::Act;
use crate::flow::link::{self as links, Older};
use crate::flow::post;
use crate::mail::message::{CaseAnswer, Message};
use crate::model::dice::Dice;
use crate::model::id::{AccountId, CaseId};
use crate::model::link::Purpose;
use crate::model::support_case::State;
use crate::model::time::Timestamp;
use crate::store::account::AccountLock;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::support_case::{self, Case};
use crate::store::{case_message, case_participant};

const HOUR: Duration = Duration::from_secs(3_600);
/// How long the mailed link to a case works.
const LINK_LIFE: Duration = Duration::from_secs(72 * 3_600);

/// Whether an answer may be mailed now.
pub(super) fn is_due(tx: &mut Tx<'_>, lock: &AccountLock, case: &Case) -> Result<bool, Error> {
    let Some(last) = case.mailed_at else { return Ok(true) };
    Ok(lock.now().since(last) >= HOUR && read_up_to(tx, case)? >= case.mailed_seq)
}

/// How far the browser of the person has read that has read most.
fn read_up_to(tx: &mut Tx<'_>, case: &Case) -> Result<i64, Error> {
    Ok(case_participant::of(tx, &case.id)?.iter().map(|browser| browser.read_seq).max().unwrap_or(0))
}

/// Mails that there is an answer, the message `seq`, which was written `at` that time. The caller saves the case.
pub(super) fn send(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    (case, seq, at): (&mut Case, i64, Timestamp),
) -> Result<(), Error> {
    let token = links::make(tx, (act, dice), lock, (Purpose::Case, LINK_LIFE), Older::End)?;
    let link = links::address(act, Purpose::Case, &token);
    let mail = CaseAnswer { number: case.number.as_str().to_owned(), link, good_for: LINK_LIFE };
    let mut written = act.clone();
    written.now = at;
    post::send_recovery(tx, (&written, dice), lock, &Message::CaseAnswer(mail))?;
    (case.mailed_seq, case.mailed_at) = (seq, Some(lock.now()));
    Ok(())
}

/// At most `most` cases with answers that no mail told of and nobody has read, an hour after the last mail.
pub(super) fn late(tx: &mut Tx<'_>, now: Timestamp, most: u32) -> Result<Vec<(AccountId, CaseId)>, Error> {
    support_case::with_untold_answers(tx, now.minus(HOUR), most)
}

/// Mails the newest such answer of the locked account's case.
pub(super) fn send_late(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    mut case: Case,
) -> Result<(), Error> {
    if case.state == State::Closed || !is_due(tx, lock, &case)? {
        return Ok(());
    }
    let read = read_up_to(tx, &case)?.max(case.mailed_seq);
    let Some((seq, at)) = case_message::newest_of_analysts(tx, &case.id, read)? else { return Ok(()) };
    send(tx, (act, dice), lock, (&mut case, seq, at))?;
    super::save(tx, lock, &case, case.state)
}
