//! A sign-out that a product began (OpenID Connect RP-Initiated Logout 1.0). Only an ID token that names this browser's session
//! ends it at once; anyone else's word leads to a page that asks. Where the browser goes afterwards is an address that the product
//! registered, to the character, or nowhere.

use std::fmt;

use serde::Deserialize;

use super::act::Act;
use super::session;
use super::signing_key;
use crate::model::product::{Product, ProductId};
use crate::model::token::PlainToken;
use crate::oidc::claims::ID_TOKEN;
use crate::oidc::encode::with_query;
use crate::oidc::end_session::EndSessionRequest;
use crate::oidc::jose::{ExpectedType, verify};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::product;

/// Where the browser goes afterwards: back to the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    /// The product.
    pub product: ProductId,
    /// The address, as it was registered.
    pub uri: String,
    /// The product's own mark.
    pub state: Option<String>,
}

impl Return {
    /// The whole address.
    pub fn address(&self) -> String {
        let state: Vec<_> = self.state.iter().map(|state| ("state", state.as_str())).collect();
        with_query(&self.uri, &state)
    }
}

/// What a request to sign out leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Nobody is signed in here.
    Over(Option<Return>),
    /// The session that the product means is this browser's: it ends at once.
    End(Option<Return>),
    /// The person is asked.
    Ask {
        /// Who is signed in.
        username: String,
        /// The name of the product that says that it sent the browser here.
        product: Option<String>,
        /// Where it wants the browser back.
        back: Option<Return>,
    },
}

/// Why a request to sign out is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No product has this id.
    UnknownProduct,
    /// The ID token was given to another product than the one that is named.
    OtherProduct,
    /// An address, and neither an ID token of ours nor a product that it could belong to.
    WhoseAddress,
    /// The product has not registered the address.
    UnregisteredAddress,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownProduct => "No product has this client_id.",
            Self::OtherProduct => "The id_token_hint was given to another product than the client_id names.",
            Self::WhoseAddress => "A post_logout_redirect_uri needs a client_id or a valid id_token_hint.",
            Self::UnregisteredAddress => "The product has not registered this post_logout_redirect_uri.",
        })
    }
}

/// Decides for whoever is signed in with `session`. Reads only.
pub fn look(
    tx: &mut Tx<'_>,
    act: &Act,
    request: &EndSessionRequest,
    session: Option<&PlainToken>,
) -> Result<Result<Next, Problem>, Error> {
    let hint = hint(tx, act, request)?;
    let product = match product_of(tx, request, hint.as_ref())? {
        Ok(product) => product,
        Err(problem) => return Ok(Err(problem)),
    };
    let back = match back(request, product.as_ref()) {
        Ok(back) => back,
        Err(problem) => return Ok(Err(problem)),
    };
    let live = session.map(|token| session::live(tx, act, token)).transpose()?.flatten();
    let Some(live) = live else { return Ok(Ok(Next::Over(back))) };
    let is_meant = hint.and_then(|hint| hint.sid).is_some_and(|sid| sid == live.session.id.as_str());
    Ok(Ok(match is_meant {
        true => Next::End(back),
        false => Next::Ask { username: live.account.username, product: product.map(|product| product.name), back },
    }))
}

/// What an ID token of ours says. It may have expired: it proves that the product had it, not when.
#[derive(Deserialize)]
struct Hint {
    iss: String,
    aud: String,
    sid: Option<String>,
}

/// The hint, if we signed it. One that cannot be verified (any more) counts as none.
fn hint(tx: &mut Tx<'_>, act: &Act, request: &EndSessionRequest) -> Result<Option<Hint>, Error> {
    let Some(token) = &request.id_token_hint else { return Ok(None) };
    let keys = signing_key::published(tx)?;
    let hint = verify::<Hint>(token, &keys, ExpectedType::Is(ID_TOKEN)).ok();
    Ok(hint.filter(|hint| hint.iss == act.settings.public_url.as_str()))
}

fn product_of(
    tx: &mut Tx<'_>,
    request: &EndSessionRequest,
    hint: Option<&Hint>,
) -> Result<Result<Option<Product>, Problem>, Error> {
    let hinted = hint.map(|hint| hint.aud.as_str());
    let named = request.client_id.as_ref().map(ProductId::as_str);
    if hinted.zip(named).is_some_and(|(hinted, named)| hinted != named) {
        return Ok(Err(Problem::OtherProduct));
    }
    let Some(id) = hinted.or(named) else { return Ok(Ok(None)) };
    let product = ProductId::parse(id).map(|id| product::load(tx, &id)).transpose()?.flatten();
    Ok(product.map(Some).ok_or(Problem::UnknownProduct))
}

fn back(request: &EndSessionRequest, product: Option<&Product>) -> Result<Option<Return>, Problem> {
    let Some(uri) = &request.post_logout_redirect_uri else { return Ok(None) };
    let product = product.ok_or(Problem::WhoseAddress)?;
    let is_registered = product.post_logout_redirect_uris.iter().any(|registered| registered.as_str() == uri);
    if !is_registered {
        return Err(Problem::UnregisteredAddress);
    }
    Ok(Some(Return { product: product.id.clone(), uri: uri.clone(), state: request.state.clone() }))
}
