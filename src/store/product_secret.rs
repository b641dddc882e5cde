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

/// Makes room for a newer secret: the newest stays good until then, or ends where there is no time, those before it end at once.
pub fn supersede(tx: &mut Tx<'_>, product: &ProductId, until: Option<Timestamp>) -> Result<(), Error> {
    const END: &str = "DELETE FROM product_secret WHERE product_id = $1 AND (until IS NOT NULL OR $2 = 0)";
    const SQL: &str = "UPDATE product_secret SET until = $2 WHERE product_id = $1";
    tx.execute(END, &[product.as_str().into(), until.is_some().into()])?;
    if let Some(until) = until {
        tx.execute(SQL, &[product.as_str().into(), until.into()])?;
    }
    Ok(())
}

/// The codes that are good now.
pub fn living(tx: &mut Tx<'_>, product: &ProductId, now: Timestamp) -> Result<Vec<Mac>, Error> {
    const SQL: &str =
        "SELECT mac FROM product_secret WHERE product_id = $1 AND (until IS NULL OR until > $2) ORDER BY id DESC";
    let rows = tx.query(SQL, &[product.as_str().into(), now.into()])?;
    rows.iter().map(|row| row.bytes(0).map(Mac::new)).collect()
}
