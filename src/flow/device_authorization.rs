//! The sign-in of a device without a browser (RFC 8628).
//!
//! 1. [`ask`] gives the device a code of its own and one for its person, who types it by hand in a browser.
//! 2. [`enter`] takes what was typed in a live session; guesses are counted. From then on the device is that session's to decide on.
//! 3. [`answer`] says yes with a passcode given for this device alone ([`crate::flow::sign_in::confirm`]), or no.
//! 4. The device asks with its own code, and once there is a yes gets its tokens ([`crate::flow::grant`]). They rest on no session: the
//!    browser signs out, the device goes on.

pub mod answer;
pub mod ask;
pub mod enter;

use super::act::Act;
use crate::keys::Purpose;
use crate::model::device_authorization::State;
use crate::model::product::Product;
use crate::model::time::Timestamp;
use crate::model::token::Mac;
use crate::model::user_code::UserCode;
use crate::store::db::Tx;
use crate::store::device_authorization::DeviceAuthorization;
use crate::store::error::Error;
use crate::store::product;

/// A typed code's codes, one for each living key.
fn macs(act: &Act, code: &UserCode) -> Vec<Mac> {
    act.keys.macs(Purpose::UserCode, &[code.canonical().as_bytes()])
}

/// The product of a device that still waits for its person, while the product lets devices in.
fn waiting(tx: &mut Tx<'_>, found: &DeviceAuthorization, now: Timestamp) -> Result<Option<Product>, Error> {
    if found.state != State::Waiting || now >= found.expires_at {
        return Ok(None);
    }
    Ok(product::load(tx, &found.product)?.filter(|product| product.device_grant))
}
