//! Usernames and email addresses in canonical form: one table, one unique index, so that no name ever means two accounts.

use super::account::AccountLock;
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
    /// The email address before the newest change: nobody signs in by it, and nobody else can take it.
    Former,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::Former => "former",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Username, Self::Email, Self::Former].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Takes `name` for the account. `false` when another account (or the same) has it already.
pub fn claim(tx: &mut Tx<'_>, name: &str, account: &AccountId, kind: Kind) -> Result<bool, Error> {
    const SQL: &str = "INSERT INTO account_name (name, account_id, kind) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(tx.execute(SQL, &[name.into(), account.into(), kind.as_str().into()])? == 1)
}

/// The account that a canonical username or email address belongs to.
pub fn find(tx: &mut Tx<'_>, name: &str) -> Result<Option<AccountId>, Error> {
    Ok(holder(tx, name)?.filter(|(_, kind)| *kind != Kind::Former).map(|(account, _)| account))
}

/// Who has the name, as whatever: nobody else can take it.
pub fn holder(tx: &mut Tx<'_>, name: &str) -> Result<Option<(AccountId, Kind)>, Error> {
    const SQL: &str = "SELECT account_id, kind FROM account_name WHERE name = $1";
    let Some(row) = tx.query_opt(SQL, &[name.into()])? else { return Ok(None) };
    let kind = Kind::parse(&row.text(1)?).ok_or_else(|| Error::Bug("a name is of no kind".into()))?;
    Ok(Some((AccountId::new(row.text(0)?), kind)))
}

/// The locked account's email address becomes a former one.
pub fn set_aside(tx: &mut Tx<'_>, lock: &AccountLock, name: &str) -> Result<bool, Error> {
    const SQL: &str = "UPDATE account_name SET kind = 'former' WHERE name = $1 AND account_id = $2 AND kind = 'email'";
    Ok(tx.execute(SQL, &[name.into(), lock.id().into()])? == 1)
}

/// The locked account's former email address takes the place of the present one, which is free again.
pub fn take_back(tx: &mut Tx<'_>, lock: &AccountLock, name: &str) -> Result<bool, Error> {
    const FREE: &str = "DELETE FROM account_name WHERE account_id = $1 AND kind = 'email'";
    const SQL: &str = "UPDATE account_name SET kind = 'email' WHERE name = $1 AND account_id = $2 AND kind = 'former'";
    tx.execute(FREE, &[lock.id().into()])?;
    Ok(tx.execute(SQL, &[name.into(), lock.id().into()])? == 1)
}

/// The locked account's former email addresses are free again.
pub fn release(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM account_name WHERE account_id = $1 AND kind = 'former'";
    tx.execute(SQL, &[lock.id().into()]).map(drop)
}
