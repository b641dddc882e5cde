//! A refresh token for tokens (RFC 6749 section 6): each is good once and gives the next one (RFC 9700 section 4.14.2). One that
//! comes again may have been stolen, and nobody can tell from whom; so the family dies. But an answer can be lost on its way: for
//! a few seconds the same token gives another successor in place of the first, provided that the first has not been used.

use std::time::Duration;

use super::issued::Issued;
use super::{Exchanged, NOT_GOOD, issued, standing};
use crate::flow::act::Act;
use crate::flow::{audit, signing_key};
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::id::GrantId;
use crate::model::product::ProductId;
use crate::model::token::{Mac, PlainToken, TokenKind};
use crate::oidc::error::ErrorCode;
use crate::oidc::scope::Scopes;
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::grant::{self, Grant};
use crate::store::refresh_token::{self, RefreshToken};
use crate::store::session;

/// How long the answer to a refresh may have been lost.
pub const GRACE: Duration = Duration::from_secs(10);

/// Gives a new refresh token, for `parent` or for the code.
pub(super) fn give(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    (grant, parent): (&GrantId, Option<&Mac>),
) -> Result<PlainToken, Error> {
    let token = PlainToken::new(TokenKind::Refresh, dice);
    refresh_token::insert(tx, lock, grant, (&act.token_mac(&token), parent))?;
    Ok(token)
}

/// Refreshes; `wanted` may name fewer scopes than were granted.
pub(super) fn refresh(
    tx: &mut Tx<'_>,
    act: &Act,
    client: &ProductId,
    (token, wanted): (&PlainToken, Option<&Scopes>),
) -> Result<Exchanged, Error> {
    let macs = act.token_macs(token);
    let Some(found) = refresh_token::find(tx, &macs)? else { return Ok(Exchanged::Refused(NOT_GOOD)) };
    let grant = grant::load(tx, &found.grant)?.filter(|grant| grant.product == *client);
    let Some(grant) = grant else { return Ok(Exchanged::Refused(NOT_GOOD)) };
    let outcome = with_lock(tx, &grant.account, act.now, |tx, lock| {
        // Read again: what was found was nobody's yet.
        match (refresh_token::find(tx, &macs)?, grant::load(tx, &grant.id)?) {
            (Some(token), Some(grant)) => refresh_locked(tx, act, lock, (token, grant, wanted)),
            _ => Ok(Exchanged::Refused(NOT_GOOD)),
        }
    })?;
    Ok(outcome.unwrap_or(Exchanged::Refused(NOT_GOOD)))
}

fn refresh_locked(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    (token, grant, wanted): (RefreshToken, Grant, Option<&Scopes>),
) -> Result<Exchanged, Error> {
    let now = lock.now();
    let in_time = token.used_at.is_none_or(|used_at| now.since(used_at) < GRACE);
    if token.lost_at.is_some() || !in_time {
        return reused(tx, act, lock, &grant);
    }
    let product = standing::product(tx, act, (&lock.account, now), &grant)?;
    let product = product.filter(|product| standing::may_go_on(product, &grant, now));
    let Some(product) = product else { return Ok(Exchanged::Refused(NOT_GOOD)) };
    let granted = Scopes::parse(&grant.scope).unwrap_or_default();
    let scopes = wanted.cloned().unwrap_or_else(|| granted.clone());
    if !scopes.is_within(&granted) {
        return Ok(Exchanged::Refused(ErrorCode::InvalidScope.because("The scope is more than was granted.")));
    }
    let Some(key) = signing_key::current(tx, act, product.algorithm)? else {
        return Ok(Exchanged::KeyMissing(product.algorithm));
    };
    let is_first = refresh_token::use_up(tx, lock, &token.mac)?;
    if !is_first && !refresh_token::give_up_successors(tx, lock, &token.mac)? {
        return reused(tx, act, lock, &grant);
    }
    // A product that asks on behalf of its person shows that the session is in use.
    if let Some(session) = &grant.session {
        session::touch(tx, session, now)?;
    }
    let mut dice = act.dice();
    let refresh_token = Some(give(tx, (act, &mut dice), lock, (&grant.id, Some(&token.mac)))?);
    let person = issued::person(tx, lock, &scopes)?;
    let (jti, algorithm) = (dice.opaque_id(), product.algorithm);
    let issuer = act.settings.public_url.as_str().to_owned();
    Ok(Exchanged::Issued(Box::new(Issued {
        key,
        algorithm,
        issuer,
        grant,
        scopes,
        person,
        nonce: None,
        jti,
        refresh_token,
        now,
    })))
}

fn reused(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, grant: &Grant) -> Result<Exchanged, Error> {
    if grant::revoke(tx, lock, &grant.id)? {
        audit::record(tx, act, lock, Event::TokensReused(grant.product.clone()))?;
    }
    Ok(Exchanged::Refused(NOT_GOOD))
}
