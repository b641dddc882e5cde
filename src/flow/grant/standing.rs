//! Whether a grant still stands: it and all that it rests on, read anew at each use.

use std::time::Duration;

use crate::flow::act::Act;
use crate::model::account::Account;
use crate::model::product::{Policy, Product};
use crate::model::time::Timestamp;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::grant::Grant;
use crate::store::{product, product_access, session};

/// The grant's product, while the grant stands. `account` is the grant's.
pub(super) fn product(
    tx: &mut Tx<'_>,
    act: &Act,
    (account, now): (&Account, Timestamp),
    grant: &Grant,
) -> Result<Option<Product>, Error> {
    let is_good = grant.revoked_at.is_none()
        && now < grant.expires_at
        && grant.epoch == account.epoch
        && account.disabled_at.is_none();
    if !is_good || !has_session(tx, act, now, grant)? {
        return Ok(None);
    }
    let Some(product) = product::load(tx, &grant.product)? else { return Ok(None) };
    let may_open = product_access::may_open(tx, &product.id, &grant.account)?;
    Ok(may_open.then_some(product))
}

/// Whether the session lives, for a grant that has one.
fn has_session(tx: &mut Tx<'_>, act: &Act, now: Timestamp, grant: &Grant) -> Result<bool, Error> {
    let Some(id) = &grant.session else { return Ok(true) };
    let limits = &act.settings.sessions;
    let session = session::load(tx, id)?.filter(|session| {
        session.account == grant.account
            && session.epoch == grant.epoch
            && now.since(session.created_at) < limits.absolute
            && now.since(session.last_seen_at) < limits.idle
    });
    Ok(session.is_some())
}

/// Whether the product, as it is registered now, may go on without its person: not beyond the age that a passcode of its own may
/// have, and not after one of a kind that it does not take.
pub(super) fn may_go_on(product: &Product, grant: &Grant, now: Timestamp) -> bool {
    let is_young = match product.policy {
        Policy::Inherit => true,
        Policy::Separate(age) => age > Duration::ZERO && now.since(grant.passcode.at()) < age,
    };
    is_young && product.takes(grant.passcode.way())
}
