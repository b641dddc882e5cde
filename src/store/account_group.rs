//! The groups that an account belongs to; products name them to say who may open them.

use super::account::AccountLock;
use super::db::Tx;
use super::error::Error;
use crate::model::group_name::GroupName;
use crate::model::id::AccountId;

/// Makes these the locked account's groups.
pub fn set(tx: &mut Tx<'_>, lock: &AccountLock, names: &[GroupName]) -> Result<(), Error> {
    const CLEAR: &str = "DELETE FROM account_group WHERE account_id = $1";
    const SQL: &str = "INSERT INTO account_group (account_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.execute(CLEAR, &[lock.id().into()])?;
    for name in names {
        tx.execute(SQL, &[lock.id().into(), name.as_str().into()])?;
    }
    Ok(())
}

/// The account's groups by name.
pub fn of(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<String>, Error> {
    const SQL: &str = "SELECT name FROM account_group WHERE account_id = $1 ORDER BY name";
    tx.query(SQL, &[account.into()])?.iter().map(|row| row.text(0)).collect()
}

/// Every account's groups: account by account, by name.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<(AccountId, String)>, Error> {
    const SQL: &str = "SELECT account_id, name FROM account_group ORDER BY account_id, name";
    tx.query(SQL, &[])?.iter().map(|row| Ok((AccountId::new(row.text(0)?), row.text(1)?))).collect()
}
