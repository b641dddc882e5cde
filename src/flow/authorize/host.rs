//! A proxied product's request, which its host makes for it: it knows no protocol, so it is no client of the authorization endpoint.

use super::start::arrived;
use crate::flow::act::Act;
use crate::model::dice::Dice;
use crate::model::product::Product;
use crate::model::token::PlainToken;
use crate::oidc::authorize::AuthorizeRequest;
use crate::oidc::pkce::CodeChallenge;
use crate::oidc::response::ReturnAddress;
use crate::store::authorization_request;
use crate::store::db::Tx;
use crate::store::error::Error;

/// Keeps a request of the product whose answer goes to `callback` with `state`: its token.
pub fn start(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    product: Product,
    (callback, state): (&str, &str),
    code_challenge: CodeChallenge,
) -> Result<PlainToken, Error> {
    let return_to = ReturnAddress::of_host(callback).with_state(Some(state));
    let request = AuthorizeRequest::of_host(return_to, code_challenge);
    let pending = arrived((act, dice), product, request, None)?;
    authorization_request::insert(tx, &pending.row)?;
    Ok(pending.token)
}
