//! Emailed links.

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::id::{AccountId, LinkId, VisitId};
use crate::model::link::{Ending, Purpose};
use crate::model::product::ProductId;
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// A link's row.
#[derive(Debug)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// Whose it is; none for the first administrator's.
    pub account: Option<AccountId>,
    /// The account's epoch when it was sent.
    pub epoch: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops being good.
    pub expires_at: Timestamp,
    /// When its page first did something.
    pub opened_at: Option<Timestamp>,
    /// How it ended before that, if it did.
    pub ending: Option<Ending>,
    /// The one browser that may go on behind it.
    pub visit: Option<VisitId>,
    /// The product that the person came from.
    pub product: Option<ProductId>,
    /// Of the recovery code that was spent behind it, and that is taken there again.
    pub recovery_code: Option<Mac>,
}

/// A new link of the locked account.
pub fn insert(tx: &mut Tx<'_>, lock: &AccountLock, link: &Link, purpose: Purpose, token: &Mac) -> Result<(), Error> {
    put(tx, Some(lock), link, purpose, token)
}

/// The first administrator's link, which has no account yet.
pub fn insert_without_account(tx: &mut Tx<'_>, link: &Link, purpose: Purpose, token: &Mac) -> Result<(), Error> {
    put(tx, None, link, purpose, token)
}

fn put(tx: &mut Tx<'_>, lock: Option<&AccountLock>, link: &Link, purpose: Purpose, token: &Mac) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO link (id, token_mac, account_id, epoch, purpose, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = [
        (&link.id).into(),
        token.into(),
        lock.map(|lock| lock.id().as_str().to_owned()).into(),
        link.epoch.into(),
        purpose.as_str().into(),
        link.created_at.into(),
        link.expires_at.into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// The link of this purpose whose token has one of these codes.
pub fn find(tx: &mut Tx<'_>, purpose: Purpose, tokens: &[Mac]) -> Result<Option<Link>, Error> {
    const SQL: &str = "SELECT id, account_id, epoch, expires_at, opened_at, ending, visit_id, created_at, product_id, \
        recovery_code_mac FROM link WHERE token_mac = $1 AND purpose = $2";
    for token in tokens {
        if let Some(row) = tx.query_opt(SQL, &[token.into(), purpose.as_str().into()])? {
            return link(&row).map(Some);
        }
    }
    Ok(None)
}

/// The link with this id.
pub fn load(tx: &mut Tx<'_>, id: &LinkId) -> Result<Option<Link>, Error> {
    const SQL: &str = "SELECT id, account_id, epoch, expires_at, opened_at, ending, visit_id, created_at, product_id, \
        recovery_code_mac FROM link WHERE id = $1";
    tx.query_opt(SQL, &[id.into()])?.map(|row| link(&row)).transpose()
}

fn link(row: &Row) -> Result<Link, Error> {
    Ok(Link {
        id: LinkId::new(row.text(0)?),
        account: row.opt_text(1)?.map(AccountId::new),
        epoch: row.int(2)?,
        expires_at: row.time(3)?,
        opened_at: row.opt_time(4)?,
        ending: row.opt_text(5)?.and_then(|text| Ending::parse(&text)),
        visit: row.opt_text(6)?.map(VisitId::new),
        created_at: row.time(7)?,
        product: row.opt_text(8)?.as_deref().and_then(ProductId::parse),
        recovery_code: row.opt_bytes(9)?.map(Mac::new),
    })
}

/// Notes the product that the person of the locked account came from.
pub fn set_product(tx: &mut Tx<'_>, lock: &AccountLock, token: &Mac, product: &ProductId) -> Result<(), Error> {
    const SQL: &str = "UPDATE link SET product_id = $3 WHERE token_mac = $1 AND account_id = $2";
    tx.execute(SQL, &[token.into(), lock.id().into(), product.as_str().into()])?;
    Ok(())
}

/// Notes the recovery code that the locked account's person has spent behind the link.
pub fn set_recovery_code(tx: &mut Tx<'_>, lock: &AccountLock, id: &LinkId, code: &Mac) -> Result<(), Error> {
    const SQL: &str = "UPDATE link SET recovery_code_mac = $3 WHERE id = $1 AND account_id = $2";
    tx.execute(SQL, &[id.into(), lock.id().into(), code.into()])?;
    Ok(())
}

/// Ends the link; `false` when it had ended already.
pub fn end(tx: &mut Tx<'_>, id: &LinkId, ending: Ending) -> Result<bool, Error> {
    const SQL: &str = "UPDATE link SET ending = $2 WHERE id = $1 AND ending IS NULL";
    Ok(tx.execute(SQL, &[id.into(), ending.as_str().into()])? == 1)
}

/// Ends the locked account's older links of this purpose. One whose page was opened goes on where `spare_opened` says so.
pub fn replace(tx: &mut Tx<'_>, lock: &AccountLock, purpose: Purpose, spare_opened: bool) -> Result<(), Error> {
    const SQL: &str = "UPDATE link SET ending = 'replaced' WHERE account_id = $1 AND purpose = $2 AND ending IS NULL \
        AND (opened_at IS NULL OR $3 = 0)";
    tx.execute(SQL, &[lock.id().into(), purpose.as_str().into(), spare_opened.into()])?;
    Ok(())
}

/// Ends every link of the locked account that was made at `then` or after.
pub fn end_since(tx: &mut Tx<'_>, lock: &AccountLock, then: Timestamp) -> Result<(), Error> {
    const SQL: &str =
        "UPDATE link SET ending = 'replaced' WHERE account_id = $1 AND created_at >= $2 AND ending IS NULL";
    tx.execute(SQL, &[lock.id().into(), then.into()]).map(drop)
}

/// Notes that the link's page did something, and which browser may go on from now on.
pub fn open(tx: &mut Tx<'_>, id: &LinkId, visit: Option<&VisitId>, now: Timestamp) -> Result<bool, Error> {
    const SQL: &str = "UPDATE link SET opened_at = COALESCE(opened_at, $3), visit_id = COALESCE($2, visit_id) \
        WHERE id = $1 AND ending IS NULL";
    let visit = visit.map(|id| id.as_str().to_owned());
    Ok(tx.execute(SQL, &[id.into(), visit.into(), now.into()])? == 1)
}

/// Ends the open links of this purpose that have no account; how many there were.
pub fn end_without_account(tx: &mut Tx<'_>, purpose: Purpose) -> Result<u64, Error> {
    const SQL: &str =
        "UPDATE link SET ending = 'replaced' WHERE account_id IS NULL AND purpose = $1 AND ending IS NULL";
    tx.execute(SQL, &[purpose.as_str().into()])
}

/// Deletes links, and what was done behind them, that expired before `then`.
pub fn prune(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const VISITS: &str = "DELETE FROM set_up_visit WHERE link_id IN (SELECT id FROM link WHERE expires_at < $1)";
    const LINKS: &str = "DELETE FROM link WHERE expires_at < $1";
    tx.execute(VISITS, &[then.into()])?;
    tx.execute(LINKS, &[then.into()])
}
