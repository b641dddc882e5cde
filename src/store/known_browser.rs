//! Known browsers: device cookies that an account got at a whole sign-in. A throttling identity, never a proof.

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::id::{AccountId, KnownBrowserId};
use crate::model::throttle::Known;
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// A known browser's row.
#[derive(Debug)]
pub struct KnownBrowser {
    /// Its id.
    pub id: KnownBrowserId,
    /// Whose it is.
    pub account: AccountId,
    /// The account's epoch when it was made.
    pub epoch: i64,
    /// When it stops being known.
    pub expires_at: Timestamp,
    /// Its bucket.
    pub bucket: Known,
}

const MOST: i64 = 10;

/// A new known browser of the locked account; the oldest beyond ten go.
pub fn insert(tx: &mut Tx<'_>, lock: &AccountLock, browser: &KnownBrowser, token: &Mac) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO known_browser (id, account_id, token_mac, epoch, created_at, expires_at, \
        wrong_in_a_row, wrong_total, charges_budget) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7)";
    const TRIM: &str = "DELETE FROM known_browser WHERE account_id = $1 AND id NOT IN \
        (SELECT id FROM known_browser WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2)";
    let values = [
        (&browser.id).into(),
        lock.id().into(),
        token.into(),
        browser.epoch.into(),
        lock.now().into(),
        browser.expires_at.into(),
        browser.bucket.charges_budget.into(),
    ];
    tx.execute(SQL, &values)?;
    tx.execute(TRIM, &[lock.id().into(), MOST.into()])?;
    Ok(())
}

/// The known browser whose token has one of these codes.
pub fn find(tx: &mut Tx<'_>, tokens: &[Mac]) -> Result<Option<KnownBrowser>, Error> {
    const SQL: &str = "SELECT id, account_id, epoch, expires_at, wrong_in_a_row, wrong_total, locked_until, \
        charges_budget FROM known_browser WHERE token_mac = $1";
    for token in tokens {
        if let Some(row) = tx.query_opt(SQL, &[token.into()])? {
            return known_browser(&row).map(Some);
        }
    }
    Ok(None)
}

/// The known browser with this id.
pub fn load(tx: &mut Tx<'_>, id: &KnownBrowserId) -> Result<Option<KnownBrowser>, Error> {
    const SQL: &str = "SELECT id, account_id, epoch, expires_at, wrong_in_a_row, wrong_total, locked_until, \
        charges_budget FROM known_browser WHERE id = $1";
    tx.query_opt(SQL, &[id.into()])?.map(|row| known_browser(&row)).transpose()
}

fn known_browser(row: &Row) -> Result<KnownBrowser, Error> {
    Ok(KnownBrowser {
        id: KnownBrowserId::new(row.text(0)?),
        account: AccountId::new(row.text(1)?),
        epoch: row.int(2)?,
        expires_at: row.time(3)?,
        bucket: Known {
            wrong_in_a_row: row.count(4)?,
            wrong_total: row.count(5)?,
            locked_until: row.opt_time(6)?,
            charges_budget: row.flag(7)?,
        },
    })
}

/// Saves the bucket.
pub fn save(tx: &mut Tx<'_>, lock: &AccountLock, id: &KnownBrowserId, bucket: &Known) -> Result<(), Error> {
    const SQL: &str = "UPDATE known_browser SET wrong_in_a_row = $3, wrong_total = $4, locked_until = $5 \
        WHERE id = $1 AND account_id = $2";
    let values = [
        id.into(),
        lock.id().into(),
        i64::from(bucket.wrong_in_a_row).into(),
        i64::from(bucket.wrong_total).into(),
        bucket.locked_until.into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// Lifts the locks of all of the locked account; what each has lived through stays.
pub fn unlock_all(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    const SQL: &str = "UPDATE known_browser SET wrong_in_a_row = 0, locked_until = NULL WHERE account_id = $1";
    tx.execute(SQL, &[lock.id().into()])?;
    Ok(())
}

/// When the last lock of the account's known browsers ends, if any stands at `now`.
pub fn locked_until(tx: &mut Tx<'_>, account: &AccountId, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    const SQL: &str = "SELECT MAX(locked_until) FROM known_browser WHERE account_id = $1 AND locked_until > $2";
    let row = tx.query_opt(SQL, &[account.into(), now.into()])?;
    row.map_or(Ok(None), |row| row.opt_time(0))
}

/// Forgets one.
pub fn delete(tx: &mut Tx<'_>, lock: &AccountLock, id: &KnownBrowserId) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM known_browser WHERE id = $1 AND account_id = $2";
    tx.execute(SQL, &[id.into(), lock.id().into()])?;
    Ok(())
}

/// Forgets all of the locked account.
pub fn delete_all(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM known_browser WHERE account_id = $1";
    tx.execute(SQL, &[lock.id().into()])?;
    Ok(())
}

/// Deletes those that expired before `then`.
pub fn prune(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM known_browser WHERE expires_at < $1";
    tx.execute(SQL, &[then.into()])
}
