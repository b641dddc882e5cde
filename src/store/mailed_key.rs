//! The key that an account's newest remote-app setup email carries, until its first right passcode makes it an app.

use super::account::AccountLock;
use super::db::Tx;
use super::error::Error;
use crate::model::id::AppId;
use crate::model::time::Timestamp;

/// A key that waits for its first passcode.
#[derive(Debug)]
pub struct MailedKey {
    /// The id that its app will have.
    pub id: AppId,
    /// The key, sealed as its app's will be.
    pub secret: Vec<u8>,
    /// When it stops waiting.
    pub expires_at: Timestamp,
}

/// Makes this the locked account's only key that waits.
pub fn put(tx: &mut Tx<'_>, lock: &AccountLock, key: &MailedKey) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO mailed_key (account_id, id, epoch, secret, expires_at) VALUES ($1, $2, $3, $4, $5)";
    delete(tx, lock)?;
    let values = [
        lock.id().into(),
        (&key.id).into(),
        lock.account.epoch.into(),
        key.secret.clone().into(),
        key.expires_at.into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// The locked account's key that waits, of its epoch, whatever its age.
pub fn of(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<Option<MailedKey>, Error> {
    const SQL: &str = "SELECT id, secret, expires_at FROM mailed_key WHERE account_id = $1 AND epoch = $2";
    let row = tx.query_opt(SQL, &[lock.id().into(), lock.account.epoch.into()])?;
    let key = |row: super::db::Row| {
        Ok(MailedKey { id: AppId::new(row.text(0)?), secret: row.bytes(1)?, expires_at: row.time(2)? })
    };
    row.map(key).transpose()
}

/// Takes the locked account's key away; `false` where none waits.
pub fn delete(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<bool, Error> {
    const SQL: &str = "DELETE FROM mailed_key WHERE account_id = $1";
    Ok(tx.execute(SQL, &[lock.id().into()])? == 1)
}

/// Deletes keys whose time was over before `then`.
pub fn prune(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM mailed_key WHERE expires_at < $1";
    tx.execute(SQL, &[then.into()])
}
