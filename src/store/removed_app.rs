//! Apps that their person has removed: they open nothing, and are kept for as long as undoing a change of the email address may
//! bring them back.

use super::account::AccountLock;
use super::db::Tx;
use super::error::Error;
use crate::model::id::AppId;
use crate::model::time::Timestamp;

/// Every app of the locked account that is not a mailed key, with the time since when it has been there: first those that are, then
/// those that were removed, the last one first.
pub fn all(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<Vec<(AppId, Timestamp)>, Error> {
    const PRESENT: &str =
        "SELECT id, created_at FROM totp_app WHERE account_id = $1 AND mailed = 0 ORDER BY created_at, id";
    const REMOVED: &str = "SELECT id, created_at FROM removed_app WHERE account_id = $1 ORDER BY removed_at DESC, id";
    let mut rows = tx.query(PRESENT, &[lock.id().into()])?;
    rows.extend(tx.query(REMOVED, &[lock.id().into()])?);
    rows.iter().map(|row| Ok((AppId::new(row.text(0)?), row.time(1)?))).collect()
}

/// Removes an app of the locked account and keeps it; `false` when it was gone.
pub fn remove(tx: &mut Tx<'_>, lock: &AccountLock, app: &AppId) -> Result<bool, Error> {
    const KEEP: &str = "INSERT INTO removed_app (id, account_id, name, secret, last_step, last_used_at, created_at, \
        removed_at) SELECT id, account_id, name, secret, last_step, last_used_at, created_at, CAST($3 AS BIGINT) FROM totp_app \
        WHERE id = $1 AND account_id = $2 AND mailed = 0";
    const DELETE: &str = "DELETE FROM totp_app WHERE id = $1 AND account_id = $2";
    tx.execute(KEEP, &[app.into(), lock.id().into(), lock.now().into()])?;
    Ok(tx.execute(DELETE, &[app.into(), lock.id().into()])? == 1)
}

/// Makes a removed app one of the locked account's again; nothing where it was not removed.
pub fn bring_back(tx: &mut Tx<'_>, lock: &AccountLock, app: &AppId) -> Result<(), Error> {
    const RESTORE: &str = "INSERT INTO totp_app (id, account_id, name, secret, last_step, last_used_at, created_at, \
        mailed) SELECT id, account_id, name, secret, last_step, last_used_at, created_at, 0 FROM removed_app \
        WHERE id = $1 AND account_id = $2";
    const FORGET: &str = "DELETE FROM removed_app WHERE id = $1 AND account_id = $2";
    tx.execute(RESTORE, &[app.into(), lock.id().into()])?;
    tx.execute(FORGET, &[app.into(), lock.id().into()]).map(drop)
}

/// Removes an app of the locked account for good.
pub fn forget(tx: &mut Tx<'_>, lock: &AccountLock, app: &AppId) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM totp_app WHERE id = $1 AND account_id = $2";
    tx.execute(SQL, &[app.into(), lock.id().into()]).map(drop)
}

/// Deletes those that were removed before `then`.
pub fn prune(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM removed_app WHERE removed_at < $1";
    tx.execute(SQL, &[then.into()])
}
