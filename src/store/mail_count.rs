//! What was mailed, to count against what may be. A subject is an account's id or the key of an address.

use super::db::Tx;
use super::error::Error;
use crate::model::time::Timestamp;

/// One mail to count.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// Whose.
    pub subject: &'a str,
    /// Which kind.
    pub kind: &'a str,
    /// Asked for in a known browser.
    pub known_browser: bool,
}

/// Counts one, under this id.
pub fn insert(tx: &mut Tx<'_>, id: &str, counted: Counted<'_>, now: Timestamp) -> Result<(), Error> {
    const SQL: &str =
        "INSERT INTO mail_count (id, subject, kind, known_browser, used, at) VALUES ($1, $2, $3, $4, 0, $5)";
    let values = [id.into(), counted.subject.into(), counted.kind.into(), counted.known_browser.into(), now.into()];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// When the subject's mails of this kind since `then` were sent, newest first, at most `most`.
pub fn times(
    tx: &mut Tx<'_>,
    (subject, kind): (&str, &str),
    then: Timestamp,
    most: u32,
) -> Result<Vec<Timestamp>, Error> {
    const SQL: &str =
        "SELECT at FROM mail_count WHERE subject = $1 AND kind = $2 AND at > $3 ORDER BY at DESC LIMIT $4";
    let rows = tx.query(SQL, &[subject.into(), kind.into(), then.into(), i64::from(most).into()])?;
    rows.iter().map(|row| row.time(0)).collect()
}

/// The same, of unused ones asked for in known browsers (or not in them) only.
pub fn unused_times(
    tx: &mut Tx<'_>,
    counted: Counted<'_>,
    then: Timestamp,
    most: u32,
) -> Result<Vec<Timestamp>, Error> {
    const SQL: &str = "SELECT at FROM mail_count WHERE subject = $1 AND kind = $2 AND known_browser = $3 AND used = 0 \
        AND at > $4 ORDER BY at DESC LIMIT $5";
    let values = [
        counted.subject.into(),
        counted.kind.into(),
        counted.known_browser.into(),
        then.into(),
        i64::from(most).into(),
    ];
    tx.query(SQL, &values)?.iter().map(|row| row.time(0)).collect()
}

/// The mail of this subject and kind that was counted at `at` was used to sign in.
pub fn mark_used(tx: &mut Tx<'_>, subject: &str, kind: &str, at: Timestamp) -> Result<(), Error> {
    const SQL: &str = "UPDATE mail_count SET used = 1 WHERE subject = $1 AND kind = $2 AND at = $3";
    tx.execute(SQL, &[subject.into(), kind.into(), at.into()])?;
    Ok(())
}

/// Deletes what is older than `then`.
pub fn prune(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM mail_count WHERE at < $1";
    tx.execute(SQL, &[then.into()])
}
