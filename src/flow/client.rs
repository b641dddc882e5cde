//! Which product is calling: what it presents is compared with what it registered. A product has one way to authenticate: none
//! where it is public, signed assertions where it has registered keys, else its secret.

use super::act::Act;
use crate::keys::Purpose;
use crate::model::product::Product;
use crate::model::token::PlainToken;
use crate::oidc::assertion::Assertion;
use crate::oidc::client_auth::{ClientRefused, Presented};
use crate::oidc::discovery::path;
use crate::oidc::jose::JwkSet;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{client_assertion, product, product_secret};

/// The product that presents this at `endpoint`, a path of ours.
pub fn authenticate(
    tx: &mut Tx<'_>,
    act: &Act,
    presented: &Presented,
    endpoint: &str,
) -> Result<Result<Product, ClientRefused>, Error> {
    let Some(product) = product::load(tx, presented.client())? else { return Ok(Err(presented.refused())) };
    let has_secret = !product.is_public && product.key_set.is_none();
    let is_right = match presented {
        Presented::Nothing(_) => product.is_public,
        Presented::Secret { secret, .. } => has_secret && is_secret_of(tx, act, &product, secret)?,
        Presented::Assertion { assertion, .. } => {
            !product.is_public && is_signed_by(tx, act, &product, (assertion, endpoint))?
        }
    };
    Ok(if is_right { Ok(product) } else { Err(presented.refused()) })
}

/// Compares with every living secret, whichever is right: the time tells nothing.
fn is_secret_of(tx: &mut Tx<'_>, act: &Act, product: &Product, secret: &PlainToken) -> Result<bool, Error> {
    let living = product_secret::living(tx, &product.id, act.now)?;
    let is_right = |stored| act.keys.verify(Purpose::Token, &[secret.expose().as_bytes()], stored);
    Ok(living.iter().fold(false, |found, stored| found | is_right(stored)))
}

/// Whether the assertion is good, and for the first time. It may be meant for us, for the token endpoint, or for the one that it was
/// sent to (RFC 7523 section 3, RFC 9126 section 2).
fn is_signed_by(
    tx: &mut Tx<'_>,
    act: &Act,
    product: &Product,
    (assertion, endpoint): (&Assertion, &str),
) -> Result<bool, Error> {
    let Some(key_set) = &product.key_set else { return Ok(false) };
    let keys = JwkSet::parse(key_set)
        .map_err(|problem| Error::Bug(format!("the keys of product {}: {problem}", product.id)))?;
    let url = &act.settings.public_url;
    let (token, endpoint) = (url.join(path::TOKEN), url.join(endpoint));
    match assertion.verified(&product.id, keys.keys(), &[url.as_str(), &token, &endpoint], act.now) {
        Some(once) => client_assertion::use_up(tx, &product.id, &once.jti, once.until),
        None => Ok(false),
    }
}
