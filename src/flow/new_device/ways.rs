//! The ways in which an account's person can prove who they are behind the link.

use crate::config::Profile;
use crate::flow::act::Act;
use crate::flow::link::Gone;
use crate::flow::set_up::standing::{self, Holder, Standing};
use crate::model::account::Account;
use crate::model::id::AccountId;
use crate::model::recovery_lock::RecoveryLock;
use crate::model::rescue::{Gate, Identity, MOST_WRONG_ANSWERS, WINDOW, answers_gate};
use crate::model::time::Timestamp;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::link::Link;
use crate::store::security_answer::SealedAnswer;
use crate::store::{rescue, security_answer};

/// What an account has, and whether it is looked at now.
#[derive(Debug)]
pub struct Ways {
    /// The three questions. None in profile strict.
    pub answers: Option<(Vec<String>, Gate)>,
    /// The recovery code, or behind this link the one that was spent here.
    pub recovery_code: Option<Gate>,
}

/// Those behind the link that the browser holds.
pub fn behind(tx: &mut Tx<'_>, act: &Act, holder: &Holder) -> Result<Result<Ways, Gone>, Error> {
    match standing::of(tx, act, holder)? {
        Ok(standing) => of(tx, act, &standing).map(Ok),
        Err(gone) => Ok(Err(gone)),
    }
}

fn of(tx: &mut Tx<'_>, act: &Act, standing: &Standing) -> Result<Ways, Error> {
    let code_gate = rescue::lock_of(tx, &standing.account, Identity::RecoveryCode)?.gate(act.now);
    let has_code = has_recovery_code(&standing.row, &standing.link);
    Ok(Ways { answers: answers(tx, act, standing)?, recovery_code: has_code.then_some(code_gate) })
}

/// Whether a recovery code is looked at behind this link of the account.
pub(super) fn has_recovery_code(account: &Account, link: &Link) -> bool {
    let is_stopped = account.recovery_lock.is_some_and(RecoveryLock::stops_recovery_code);
    !is_stopped && (account.recovery_code.is_some() || link.recovery_code.is_some())
}

/// The account's three answers, where they are looked at; profile strict takes none, even where there were some before.
pub(super) fn answers_of(
    tx: &mut Tx<'_>,
    act: &Act,
    (id, account): (&AccountId, &Account),
) -> Result<Option<Vec<SealedAnswer>>, Error> {
    let is_stopped = account.recovery_lock.is_some_and(RecoveryLock::stops_answers);
    if is_stopped || act.settings.profile == Profile::Strict {
        return Ok(None);
    }
    Ok(Some(security_answer::of(tx, id)?).filter(|answers| answers.len() == 3))
}

/// Whether a set of answers of the account may be compared.
pub(super) fn gate_of_answers(tx: &mut Tx<'_>, account: &AccountId, now: Timestamp) -> Result<Gate, Error> {
    let lock = rescue::lock_of(tx, account, Identity::Answers)?;
    let wrong_at = rescue::wrong_answers(tx, account, now.minus(WINDOW), MOST_WRONG_ANSWERS)?;
    Ok(answers_gate(&lock, &wrong_at, now))
}

/// Until when recovery codes, and sets of answers, of the account are not looked at.
pub fn shut_until(tx: &mut Tx<'_>, account: &AccountId, now: Timestamp) -> Result<[Option<Timestamp>; 2], Error> {
    let code = rescue::lock_of(tx, account, Identity::RecoveryCode)?.gate(now);
    Ok([code.shut_until(), gate_of_answers(tx, account, now)?.shut_until()])
}

fn answers(tx: &mut Tx<'_>, act: &Act, standing: &Standing) -> Result<Option<(Vec<String>, Gate)>, Error> {
    let Some(answers) = answers_of(tx, act, (&standing.account, &standing.row))? else { return Ok(None) };
    let questions = answers.into_iter().map(|answer| answer.question).collect();
    Ok(Some((questions, gate_of_answers(tx, &standing.account, act.now)?)))
}
