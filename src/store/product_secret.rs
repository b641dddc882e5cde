//! The codes of products' secrets: the newest one, and the one before it for as long as the change-over takes.

use super::db::Tx;
use super::error::Error;
use crate::model::product::ProductId;
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// A new secret.
pub fn insert(tx: &mut Tx<'_>, id: &str, product: &ProductId, mac: &Mac, now: Timestamp) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO product_secret (id, product_id, mac, created_at) VALUES ($1, $2, $3, $4)";
    tx.execute(SQL, &[id.into(), product.as_str().into(), mac.into(), now.into()])?;
    Ok(())
}

/// Leaves the secrets that there are good until then, if they don't end earlier.
pub fn end_at(tx: &mut Tx<'_>, product: &ProductId, until: Timestamp) -> Result<(), Error> {
    const SQL: &str = "UPDATE product_secret SET until = $2 WHERE product_id = $1 AND (until IS NULL OR until > $2)";
    tx.execute(SQL, &[product.as_str().into(), until.into()])?;
    Ok(())
}

/// The codes that are good now.
pub fn living(tx: &mut Tx<'_>, product: &ProductId, now: Timestamp) -> Result<Vec<Mac>, Error> {
    const SQL: &str =
        "SELECT mac FROM product_secret WHERE product_id = $1 AND (until IS NULL OR until > $2) ORDER BY id DESC";
    let rows = tx.query(SQL, &[product.as_str().into(), now.into()])?;
    rows.iter().map(|row| row.bytes(0).map(Mac::new)).collect()
}

/// Deletes those that ended before `now`.
pub fn prune(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM product_secret WHERE until <= $1";
    tx.execute(SQL, &[now.into()])
}
