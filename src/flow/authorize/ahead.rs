//! Requests that a product's server sends ahead (RFC 9126): read whole when they come, kept for a minute, taken up once, by a browser
//! that brings nothing but the reference. From then on they are like any other, and as old as the browser's coming.

use std::time::Duration;

use super::start::Asked;
use crate::flow::act::Act;
use crate::model::id::RequestId;
use crate::model::product::{Kind, Product};
use crate::model::token::{PlainToken, TokenKind};
use crate::oidc::authorize::{AuthorizeRequest, NoReturn, Refused};
use crate::oidc::error::{ErrorCode, ProtocolError};
use crate::oidc::parameters::Parameters;
use crate::store::authorization_request::{self, AuthorizationRequest};
use crate::store::db::Tx;
use crate::store::error::Error;

/// How long one waits for its browser.
pub const LIFE: Duration = Duration::from_secs(60);

/// Keeps what `product` asks for, which has authenticated. The token of the reference.
pub fn push(
    tx: &mut Tx<'_>,
    act: &Act,
    product: &Product,
    parameters: &Parameters,
) -> Result<Result<PlainToken, ProtocolError>, Error> {
    if product.kind != Kind::Web {
        return Ok(Err(ErrorCode::UnauthorizedClient.because("This address is for products of kind web.")));
    }
    let request = match AuthorizeRequest::parse_pushed(parameters, product) {
        Ok(request) => request,
        Err(error) => return Ok(Err(error)),
    };
    let asked = match Asked::new(tx, act, product, request)? {
        Ok(asked) => asked,
        Err(refused) => return Ok(Err(refused.told())),
    };
    let mut dice = act.dice();
    let id = RequestId::new(dice.id(act.now));
    let token = PlainToken::new(TokenKind::PushedRequest, &mut dice);
    let row = AuthorizationRequest {
        id,
        token: act.token_mac(&token),
        product: product.id.clone(),
        pushed: true,
        request: serde_json::to_string(&asked.request).map_err(|error| Error::Bug(error.to_string()))?,
        subject: asked.subject,
        created_at: act.now,
        expires_at: act.now.plus(LIFE),
        passcode: None,
        ended_at: None,
    };
    authorization_request::insert(tx, &row)?;
    Ok(Ok(token))
}

/// Takes up what this product sent ahead, once. What is another's stays where it is.
pub(super) fn take(
    tx: &mut Tx<'_>,
    act: &Act,
    product: &Product,
    token: Result<PlainToken, NoReturn>,
) -> Result<Result<Asked, Refused>, Error> {
    let nothing = Refused::Shown(NoReturn::NothingPushed);
    let row = match token {
        Ok(token) => authorization_request::find(tx, &act.token_macs(&token))?,
        Err(why) => return Ok(Err(Refused::Shown(why))),
    };
    let Some(row) = row.filter(|row| row.pushed && row.product == product.id && act.now < row.expires_at) else {
        return Ok(Err(nothing));
    };
    if !authorization_request::end(tx, &row.id, act.now)? {
        return Ok(Err(nothing));
    }
    let request = serde_json::from_str(&row.request)
        .map_err(|error| Error::Bug(format!("request {} cannot be read: {error}", row.id)))?;
    Ok(Ok(Asked { request, subject: row.subject }))
}
