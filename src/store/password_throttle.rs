//! Password tries: of names that no account has, and of where passwords were tried in vain.

use std::time::Duration;

use super::db::Tx;
use super::error::Error;
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// What the subject of a name that no account has begins with.
pub const UNKNOWN: &str = "name:";

/// The allowance's state of a name that no account has.
pub fn unknown_name(tx: &mut Tx<'_>, name: &Mac) -> Result<Option<Timestamp>, Error> {
    const SQL: &str = "SELECT password_tat FROM unknown_name WHERE name_key = $1";
    tx.query_opt(SQL, &[name.into()])?.map(|row| row.time(0)).transpose()
}

/// Keeps that state.
pub fn set_unknown_name(tx: &mut Tx<'_>, name: &Mac, state: Timestamp) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO unknown_name (name_key, password_tat) VALUES ($1, $2) \
        ON CONFLICT (name_key) DO UPDATE SET password_tat = excluded.password_tat";
    tx.execute(SQL, &[name.into(), state.into()])?;
    Ok(())
}

/// What is known of an address and a subject (an account's id, or the key of a name that no account has).
#[derive(Clone, Copy, Debug)]
pub struct Tried {
    /// When a password failed from there.
    pub failed_at: Option<Timestamp>,
    /// When the address last took its own try.
    pub tried_at: Timestamp,
}

/// Whether `address` has tried `subject` before.
pub fn tried(tx: &mut Tx<'_>, subject: &str, address: &str) -> Result<Option<Tried>, Error> {
    const SQL: &str = "SELECT failed_at, tried_at FROM password_failure WHERE subject = $1 AND address = $2";
    tx.query_opt(SQL, &[subject.into(), address.into()])?
        .map(|row| Ok(Tried { failed_at: row.opt_time(0)?, tried_at: row.time(1)? }))
        .transpose()
}

/// Notes that `address` took its own try.
pub fn take_own_try(tx: &mut Tx<'_>, subject: &str, address: &str, now: Timestamp) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO password_failure (subject, address, tried_at) VALUES ($1, $2, $3) \
        ON CONFLICT (subject, address) DO UPDATE SET tried_at = excluded.tried_at";
    tx.execute(SQL, &[subject.into(), address.into(), now.into()])?;
    Ok(())
}

/// Notes that a password failed from `address`.
pub fn note_failure(tx: &mut Tx<'_>, subject: &str, address: &str, now: Timestamp) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO password_failure (subject, address, failed_at, tried_at) VALUES ($1, $2, $3, $3) \
        ON CONFLICT (subject, address) DO UPDATE SET failed_at = excluded.failed_at";
    tx.execute(SQL, &[subject.into(), address.into(), now.into()])?;
    Ok(())
}

/// Deletes names whose allowance is full again, failures older than `then`, and those of names that no account has a day after the
/// last, since anyone can make as many of them as there are names.
pub fn prune(tx: &mut Tx<'_>, now: Timestamp, then: Timestamp) -> Result<u64, Error> {
    const OF_NAMES: &str =
        "DELETE FROM password_failure WHERE subject LIKE 'name:%' AND tried_at < $1 AND COALESCE(failed_at, 0) < $1";
    tx.execute(OF_NAMES, &[now.minus(Duration::from_secs(86_400)).into()])?;
    const NAMES: &str = "DELETE FROM unknown_name WHERE password_tat < $1";
    const FAILURES: &str = "DELETE FROM password_failure WHERE tried_at < $1 AND COALESCE(failed_at, 0) < $1";
    Ok(tx.execute(NAMES, &[now.into()])? + tx.execute(FAILURES, &[then.into()])?)
}
