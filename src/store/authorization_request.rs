//! Authorization requests, from their arrival until a code is given.

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::id::{AccountId, RequestId, SessionId};
use crate::model::product::ProductId;
use crate::model::proof::{PasscodeProof, Way};
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// A request's row.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// Its id.
    pub id: RequestId,
    /// Of its token.
    pub token: Mac,
    /// Whose it is.
    pub product: ProductId,
    /// The product's server sent it ahead (RFC 9126).
    pub pushed: bool,
    /// The request itself, as JSON.
    pub request: String,
    /// The account that the product expects, where it says so.
    pub subject: Option<AccountId>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it dies of age.
    pub expires_at: Timestamp,
    /// The passcode that was given for it, and the session in which it counts.
    pub passcode: Option<(SessionId, PasscodeProof)>,
    /// When its code was given.
    pub ended_at: Option<Timestamp>,
}

/// The columns of [`read`], in its order.
macro_rules! columns {
    () => {
        "id, token_mac, product_id, pushed, request, subject, created_at, expires_at, session_id, passcode_way, \
         passcode_at, ended_at"
    };
}

/// A new request.
pub fn insert(tx: &mut Tx<'_>, new: &AuthorizationRequest) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO authorization_request (id, token_mac, product_id, pushed, request, subject, \
        created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = [
        (&new.id).into(),
        (&new.token).into(),
        new.product.as_str().into(),
        new.pushed.into(),
        new.request.as_str().into(),
        new.subject.as_ref().into(),
        new.created_at.into(),
        new.expires_at.into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// The request whose token has one of these codes.
pub fn find(tx: &mut Tx<'_>, tokens: &[Mac]) -> Result<Option<AuthorizationRequest>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM authorization_request WHERE token_mac = $1");
    for token in tokens {
        if let Some(row) = tx.query_opt(SQL, &[token.into()])? {
            return read(&row).map(Some);
        }
    }
    Ok(None)
}

/// The request with this id.
pub fn load(tx: &mut Tx<'_>, id: &RequestId) -> Result<Option<AuthorizationRequest>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM authorization_request WHERE id = $1");
    tx.query_opt(SQL, &[id.into()])?.map(|row| read(&row)).transpose()
}

fn read(row: &Row) -> Result<AuthorizationRequest, Error> {
    let product = row.text(2)?;
    Ok(AuthorizationRequest {
        id: RequestId::new(row.text(0)?),
        token: Mac::new(row.bytes(1)?),
        product: ProductId::parse(&product)
            .ok_or_else(|| Error::Bug(format!("a request is of the product {product:?}")))?,
        pushed: row.flag(3)?,
        request: row.text(4)?,
        subject: row.opt_text(5)?.map(AccountId::new),
        created_at: row.time(6)?,
        expires_at: row.time(7)?,
        passcode: passcode(row)?,
        ended_at: row.opt_time(11)?,
    })
}

fn passcode(row: &Row) -> Result<Option<(SessionId, PasscodeProof)>, Error> {
    let way = row.opt_text(9)?.and_then(|way| Way::parse(&way));
    let proof = way.zip(row.opt_time(10)?).map(|(way, at)| PasscodeProof::kept(way, at));
    Ok(row.opt_text(8)?.map(SessionId::new).zip(proof))
}

/// Keeps the passcode that the locked account gave for it in this session; the one before it is gone. `false` when the request had
/// ended.
pub fn give_passcode(
    tx: &mut Tx<'_>,
    _: &AccountLock,
    id: &RequestId,
    (session, proof): (&SessionId, PasscodeProof),
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE authorization_request SET session_id = $2, passcode_way = $3, passcode_at = $4 \
        WHERE id = $1 AND ended_at IS NULL";
    Ok(tx.execute(SQL, &[id.into(), session.into(), proof.way().as_str().into(), proof.at().into()])? == 1)
}

/// Ends it; `false` when it had ended already.
pub fn end(tx: &mut Tx<'_>, id: &RequestId, now: Timestamp) -> Result<bool, Error> {
    const SQL: &str = "UPDATE authorization_request SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    Ok(tx.execute(SQL, &[id.into(), now.into()])? == 1)
}

/// Deletes requests that died before `then`.
pub fn prune(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM authorization_request WHERE expires_at < $1";
    tx.execute(SQL, &[then.into()])
}
