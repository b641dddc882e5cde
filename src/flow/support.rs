//! Support cases: somebody who lost the device asks people for a new start, talks with them, and is reset or declined. Everything
//! that changes a case happens under the lock of the account that it is about; an analyst's approval is the analyst's own row.

pub mod analyst;
mod answer_mail;
pub mod checks;
pub mod conversation;
pub mod decide;
pub mod live;
pub mod not_me;
pub mod open;
pub mod person;
pub mod queue;
pub mod upkeep;
pub mod view;

use super::act::Act;
use super::audit;
use crate::keys::Purpose;
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::support_case::{CaseNumber, Closing, Happening, State};
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::support_case::{self, Case};

/// Does `step` under the lock of the account that the case is about, with the case as it stands then. `None` for no such case.
fn with_case<T>(
    tx: &mut Tx<'_>,
    act: &Act,
    number: &CaseNumber,
    step: impl FnOnce(&mut Tx<'_>, &mut AccountLock, Case) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let Some(found) = support_case::by_number(tx, number)? else { return Ok(None) };
    with_lock(tx, &found.account, act.now, |tx, lock| {
        let case = support_case::load(tx, &found.id)?.ok_or_else(|| Error::Bug("a case is gone".into()))?;
        step(tx, lock, case)
    })
}

/// Saves what was done in a case that stood at `from`.
fn save(tx: &mut Tx<'_>, lock: &AccountLock, case: &Case, from: State) -> Result<(), Error> {
    if support_case::save(tx, lock, case, from)? {
        return Ok(());
    }
    Err(Error::Bug(format!("case {} moved under its account's lock", case.number)))
}

/// Closes a case of the locked account; one that is closed stays as it is.
fn close(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, (mut case, how): (Case, Closing)) -> Result<(), Error> {
    let from = case.state;
    let Some(closed) = from.close() else { return Ok(()) };
    case.state = closed;
    (case.closed_at, case.closed_how, case.changed_at) = (Some(lock.now()), Some(how), lock.now());
    save(tx, lock, &case, from)?;
    note(tx, act, lock, (&case, Happening::Closed(how)))
}

/// Notes in the account's trail what happened in its case.
fn note(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, (case, what): (&Case, Happening)) -> Result<(), Error> {
    audit::record(tx, act, lock, Event::Case(what, case.number.clone()))
}

/// A text as its column keeps it.
fn seal((act, dice): (&Act, &mut Dice), place: &str, text: &str) -> Vec<u8> {
    act.keys.seal(Purpose::SupportCase, place, text.as_bytes(), dice)
}

/// The reverse of [`seal`].
fn unseal(act: &Act, place: &str, sealed: &[u8]) -> Result<String, Error> {
    let plain = act.keys.open(Purpose::SupportCase, place, sealed);
    let text = plain.ok().and_then(|plain| String::from_utf8(plain.expose().to_vec()).ok());
    text.ok_or_else(|| Error::Bug(format!("{place} does not open")))
}
