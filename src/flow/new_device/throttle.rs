//! What a try to prove who one is costs, before and after it is compared.

use crate::flow::act::Act;
use crate::flow::audit;
use crate::flow::sign_in::throttle::heed_budget;
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::rescue::{Gate, Identity, IdentityProof, Lock};
use crate::model::throttle::Rest;
use crate::store::account::{self, AccountLock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::rescue;

/// Charges one try as a wrong one and makes that stick, whatever happens after; the budget as it stood before. The budget does not stop
/// it, and neither does a lock of passcodes.
pub(super) fn charge(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, kind: Identity) -> Result<Rest, Error> {
    let before = lock.account.rest;
    lock.account.rest = before.with_one_spent();
    let charged = rescue::lock_of(tx, lock.id(), kind)?.charged(&act.rules(), lock.now());
    rescue::save(tx, lock, kind, &charged)?;
    account::charge(tx, lock)?;
    Ok(before)
}

/// The try was right. It opens a new budget; the ladder of passcodes' locks stands. Emailed passcodes go on waiting where a mail set
/// the password, until the new device is set up.
pub(super) fn was_right(tx: &mut Tx<'_>, lock: &mut AccountLock, proof: IdentityProof) -> Result<(), Error> {
    rescue::save(tx, lock, proof.identity(), &Lock::default())?;
    lock.account.rest = lock.account.rest.with_new_budget();
    Ok(())
}

/// The try was wrong: tells whom it concerns, and says whether this kind still stands open.
pub(super) fn was_wrong(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    (kind, before): (Identity, Rest),
) -> Result<Gate, Error> {
    audit::record(tx, act, lock, Event::IdentityWrong(kind))?;
    heed_budget(tx, (act, dice), lock, before)?;
    let gate = rescue::lock_of(tx, lock.id(), kind)?.gate(lock.now());
    if gate != Gate::Open {
        audit::record(tx, act, lock, Event::IdentityLocked(kind))?;
    }
    Ok(gate)
}
