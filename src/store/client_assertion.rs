//! Assertions with which products authenticated (RFC 7523): each is good once, so its `jti` stays until it would have expired.

use super::db::Tx;
use super::error::Error;
use crate::model::product::ProductId;
use crate::model::time::Timestamp;

/// Uses an assertion up; `false` when it had been used.
pub fn use_up(tx: &mut Tx<'_>, product: &ProductId, jti: &str, until: Timestamp) -> Result<bool, Error> {
    const SQL: &str =
        "INSERT INTO client_assertion (product_id, jti, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(tx.execute(SQL, &[product.as_str().into(), jti.into(), until.into()])? == 1)
}

/// Deletes those that nobody would take any more.
pub fn prune(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM client_assertion WHERE until < $1";
    tx.execute(SQL, &[now.into()])
}
