//! The cookies of proxied products' hosts. One is good as long as its grant, and goes with it.

use super::account::AccountLock;
use super::db::Tx;
use super::error::Error;
use crate::model::id::GrantId;
use crate::model::token::Mac;

/// A new cookie for a grant of the locked account.
pub fn insert(tx: &mut Tx<'_>, _: &AccountLock, cookie: &Mac, grant: &GrantId) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO host_cookie (mac, grant_id) VALUES ($1, $2)";
    tx.execute(SQL, &[cookie.into(), grant.into()]).map(drop)
}

/// The grant of the cookie that has one of these codes.
pub fn grant_of(tx: &mut Tx<'_>, cookies: &[Mac]) -> Result<Option<GrantId>, Error> {
    const SQL: &str = "SELECT grant_id FROM host_cookie WHERE mac = $1";
    for cookie in cookies {
        if let Some(row) = tx.query_opt(SQL, &[cookie.into()])? {
            return Ok(Some(GrantId::new(row.text(0)?)));
        }
    }
    Ok(None)
}
