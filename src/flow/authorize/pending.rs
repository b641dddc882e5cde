//! Requests that wait, with their products. A request's token is computed from its id, so that any page on the way can name it again.

use crate::flow::act::Act;
use crate::keys::Purpose;
use crate::model::dice::Seed;
use crate::model::id::{RequestId, SessionId};
use crate::model::opening::is_app_only;
use crate::model::product::{Kind, Product};
use crate::model::proof::PasscodeProof;
use crate::model::token::{Mac, PlainToken, TokenKind};
use crate::oidc::authorize::AuthorizeRequest;
use crate::store::account::AccountLock;
use crate::store::authorization_request::{self, AuthorizationRequest};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{product, product_passcode};

/// A request that can still be answered.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Its row.
    pub row: AuthorizationRequest,
    /// Its token.
    pub token: PlainToken,
    /// Whose it is.
    pub product: Product,
    /// What it asks.
    pub request: AuthorizeRequest,
}

impl Pending {
    /// Whether a remote app asks, which has no browser and gets no session.
    pub fn is_remote(&self) -> bool {
        self.product.kind == Kind::RemoteApp
    }

    /// Whether an emailed passcode does not do for it.
    pub fn is_app_only(&self) -> bool {
        is_app_only(&self.product, self.request.demands())
    }
}

/// The token of the request with this id, under the active key.
pub fn new_token(act: &Act, id: &RequestId) -> PlainToken {
    token(&act.keys.mac(Purpose::Request, &[id.as_str().as_bytes()]))
}

fn token(mac: &Mac) -> PlainToken {
    let mut seed = [0; 32];
    // The first byte names the key.
    seed.iter_mut().zip(mac.as_bytes().iter().skip(1)).for_each(|(to, from)| *to = *from);
    PlainToken::new(TokenKind::Request, &mut Seed::new(seed).dice())
}

/// The request behind a token that a browser shows, while it waits. A remote app's is none of a browser's.
pub fn find(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<Pending>, Error> {
    Ok(find_any(tx, act, token)?.filter(|pending| !pending.is_remote()))
}

/// The request behind a token that never left the server, whoever asks.
pub fn find_any(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<Pending>, Error> {
    let Some(row) = authorization_request::find(tx, &act.token_macs(token))? else { return Ok(None) };
    waiting(tx, act, row, token.clone())
}

/// The request with this id, while it waits.
pub fn load(tx: &mut Tx<'_>, act: &Act, id: &RequestId) -> Result<Option<Pending>, Error> {
    let Some(row) = authorization_request::load(tx, id)? else { return Ok(None) };
    let made = act.keys.macs(Purpose::Request, &[id.as_str().as_bytes()]);
    let Some(token) = made.iter().map(token).find(|token| act.token_macs(token).contains(&row.token)) else {
        return Ok(None);
    };
    waiting(tx, act, row, token)
}

fn waiting(tx: &mut Tx<'_>, act: &Act, row: AuthorizationRequest, token: PlainToken) -> Result<Option<Pending>, Error> {
    if row.pushed || row.ended_at.is_some() || act.now >= row.expires_at {
        return Ok(None);
    }
    let Some(product) = product::load(tx, &row.product)? else { return Ok(None) };
    let request = serde_json::from_str(&row.request)
        .map_err(|error| Error::Bug(format!("request {} cannot be read: {error}", row.id)))?;
    Ok(Some(Pending { row, token, product, request }))
}

/// Keeps a right passcode that was given for the request in this session: for it and its product alone. The request's token, while
/// it waits.
pub fn give_passcode(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &AccountLock,
    id: &RequestId,
    given: (&SessionId, PasscodeProof),
) -> Result<Option<PlainToken>, Error> {
    let Some(pending) = load(tx, act, id)? else { return Ok(None) };
    if !authorization_request::give_passcode(tx, lock, id, given)? {
        return Ok(None);
    }
    product_passcode::keep(tx, lock, (given.0, &pending.product.id), given.1)?;
    Ok(Some(pending.token))
}

/// What the sign-in page says of a request.
#[derive(Clone, Debug)]
pub struct Named {
    /// The product's name.
    pub product: String,
    /// A name to begin with.
    pub login_hint: Option<String>,
}

/// The names in the request behind `token`, while it waits.
pub fn named(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<Named>, Error> {
    let found = find(tx, act, token)?;
    Ok(found.map(|found| Named { product: found.product.name, login_hint: found.request.login_hint }))
}
