//! Word to products that a session of theirs has ended: enqueued in the transaction that ends the session, claimed under a lease
//! by whichever node's worker comes first, deleted once the product has taken it.

use std::time::Duration;

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::id::{AccountId, LogoutNoticeId, SessionId};
use crate::model::product::ProductId;
use crate::model::time::Timestamp;

/// A product that opened in a session and wants to hear of its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// The session.
    pub sid: SessionId,
    /// The product.
    pub product: ProductId,
    /// Where it is told.
    pub uri: String,
}

/// A notice as it is enqueued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its row, and the logout token's `jti` at each try.
    pub id: LogoutNoticeId,
    /// To whom it goes, and about which session.
    pub owed: Owed,
    /// Whose session it was.
    pub subject: AccountId,
    /// When the session ended.
    pub created_at: Timestamp,
    /// When nobody tries any more.
    pub not_after: Timestamp,
}

/// A notice that this worker alone may send, until its lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The notice.
    pub notice: Notice,
    /// How many tries have failed.
    pub tries: i64,
    /// When the lease ends.
    pub leased_until: Timestamp,
}

/// What waits, claimed or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many.
    pub count: i64,
    /// When the first try is due, or the first lease ends.
    pub first_due: Option<Timestamp>,
    /// When the first one expires.
    pub first_expiry: Option<Timestamp>,
}

/// Whom the end of this session of the locked account is to be told.
pub fn owed_for(tx: &mut Tx<'_>, lock: &AccountLock, session: &SessionId) -> Result<Vec<Owed>, Error> {
    const SQL: &str = "SELECT DISTINCT g.session_id, g.product_id, u.uri FROM product_grant g \
        JOIN product_uri u ON u.product_id = g.product_id AND u.kind = 'back_channel' \
        WHERE g.session_id = $1 AND g.account_id = $2";
    tx.query(SQL, &[session.into(), lock.id().into()])?.iter().map(owed).collect()
}

/// Whom the end of all living sessions of the locked account is to be told.
pub fn owed_for_all(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<Vec<Owed>, Error> {
    const SQL: &str = "SELECT DISTINCT g.session_id, g.product_id, u.uri FROM product_grant g \
        JOIN session s ON s.id = g.session_id \
        JOIN product_uri u ON u.product_id = g.product_id AND u.kind = 'back_channel' \
        WHERE s.account_id = $1";
    tx.query(SQL, &[lock.id().into()])?.iter().map(owed).collect()
}

fn owed(row: &Row) -> Result<Owed, Error> {
    Ok(Owed { sid: SessionId::new(row.text(0)?), product: product(&row.text(1)?)?, uri: row.text(2)? })
}

fn product(id: &str) -> Result<ProductId, Error> {
    ProductId::parse(id).ok_or_else(|| Error::Bug(format!("a product has the id {id:?}")))
}

/// Puts a notice into the queue, due at once.
pub fn enqueue(tx: &mut Tx<'_>, notice: &Notice) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO logout_notice (id, product_id, uri, subject, sid, created_at, not_after, due_at, tries) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $6, 0)";
    let Notice { id, owed, subject, created_at, not_after } = notice;
    let values = [
        id.into(),
        owed.product.as_str().into(),
        owed.uri.as_str().into(),
        subject.into(),
        (&owed.sid).into(),
        (*created_at).into(),
        (*not_after).into(),
    ];
    tx.execute(SQL, &values).map(drop)
}

/// Claims the notice that has been due longest of each product, for the time of `lease`, from products that `busy` does not name,
/// of at most `most` products. So a product that does not answer holds up its own notices and no other's.
pub fn claim(
    tx: &mut Tx<'_>,
    (now, lease): (Timestamp, Duration),
    busy: &[ProductId],
    most: usize,
) -> Result<Vec<Claimed>, Error> {
    const DUE: &str = "SELECT product_id, MIN(due_at) FROM logout_notice WHERE due_at <= $1 AND not_after > $1 \
        GROUP BY product_id ORDER BY 2, 1";
    let mut claimed = Vec::new();
    for row in tx.query(DUE, &[now.into()])? {
        let product = product(&row.text(0)?)?;
        if claimed.len() == most {
            break;
        }
        if !busy.contains(&product) {
            claimed.extend(claim_of(tx, (now, lease), &product)?);
        }
    }
    Ok(claimed)
}

fn claim_of(
    tx: &mut Tx<'_>,
    (now, lease): (Timestamp, Duration),
    product: &ProductId,
) -> Result<Option<Claimed>, Error> {
    // The condition on due_at stands twice: a worker that waited for another's claim looks at the row again, and passes it over.
    const SQL: &str = "UPDATE logout_notice SET due_at = $1 WHERE due_at <= $2 AND not_after > $2 AND id = \
        (SELECT id FROM logout_notice WHERE product_id = $3 AND due_at <= $2 AND not_after > $2 ORDER BY due_at, id LIMIT 1) \
        RETURNING id, sid, product_id, uri, subject, created_at, not_after, tries";
    let leased_until = now.plus(lease);
    let Some(row) = tx.query_opt(SQL, &[leased_until.into(), now.into(), product.as_str().into()])? else {
        return Ok(None);
    };
    let owed = Owed { sid: SessionId::new(row.text(1)?), product: product.clone(), uri: row.text(3)? };
    let notice = Notice {
        id: LogoutNoticeId::new(row.text(0)?),
        owed,
        subject: AccountId::new(row.text(4)?),
        created_at: row.time(5)?,
        not_after: row.time(6)?,
    };
    Ok(Some(Claimed { notice, tries: row.int(7)?, leased_until }))
}

/// Takes a notice out: the product has taken it, or refused it for good.
pub fn remove(tx: &mut Tx<'_>, id: &LogoutNoticeId) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM logout_notice WHERE id = $1";
    tx.execute(SQL, &[id.into()]).map(drop)
}

/// Ends a lease after a try that failed; the notice is due again at `next_try_at`. `false` when the lease had passed to another.
pub fn failed(tx: &mut Tx<'_>, claimed: &Claimed, next_try_at: Timestamp) -> Result<bool, Error> {
    const SQL: &str = "UPDATE logout_notice SET due_at = $3, tries = $4 WHERE id = $1 AND due_at = $2";
    let values =
        [(&claimed.notice.id).into(), claimed.leased_until.into(), next_try_at.into(), (claimed.tries + 1).into()];
    tx.execute(SQL, &values).map(|rows| rows == 1)
}

/// Deletes what nobody tries any more; how many that was.
pub fn drop_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM logout_notice WHERE not_after <= $1";
    tx.execute(SQL, &[now.into()])
}

/// How much waits and when something is to be done about it.
pub fn backlog(tx: &mut Tx<'_>) -> Result<Backlog, Error> {
    const SQL: &str = "SELECT COUNT(*), MIN(due_at), MIN(not_after) FROM logout_notice";
    let row = tx.query_opt(SQL, &[])?;
    row.map_or(Ok(Backlog::default()), |row| {
        Ok(Backlog { count: row.int(0)?, first_due: row.opt_time(1)?, first_expiry: row.opt_time(2)? })
    })
}
