//! Changes of email addresses: those that are asked for, and each account's newest.

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use super::security_answer;
use crate::model::email_address::EmailAddress;
use crate::model::email_change::Changed;
use crate::model::id::{AccountId, LinkId};
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// Notes the address that this link of the locked account would change its to.
pub fn ask(tx: &mut Tx<'_>, lock: &AccountLock, link: &LinkId, email: &EmailAddress) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO email_request (link_id, account_id, email) VALUES ($1, $2, $3)";
    tx.execute(SQL, &[link.into(), lock.id().into(), email.as_str().into()])?;
    Ok(())
}

/// The address that the link would change its account's to.
pub fn asked(tx: &mut Tx<'_>, link: &LinkId) -> Result<Option<String>, Error> {
    const SQL: &str = "SELECT email FROM email_request WHERE link_id = $1";
    tx.query_opt(SQL, &[link.into()])?.map(|row| row.text(0)).transpose()
}

/// Makes this the locked account's newest change.
pub fn put(tx: &mut Tx<'_>, lock: &AccountLock, changed: &Changed) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO email_change (account_id, email_before, changed_at, password_hash, recovery_code_mac, \
        answers) VALUES ($1, $2, $3, $4, $5, $6)";
    delete(tx, lock)?;
    let values = [
        lock.id().into(),
        changed.email_before.as_str().into(),
        changed.changed_at.into(),
        changed.password_hash.clone().into(),
        changed.recovery_code.as_ref().map(|mac| mac.as_bytes().to_vec()).into(),
        changed.answers.clone().into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// The account's newest change, while it can be undone.
pub fn of(tx: &mut Tx<'_>, account: &AccountId, now: Timestamp) -> Result<Option<Changed>, Error> {
    const SQL: &str = "SELECT email_before, changed_at, password_hash, recovery_code_mac, answers, set_up_at FROM email_change \
        WHERE account_id = $1";
    let found = tx.query_opt(SQL, &[account.into()])?.map(|row| changed(&row)).transpose()?;
    Ok(found.filter(|changed| changed.can_be_undone(now)))
}

fn changed(row: &Row) -> Result<Changed, Error> {
    Ok(Changed {
        email_before: row.text(0)?,
        changed_at: row.time(1)?,
        password_hash: row.opt_bytes(2)?,
        recovery_code: row.opt_bytes(3)?.map(Mac::new),
        answers: row.bytes(4)?,
        set_up_at: row.opt_time(5)?,
    })
}

/// The locked account's password is the owner's as it is now: undoing the newest change leaves it.
pub fn trust_password(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    const SQL: &str = "UPDATE email_change SET password_hash = $2 WHERE account_id = $1";
    tx.execute(SQL, &[lock.id().into(), lock.account.password_hash.clone().into()]).map(drop)
}

/// What the locked account's MFA consists of is the owner's as it is now: it was set up behind a link to the old address.
pub fn trust_factors(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    const SQL: &str =
        "UPDATE email_change SET recovery_code_mac = $2, answers = $3, set_up_at = $4 WHERE account_id = $1";
    let answers = security_answer::mark(tx, lock.id())?;
    let recovery_code = lock.account.recovery_code.as_ref().map(|mac| mac.as_bytes().to_vec());
    tx.execute(SQL, &[lock.id().into(), recovery_code.into(), answers.into(), lock.now().into()]).map(drop)
}

/// Forgets the locked account's newest change.
pub fn delete(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM email_change WHERE account_id = $1";
    tx.execute(SQL, &[lock.id().into()]).map(drop)
}

/// Forgets changes of `then` and before, and gives their former addresses free.
pub fn prune(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const NAMES: &str = "DELETE FROM account_name WHERE kind = 'former' AND account_id IN \
        (SELECT account_id FROM email_change WHERE changed_at <= $1)";
    const CHANGES: &str = "DELETE FROM email_change WHERE changed_at <= $1";
    tx.execute(NAMES, &[then.into()])?;
    tx.execute(CHANGES, &[then.into()])
}
