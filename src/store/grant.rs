//! Grants: what a sign-in gave a product. It begins with a code; tokens come after it and are good only as long as it is.

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::id::{AccountId, GrantId, SessionId};
use crate::model::product::ProductId;
use crate::model::proof::{PasscodeProof, PasswordProof, Way};
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// A grant's row.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Whose sign-in it was.
    pub account: AccountId,
    /// The account's epoch then.
    pub epoch: i64,
    /// To which product it was given.
    pub product: ProductId,
    /// The session; none for a remote app or a device.
    pub session: Option<SessionId>,
    /// The scopes, with a space between.
    pub scope: String,
    /// What the ID token repeats.
    pub nonce: Option<String>,
    /// Where the code was sent.
    pub redirect_uri: Option<String>,
    /// What the code's verifier must fit (RFC 7636).
    pub code_challenge: Option<String>,
    /// The password's proof.
    pub password: PasswordProof,
    /// The proof of the passcode that counts for this product.
    pub passcode: PasscodeProof,
    /// When it was given.
    pub created_at: Timestamp,
    /// When nothing is given for it any more.
    pub expires_at: Timestamp,
    /// When its code stops being good.
    pub code_expires_at: Option<Timestamp>,
    /// When its code was used.
    pub code_used_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// The columns of [`grant`], in its order.
macro_rules! columns {
    () => {
        "id, account_id, epoch, product_id, session_id, scope, nonce, redirect_uri, code_challenge, password_at, \
         passcode_way, passcode_at, created_at, expires_at, code_expires_at, code_used_at, revoked_at"
    };
}

/// A new grant of the locked account; `code` is the code's.
pub fn insert(tx: &mut Tx<'_>, lock: &AccountLock, grant: &Grant, code: Option<&Mac>) -> Result<(), Error> {
    const SQL: &str = concat!(
        "INSERT INTO product_grant (",
        columns!(),
        ", code_mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
    );
    let values = [
        (&grant.id).into(),
        lock.id().into(),
        grant.epoch.into(),
        grant.product.as_str().into(),
        grant.session.as_ref().into(),
        grant.scope.as_str().into(),
        grant.nonce.as_deref().into(),
        grant.redirect_uri.as_deref().into(),
        grant.code_challenge.as_deref().into(),
        grant.password.at().into(),
        grant.passcode.way().as_str().into(),
        grant.passcode.at().into(),
        grant.created_at.into(),
        grant.expires_at.into(),
        grant.code_expires_at.into(),
        grant.code_used_at.into(),
        grant.revoked_at.into(),
        code.into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// The grant with this id.
pub fn load(tx: &mut Tx<'_>, id: &GrantId) -> Result<Option<Grant>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM product_grant WHERE id = $1");
    tx.query_opt(SQL, &[id.into()])?.map(|row| grant(&row)).transpose()
}

/// The grant whose code has one of these codes as stored.
pub fn by_code(tx: &mut Tx<'_>, codes: &[Mac]) -> Result<Option<Grant>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM product_grant WHERE code_mac = $1");
    for code in codes {
        if let Some(row) = tx.query_opt(SQL, &[code.into()])? {
            return grant(&row).map(Some);
        }
    }
    Ok(None)
}

fn grant(row: &Row) -> Result<Grant, Error> {
    let id = GrantId::new(row.text(0)?);
    let unreadable = |what: &str| Error::Bug(format!("grant {id} has no readable {what}"));
    let way = Way::parse(&row.text(10)?).ok_or_else(|| unreadable("way"))?;
    Ok(Grant {
        account: AccountId::new(row.text(1)?),
        epoch: row.int(2)?,
        product: ProductId::parse(&row.text(3)?).ok_or_else(|| unreadable("product"))?,
        session: row.opt_text(4)?.map(SessionId::new),
        scope: row.text(5)?,
        nonce: row.opt_text(6)?,
        redirect_uri: row.opt_text(7)?,
        code_challenge: row.opt_text(8)?,
        password: PasswordProof::kept(row.time(9)?),
        passcode: PasscodeProof::kept(way, row.time(11)?),
        created_at: row.time(12)?,
        expires_at: row.time(13)?,
        code_expires_at: row.opt_time(14)?,
        code_used_at: row.opt_time(15)?,
        revoked_at: row.opt_time(16)?,
        id,
    })
}

/// Uses the grant's code up; `false` when it had been used, or the grant was taken back.
pub fn use_code(tx: &mut Tx<'_>, lock: &AccountLock, id: &GrantId) -> Result<bool, Error> {
    const SQL: &str = "UPDATE product_grant SET code_used_at = $3 \
        WHERE id = $1 AND account_id = $2 AND code_used_at IS NULL AND revoked_at IS NULL";
    Ok(tx.execute(SQL, &[id.into(), lock.id().into(), lock.now().into()])? == 1)
}

/// Takes the grant back with all that was given for it; `false` when that had been done.
pub fn revoke(tx: &mut Tx<'_>, lock: &AccountLock, id: &GrantId) -> Result<bool, Error> {
    const SQL: &str =
        "UPDATE product_grant SET revoked_at = $3 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL";
    Ok(tx.execute(SQL, &[id.into(), lock.id().into(), lock.now().into()])? == 1)
}

/// What programs and devices of the account hold that have no session: its id, the product's name, since when. Only what was taken up
/// and still stands; a device has its grant once it was approved, and no code.
pub fn without_session(
    tx: &mut Tx<'_>,
    (account, epoch): (&AccountId, i64),
    now: Timestamp,
) -> Result<Vec<(GrantId, String, Timestamp)>, Error> {
    const SQL: &str = "SELECT g.id, p.name, g.created_at FROM product_grant g JOIN product p ON p.id = g.product_id \
        WHERE g.account_id = $1 AND g.epoch = $2 AND g.session_id IS NULL AND (g.code_used_at IS NOT NULL OR g.code_mac IS NULL) \
        AND g.revoked_at IS NULL AND g.expires_at > $3 ORDER BY g.created_at DESC, g.id";
    let rows = tx.query(SQL, &[account.into(), epoch.into(), now.into()])?;
    rows.iter().map(|row| Ok((GrantId::new(row.text(0)?), row.text(1)?, row.time(2)?))).collect()
}

/// Takes back what programs and devices of the locked account were given without a session, or only what has this id; whether there was
/// any.
pub fn revoke_without_session(tx: &mut Tx<'_>, lock: &AccountLock, only: Option<&GrantId>) -> Result<bool, Error> {
    const SQL: &str = "UPDATE product_grant SET revoked_at = $2 WHERE account_id = $1 AND session_id IS NULL \
        AND revoked_at IS NULL AND ($3 = '' OR id = $3)";
    let only = only.map(GrantId::as_str).unwrap_or_default();
    Ok(tx.execute(SQL, &[lock.id().into(), lock.now().into(), only.into()])? > 0)
}

/// Deletes grants, and the refresh tokens and cookies of each, that expired before `then`.
pub fn prune(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const TOKENS: &str =
        "DELETE FROM refresh_token WHERE grant_id IN (SELECT id FROM product_grant WHERE expires_at < $1)";
    const COOKIES: &str =
        "DELETE FROM host_cookie WHERE grant_id IN (SELECT id FROM product_grant WHERE expires_at < $1)";
    const SQL: &str = "DELETE FROM product_grant WHERE expires_at < $1";
    tx.execute(COOKIES, &[then.into()])?;
    tx.execute(TOKENS, &[then.into()])?;
    tx.execute(SQL, &[then.into()])
}
