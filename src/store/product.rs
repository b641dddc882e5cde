//! Products with their addresses, and who may open them ([`super::product_access`]).

use std::time::Duration;

use super::db::{Row, Tx, Value};
use super::error::Error;
use crate::model::picture::{Picture, PictureType};
use crate::model::product::{Kind, Policy, Product, ProductId};
use crate::model::redirect_uri::RedirectUri;
use crate::model::signing_algorithm::SigningAlgorithm;
use crate::model::time::Timestamp;

const REDIRECT: &str = "redirect";
const POST_LOGOUT: &str = "post_logout";
const BACK_CHANNEL: &str = "back_channel";

/// The columns of [`product`], in its order.
macro_rules! columns {
    () => {
        "id, name, kind, policy, max_age, start_url, host, is_public, forbids_email, device_grant, algorithm, key_set"
    };
}

/// A new product; `false` where its id, its name or its host is taken.
pub fn insert(tx: &mut Tx<'_>, product: &Product, now: Timestamp) -> Result<bool, Error> {
    const SQL: &str = concat!(
        "INSERT INTO product (",
        columns!(),
        ", created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING"
    );
    let values = [
        product.id.as_str().into(),
        product.name.as_str().into(),
        product.kind.as_str().into(),
        product.policy.as_str().into(),
        i64::try_from(product.policy.max_age().as_millis()).unwrap_or(i64::MAX).into(),
        product.start_url.clone().into(),
        product.host.clone().into(),
        product.is_public.into(),
        product.forbids_email.into(),
        product.device_grant.into(),
        product.algorithm.as_str().into(),
        product.key_set.clone().into(),
        now.into(),
    ];
    if tx.execute(SQL, &values)? != 1 {
        return Ok(false);
    }
    insert_uris(tx, &product.id, REDIRECT, &product.redirect_uris)?;
    insert_uris(tx, &product.id, POST_LOGOUT, &product.post_logout_redirect_uris)?;
    insert_uris(tx, &product.id, BACK_CHANNEL, product.back_channel_logout_uri.as_slice())?;
    Ok(true)
}

fn insert_uris(tx: &mut Tx<'_>, id: &ProductId, kind: &'static str, uris: &[RedirectUri]) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO product_uri (product_id, kind, uri) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    for uri in uris {
        tx.execute(SQL, &[id.as_str().into(), kind.into(), uri.as_str().into()])?;
    }
    Ok(())
}

/// The product with this id.
pub fn load(tx: &mut Tx<'_>, id: &ProductId) -> Result<Option<Product>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM product WHERE id = $1");
    one(tx, SQL, id.as_str().into())
}

/// The proxied product that answers at this host.
pub fn by_host(tx: &mut Tx<'_>, host: &str) -> Result<Option<Product>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM product WHERE host = $1");
    one(tx, SQL, host.into())
}

fn one(tx: &mut Tx<'_>, sql: &'static str, key: Value) -> Result<Option<Product>, Error> {
    const URIS: &str = "SELECT product_id, kind, uri FROM product_uri WHERE product_id = $1 ORDER BY uri";
    let Some(row) = tx.query_opt(sql, &[key])? else { return Ok(None) };
    let mut product = product(&row)?;
    for row in tx.query(URIS, &[product.id.as_str().into()])? {
        add_uri(&mut product, &row)?;
    }
    Ok(Some(product))
}

/// All products by name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Product>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM product ORDER BY name");
    const URIS: &str = "SELECT product_id, kind, uri FROM product_uri ORDER BY uri";
    let mut products: Vec<Product> = tx.query(SQL, &[])?.iter().map(product).collect::<Result<_, _>>()?;
    for row in tx.query(URIS, &[])? {
        let owner = id(&row, 0)?;
        if let Some(product) = products.iter_mut().find(|product| product.id == owner) {
            add_uri(product, &row)?;
        }
    }
    Ok(products)
}

fn id(row: &Row, column: usize) -> Result<ProductId, Error> {
    let text = row.text(column)?;
    ProductId::parse(&text).ok_or_else(|| Error::Bug(format!("{text:?} is no product's id")))
}

fn product(row: &Row) -> Result<Product, Error> {
    let id = id(row, 0)?;
    let unreadable = |what: &str| Error::Bug(format!("product {id} has no readable {what}"));
    let max_age = Duration::from_millis(u64::try_from(row.int(4)?).unwrap_or(0));
    Ok(Product {
        name: row.text(1)?,
        kind: Kind::parse(&row.text(2)?).ok_or_else(|| unreadable("kind"))?,
        policy: Policy::parse(&row.text(3)?, max_age).ok_or_else(|| unreadable("policy"))?,
        start_url: row.opt_text(5)?,
        host: row.opt_text(6)?,
        is_public: row.flag(7)?,
        forbids_email: row.flag(8)?,
        device_grant: row.flag(9)?,
        algorithm: SigningAlgorithm::parse(&row.text(10)?).ok_or_else(|| unreadable("algorithm"))?,
        key_set: row.opt_text(11)?,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        back_channel_logout_uri: None,
        id,
    })
}

fn add_uri(product: &mut Product, row: &Row) -> Result<(), Error> {
    let uri = RedirectUri::kept(row.text(2)?);
    match row.text(1)?.as_str() {
        REDIRECT => product.redirect_uris.push(uri),
        POST_LOGOUT => product.post_logout_redirect_uris.push(uri),
        BACK_CHANNEL => product.back_channel_logout_uri = Some(uri),
        other => return Err(Error::Bug(format!("product {} has an address of kind {other:?}", product.id))),
    }
    Ok(())
}

/// Makes the product's row this transaction's until it ends; `false` where there is none.
pub fn lock(tx: &mut Tx<'_>, id: &ProductId) -> Result<bool, Error> {
    const SQL: &str = "UPDATE product SET created_at = created_at WHERE id = $1";
    Ok(tx.execute(SQL, &[id.as_str().into()])? == 1)
}

/// Deletes a product. Everything that hangs on it goes with it, also what others add at this moment. `false` where there is none.
pub fn remove(tx: &mut Tx<'_>, id: &ProductId) -> Result<bool, Error> {
    const SQL: &str = "DELETE FROM product WHERE id = $1";
    Ok(tx.execute(SQL, &[id.as_str().into()])? == 1)
}

/// A product's picture.
pub fn picture(tx: &mut Tx<'_>, id: &ProductId) -> Result<Option<Picture>, Error> {
    const SQL: &str = "SELECT picture, picture_type FROM product WHERE id = $1";
    let Some(row) = tx.query_opt(SQL, &[id.as_str().into()])? else { return Ok(None) };
    let Some((bytes, kind)) = row.opt_bytes(0)?.zip(row.opt_text(1)?) else { return Ok(None) };
    let kind =
        PictureType::parse(&kind).ok_or_else(|| Error::Bug(format!("product {id} has a picture of {kind:?}")))?;
    Ok(Some(Picture::kept(bytes, kind)))
}

/// Sets a product's picture.
pub fn set_picture(tx: &mut Tx<'_>, id: &ProductId, picture: &Picture) -> Result<(), Error> {
    const SQL: &str = "UPDATE product SET picture = $2, picture_type = $3 WHERE id = $1";
    tx.execute(SQL, &[id.as_str().into(), picture.bytes().into(), picture.kind().as_str().into()])?;
    Ok(())
}

/// The products that have a picture.
pub fn with_picture(tx: &mut Tx<'_>) -> Result<Vec<ProductId>, Error> {
    const SQL: &str = "SELECT id FROM product WHERE picture IS NOT NULL";
    tx.query(SQL, &[])?.iter().map(|row| id(row, 0)).collect()
}
