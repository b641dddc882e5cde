//! Access tokens where they are shown: who the person is, whether the token is good, and giving tokens back. A token is good while
//! its grant stands, however long it says itself.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{issued, standing};
use crate::flow::act::Act;
use crate::flow::{audit, signing_key};
use crate::model::account::Account;
use crate::model::audit::Event;
use crate::model::id::GrantId;
use crate::model::product::ProductId;
use crate::oidc::claims::{ACCESS_TOKEN, AccessTokenClaims, Introspection};
use crate::oidc::jose::{ExpectedType, verify};
use crate::oidc::scope::Scope;
use crate::oidc::token_hint::NamedToken;
use crate::store::account::{self, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::grant::{self, Grant};
use crate::store::refresh_token;

/// How far the clocks of two nodes may stand apart.
const SLACK: Duration = Duration::from_secs(30);

/// What an access token shows of its person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The claims that its scopes ask for.
    Person(Map<String, Value>),
    /// It is good, but not for this.
    OtherScope,
    /// It is not good.
    NotGood,
}

/// The person of an access token (OpenID Connect Core section 5.3).
pub fn person(tx: &mut Tx<'_>, act: &Act, token: &str) -> Result<Shown, Error> {
    let Some((claims, grant, account)) = good(tx, act, token)? else { return Ok(Shown::NotGood) };
    if !claims.scope.has(Scope::OpenId) {
        return Ok(Shown::OtherScope);
    }
    issued::claims(tx, (&grant.account, &account), &claims.scope).map(Shown::Person)
}

/// What `client` is told about a token (RFC 7662): nothing but of its own access tokens.
pub fn introspect(tx: &mut Tx<'_>, act: &Act, client: &ProductId, token: &NamedToken) -> Result<Introspection, Error> {
    let NamedToken::Access(token) = token else { return Ok(Introspection::INACTIVE) };
    Ok(match good(tx, act, token.expose())? {
        Some((claims, grant, account)) if grant.product == *client => Introspection::active(claims, account.username),
        _ => Introspection::INACTIVE,
    })
}

/// Takes back what `client` was given, by any token of it (RFC 7009). Of what it was not given nothing is said and nothing done.
pub fn revoke(tx: &mut Tx<'_>, act: &Act, client: &ProductId, token: &NamedToken) -> Result<(), Error> {
    let id = match token {
        NamedToken::Refresh(token) => refresh_token::find(tx, &act.token_macs(token))?.map(|found| found.grant),
        NamedToken::Access(token) => verified(tx, act, token.expose())?.map(|claims| GrantId::new(claims.vst_grant)),
    };
    let Some(id) = id else { return Ok(()) };
    let Some(grant) = grant::load(tx, &id)?.filter(|grant| grant.product == *client) else { return Ok(()) };
    with_lock(tx, &grant.account, act.now, |tx, lock| {
        if grant::revoke(tx, lock, &id)? {
            audit::record(tx, act, lock, Event::TokensRevoked(client.clone()))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// An access token that is good now, with its grant and its account.
fn good(tx: &mut Tx<'_>, act: &Act, token: &str) -> Result<Option<(AccessTokenClaims, Grant, Account)>, Error> {
    let Some(claims) = verified(tx, act, token)? else { return Ok(None) };
    let Some(grant) = grant::load(tx, &GrantId::new(claims.vst_grant.clone()))? else { return Ok(None) };
    let Some(account) = account::load(tx, &grant.account)? else { return Ok(None) };
    let is_its_own = claims.sub == grant.account.as_str() && claims.client_id == grant.product.as_str();
    let stands = is_its_own && standing::product(tx, act, (&account, act.now), &grant)?.is_some();
    Ok(stands.then_some((claims, grant, account)))
}

/// What an access token of ours claims, while its own time lasts.
fn verified(tx: &mut Tx<'_>, act: &Act, token: &str) -> Result<Option<AccessTokenClaims>, Error> {
    let keys = signing_key::published(tx)?;
    let issuer = act.settings.public_url.as_str();
    let claims = verify::<AccessTokenClaims>(token, &keys, ExpectedType::Is(ACCESS_TOKEN)).ok();
    Ok(claims.filter(|claims| {
        claims.iss == issuer
            && claims.aud == issuer
            && act.now < claims.exp.timestamp()
            && claims.iat.timestamp() <= act.now.plus(SLACK)
    }))
}
