//! The account that a product expects: the subject of an ID token that we gave to it (`id_token_hint`, OpenID Connect Core section
//! 3.1.2.1). One that has expired still names its person; one for another product, or of another issuer, names nobody.

use serde::Deserialize;

use crate::flow::act::Act;
use crate::flow::signing_key;
use crate::model::id::AccountId;
use crate::model::product::Product;
use crate::oidc::jose::{ExpectedType, verify};
use crate::store::account;
use crate::store::db::Tx;
use crate::store::error::Error;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
}

/// Whom the token names, if it is ours and the product's.
pub fn subject(tx: &mut Tx<'_>, act: &Act, product: &Product, token: &str) -> Result<Option<AccountId>, Error> {
    let keys = signing_key::published(tx)?;
    let Ok(claims) = verify::<Claims>(token, &keys, ExpectedType::IfSaid("JWT")) else { return Ok(None) };
    if claims.iss != act.settings.public_url.as_str() || claims.aud != product.id.as_str() {
        return Ok(None);
    }
    let id = AccountId::new(claims.sub);
    Ok(account::load(tx, &id)?.map(|_| id))
}
