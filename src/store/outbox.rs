//! The outbox: mail enqueued in the transaction that causes it, claimed under a lease by whichever node's worker comes first, and
//! deleted once it is sent. Bodies are sealed before they come here.

use std::time::Duration;

use super::Error;
use super::db::{Row, Tx};
use crate::model::id::MailId;
use crate::model::time::Timestamp;

/// How long a mail may wait for its first try before mail counts as delayed.
const PROMPT: Duration = Duration::from_secs(30);

const ENQUEUE: &str =
    "INSERT INTO outbox (id, kind, created_at, not_after, due_at, tries, body) VALUES ($1, $2, $3, $4, $3, 0, $5)";
// The condition on due_at stands twice: a worker that waited for another's claim looks at the row again, and passes it over.
const CLAIM: &str = "UPDATE outbox SET due_at = $1 WHERE due_at <= $2 AND not_after > $2 AND id IN \
     (SELECT id FROM outbox WHERE due_at <= $2 AND not_after > $2 ORDER BY due_at LIMIT $3) \
     RETURNING id, kind, created_at, not_after, tries, body";
const REMOVE: &str = "DELETE FROM outbox WHERE id = $1";
const FAILED: &str = "UPDATE outbox SET due_at = $3, tries = $4 WHERE id = $1 AND due_at = $2";
const DROP_EXPIRED: &str = "DELETE FROM outbox WHERE not_after <= $1";
const BACKLOG: &str = "SELECT COUNT(*), MIN(due_at), MIN(not_after) FROM outbox";
const OLDEST_WAITING: &str =
    "SELECT MIN(created_at) FROM outbox WHERE not_after > $1 AND (tries > 0 OR created_at < $2)";

/// A mail as it is enqueued.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub id: MailId,
    /// The message's stable name.
    pub kind: String,
    pub created_at: Timestamp,
    /// When it must not be sent any more.
    pub not_after: Timestamp,
    /// The sealed mail.
    pub body: Vec<u8>,
}

/// A mail that this worker alone may send, until its lease ends.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub mail: Sealed,
    /// How many tries have failed.
    pub tries: i64,
    pub leased_until: Timestamp,
}

/// What is in the outbox, claimed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    pub count: i64,
    /// When the first try is due, or the first lease ends.
    pub first_due: Option<Timestamp>,
    /// When the first mail expires.
    pub first_expiry: Option<Timestamp>,
}

/// Puts a mail into the outbox, due at once.
pub fn enqueue(tx: &mut Tx<'_>, mail: &Sealed) -> Result<(), Error> {
    let Sealed { id, kind, created_at, not_after, body } = mail;
    let values = [id.into(), kind.as_str().into(), (*created_at).into(), (*not_after).into(), body.as_slice().into()];
    tx.execute(ENQUEUE, &values).map(|_| ())
}

/// Claims at most `most` mails that are due, for the time of `lease`. Nobody else gets them meanwhile; afterwards they are due
/// again, so that what a crashed worker held is not lost.
pub fn claim(tx: &mut Tx<'_>, now: Timestamp, lease: Duration, most: u32) -> Result<Vec<Claimed>, Error> {
    let leased_until = now.plus(lease);
    let rows = tx.query(CLAIM, &[leased_until.into(), now.into(), i64::from(most).into()])?;
    rows.iter().map(|row| claimed(row, leased_until)).collect()
}

fn claimed(row: &Row, leased_until: Timestamp) -> Result<Claimed, Error> {
    Ok(Claimed {
        mail: Sealed {
            id: MailId::new(row.text(0)?),
            kind: row.text(1)?,
            created_at: row.time(2)?,
            not_after: row.time(3)?,
            body: row.bytes(5)?,
        },
        tries: row.int(4)?,
        leased_until,
    })
}

/// Takes a mail out: it was sent, or refused for good.
pub fn remove(tx: &mut Tx<'_>, id: &MailId) -> Result<(), Error> {
    tx.execute(REMOVE, &[id.into()]).map(|_| ())
}

/// Ends a lease after a try that failed; the mail is due again at `next_try_at`. `false` when the lease had passed to another.
pub fn failed(tx: &mut Tx<'_>, claimed: &Claimed, next_try_at: Timestamp) -> Result<bool, Error> {
    let values =
        [(&claimed.mail.id).into(), claimed.leased_until.into(), next_try_at.into(), (claimed.tries + 1).into()];
    tx.execute(FAILED, &values).map(|rows| rows == 1)
}

/// Deletes what must not be sent any more; how many that was.
pub fn drop_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    tx.execute(DROP_EXPIRED, &[now.into()])
}

/// How much is in the outbox and when something is to be done about it.
pub fn backlog(tx: &mut Tx<'_>) -> Result<Backlog, Error> {
    match tx.query_opt(BACKLOG, &[])? {
        Some(row) => Ok(Backlog { count: row.int(0)?, first_due: row.opt_time(1)?, first_expiry: row.opt_time(2)? }),
        None => Ok(Backlog { count: 0, first_due: None, first_expiry: None }),
    }
}

/// Since when mail is delayed: when the oldest mail was enqueued that has failed at least once, or has waited more than 30
/// seconds. `None` when mail goes out promptly.
pub fn oldest_waiting(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    match tx.query_opt(OLDEST_WAITING, &[now.into(), now.minus(PROMPT).into()])? {
        Some(row) => row.opt_time(0),
        None => Ok(None),
    }
}
