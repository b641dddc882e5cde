//! Which bucket a try belongs to, and what charging it does to the rows.

use crate::flow::act::Act;
use crate::flow::{audit, post};
use crate::mail::message::{Message, PasswordKnown};
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::id::KnownBrowserId;
use crate::model::sign_in::{Attempt, Ending};
use crate::model::throttle::{Gate, Known, Rest};
use crate::store::account::{self, AccountLock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{attempt, known_browser};

/// The bucket that an attempt's tries are charged to.
#[derive(Debug)]
pub enum Bucket {
    /// Of this known browser.
    Known(KnownBrowserId, Known),
    /// Of everything else.
    Rest,
}

/// A charge, with what stood before it.
#[derive(Debug)]
pub struct Charge {
    bucket: Bucket,
    rest_before: Rest,
}

impl Bucket {
    /// The bucket of an attempt of the locked account. A browser that is dead, expired or of another epoch is not known.
    pub fn of(tx: &mut Tx<'_>, act: &Act, lock: &AccountLock, attempt: &Attempt) -> Result<Self, Error> {
        let Some(id) = &attempt.known_browser else { return Ok(Self::Rest) };
        let found = known_browser::load(tx, id)?;
        Ok(found
            .filter(|browser| is_known(browser, act, lock))
            .map_or(Self::Rest, |browser| Self::Known(browser.id, browser.bucket)))
    }

    /// Whether a try may be compared.
    pub fn gate(&self, act: &Act, lock: &AccountLock) -> Gate {
        let rest = &lock.account.rest;
        match self {
            Self::Known(_, known) => known.gate(rest, &act.rules(), lock.now()),
            Self::Rest => rest.gate(&act.rules(), lock.now()),
        }
    }

    /// Whether it is a known browser's.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Known(..))
    }

    /// Charges one try as a wrong one and makes that stick, whatever happens after.
    pub fn charge(
        self,
        tx: &mut Tx<'_>,
        act: &Act,
        lock: &mut AccountLock,
        attempt: &Attempt,
    ) -> Result<Charge, Error> {
        let (rules, now) = (act.rules(), lock.now());
        let rest_before = lock.account.rest;
        match &self {
            Self::Known(id, known) => {
                known_browser::save(tx, lock, id, &known.charged(&rules, now))?;
                if known.charges_budget {
                    lock.account.rest = rest_before.with_one_spent();
                }
            }
            Self::Rest => lock.account.rest = rest_before.charged(&rules, now),
        }
        attempt::count_wrong(tx, lock, &attempt.id)?;
        account::charge(tx, lock)?;
        Ok(Charge { bucket: self, rest_before })
    }
}

/// Whether it is this account's, of this epoch, in time and alive.
pub(super) fn is_known(browser: &known_browser::KnownBrowser, act: &Act, lock: &AccountLock) -> bool {
    browser.account == *lock.id()
        && browser.epoch == lock.account.epoch
        && browser.expires_at > lock.now()
        && browser.bucket.is_alive(&act.rules())
}

impl Charge {
    /// The try was right: what stood before, with no wrong ones in a row.
    pub fn was_right(&self, tx: &mut Tx<'_>, lock: &mut AccountLock, attempt: &Attempt) -> Result<(), Error> {
        lock.account.rest = self.rest_before;
        match &self.bucket {
            Bucket::Known(id, known) => {
                known_browser::save(tx, lock, id, &Known { wrong_in_a_row: 0, ..*known })?;
            }
            Bucket::Rest => lock.account.rest = self.rest_before.after_right(),
        }
        attempt::uncount_wrong(tx, lock, &attempt.id)
    }

    /// It was no try at all (a code used before): what stood before.
    pub fn was_none(&self, tx: &mut Tx<'_>, lock: &mut AccountLock, attempt: &Attempt) -> Result<(), Error> {
        lock.account.rest = self.rest_before;
        if let Bucket::Known(id, known) = &self.bucket {
            known_browser::save(tx, lock, id, known)?;
        }
        attempt::uncount_wrong(tx, lock, &attempt.id)
    }

    /// The try was wrong: tells whom it concerns, ends what must end, and says whether the bucket still stands open.
    pub fn was_wrong(
        &self,
        tx: &mut Tx<'_>,
        (act, dice): (&Act, &mut Dice),
        lock: &mut AccountLock,
        attempt: &Attempt,
    ) -> Result<Gate, Error> {
        audit::record(tx, act, lock, Event::PasscodeWrong)?;
        heed_budget(tx, (act, dice), lock, self.rest_before)?;
        let gate = self.gate_after(act, lock);
        match gate {
            Gate::Open if attempt.wrong_tries + 1 >= act.rules().tries => {
                attempt::end(tx, lock, &attempt.id, Ending::Wrong)?;
            }
            Gate::Open => {}
            Gate::Locked(_) => {
                audit::record(tx, act, lock, Event::PasscodesLocked)?;
                self.end_attempts(tx, lock, attempt)?;
            }
            Gate::Closed => {
                audit::record(tx, act, lock, Event::PasscodesClosed)?;
                self.end_attempts(tx, lock, attempt)?;
            }
        }
        Ok(gate)
    }

    fn gate_after(&self, act: &Act, lock: &AccountLock) -> Gate {
        match &self.bucket {
            Bucket::Known(_, known) => {
                known.charged(&act.rules(), lock.now()).gate(&lock.account.rest, &act.rules(), lock.now())
            }
            Bucket::Rest => lock.account.rest.gate(&act.rules(), lock.now()),
        }
    }

    /// Ends the bucket's open attempts; this one too, which may have begun in a browser that is not known any more.
    fn end_attempts(&self, tx: &mut Tx<'_>, lock: &AccountLock, attempt: &Attempt) -> Result<(), Error> {
        attempt::end(tx, lock, &attempt.id, Ending::Locked)?;
        let known = match &self.bucket {
            Bucket::Known(id, _) => Some(id),
            Bucket::Rest => None,
        };
        attempt::end_bucket(tx, lock, known)
    }
}

/// What a wrong try that was charged when the bucket was as `before` means for the budget: the owner is told, or the password due.
pub(in crate::flow) fn heed_budget(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    before: Rest,
) -> Result<(), Error> {
    let (rules, after) = (act.rules(), lock.account.rest);
    if after.demands_new_password(&rules) && !before.demands_new_password(&rules) {
        lock.account.password_due = true;
    }
    if after.deserves_notice(&rules) && !before.deserves_notice(&rules) {
        post::notify(tx, (act, dice), lock, &Message::PasswordKnown(PasswordKnown { wrong_tries: after.spent }))?;
    }
    Ok(())
}
