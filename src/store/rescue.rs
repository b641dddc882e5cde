//! Locks of recovery codes and of security answers, each of its own kind, and when sets of answers were wrong.

use super::account::AccountLock;
use super::db::Tx;
use super::error::Error;
use crate::model::id::AccountId;
use crate::model::rescue::{Identity, Lock};
use crate::model::time::Timestamp;

/// The account's lock of this kind.
pub fn lock_of(tx: &mut Tx<'_>, account: &AccountId, kind: Identity) -> Result<Lock, Error> {
    const SQL: &str = "SELECT wrong_in_a_row, locked_until FROM rescue_throttle WHERE account_id = $1 AND kind = $2";
    let row = tx.query_opt(SQL, &[account.into(), kind.as_str().into()])?;
    let lock = row.map(|row| Ok(Lock { wrong_in_a_row: row.count(0)?, locked_until: row.opt_time(1)? })).transpose()?;
    Ok(lock.unwrap_or_default())
}

/// Saves it.
pub fn save(tx: &mut Tx<'_>, account: &AccountLock, kind: Identity, lock: &Lock) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO rescue_throttle (account_id, kind, wrong_in_a_row, locked_until) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, kind) DO UPDATE SET wrong_in_a_row = $3, locked_until = $4";
    let row = i64::from(lock.wrong_in_a_row);
    tx.execute(SQL, &[account.id().into(), kind.as_str().into(), row.into(), lock.locked_until.into()])?;
    Ok(())
}

/// When the account's newest sets of answers since `then` were wrong, newest first, at most `most`.
pub fn wrong_answers(
    tx: &mut Tx<'_>,
    account: &AccountId,
    then: Timestamp,
    most: usize,
) -> Result<Vec<Timestamp>, Error> {
    const SQL: &str = "SELECT at FROM wrong_answers WHERE account_id = $1 AND at > $2 ORDER BY at DESC LIMIT $3";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    tx.query(SQL, &[account.into(), then.into(), most.into()])?.iter().map(|row| row.time(0)).collect()
}

/// Notes one, under this id.
pub fn insert_wrong_answers(tx: &mut Tx<'_>, lock: &AccountLock, id: &str) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO wrong_answers (id, account_id, at) VALUES ($1, $2, $3)";
    tx.execute(SQL, &[id.into(), lock.id().into(), lock.now().into()])?;
    Ok(())
}

/// Takes it back: it turned out to be right.
pub fn delete_wrong_answers(tx: &mut Tx<'_>, lock: &AccountLock, id: &str) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM wrong_answers WHERE id = $1 AND account_id = $2";
    tx.execute(SQL, &[id.into(), lock.id().into()])?;
    Ok(())
}

/// Lifts the locked account's locks and forgets what was wrong.
pub fn delete_all(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    const LOCKS: &str = "DELETE FROM rescue_throttle WHERE account_id = $1";
    const WRONG: &str = "DELETE FROM wrong_answers WHERE account_id = $1";
    tx.execute(LOCKS, &[lock.id().into()])?;
    tx.execute(WRONG, &[lock.id().into()])?;
    Ok(())
}

/// Deletes wrong sets of answers of before `then`.
pub fn prune(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM wrong_answers WHERE at < $1";
    tx.execute(SQL, &[then.into()])
}
