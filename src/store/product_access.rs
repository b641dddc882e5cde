//! Who may open which product: everyone, the accounts of a group, or an account by name.

use super::db::Tx;
use super::error::Error;
use crate::model::group_name::GroupName;
use crate::model::id::AccountId;
use crate::model::product::{Access, ProductId};

const ALL: &str = "all";
const GROUP: &str = "group";
const ACCOUNT: &str = "account";

/// The rows that let the account `$1` open something.
macro_rules! lets_open {
    () => {
        "FROM product_access WHERE (kind = 'all' OR kind = 'account' AND subject = $1 \
         OR kind = 'group' AND subject IN (SELECT name FROM account_group WHERE account_id = $1))"
    };
}

/// Lets these open it too.
pub fn add(tx: &mut Tx<'_>, product: &ProductId, access: &Access) -> Result<(), Error> {
    const SQL: &str =
        "INSERT INTO product_access (product_id, kind, subject) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let (kind, subject) = match access {
        Access::All => (ALL, ""),
        Access::Group(name) => (GROUP, name.as_str()),
        Access::Account(id) => (ACCOUNT, id.as_str()),
    };
    tx.execute(SQL, &[product.as_str().into(), kind.into(), subject.into()])?;
    Ok(())
}

/// Who may open it.
pub fn of(tx: &mut Tx<'_>, product: &ProductId) -> Result<Vec<Access>, Error> {
    const SQL: &str = "SELECT kind, subject FROM product_access WHERE product_id = $1 ORDER BY kind, subject";
    let rows = tx.query(SQL, &[product.as_str().into()])?;
    let unreadable = |kind: &str| Error::Bug(format!("product {product} has unreadable access of kind {kind:?}"));
    let access = |(kind, subject): (String, String)| match kind.as_str() {
        ALL => Ok(Access::All),
        GROUP => GroupName::parse(&subject).map(Access::Group).ok_or_else(|| unreadable(&kind)),
        ACCOUNT => Ok(Access::Account(AccountId::new(subject))),
        _ => Err(unreadable(&kind)),
    };
    rows.iter().map(|row| access((row.text(0)?, row.text(1)?))).collect()
}

/// Whether the account may open the product. Whether it may sign in at all is for the caller to ask.
pub fn may_open(tx: &mut Tx<'_>, product: &ProductId, account: &AccountId) -> Result<bool, Error> {
    const SQL: &str = concat!("SELECT product_id ", lets_open!(), " AND product_id = $2 LIMIT 1");
    Ok(tx.query_opt(SQL, &[account.into(), product.as_str().into()])?.is_some())
}

/// The products that the account may open.
pub fn products_of(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<ProductId>, Error> {
    const SQL: &str = concat!("SELECT DISTINCT product_id ", lets_open!(), " ORDER BY product_id");
    let id = |text: String| ProductId::parse(&text).ok_or_else(|| Error::Bug(format!("{text:?} is no product's id")));
    tx.query(SQL, &[account.into()])?.iter().map(|row| id(row.text(0)?)).collect()
}
