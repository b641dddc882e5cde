//! A code for tokens (RFC 6749 section 4.1.3): by the client it was given to, with the address it was sent to and the verifier of its
//! challenge, once. A second use by whoever has all of these means that the first may have been another's: it takes back what that
//! gave (section 4.1.2). Who lacks one of them is refused and changes nothing, so that a code which leaked alone harms nobody.

use super::{Exchanged, NOT_GOOD, issued, standing};
use crate::flow::act::Act;
use crate::flow::{audit, signing_key};
use crate::model::audit::Event;
use crate::model::product::ProductId;
use crate::model::token::PlainToken;
use crate::oidc::pkce::{CodeChallenge, CodeVerifier};
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::grant::{self, Grant};

/// What the client offers.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// The code.
    pub code: &'a PlainToken,
    /// Where it was sent.
    pub redirect_uri: Option<&'a str>,
    /// What fits the challenge.
    pub verifier: &'a CodeVerifier,
}

impl Offer<'_> {
    pub(super) fn fits(&self, grant: &Grant, client: &ProductId) -> bool {
        let challenge = grant.code_challenge.as_deref().and_then(CodeChallenge::parse);
        grant.product == *client
            && grant.redirect_uri.as_deref() == self.redirect_uri
            && challenge.is_some_and(|challenge| challenge.is_met_by(self.verifier))
    }
}

/// Redeems the code.
pub(super) fn redeem(tx: &mut Tx<'_>, act: &Act, client: &ProductId, offer: &Offer<'_>) -> Result<Exchanged, Error> {
    let macs = act.token_macs(offer.code);
    let Some(found) = grant::by_code(tx, &macs)? else { return Ok(Exchanged::Refused(NOT_GOOD)) };
    let outcome = with_lock(tx, &found.account, act.now, |tx, lock| {
        // Read again: what was found was nobody's yet.
        match grant::by_code(tx, &macs)? {
            Some(grant) if offer.fits(&grant, client) => redeem_locked(tx, act, lock, grant),
            _ => Ok(Exchanged::Refused(NOT_GOOD)),
        }
    })?;
    Ok(outcome.unwrap_or(Exchanged::Refused(NOT_GOOD)))
}

fn redeem_locked(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, grant: Grant) -> Result<Exchanged, Error> {
    if was_used(tx, act, lock, &grant)? {
        return Ok(Exchanged::Refused(NOT_GOOD));
    }
    let now = lock.now();
    let product = standing::product(tx, act, (&lock.account, now), &grant)?;
    let product = product.filter(|_| grant.code_expires_at.is_some_and(|until| now < until));
    let Some(product) = product else { return Ok(Exchanged::Refused(NOT_GOOD)) };
    let Some(key) = signing_key::current(tx, act, product.algorithm)? else {
        return Ok(Exchanged::KeyMissing(product.algorithm));
    };
    if !grant::use_code(tx, lock, &grant.id)? {
        return Ok(Exchanged::Refused(NOT_GOOD));
    }
    issued::first(tx, act, lock, (grant, &product, key))
}

/// Whether the code came before; then what it gave is taken back.
pub(super) fn was_used(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, grant: &Grant) -> Result<bool, Error> {
    if grant.code_used_at.is_none() {
        return Ok(false);
    }
    if grant::revoke(tx, lock, &grant.id)? {
        audit::record(tx, act, lock, Event::TokensReused(grant.product.clone()))?;
    }
    Ok(true)
}
