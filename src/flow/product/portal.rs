//! What the portal shows of products: those that the account may open, and where each begins.

use crate::model::id::AccountId;
use crate::model::picture::Picture;
use crate::model::product::{Product, ProductId};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{product, product_access};

/// A product that the account may open.
#[derive(Debug)]
pub struct Openable {
    /// The product.
    pub product: Product,
    /// Whether it has a picture.
    pub has_picture: bool,
}

/// The products that the account may open, by name.
pub fn openable(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<Openable>, Error> {
    let ids = product_access::products_of(tx, account)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let pictured = product::with_picture(tx)?;
    let mine = product::list(tx)?.into_iter().filter(|product| ids.contains(&product.id));
    Ok(mine.map(|product| Openable { has_picture: pictured.contains(&product.id), product }).collect())
}

/// What opening a product from the portal leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    /// There is no such product, or it begins nowhere in a browser.
    Unknown,
    /// The account may not open it.
    Forbidden,
    /// There it begins.
    At(String),
}

/// Where a product begins for the account.
pub fn start(tx: &mut Tx<'_>, account: &AccountId, id: &ProductId) -> Result<Start, Error> {
    let Some(product) = product::load(tx, id)? else { return Ok(Start::Unknown) };
    if !product_access::may_open(tx, id, account)? {
        return Ok(Start::Forbidden);
    }
    Ok(product.start_url.map_or(Start::Unknown, Start::At))
}

/// A product's picture, for accounts that may open it.
pub fn picture(tx: &mut Tx<'_>, account: &AccountId, id: &ProductId) -> Result<Option<Picture>, Error> {
    if product_access::may_open(tx, id, account)? { product::picture(tx, id) } else { Ok(None) }
}
