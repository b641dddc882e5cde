//! A person says yes or no to a device, in the session in which its code was typed. Yes needs a passcode given for this device, and
//! gives no more than the product's own policy and the account's rights do.

use super::enter::in_session;
use super::waiting;
use crate::flow::act::Act;
use crate::flow::authorize::decide::WhyNot;
use crate::flow::grant;
use crate::flow::sign_in::confirm;
use crate::flow::{audit, post, session as sessions_of};
use crate::mail::message::{DeviceApproved, Message};
use crate::model::audit::Event;
use crate::model::confirmation::Subject;
use crate::model::device_authorization::State;
use crate::model::id::{AccountId, DeviceAuthorizationId, GrantId};
use crate::model::opening::Basis;
use crate::model::product::Product;
use crate::model::proof::PasscodeProof;
use crate::model::token::PlainToken;
use crate::store::account::AccountLock;
use crate::store::db::Tx;
use crate::store::device_authorization::{self, DeviceAuthorization};
use crate::store::error::Error;
use crate::store::session::{self, Session};
use crate::store::{product, product_access, totp_app};

/// What the page of a device shows.
#[derive(Debug)]
pub enum Standing {
    /// Whether to say yes.
    Asks(Box<Asks>),
    /// The product of this name does not open.
    Refused(WhyNot, String),
    /// The person said yes: the product's name.
    Approved(String),
    /// The person said no: the product's name.
    Denied(String),
    /// It waits no longer, or its code was not typed in this session.
    Over,
    /// Nobody is signed in.
    SignIn,
}

/// A device that asks to be signed in.
#[derive(Debug)]
pub struct Asks {
    /// To which product.
    pub product: Product,
    /// Who would be signed in.
    pub username: String,
    /// The rest.
    pub row: DeviceAuthorization,
}

/// Where the device stands, for the session behind `token`. Reads only.
pub fn standing(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, id: &DeviceAuthorizationId) -> Result<Standing, Error> {
    let Some(live) = sessions_of::live(tx, act, token)? else { return Ok(Standing::SignIn) };
    let found = device_authorization::load(tx, id)?;
    let Some(row) = found.filter(|row| row.session.as_ref() == Some(&live.session.id)) else {
        return Ok(Standing::Over);
    };
    match row.state {
        State::Waiting => {}
        State::Denied => return named(tx, &row, Standing::Denied),
        State::Approved(_) | State::Redeemed(_) => return named(tx, &row, Standing::Approved),
    }
    let Some(product) = waiting(tx, &row, act.now)? else { return Ok(Standing::Over) };
    Ok(match why_not(tx, &live.session.account, &product)? {
        Some(why) => Standing::Refused(why, product.name),
        None => Standing::Asks(Box::new(Asks { product, username: live.account.username, row })),
    })
}

fn named(tx: &mut Tx<'_>, row: &DeviceAuthorization, is: impl Fn(String) -> Standing) -> Result<Standing, Error> {
    Ok(product::load(tx, &row.product)?.map_or(Standing::Over, |product| is(product.name)))
}

/// Why the account cannot open the product, whatever passcode it gives.
fn why_not(tx: &mut Tx<'_>, account: &AccountId, product: &Product) -> Result<Option<WhyNot>, Error> {
    if !product_access::may_open(tx, &product.id, account)? {
        return Ok(Some(WhyNot::MayNotOpen));
    }
    let needs_app = product.forbids_email && !totp_app::of(tx, account)?.iter().any(|app| !app.mailed);
    Ok(needs_app.then_some(WhyNot::NeedsApp))
}

/// What a yes led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It counts, or something else does; the device's page says which.
    Done,
    /// A passcode for it comes first.
    Passcode,
}

/// Says yes. The passcode that was given for it is used up.
pub fn approve(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, id: &DeviceAuthorizationId) -> Result<Said, Error> {
    let said = in_session(tx, act, token, |tx, lock, session| {
        let found = device_authorization::load(tx, id)?;
        let Some(row) = found.filter(|row| row.session.as_ref() == Some(&session.id)) else { return Ok(Said::Done) };
        let Some(product) = waiting(tx, &row, lock.now())? else { return Ok(Said::Done) };
        if !lock.account.has_mfa() || why_not(tx, lock.id(), &product)?.is_some() {
            return Ok(Said::Done);
        }
        let subject = Subject::Device(id.as_str().to_owned());
        let given = session.confirmed.as_ref().filter(|given| given.counts_for(&subject, lock.now()));
        let Some(passcode) = given.map(session::proof_of).filter(|passcode| product.takes(passcode.way())) else {
            return Ok(Said::Passcode);
        };
        if !confirm::take(tx, lock, &session.id, &subject)? {
            return Ok(Said::Passcode);
        }
        grant_to(tx, act, lock, session, (&row, &product, passcode))
    })?;
    Ok(said.unwrap_or(Said::Done))
}

fn grant_to(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    session: &Session,
    (row, product, passcode): (&DeviceAuthorization, &Product, PasscodeProof),
) -> Result<Said, Error> {
    let mut dice = act.dice();
    let grant = GrantId::new(dice.id(lock.now()));
    if !device_authorization::approve(tx, lock, (&row.id, &session.id), &grant)? {
        return Ok(Said::Done);
    }
    let basis = Basis { password: session.password, passcode };
    grant::to_device(tx, act, lock, (grant, product, &row.scope), basis)?;
    audit::record(tx, act, lock, Event::DeviceApproved(product.id.clone()))?;
    let (product, device, network) = (product.name.clone(), row.device.clone(), row.network.clone());
    let mail = DeviceApproved { product, device, network };
    post::notify(tx, (act, &mut dice), lock, &Message::DeviceApproved(mail))?;
    Ok(Said::Done)
}

/// Says no.
pub fn deny(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, id: &DeviceAuthorizationId) -> Result<(), Error> {
    in_session(tx, act, token, |tx, lock, session| {
        let Some(row) = device_authorization::load(tx, id)? else { return Ok(()) };
        if device_authorization::deny(tx, lock, (id, &session.id))? {
            audit::record(tx, act, lock, Event::DeviceDenied(row.product))?;
        }
        Ok(())
    })
    .map(drop)
}
