//! Setting an account's password: everything older ends, and the owner is told.

use super::act::Act;
use super::sign_in::password::seal_hash;
use super::{post, session_end};
use crate::mail::message::{Message, PasswordChanged};
use crate::model::dice::Dice;
use crate::model::secret::SecretText;
use crate::store::account::AccountLock;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::known_browser;

/// Sets the password to what `phc` was made of, raises the epoch and ends what the old epoch held.
pub fn set(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    phc: &SecretText,
) -> Result<(), Error> {
    lock.account.password_hash = Some(seal_hash(act, lock.id(), phc, dice));
    lock.account.password_due = false;
    lock.account.password_blocked = false;
    end_everything(tx, dice, lock)?;
    // Not bound to one an hour, as other notices are: the second change may be the thief's.
    post::tell(tx, (act, dice), lock, &Message::PasswordChanged(PasswordChanged))
}

/// Raises the epoch: sessions and what they gave, attempts, links, known browsers of before are worth nothing.
pub fn end_everything(tx: &mut Tx<'_>, dice: &mut Dice, lock: &mut AccountLock) -> Result<(), Error> {
    lock.account.epoch += 1;
    session_end::all(tx, dice, lock)?;
    known_browser::delete_all(tx, lock)
}
