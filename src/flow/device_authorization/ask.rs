//! A device asks to be signed in (RFC 8628 section 3.1).

use super::macs;
use crate::flow::act::Act;
use crate::keys::Purpose;
use crate::model::device::device_name;
use crate::model::device_authorization::{INTERVAL, LIFE, State};
use crate::model::dice::Dice;
use crate::model::id::DeviceAuthorizationId;
use crate::model::product::Product;
use crate::model::token::{PlainToken, TokenKind};
use crate::model::user_code::UserCode;
use crate::oidc::device_authorization::scopes;
use crate::oidc::error::{ErrorCode, ProtocolError};
use crate::oidc::parameters::Parameters;
use crate::store::db::Tx;
use crate::store::device_authorization::{self, DeviceAuthorization};
use crate::store::error::Error;

/// So many codes are drawn until one is nobody else's. The second is needed once in a million times.
const DRAWS: usize = 5;

/// Two codes: the device's own, and the one that its person types.
#[derive(Debug)]
pub struct Codes {
    /// The device's own.
    pub device: PlainToken,
    /// Its person's.
    pub user: UserCode,
}

/// Keeps that a device of `product`, which has authenticated, asks to be signed in.
pub fn begin(
    tx: &mut Tx<'_>,
    act: &Act,
    product: &Product,
    parameters: &Parameters,
) -> Result<Result<Codes, ProtocolError>, Error> {
    if !product.device_grant {
        return Ok(Err(ErrorCode::UnauthorizedClient.because("The product is not registered with the device grant.")));
    }
    let scopes = match scopes(parameters) {
        Ok(scopes) => scopes,
        Err(error) => return Ok(Err(error)),
    };
    let mut dice = act.dice();
    let row = DeviceAuthorization {
        id: DeviceAuthorizationId::new(dice.id(act.now)),
        product: product.id.clone(),
        scope: scopes.to_string(),
        network: act.network().unwrap_or_default(),
        device: device_name(&act.origin.user_agent),
        created_at: act.now,
        expires_at: act.now.plus(LIFE),
        asked_at: None,
        interval: INTERVAL,
        session: None,
        state: State::Waiting,
    };
    let device = PlainToken::new(TokenKind::DeviceCode, &mut dice);
    let user = kept(tx, (act, &mut dice), &row, &device)?;
    Ok(Ok(Codes { device, user }))
}

/// Draws a code that is nobody else's, under whichever key theirs is kept.
fn kept(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    row: &DeviceAuthorization,
    device: &PlainToken,
) -> Result<UserCode, Error> {
    for _ in 0..DRAWS {
        let user = UserCode::new(dice);
        let mac = act.keys.mac(Purpose::UserCode, &[user.canonical().as_bytes()]);
        let is_taken = device_authorization::by_user(tx, &macs(act, &user))?.is_some();
        if !is_taken && device_authorization::insert(tx, row, (&act.token_mac(device), &mac))? {
            return Ok(user);
        }
    }
    Err(Error::Overloaded)
}
