//! The one row about the installation itself.

use super::db::Tx;
use super::error::Error;
use crate::model::time::Timestamp;

/// The sealed value that only the right keyring opens; none before the first start.
pub fn key_check(tx: &mut Tx<'_>) -> Result<Option<Vec<u8>>, Error> {
    const SQL: &str = "SELECT key_check FROM installation WHERE id = 1";
    tx.query_opt(SQL, &[])?.map(|row| row.bytes(0)).transpose()
}

/// Keeps that value; `false` when another node was first.
pub fn begin(tx: &mut Tx<'_>, key_check: &[u8], now: Timestamp) -> Result<bool, Error> {
    const SQL: &str =
        "INSERT INTO installation (id, created_at, key_check, audit_seq) VALUES (1, $1, $2, 0) ON CONFLICT DO NOTHING";
    Ok(tx.execute(SQL, &[now.into(), key_check.to_vec().into()])? == 1)
}

/// The number of the next audit event that belongs to no account.
pub fn next_audit_seq(tx: &mut Tx<'_>) -> Result<i64, Error> {
    const SQL: &str = "UPDATE installation SET audit_seq = audit_seq + 1 WHERE id = 1 RETURNING audit_seq";
    let row = tx.query_opt(SQL, &[])?.ok_or_else(|| Error::Bug("the installation has no row".into()))?;
    row.int(0)
}

/// Makes whoever else calls this wait until the transaction ends.
pub fn lock(tx: &mut Tx<'_>) -> Result<(), Error> {
    const SQL: &str = "UPDATE installation SET audit_seq = audit_seq WHERE id = 1";
    tx.execute(SQL, &[]).map(drop)
}
