//! Products with their addresses, and who may open them ([`super::product_access`]).

use std::time::Duration;

use super::db::{Row, Tx, Value};
use super::error::Error;
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

/// A new product; `false` where its id or its host is taken.
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
    let row = tx.query_opt(SQL, &[id.as_str().into()])?;
    row.map(|row| product(tx, &row)).transpose()
}

/// The proxied product that answers at this host.
pub fn by_host(tx: &mut Tx<'_>, host: &str) -> Result<Option<Product>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM product WHERE host = $1");
    let row = tx.query_opt(SQL, &[host.into()])?;
    row.map(|row| product(tx, &row)).transpose()
}

/// All products by name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Product>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM product ORDER BY name, id");
    let rows = tx.query(SQL, &[])?;
    rows.iter().map(|row| product(tx, row)).collect()
}

fn product(tx: &mut Tx<'_>, row: &Row) -> Result<Product, Error> {
    let text = row.text(0)?;
    let unreadable = |what: &str| Error::Bug(format!("product {text} has no readable {what}"));
    let id = ProductId::parse(&text).ok_or_else(|| unreadable("id"))?;
    let max_age = Duration::from_millis(u64::try_from(row.int(4)?).unwrap_or(0));
    let mut product = Product {
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
    };
    add_uris(tx, &mut product)?;
    Ok(product)
}

fn add_uris(tx: &mut Tx<'_>, product: &mut Product) -> Result<(), Error> {
    const SQL: &str = "SELECT kind, uri FROM product_uri WHERE product_id = $1 ORDER BY uri";
    for row in tx.query(SQL, &[product.id.as_str().into()])? {
        let uri = RedirectUri::kept(row.text(1)?);
        match row.text(0)?.as_str() {
            REDIRECT => product.redirect_uris.push(uri),
            POST_LOGOUT => product.post_logout_redirect_uris.push(uri),
            BACK_CHANNEL => product.back_channel_logout_uri = Some(uri),
            other => return Err(Error::Bug(format!("product {} has an address of kind {other:?}", product.id))),
        }
    }
    Ok(())
}

/// Deletes a product with everything that hangs on it; `false` where there is none.
pub fn remove(tx: &mut Tx<'_>, id: &ProductId) -> Result<bool, Error> {
    const TOKENS: &str = "DELETE FROM refresh_token WHERE grant_id IN \
        (SELECT id FROM product_grant WHERE product_id = $1)";
    const REST: [&str; 8] = [
        "DELETE FROM product_grant WHERE product_id = $1",
        "DELETE FROM product_uri WHERE product_id = $1",
        "DELETE FROM product_secret WHERE product_id = $1",
        "DELETE FROM product_access WHERE product_id = $1",
        "DELETE FROM client_assertion WHERE product_id = $1",
        "DELETE FROM authorization_request WHERE product_id = $1",
        "DELETE FROM product_passcode WHERE product_id = $1",
        "DELETE FROM logout_notice WHERE product_id = $1",
    ];
    const SQL: &str = "DELETE FROM product WHERE id = $1";
    let key: [Value; 1] = [id.as_str().into()];
    tx.execute(TOKENS, &key)?;
    for sql in REST {
        tx.execute(sql, &key)?;
    }
    Ok(tx.execute(SQL, &key)? == 1)
}

/// A product's picture: its bytes and media type.
pub fn picture(tx: &mut Tx<'_>, id: &ProductId) -> Result<Option<(Vec<u8>, String)>, Error> {
    const SQL: &str = "SELECT picture, picture_type FROM product WHERE id = $1";
    let Some(row) = tx.query_opt(SQL, &[id.as_str().into()])? else { return Ok(None) };
    Ok(row.opt_bytes(0)?.zip(row.opt_text(1)?))
}

/// Sets a product's picture.
pub fn set_picture(tx: &mut Tx<'_>, id: &ProductId, (bytes, kind): (&[u8], &'static str)) -> Result<(), Error> {
    const SQL: &str = "UPDATE product SET picture = $2, picture_type = $3 WHERE id = $1";
    tx.execute(SQL, &[id.as_str().into(), bytes.into(), kind.into()])?;
    Ok(())
}
