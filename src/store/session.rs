//! Sessions. One is started with what a whole sign-in proved, and with nothing else.

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::confirmation::{Given, Subject};
use crate::model::id::{AccountId, SessionId};
use crate::model::proof::{PasscodeProof, PasswordProof, Way};
use crate::model::sign_in::Authenticated;
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// A signed-in browser.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its row.
    pub id: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// The account's epoch when it began.
    pub epoch: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last seen, to the minute.
    pub last_seen_at: Timestamp,
    /// The password's proof.
    pub password: PasswordProof,
    /// The passcode's proof.
    pub passcode: PasscodeProof,
    /// The account's whole sign-in before this one.
    pub previous_sign_in_at: Option<Timestamp>,
    /// What was confirmed in it last.
    pub confirmed: Option<Given>,
}

/// Where a session is.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The network address.
    pub address: &'a str,
    /// The browser in words.
    pub browser: &'a str,
}

/// Starts a session of the locked account.
pub fn start(
    tx: &mut Tx<'_>,
    lock: &AccountLock,
    proved: &Authenticated,
    (id, token): (&SessionId, &Mac),
    place: Place<'_>,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO session (id, token_mac, account_id, epoch, created_at, last_seen_at, password_at, \
        passcode_way, passcode_at, address, browser, previous_sign_in_at) \
        VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11)";
    let values = [
        id.into(),
        token.into(),
        lock.id().into(),
        lock.account.epoch.into(),
        lock.now().into(),
        proved.password().at().into(),
        proved.passcode().way().as_str().into(),
        proved.passcode().at().into(),
        place.address.into(),
        place.browser.into(),
        lock.account.last_sign_in_at.into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// Begins the session `old` of the locked account anew, in its present epoch: with another id and token, with all that was proved and
/// confirmed in it, and no longer than it would have lasted.
pub fn keep(
    tx: &mut Tx<'_>,
    lock: &AccountLock,
    old: &Session,
    (id, token): (&SessionId, &Mac),
    place: Place<'_>,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO session (id, token_mac, account_id, epoch, created_at, last_seen_at, password_at, \
        passcode_way, passcode_at, address, browser, previous_sign_in_at, confirmed, confirmed_at, confirmed_way) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let confirmed = old.confirmed.as_ref();
    let values = [
        id.into(),
        token.into(),
        lock.id().into(),
        lock.account.epoch.into(),
        old.created_at.into(),
        lock.now().into(),
        old.password.at().into(),
        old.passcode.way().as_str().into(),
        old.passcode.at().into(),
        place.address.into(),
        place.browser.into(),
        old.previous_sign_in_at.into(),
        confirmed.map(|given| given.subject.to_text()).into(),
        confirmed.map(|given| given.at).into(),
        confirmed.map(|given| if given.by_app { Way::App } else { Way::Email }.as_str()).into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// The session whose token has one of these codes, whatever its age.
pub fn find(tx: &mut Tx<'_>, tokens: &[Mac]) -> Result<Option<Session>, Error> {
    const SQL: &str = "SELECT id, account_id, epoch, created_at, last_seen_at, password_at, passcode_way, passcode_at, \
        previous_sign_in_at, confirmed, confirmed_at, confirmed_way FROM session WHERE token_mac = $1";
    for token in tokens {
        if let Some(row) = tx.query_opt(SQL, &[token.into()])? {
            return read(&row).map(Some);
        }
    }
    Ok(None)
}

/// The session with this id, whatever its age.
pub fn load(tx: &mut Tx<'_>, id: &SessionId) -> Result<Option<Session>, Error> {
    const SQL: &str = "SELECT id, account_id, epoch, created_at, last_seen_at, password_at, passcode_way, passcode_at, \
        previous_sign_in_at, confirmed, confirmed_at, confirmed_way FROM session WHERE id = $1";
    tx.query_opt(SQL, &[id.into()])?.map(|row| read(&row)).transpose()
}

fn read(row: &Row) -> Result<Session, Error> {
    let way = Way::parse(&row.text(6)?).ok_or_else(|| Error::Bug("a session has no way".into()))?;
    Ok(Session {
        id: SessionId::new(row.text(0)?),
        account: AccountId::new(row.text(1)?),
        epoch: row.int(2)?,
        created_at: row.time(3)?,
        last_seen_at: row.time(4)?,
        password: PasswordProof::kept(row.time(5)?),
        passcode: PasscodeProof::kept(way, row.time(7)?),
        previous_sign_in_at: row.opt_time(8)?,
        confirmed: confirmed(row)?,
    })
}

fn confirmed(row: &Row) -> Result<Option<Given>, Error> {
    let Some((text, at)) = row.opt_text(9)?.zip(row.opt_time(10)?) else { return Ok(None) };
    let subject = Subject::parse(&text).ok_or_else(|| Error::Bug(format!("a session confirmed {text:?}")))?;
    let by_app = row.opt_text(11)?.and_then(|way| Way::parse(&way)) == Some(Way::App);
    Ok(Some(Given { subject, at, by_app }))
}

/// The proof behind a confirmation.
pub fn proof_of(given: &Given) -> PasscodeProof {
    PasscodeProof::kept(if given.by_app { Way::App } else { Way::Email }, given.at)
}

/// Keeps what was confirmed in the session, which has this token from now on; what was confirmed before it counts no more.
pub fn confirm(
    tx: &mut Tx<'_>,
    lock: &AccountLock,
    (id, token): (&SessionId, &Mac),
    (subject, proof): (&Subject, PasscodeProof),
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE session SET confirmed = $3, confirmed_at = $4, confirmed_way = $5, \
        token_mac = $6 WHERE id = $1 AND account_id = $2";
    let values = [
        id.into(),
        lock.id().into(),
        subject.to_text().into(),
        lock.now().into(),
        proof.way().as_str().into(),
        token.into(),
    ];
    Ok(tx.execute(SQL, &values)? == 1)
}

/// Uses up what was confirmed for `subject`; `false` when it was used, or something else was confirmed since.
pub fn take_confirmation(
    tx: &mut Tx<'_>,
    lock: &AccountLock,
    id: &SessionId,
    subject: &Subject,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE session SET confirmed = NULL, confirmed_at = NULL, confirmed_way = NULL \
        WHERE id = $1 AND account_id = $2 AND confirmed = $3";
    Ok(tx.execute(SQL, &[id.into(), lock.id().into(), subject.to_text().into()])? == 1)
}

/// Notes that the session was seen.
pub fn touch(tx: &mut Tx<'_>, id: &SessionId, now: Timestamp) -> Result<(), Error> {
    const SQL: &str = "UPDATE session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2";
    tx.execute(SQL, &[id.into(), now.into()])?;
    Ok(())
}

/// A session with its place, for its owner's list.
#[derive(Debug)]
pub struct Placed {
    /// The session.
    pub session: Session,
    /// The network address it began at.
    pub address: String,
    /// The browser in words.
    pub browser: String,
}

/// The account's sessions of this epoch, whatever their age, the one last seen first.
pub fn of_epoch(tx: &mut Tx<'_>, account: &AccountId, epoch: i64) -> Result<Vec<Placed>, Error> {
    const SQL: &str = "SELECT id, account_id, epoch, created_at, last_seen_at, password_at, passcode_way, passcode_at, \
        previous_sign_in_at, confirmed, confirmed_at, confirmed_way, address, browser FROM session \
        WHERE account_id = $1 AND epoch = $2 ORDER BY last_seen_at DESC, id";
    let placed = |row: &Row| Ok(Placed { session: read(row)?, address: row.text(12)?, browser: row.text(13)? });
    tx.query(SQL, &[account.into(), epoch.into()])?.iter().map(placed).collect()
}

/// Ends one session; `false` when it was gone.
pub fn end(tx: &mut Tx<'_>, lock: &AccountLock, id: &SessionId) -> Result<bool, Error> {
    const SQL: &str = "DELETE FROM session WHERE id = $1 AND account_id = $2";
    Ok(tx.execute(SQL, &[id.into(), lock.id().into()])? == 1)
}

/// Ends all sessions of the locked account.
pub fn end_all(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM session WHERE account_id = $1";
    tx.execute(SQL, &[lock.id().into()])
}

/// Makes the session's time pass at once, without its account's lock.
pub fn expire(tx: &mut Tx<'_>, id: &SessionId) -> Result<(), Error> {
    const SQL: &str = "UPDATE session SET created_at = 0 WHERE id = $1";
    tx.execute(SQL, &[id.into()]).map(drop)
}

/// At most `most` sessions that began or were last seen at or before these times, by account.
pub fn expired(
    tx: &mut Tx<'_>,
    (began, seen): (Timestamp, Timestamp),
    most: u32,
) -> Result<Vec<(AccountId, SessionId)>, Error> {
    const SQL: &str = "SELECT account_id, id FROM session WHERE created_at <= $1 OR last_seen_at <= $2 \
        ORDER BY account_id, id LIMIT $3";
    let rows = tx.query(SQL, &[began.into(), seen.into(), i64::from(most).into()])?;
    rows.iter().map(|row| Ok((AccountId::new(row.text(0)?), SessionId::new(row.text(1)?)))).collect()
}
