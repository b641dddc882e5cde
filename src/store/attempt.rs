//! Sign-in attempts.

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::confirmation::{Confirmation, Subject};
use crate::model::id::{AccountId, AttemptId, KnownBrowserId, RequestId, SessionId};
use crate::model::proof::{PasscodeProof, Way};
use crate::model::return_path::ReturnPath;
use crate::model::sign_in::{Attempt, Emailed, Ending, Stage};
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// A new attempt of the locked account.
pub fn insert(tx: &mut Tx<'_>, lock: &AccountLock, attempt: &Attempt, token: &Mac) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO sign_in_attempt (id, token_mac, account_id, epoch, created_at, expires_at, \
        known_browser_id, session_id, request_id, confirms, return_to, wrong_tries) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)";
    let values = [
        (&attempt.id).into(),
        token.into(),
        lock.id().into(),
        attempt.epoch.into(),
        attempt.created_at.into(),
        attempt.expires_at.into(),
        attempt.known_browser.as_ref().into(),
        attempt.session.as_ref().into(),
        attempt.request.as_ref().into(),
        attempt.confirms.as_ref().map(|confirms| confirms.subject.to_text()).into(),
        attempt.confirms.as_ref().map(|confirms| confirms.return_to.as_str().to_owned()).into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// The attempt whose token has one of these codes.
pub fn find(tx: &mut Tx<'_>, tokens: &[Mac]) -> Result<Option<Attempt>, Error> {
    const SQL: &str = "SELECT id, account_id, epoch, created_at, expires_at, known_browser_id, entry_began_at, \
        wrong_tries, ending, passcode_way, passcode_at, emailed_mac, emailed_at, emailed_until, session_id, request_id, \
        confirms, return_to FROM sign_in_attempt WHERE token_mac = $1";
    for token in tokens {
        if let Some(row) = tx.query_opt(SQL, &[token.into()])? {
            return attempt(&row).map(Some);
        }
    }
    Ok(None)
}

fn attempt(row: &Row) -> Result<Attempt, Error> {
    Ok(Attempt {
        id: AttemptId::new(row.text(0)?),
        account: AccountId::new(row.text(1)?),
        epoch: row.int(2)?,
        created_at: row.time(3)?,
        expires_at: row.time(4)?,
        known_browser: row.opt_text(5)?.map(KnownBrowserId::new),
        entry_began_at: row.opt_time(6)?,
        wrong_tries: row.count(7)?,
        emailed: emailed(row)?,
        session: row.opt_text(14)?.map(SessionId::new),
        request: row.opt_text(15)?.map(RequestId::new),
        confirms: confirmation(row)?,
        stage: stage(row)?,
    })
}

fn confirmation(row: &Row) -> Result<Option<Confirmation>, Error> {
    let Some((subject, return_to)) = row.opt_text(16)?.zip(row.opt_text(17)?) else { return Ok(None) };
    let read = Subject::parse(&subject).zip(ReturnPath::parse(&return_to));
    let (subject, return_to) = read.ok_or_else(|| Error::Bug(format!("an attempt confirms {subject:?}")))?;
    Ok(Some(Confirmation { subject, return_to }))
}

fn emailed(row: &Row) -> Result<Option<Emailed>, Error> {
    let (mac, sent_at, until) = (row.opt_bytes(11)?, row.opt_time(12)?, row.opt_time(13)?);
    Ok(mac.zip(sent_at).zip(until).map(|((mac, sent_at), until)| Emailed { mac: Mac::new(mac), sent_at, until }))
}

fn stage(row: &Row) -> Result<Stage, Error> {
    if let Some(ending) = row.opt_text(8)? {
        let ending = Ending::parse(&ending).ok_or_else(|| Error::Bug(format!("an attempt ended {ending:?}")))?;
        return Ok(Stage::Ended(ending));
    }
    let way = row.opt_text(9)?.and_then(|way| Way::parse(&way));
    Ok(way.zip(row.opt_time(10)?).map_or(Stage::Passcode, |(way, at)| Stage::NewPassword(PasscodeProof::kept(way, at))))
}

/// Notes that the passcode page was shown; only the first time counts.
pub fn begin_entry(tx: &mut Tx<'_>, lock: &AccountLock, attempt: &AttemptId) -> Result<(), Error> {
    const SQL: &str = "UPDATE sign_in_attempt SET entry_began_at = $3 \
        WHERE id = $1 AND account_id = $2 AND entry_began_at IS NULL";
    tx.execute(SQL, &[attempt.into(), lock.id().into(), lock.now().into()])?;
    Ok(())
}

/// One wrong passcode more.
pub fn count_wrong(tx: &mut Tx<'_>, lock: &AccountLock, attempt: &AttemptId) -> Result<(), Error> {
    const SQL: &str = "UPDATE sign_in_attempt SET wrong_tries = wrong_tries + 1 WHERE id = $1 AND account_id = $2";
    tx.execute(SQL, &[attempt.into(), lock.id().into()])?;
    Ok(())
}

/// Takes back one that turned out not to be wrong.
pub fn uncount_wrong(tx: &mut Tx<'_>, lock: &AccountLock, attempt: &AttemptId) -> Result<(), Error> {
    const SQL: &str = "UPDATE sign_in_attempt SET wrong_tries = wrong_tries - 1 WHERE id = $1 AND account_id = $2";
    tx.execute(SQL, &[attempt.into(), lock.id().into()])?;
    Ok(())
}

/// Wrong passcodes that were given in a session since its last right one.
pub fn wrong_in_session(tx: &mut Tx<'_>, lock: &AccountLock, session: &SessionId) -> Result<u32, Error> {
    const SQL: &str = "SELECT CAST(COALESCE(SUM(wrong_tries), 0) AS BIGINT) FROM sign_in_attempt \
        WHERE account_id = $1 AND session_id = $2 AND COALESCE(ending, '') <> 'given' AND created_at >= \
        (SELECT COALESCE(MAX(created_at), 0) FROM sign_in_attempt \
        WHERE account_id = $1 AND session_id = $2 AND ending = 'given')";
    tx.query_opt(SQL, &[lock.id().into(), session.into()])?.map_or(Ok(0), |row| row.count(0))
}

/// Gives the attempt another token; `false` where it has another already.
pub fn renew_token(
    tx: &mut Tx<'_>,
    lock: &AccountLock,
    (id, old): (&AttemptId, &[Mac]),
    new: &Mac,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE sign_in_attempt SET token_mac = $4 WHERE id = $1 AND account_id = $2 AND token_mac = $3";
    for mac in old {
        if tx.execute(SQL, &[id.into(), lock.id().into(), mac.into(), new.into()])? == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Ends the attempt; `false` when it had ended already.
pub fn end(tx: &mut Tx<'_>, lock: &AccountLock, attempt: &AttemptId, ending: Ending) -> Result<bool, Error> {
    const SQL: &str = "UPDATE sign_in_attempt SET ending = $3, emailed_mac = NULL \
        WHERE id = $1 AND account_id = $2 AND ending IS NULL";
    Ok(tx.execute(SQL, &[attempt.into(), lock.id().into(), ending.as_str().into()])? == 1)
}

/// Ends the open attempts of a bucket: those of one known browser, or all that have none.
pub fn end_bucket(tx: &mut Tx<'_>, lock: &AccountLock, known_browser: Option<&KnownBrowserId>) -> Result<(), Error> {
    const SQL: &str = "UPDATE sign_in_attempt SET ending = 'locked', emailed_mac = NULL \
        WHERE account_id = $1 AND ending IS NULL AND passcode_at IS NULL AND COALESCE(known_browser_id, '') = $2";
    tx.execute(SQL, &[lock.id().into(), known_browser.map_or("", KnownBrowserId::as_str).into()])?;
    Ok(())
}

/// The passcode was right, but the password must change first. `false` when the attempt had moved on already.
pub fn await_new_password(
    tx: &mut Tx<'_>,
    lock: &AccountLock,
    attempt: &AttemptId,
    passcode: PasscodeProof,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE sign_in_attempt SET passcode_way = $3, passcode_at = $4, emailed_mac = NULL \
        WHERE id = $1 AND account_id = $2 AND ending IS NULL AND passcode_at IS NULL";
    let values = [attempt.into(), lock.id().into(), passcode.way().as_str().into(), passcode.at().into()];
    Ok(tx.execute(SQL, &values)? == 1)
}

/// Keeps the emailed passcode of the attempt; the one before it is gone.
pub fn set_emailed(tx: &mut Tx<'_>, lock: &AccountLock, attempt: &AttemptId, emailed: &Emailed) -> Result<(), Error> {
    const SQL: &str = "UPDATE sign_in_attempt SET emailed_mac = $3, emailed_at = $4, emailed_until = $5 \
        WHERE id = $1 AND account_id = $2 AND ending IS NULL";
    let values =
        [attempt.into(), lock.id().into(), (&emailed.mac).into(), emailed.sent_at.into(), emailed.until.into()];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// Forgets every emailed passcode of the locked account.
pub fn forget_emailed(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    const SQL: &str = "UPDATE sign_in_attempt SET emailed_mac = NULL WHERE account_id = $1";
    tx.execute(SQL, &[lock.id().into()]).map(drop)
}

/// Uses the emailed passcode up; `false` when it was used, replaced or gone.
pub fn use_emailed(tx: &mut Tx<'_>, lock: &AccountLock, attempt: &AttemptId, mac: &Mac) -> Result<bool, Error> {
    const SQL: &str = "UPDATE sign_in_attempt SET emailed_mac = NULL \
        WHERE id = $1 AND account_id = $2 AND emailed_mac = $3 AND ending IS NULL";
    Ok(tx.execute(SQL, &[attempt.into(), lock.id().into(), mac.into()])? == 1)
}

/// Deletes attempts that died before `then`.
pub fn prune(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM sign_in_attempt WHERE expires_at < $1";
    tx.execute(SQL, &[then.into()])
}
