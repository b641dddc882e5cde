//! A device asks whether its person has said yes, and with that gets its tokens, once (RFC 8628 sections 3.4 and 3.5). As with a code
//! ([`super::code`]), who asks again with one that was used takes back what the first use gave.

use super::{Exchanged, NOT_GOOD, issued, standing};
use crate::flow::act::Act;
use crate::flow::{audit, signing_key};
use crate::model::audit::Event;
use crate::model::device_authorization::{SLOWER, State, is_too_soon};
use crate::model::id::GrantId;
use crate::model::product::ProductId;
use crate::model::token::{Mac, PlainToken};
use crate::oidc::error::{ErrorCode, ProtocolError};
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::device_authorization::{self, DeviceAuthorization};
use crate::store::error::Error;
use crate::store::grant::{self, Grant};
use crate::store::product;

const NOT_FOR_DEVICES: ProtocolError =
    ErrorCode::UnauthorizedClient.because("The product is not registered with the device grant.");
const PENDING: ProtocolError = ErrorCode::AuthorizationPending.because("The person has not decided yet. Ask again.");
const TOO_SOON: ProtocolError =
    ErrorCode::SlowDown.because("Wait 5 seconds longer than until now before each question.");
const EXPIRED: ProtocolError = ErrorCode::ExpiredToken.because("The device code has expired. Begin again.");
const DENIED: ProtocolError = ErrorCode::AccessDenied.because("The person has denied it.");

/// The grant that waits behind a device's code, where there is one.
pub(super) fn grant_of(tx: &mut Tx<'_>, act: &Act, code: &PlainToken) -> Result<Option<Grant>, Error> {
    match device_authorization::by_device(tx, &act.token_macs(code))?.map(|found| found.state) {
        Some(State::Approved(id) | State::Redeemed(id)) => grant::load(tx, &id),
        Some(State::Waiting | State::Denied) | None => Ok(None),
    }
}

/// Answers the question.
pub(super) fn redeem(tx: &mut Tx<'_>, act: &Act, client: &ProductId, code: &PlainToken) -> Result<Exchanged, Error> {
    let macs = act.token_macs(code);
    let product = product::load(tx, client)?;
    if !product.is_some_and(|product| product.device_grant) {
        return Ok(Exchanged::Refused(NOT_FOR_DEVICES));
    }
    let found = device_authorization::by_device(tx, &macs)?.filter(|found| found.product == *client);
    let Some(found) = found else { return Ok(Exchanged::Refused(NOT_GOOD)) };
    let is_late = act.now >= found.expires_at;
    match &found.state {
        State::Redeemed(id) => locked(tx, act, &macs, id),
        _ if is_late => Ok(Exchanged::Refused(EXPIRED)),
        State::Approved(id) => locked(tx, act, &macs, id),
        State::Denied => Ok(Exchanged::Refused(DENIED)),
        State::Waiting => asked(tx, act, &found).map(Exchanged::Refused),
    }
}

/// Asked too soon, a device waits longer from then on.
fn asked(tx: &mut Tx<'_>, act: &Act, found: &DeviceAuthorization) -> Result<ProtocolError, Error> {
    let too_soon = is_too_soon(found.asked_at, found.interval, act.now);
    let interval = if too_soon { found.interval + SLOWER } else { found.interval };
    device_authorization::asked(tx, &found.id, (act.now, interval))?;
    Ok(if too_soon { TOO_SOON } else { PENDING })
}

fn locked(tx: &mut Tx<'_>, act: &Act, macs: &[Mac], id: &GrantId) -> Result<Exchanged, Error> {
    let Some(grant) = grant::load(tx, id)? else { return Ok(Exchanged::Refused(NOT_GOOD)) };
    let outcome = with_lock(tx, &grant.account, act.now, |tx, lock| {
        // Read again: what was found was nobody's yet.
        match (device_authorization::by_device(tx, macs)?, grant::load(tx, &grant.id)?) {
            (Some(found), Some(grant)) => redeem_locked(tx, act, lock, (&found, grant)),
            _ => Ok(Exchanged::Refused(NOT_GOOD)),
        }
    })?;
    Ok(outcome.unwrap_or(Exchanged::Refused(NOT_GOOD)))
}

fn redeem_locked(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    (found, grant): (&DeviceAuthorization, Grant),
) -> Result<Exchanged, Error> {
    if matches!(found.state, State::Redeemed(_)) {
        if grant::revoke(tx, lock, &grant.id)? {
            audit::record(tx, act, lock, Event::TokensReused(grant.product))?;
        }
        return Ok(Exchanged::Refused(NOT_GOOD));
    }
    let now = lock.now();
    let product = standing::product(tx, act, (&lock.account, now), &grant)?;
    let Some(product) = product.filter(|product| product.device_grant && product.takes(grant.passcode.way())) else {
        return Ok(Exchanged::Refused(NOT_GOOD));
    };
    let Some(key) = signing_key::current(tx, act, product.algorithm)? else {
        return Ok(Exchanged::KeyMissing(product.algorithm));
    };
    if !device_authorization::redeem(tx, lock, &found.id)? {
        return Ok(Exchanged::Refused(NOT_GOOD));
    }
    audit::record(tx, act, lock, Event::ProductOpened(product.id.clone()))?;
    issued::first(tx, act, lock, (grant, &product, key))
}
