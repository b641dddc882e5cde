//! Identity checks: what analysts have checked about the person of a case, each once, with name and time.

use super::analyst::Analyst;
use super::decide::Ended;
use super::{note, with_case};
use crate::flow::act::Act;
use crate::model::support_case::check::Check;
use crate::model::support_case::{CaseNumber, Happening};
use crate::store::case_check;
use crate::store::db::Tx;
use crate::store::error::Error;

/// Notes that the analyst has checked these, while the case waits for a decision.
pub fn keep(
    tx: &mut Tx<'_>,
    act: &Act,
    analyst: &Analyst,
    (number, checked): (&CaseNumber, &[Check]),
) -> Result<Ended, Error> {
    let kept = with_case(tx, act, number, |tx, lock, case| {
        if lock.id() == &analyst.account {
            return Ok(Ended::OwnAccount);
        }
        if !case.state.is_undecided() {
            return Ok(Ended::TooLate);
        }
        for check in checked {
            if case_check::put(tx, lock, &case.id, (*check, &analyst.account))? {
                note(tx, &analyst.acting(act), lock, (&case, Happening::Checked(*check)))?;
            }
        }
        Ok(Ended::Done)
    })?;
    Ok(kept.unwrap_or(Ended::NoCase))
}
