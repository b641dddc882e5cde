//! Refresh tokens: a family a grant, in which each was given for the one before it.

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::id::GrantId;
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// A refresh token's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// Its code.
    pub mac: Mac,
    /// To which grant it belongs.
    pub grant: GrantId,
    /// When it was used first.
    pub used_at: Option<Timestamp>,
    /// When another was given in its place, because it seemed to have been lost on its way.
    pub lost_at: Option<Timestamp>,
}

/// A new token of the locked account's grant, given for `parent`, or for the code.
pub fn insert(
    tx: &mut Tx<'_>,
    lock: &AccountLock,
    grant: &GrantId,
    (mac, parent): (&Mac, Option<&Mac>),
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO refresh_token (mac, grant_id, parent_mac, made_at) VALUES ($1, $2, $3, $4)";
    tx.execute(SQL, &[mac.into(), grant.into(), parent.into(), lock.now().into()])?;
    Ok(())
}

/// The token that has one of these codes.
pub fn find(tx: &mut Tx<'_>, macs: &[Mac]) -> Result<Option<RefreshToken>, Error> {
    const SQL: &str = "SELECT mac, grant_id, used_at, lost_at FROM refresh_token WHERE mac = $1";
    for mac in macs {
        if let Some(row) = tx.query_opt(SQL, &[mac.into()])? {
            return read(&row).map(Some);
        }
    }
    Ok(None)
}

fn read(row: &Row) -> Result<RefreshToken, Error> {
    Ok(RefreshToken {
        mac: Mac::new(row.bytes(0)?),
        grant: GrantId::new(row.text(1)?),
        used_at: row.opt_time(2)?,
        lost_at: row.opt_time(3)?,
    })
}

/// Uses the token up; `false` when it had been used, or given up for lost.
pub fn use_up(tx: &mut Tx<'_>, lock: &AccountLock, mac: &Mac) -> Result<bool, Error> {
    const SQL: &str = "UPDATE refresh_token SET used_at = $2 WHERE mac = $1 AND used_at IS NULL AND lost_at IS NULL";
    Ok(tx.execute(SQL, &[mac.into(), lock.now().into()])? == 1)
}

/// Gives up for lost what was given for the token `parent`; `false` where that has been used.
pub fn give_up_successors(tx: &mut Tx<'_>, lock: &AccountLock, parent: &Mac) -> Result<bool, Error> {
    const USED: &str = "SELECT COUNT(*) FROM refresh_token WHERE parent_mac = $1 AND used_at IS NOT NULL";
    const SQL: &str = "UPDATE refresh_token SET lost_at = $2 WHERE parent_mac = $1 AND lost_at IS NULL";
    let used = tx.query_opt(USED, &[parent.into()])?.map_or(Ok(0), |row| row.int(0))?;
    if used == 0 {
        tx.execute(SQL, &[parent.into(), lock.now().into()])?;
    }
    Ok(used == 0)
}
