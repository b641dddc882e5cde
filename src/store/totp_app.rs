//! Authenticator apps of accounts. Their keys come and go sealed.

use super::account::AccountLock;
use super::db::Tx;
use super::error::Error;
use crate::model::id::{AccountId, AppId};
use crate::model::own_app::AppName;
use crate::model::time::Timestamp;
use crate::model::totp::Step;

/// An app's row.
#[derive(Debug)]
pub struct SealedApp {
    /// Its id.
    pub id: AppId,
    /// What the person calls it.
    pub name: String,
    /// Its key, sealed.
    pub secret: Vec<u8>,
    /// The newest step of which a code was accepted.
    pub last_step: Step,
    /// When that was.
    pub last_used_at: Timestamp,
    /// Its key was sent by email.
    pub mailed: bool,
}

/// The account's apps.
pub fn of(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<SealedApp>, Error> {
    const SQL: &str =
        "SELECT id, name, secret, last_step, last_used_at, mailed FROM totp_app WHERE account_id = $1 ORDER BY id";
    let rows = tx.query(SQL, &[account.into()])?;
    let app = |row: &super::db::Row| {
        Ok(SealedApp {
            id: AppId::new(row.text(0)?),
            name: row.text(1)?,
            secret: row.bytes(2)?,
            last_step: Step(u64::try_from(row.int(3)?).unwrap_or(0)),
            last_used_at: row.time(4)?,
            mailed: row.flag(5)?,
        })
    };
    rows.iter().map(app).collect()
}

/// An app as its owner sees it: without its key.
#[derive(Clone, Debug)]
pub struct ListedApp {
    /// Its id.
    pub id: AppId,
    /// What the person calls it.
    pub name: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// When a passcode of it was taken last.
    pub used_at: Timestamp,
    /// Its key was sent by email.
    pub mailed: bool,
}

/// The account's apps, the oldest first.
pub fn list(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<ListedApp>, Error> {
    const SQL: &str =
        "SELECT id, name, created_at, last_used_at, mailed FROM totp_app WHERE account_id = $1 ORDER BY created_at, id";
    let listed = |row: &super::db::Row| {
        Ok(ListedApp {
            id: AppId::new(row.text(0)?),
            name: row.text(1)?,
            added_at: row.time(2)?,
            used_at: row.time(3)?,
            mailed: row.flag(4)?,
        })
    };
    tx.query(SQL, &[account.into()])?.iter().map(listed).collect()
}

/// Adds an app whose first passcode was right.
pub fn insert(tx: &mut Tx<'_>, lock: &AccountLock, app: &SealedApp) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO totp_app (id, account_id, name, secret, last_step, last_used_at, created_at, \
        mailed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = [
        (&app.id).into(),
        lock.id().into(),
        app.name.as_str().into(),
        app.secret.clone().into(),
        step_value(app.last_step).into(),
        app.last_used_at.into(),
        lock.now().into(),
        app.mailed.into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// Marks `step` as used; `false` when it, or a newer one, was used already (RFC 6238 section 5.2).
pub fn use_step(tx: &mut Tx<'_>, lock: &AccountLock, app: &AppId, step: Step) -> Result<bool, Error> {
    const SQL: &str = "UPDATE totp_app SET last_step = $3, last_used_at = $4 \
        WHERE id = $1 AND account_id = $2 AND last_step < $3";
    Ok(tx.execute(SQL, &[app.into(), lock.id().into(), step_value(step).into(), lock.now().into()])? == 1)
}

/// Gives an app of the locked account another name; `false` where it has no such app.
pub fn rename(tx: &mut Tx<'_>, lock: &AccountLock, app: &AppId, name: &AppName) -> Result<bool, Error> {
    const SQL: &str = "UPDATE totp_app SET name = $3 WHERE id = $1 AND account_id = $2";
    Ok(tx.execute(SQL, &[app.into(), lock.id().into(), name.as_str().into()])? == 1)
}

/// Removes all apps of the locked account, those that are kept after their removal included.
pub fn delete_all(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM totp_app WHERE account_id = $1";
    const REMOVED: &str = "DELETE FROM removed_app WHERE account_id = $1";
    tx.execute(SQL, &[lock.id().into()])?;
    tx.execute(REMOVED, &[lock.id().into()])?;
    Ok(())
}

fn step_value(step: Step) -> i64 {
    i64::try_from(step.0).unwrap_or(i64::MAX)
}
