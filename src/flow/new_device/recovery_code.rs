//! **Enter your recovery code**.

use super::throttle;
use super::ways::has_recovery_code;
use crate::flow::act::Act;
use crate::flow::audit;
use crate::flow::link::Gone;
use crate::flow::set_up::standing::{Holder, Journey, Standing, Step};
use crate::flow::set_up::steps;
use crate::keys::Purpose as Key;
use crate::model::audit::Event;
use crate::model::recovery_code::RecoveryCode;
use crate::model::rescue::{Gate, Identity, IdentityProof};
use crate::model::token::{Mac, PlainToken};
use crate::store::account::AccountLock;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{link, rescue};

const KIND: Identity = Identity::RecoveryCode;

/// What a proof of who it is led to.
#[derive(Debug)]
pub enum Submitted {
    /// It is right; the browser's progress begins, with this token.
    Proved(PlainToken),
    /// It is not.
    Wrong,
    /// Nothing of this kind is compared now.
    Shut(Gate),
    /// The account has none, or it is not taken.
    NotOffered,
    /// Who it is is proved already.
    NotNow(Step),
}

/// Takes a typed recovery code. It is spent when it is accepted; behind the same link it is taken again, also in another browser,
/// which then begins afresh.
pub fn submit(
    tx: &mut Tx<'_>,
    act: &Act,
    holder: &Holder,
    typed: &RecoveryCode,
) -> Result<Result<Submitted, Gone>, Error> {
    steps::standing(tx, act, holder, |tx, lock, standing| {
        if holder.journey != Journey::NewDevice || standing.step != Step::Begin {
            return Ok(Submitted::NotNow(standing.step));
        }
        if lock.clock_is_behind() {
            return Err(Error::ClockBehind);
        }
        if !has_recovery_code(&lock.account, &standing.link) {
            return Ok(Submitted::NotOffered);
        }
        match rescue::lock_of(tx, lock.id(), KIND)?.gate(lock.now()) {
            Gate::Open => compare(tx, act, lock, (standing, typed)),
            shut => Ok(Submitted::Shut(shut)),
        }
    })
}

fn compare(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    (standing, typed): (Standing, &RecoveryCode),
) -> Result<Submitted, Error> {
    let mut dice = act.dice();
    let before = throttle::charge(tx, act, lock, KIND)?;
    let kept = lock.account.recovery_code.clone();
    let is = |mac: &Option<Mac>| mac.as_ref().is_some_and(|mac| matches(act, lock, typed, mac));
    let (is_kept, is_spent_here) = (is(&kept), is(&standing.link.recovery_code));
    let Some(proof) = IdentityProof::from_verdict(KIND, is_kept || is_spent_here) else {
        return Ok(match throttle::was_wrong(tx, (act, &mut dice), lock, (KIND, before))? {
            Gate::Open => Submitted::Wrong,
            shut => Submitted::Shut(shut),
        });
    };
    throttle::was_right(tx, lock, proof)?;
    if let Some(code) = kept.filter(|_| is_kept) {
        lock.account.recovery_code = None;
        link::set_recovery_code(tx, lock, &standing.link.id, &code)?;
        audit::record(tx, act, lock, Event::IdentityRight(KIND))?;
    } else {
        audit::record(tx, act, lock, Event::IdentityRightAgain)?;
    }
    let (_, token) = steps::new_visit(tx, (act, &mut dice), lock, &standing.link, Some(proof))?;
    Ok(Submitted::Proved(token))
}

fn matches(act: &Act, lock: &AccountLock, typed: &RecoveryCode, mac: &Mac) -> bool {
    let parts: [&[u8]; 2] = [lock.id().as_str().as_bytes(), typed.canonical().as_bytes()];
    act.keys.verify(Key::RecoveryCode, &parts, mac)
}
