//! The newest passcode that a session gave for one product alone.

use super::account::AccountLock;
use super::db::Tx;
use super::error::Error;
use crate::model::id::SessionId;
use crate::model::product::ProductId;
use crate::model::proof::{PasscodeProof, Way};
use crate::model::time::Timestamp;

/// Keeps it; the one before it is gone.
pub fn keep(
    tx: &mut Tx<'_>,
    lock: &AccountLock,
    (session, product): (&SessionId, &ProductId),
    proof: PasscodeProof,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO product_passcode (session_id, product_id, account_id, way, at) \
        VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (session_id, product_id) DO UPDATE SET way = excluded.way, at = excluded.at";
    let values =
        [session.into(), product.as_str().into(), lock.id().into(), proof.way().as_str().into(), proof.at().into()];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// The newest of this session for this product.
pub fn newest(tx: &mut Tx<'_>, session: &SessionId, product: &ProductId) -> Result<Option<PasscodeProof>, Error> {
    const SQL: &str = "SELECT way, at FROM product_passcode WHERE session_id = $1 AND product_id = $2";
    let Some(row) = tx.query_opt(SQL, &[session.into(), product.as_str().into()])? else { return Ok(None) };
    let way = Way::parse(&row.text(0)?).ok_or_else(|| Error::Bug("a product's passcode has no way".into()))?;
    Ok(Some(PasscodeProof::kept(way, row.time(1)?)))
}

/// Deletes those given before `then`.
pub fn prune(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM product_passcode WHERE at < $1";
    tx.execute(SQL, &[then.into()])
}
