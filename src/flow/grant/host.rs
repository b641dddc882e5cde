//! A code for the cookie of a proxied product's host. The product asks for nothing itself: its host redeems the code, for the browser
//! that began there and holds the verifier. The cookie is good as long as the grant stands, looked at anew each time.

use std::time::Duration;

use super::code::{Offer, was_used};
use super::standing;
use crate::flow::act::Act;
use crate::flow::audit;
use crate::model::account::Account;
use crate::model::audit::Event;
use crate::model::product::{Kind, Policy, Product};
use crate::model::time::Timestamp;
use crate::model::token::{PlainToken, TokenKind};
use crate::store::account::{self, AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::grant::{self, Grant};
use crate::store::host_cookie;
use crate::store::session::{self, Session};

/// Who a good cookie stands for.
#[derive(Debug)]
pub struct Standing {
    /// What was given.
    pub grant: Grant,
    /// To whom.
    pub account: Account,
    /// In which session.
    pub session: Session,
}

/// Redeems the code at the product's host: the cookie.
pub fn redeem(tx: &mut Tx<'_>, act: &Act, product: &Product, offer: &Offer<'_>) -> Result<Option<PlainToken>, Error> {
    let macs = act.token_macs(offer.code);
    let Some(found) = grant::by_code(tx, &macs)? else { return Ok(None) };
    let cookie = with_lock(tx, &found.account, act.now, |tx, lock| {
        // Read again: what was found was nobody's yet.
        match grant::by_code(tx, &macs)? {
            Some(grant) if offer.fits(&grant, &product.id) => redeem_locked(tx, act, lock, &grant),
            _ => Ok(None),
        }
    })?;
    Ok(cookie.flatten())
}

fn redeem_locked(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    grant: &Grant,
) -> Result<Option<PlainToken>, Error> {
    if was_used(tx, act, lock, grant)? {
        return Ok(None);
    }
    let now = lock.now();
    let is_young = grant.code_expires_at.is_some_and(|until| now < until);
    if !is_young || !stands(tx, act, (&lock.account, now), grant)? || !grant::use_code(tx, lock, &grant.id)? {
        return Ok(None);
    }
    let cookie = PlainToken::new(TokenKind::Host, &mut act.dice());
    host_cookie::insert(tx, lock, &act.token_mac(&cookie), &grant.id)?;
    Ok(Some(cookie))
}

/// Who the cookie stands for at the product's host, while it is good.
pub fn find(tx: &mut Tx<'_>, act: &Act, product: &Product, cookie: &PlainToken) -> Result<Option<Standing>, Error> {
    let Some(id) = host_cookie::grant_of(tx, &act.token_macs(cookie))? else { return Ok(None) };
    let Some(grant) = grant::load(tx, &id)?.filter(|grant| grant.product == product.id) else { return Ok(None) };
    let Some(account) = account::load(tx, &grant.account)? else { return Ok(None) };
    if !stands(tx, act, (&account, act.now), &grant)? {
        return Ok(None);
    }
    let session = match &grant.session {
        Some(id) => session::load(tx, id)?,
        None => None,
    };
    Ok(session.map(|session| Standing { grant, account, session }))
}

/// Ends what the cookie stands for at the product's host, and nothing besides.
pub fn leave(tx: &mut Tx<'_>, act: &Act, product: &Product, cookie: &PlainToken) -> Result<(), Error> {
    let Some(Standing { grant, .. }) = find(tx, act, product, cookie)? else { return Ok(()) };
    with_lock(tx, &grant.account, act.now, |tx, lock| {
        if grant::revoke(tx, lock, &grant.id)? {
            audit::record(tx, act, lock, Event::ProductLeft(product.id.clone()))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Whether the grant stands, and what was proved is what its product, as it is registered now, asks for.
fn stands(tx: &mut Tx<'_>, act: &Act, (account, now): (&Account, Timestamp), grant: &Grant) -> Result<bool, Error> {
    let Some(product) = standing::product(tx, act, (account, now), grant)? else { return Ok(false) };
    let is_young = match product.policy {
        Policy::Separate(age) if age > Duration::ZERO => now.since(grant.passcode.at()) < age,
        // Each time that the cookie is made, and it was.
        Policy::Separate(_) | Policy::Inherit => true,
    };
    let is_fit = product.takes(grant.passcode.way());
    Ok(product.kind == Kind::Proxied && is_young && is_fit)
}
