//! Usernames and email addresses in canonical form: one table, one unique index, so that no name ever means two accounts.

use super::db::Tx;
use super::error::Error;
use crate::model::id::AccountId;

/// Which kind of name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The username.
    Username,
    /// The email address.
    Email,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
        }
    }
}

/// Takes `name` for the account. `false` when another account (or the same) has it already.
pub fn claim(tx: &mut Tx<'_>, name: &str, account: &AccountId, kind: Kind) -> Result<bool, Error> {
    const SQL: &str = "INSERT INTO account_name (name, account_id, kind) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(tx.execute(SQL, &[name.into(), account.into(), kind.as_str().into()])? == 1)
}

/// The account that a canonical username or email address belongs to.
pub fn find(tx: &mut Tx<'_>, name: &str) -> Result<Option<AccountId>, Error> {
    const SQL: &str = "SELECT account_id FROM account_name WHERE name = $1";
    tx.query_opt(SQL, &[name.into()])?.map(|row| Ok(AccountId::new(row.text(0)?))).transpose()
}

/// The account that has this canonical email address.
pub fn find_email(tx: &mut Tx<'_>, name: &str) -> Result<Option<AccountId>, Error> {
    const SQL: &str = "SELECT account_id FROM account_name WHERE name = $1 AND kind = 'email'";
    tx.query_opt(SQL, &[name.into()])?.map(|row| Ok(AccountId::new(row.text(0)?))).transpose()
}
