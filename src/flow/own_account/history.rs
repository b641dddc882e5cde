//! The account's own part of the audit trail, the newest first, a page at a time.

use std::collections::HashMap;

use crate::flow::act::Act;
use crate::model::id::AccountId;
use crate::model::product::ProductId;
use crate::store::audit;
pub use crate::store::audit::StoredEvent;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::product;

/// How many events stand on one page.
pub const PAGE: usize = 25;

/// One page.
#[derive(Debug)]
pub struct Page {
    /// The events, with the network, and the country where that is told, in place of the address.
    pub events: Vec<StoredEvent>,
    /// The names of the products that they are about.
    pub products: HashMap<String, String>,
    /// The number before which the next page begins, if there is one.
    pub older: Option<i64>,
}

/// The events numbered below `before`, or the newest.
pub fn page(tx: &mut Tx<'_>, act: &Act, account: &AccountId, before: Option<i64>) -> Result<Page, Error> {
    let most = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let mut events = audit::of_account(tx, account, before.unwrap_or(i64::MAX), most)?;
    let has_more = events.len() > PAGE;
    events.truncate(PAGE);
    for event in &mut events {
        event.address = act.place(&event.address);
    }
    let mut products = HashMap::new();
    for event in events.iter().filter(|event| event.act.starts_with("product-") || event.act == "device") {
        let unknown = ProductId::parse(&event.detail).filter(|id| !products.contains_key(id.as_str()));
        let Some(id) = unknown else { continue };
        if let Some(product) = product::load(tx, &id)? {
            products.insert(id.as_str().to_owned(), product.name);
        }
    }
    let older = events.last().filter(|_| has_more).map(|event| event.seq);
    Ok(Page { events, products, older })
}
