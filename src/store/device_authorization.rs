//! Devices without a browser that ask to be signed in.

use std::time::Duration;

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::device_authorization::State;
use crate::model::id::{DeviceAuthorizationId, GrantId, SessionId};
use crate::model::product::ProductId;
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// A row.
#[derive(Clone, Debug)]
pub struct DeviceAuthorization {
    /// Its id.
    pub id: DeviceAuthorizationId,
    /// The product that the device is of.
    pub product: ProductId,
    /// What is asked for, names with a space between.
    pub scope: String,
    /// The network that the device asked from.
    pub network: String,
    /// The device in words.
    pub device: String,
    /// When it asked to be signed in.
    pub created_at: Timestamp,
    /// When nobody can say yes any more.
    pub expires_at: Timestamp,
    /// The newest question whether someone has.
    pub asked_at: Option<Timestamp>,
    /// How long the device waits between two questions.
    pub interval: Duration,
    /// The session in which its code was typed last.
    pub session: Option<SessionId>,
    /// What has become of it.
    pub state: State,
}

/// The columns of [`read`], in its order.
macro_rules! columns {
    () => {
        "id, product_id, scope, network, device, created_at, expires_at, asked_at, pace, session_id, state, grant_id"
    };
}

/// A new one; `false` where another has the same code for its person.
pub fn insert(
    tx: &mut Tx<'_>,
    new: &DeviceAuthorization,
    (device_code, user_code): (&Mac, &Mac),
) -> Result<bool, Error> {
    const SQL: &str = "INSERT INTO device_authorization (id, product_id, scope, network, device, created_at, expires_at, \
        pace, state, device_mac, user_mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
        ON CONFLICT (user_mac) DO NOTHING";
    let values = [
        (&new.id).into(),
        new.product.as_str().into(),
        new.scope.as_str().into(),
        new.network.as_str().into(),
        new.device.as_str().into(),
        new.created_at.into(),
        new.expires_at.into(),
        millis(new.interval).into(),
        new.state.as_str().into(),
        device_code.into(),
        user_code.into(),
    ];
    Ok(tx.execute(SQL, &values)? == 1)
}

/// The one whose device's code has one of these codes.
pub fn by_device(tx: &mut Tx<'_>, codes: &[Mac]) -> Result<Option<DeviceAuthorization>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM device_authorization WHERE device_mac = $1");
    by_mac(tx, SQL, codes)
}

/// The one whose code for its person has one of these codes.
pub fn by_user(tx: &mut Tx<'_>, codes: &[Mac]) -> Result<Option<DeviceAuthorization>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM device_authorization WHERE user_mac = $1");
    by_mac(tx, SQL, codes)
}

fn by_mac(tx: &mut Tx<'_>, sql: &'static str, codes: &[Mac]) -> Result<Option<DeviceAuthorization>, Error> {
    for code in codes {
        if let Some(row) = tx.query_opt(sql, &[code.into()])? {
            return read(&row).map(Some);
        }
    }
    Ok(None)
}

/// The one with this id.
pub fn load(tx: &mut Tx<'_>, id: &DeviceAuthorizationId) -> Result<Option<DeviceAuthorization>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM device_authorization WHERE id = $1");
    tx.query_opt(SQL, &[id.into()])?.map(|row| read(&row)).transpose()
}

fn read(row: &Row) -> Result<DeviceAuthorization, Error> {
    let id = DeviceAuthorizationId::new(row.text(0)?);
    let unreadable = |what: &str| Error::Bug(format!("the device {id} has no readable {what}"));
    let state = State::parse(&row.text(10)?, row.opt_text(11)?.map(GrantId::new)).ok_or_else(|| unreadable("state"))?;
    Ok(DeviceAuthorization {
        product: ProductId::parse(&row.text(1)?).ok_or_else(|| unreadable("product"))?,
        scope: row.text(2)?,
        network: row.text(3)?,
        device: row.text(4)?,
        created_at: row.time(5)?,
        expires_at: row.time(6)?,
        asked_at: row.opt_time(7)?,
        interval: Duration::from_millis(u64::try_from(row.int(8)?).unwrap_or_default()),
        session: row.opt_text(9)?.map(SessionId::new),
        state,
        id,
    })
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// Notes that the device asked, and how long it waits before it asks again.
pub fn asked(tx: &mut Tx<'_>, id: &DeviceAuthorizationId, (now, interval): (Timestamp, Duration)) -> Result<(), Error> {
    const SQL: &str = "UPDATE device_authorization SET asked_at = $2, pace = $3 WHERE id = $1";
    tx.execute(SQL, &[id.into(), now.into(), millis(interval).into()]).map(drop)
}

/// Leaves it to a session of the locked account, in which its code was typed.
pub fn leave_to(
    tx: &mut Tx<'_>,
    _: &AccountLock,
    id: &DeviceAuthorizationId,
    session: &SessionId,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE device_authorization SET session_id = $2 WHERE id = $1 AND state = 'waiting'";
    Ok(tx.execute(SQL, &[id.into(), session.into()])? == 1)
}

/// Says yes in this session, with what is granted; `false` where something was said already, or its code was typed in another since.
pub fn approve(
    tx: &mut Tx<'_>,
    _: &AccountLock,
    (id, session): (&DeviceAuthorizationId, &SessionId),
    grant: &GrantId,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE device_authorization SET state = 'approved', grant_id = $3 \
        WHERE id = $1 AND session_id = $2 AND state = 'waiting'";
    Ok(tx.execute(SQL, &[id.into(), session.into(), grant.into()])? == 1)
}

/// Says no in this session; `false` as for [`approve`].
pub fn deny(
    tx: &mut Tx<'_>,
    _: &AccountLock,
    (id, session): (&DeviceAuthorizationId, &SessionId),
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE device_authorization SET state = 'denied' \
        WHERE id = $1 AND session_id = $2 AND state = 'waiting'";
    Ok(tx.execute(SQL, &[id.into(), session.into()])? == 1)
}

/// Uses the device's code up; `false` when it had been used.
pub fn redeem(tx: &mut Tx<'_>, _: &AccountLock, id: &DeviceAuthorizationId) -> Result<bool, Error> {
    const SQL: &str = "UPDATE device_authorization SET state = 'redeemed' WHERE id = $1 AND state = 'approved'";
    Ok(tx.execute(SQL, &[id.into()])? == 1)
}

/// Deletes those that nobody could approve any more before `then`.
pub fn prune(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM device_authorization WHERE expires_at < $1";
    tx.execute(SQL, &[then.into()])
}

/// How far the locked account's allowance of typed codes is used; nothing where it is whole.
pub fn guesses(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<Option<Timestamp>, Error> {
    const SQL: &str = "SELECT tat FROM device_guess WHERE account_id = $1";
    tx.query_opt(SQL, &[lock.id().into()])?.map(|row| row.time(0)).transpose()
}

/// Keeps how far it is used.
pub fn set_guesses(tx: &mut Tx<'_>, lock: &AccountLock, state: Timestamp) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO device_guess (account_id, tat) VALUES ($1, $2) \
        ON CONFLICT (account_id) DO UPDATE SET tat = excluded.tat";
    tx.execute(SQL, &[lock.id().into(), state.into()]).map(drop)
}

/// Deletes those that are whole again.
pub fn prune_guesses(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM device_guess WHERE tat <= $1";
    tx.execute(SQL, &[now.into()])
}
