//! The account's row and its lock. The account is the unit of serialization: what writes an account's rows holds an
//! [`AccountLock`], and takes the id from it.

use std::time::Duration;

use super::db::{Row, Tx, Value};
use super::error::Error;
use crate::model::account::{Account, Role};
use crate::model::id::AccountId;
use crate::model::recovery_lock::RecoveryLock;
use crate::model::throttle::Rest;
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// The columns of [`account`], in its order.
macro_rules! columns {
    () => {
        "username, email, name, organization, role, disabled_at, epoch, audit_seq, password_hash, password_due, \
         password_blocked, mail_paused, mfa_set_up_at, recovery_code_mac, last_sign_in_at, password_tat, \
         password_known_tat, wrong_in_a_row, locked_until, ladder_began_at, ladder, budget_spent, recovery_lock, written_at"
    };
}

/// The clock may stand this far behind an account's last write before second steps are refused.
pub const CLOCK_SLACK: Duration = Duration::from_secs(60);

/// An account that nobody else writes until this transaction ends, with its row as it stands in this transaction.
#[derive(Debug)]
pub struct AccountLock {
    id: AccountId,
    now: Timestamp,
    clock_is_behind: bool,
    /// The row; what a flow changes here is saved before the commit.
    pub account: Account,
}

impl AccountLock {
    /// Whose lock it is.
    pub fn id(&self) -> &AccountId {
        &self.id
    }

    /// The later of the clock and the account's last write: waiting survives a clock that was set back.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whether the clock is so far behind the account's last write that no second step may be judged by it.
    pub fn clock_is_behind(&self) -> bool {
        self.clock_is_behind
    }
}

/// Locks the account, does `act` with it, and saves what `act` changed of its row. `None` where there is no such account.
pub fn with_lock<T>(
    tx: &mut Tx<'_>,
    id: &AccountId,
    clock: Timestamp,
    act: impl FnOnce(&mut Tx<'_>, &mut AccountLock) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let Some(mut lock) = lock(tx, id, clock)? else { return Ok(None) };
    let outcome = act(tx, &mut lock)?;
    save(tx, &lock)?;
    Ok(Some(outcome))
}

/// Saves the row as charged and opens the savepoint behind which nothing can take the charge back.
pub fn charge(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    save(tx, lock)?;
    tx.charged()
}

fn lock(tx: &mut Tx<'_>, id: &AccountId, clock: Timestamp) -> Result<Option<AccountLock>, Error> {
    const SQL: &str = concat!("UPDATE account SET lock_seq = lock_seq + 1 WHERE id = $1 RETURNING ", columns!());
    let Some(row) = tx.query_opt(SQL, &[id.into()])? else { return Ok(None) };
    let written_at = row.time(23)?;
    Ok(Some(AccountLock {
        id: id.clone(),
        now: clock.max(written_at),
        clock_is_behind: written_at.since(clock) > CLOCK_SLACK,
        account: account(&row)?,
    }))
}

/// The account's row without a lock, for pages and lists.
pub fn load(tx: &mut Tx<'_>, id: &AccountId) -> Result<Option<Account>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM account WHERE id = $1");
    tx.query_opt(SQL, &[id.into()])?.map(|row| account(&row)).transpose()
}

fn account(row: &Row) -> Result<Account, Error> {
    let role = row.text(4)?;
    Ok(Account {
        username: row.text(0)?,
        email: row.text(1)?,
        name: row.opt_text(2)?,
        organization: row.opt_text(3)?,
        role: Role::parse(&role).ok_or_else(|| Error::Bug(format!("an account has the role {role:?}")))?,
        disabled_at: row.opt_time(5)?,
        epoch: row.int(6)?,
        audit_seq: row.int(7)?,
        password_hash: row.opt_bytes(8)?,
        password_due: row.flag(9)?,
        password_blocked: row.flag(10)?,
        mail_paused: row.flag(11)?,
        recovery_lock: row.opt_text(22)?.and_then(|text| RecoveryLock::parse(&text)),
        mfa_set_up_at: row.opt_time(12)?,
        recovery_code: row.opt_bytes(13)?.map(Mac::new),
        last_sign_in_at: row.opt_time(14)?,
        password_tat: row.opt_time(15)?,
        password_known_tat: row.opt_time(16)?,
        rest: Rest {
            wrong_in_a_row: row.count(17)?,
            locked_until: row.opt_time(18)?,
            ladder_began_at: row.opt_time(19)?,
            ladder: row.count(20)?,
            spent: row.count(21)?,
        },
    })
}

fn save(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    const SQL: &str = "UPDATE account SET username = $2, email = $3, name = $4, organization = $5, role = $6, \
        disabled_at = $7, epoch = $8, audit_seq = $9, password_hash = $10, password_due = $11, password_blocked = $12, \
        mail_paused = $13, mfa_set_up_at = $14, recovery_code_mac = $15, last_sign_in_at = $16, password_tat = $17, \
        password_known_tat = $18, wrong_in_a_row = $19, locked_until = $20, ladder_began_at = $21, ladder = $22, \
        budget_spent = $23, recovery_lock = $24, written_at = $25 WHERE id = $1";
    let mut values: Vec<Value> = vec![lock.id().into()];
    values.extend(own_columns(&lock.account));
    values.push(lock.now.into());
    tx.execute(SQL, &values)?;
    Ok(())
}

/// The row's columns in the order of `columns!`, without the last.
fn own_columns(account: &Account) -> Vec<Value> {
    vec![
        account.username.as_str().into(),
        account.email.as_str().into(),
        account.name.clone().into(),
        account.organization.clone().into(),
        account.role.as_str().into(),
        account.disabled_at.into(),
        account.epoch.into(),
        account.audit_seq.into(),
        account.password_hash.clone().into(),
        account.password_due.into(),
        account.password_blocked.into(),
        account.mail_paused.into(),
        account.mfa_set_up_at.into(),
        account.recovery_code.as_ref().map(|mac| mac.as_bytes().to_vec()).into(),
        account.last_sign_in_at.into(),
        account.password_tat.into(),
        account.password_known_tat.into(),
        i64::from(account.rest.wrong_in_a_row).into(),
        account.rest.locked_until.into(),
        account.rest.ladder_began_at.into(),
        i64::from(account.rest.ladder).into(),
        i64::from(account.rest.spent).into(),
        account.recovery_lock.map(|lock| lock.as_str().to_owned()).into(),
    ]
}

/// A new account. Its names go into [`super::account_name`].
pub fn insert(tx: &mut Tx<'_>, id: &AccountId, account: &Account, now: Timestamp) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO account (id, username, email, name, organization, role, disabled_at, epoch, audit_seq, \
        password_hash, password_due, password_blocked, mail_paused, mfa_set_up_at, recovery_code_mac, last_sign_in_at, \
        password_tat, password_known_tat, wrong_in_a_row, locked_until, ladder_began_at, ladder, budget_spent, \
        recovery_lock, written_at, created_at, lock_seq) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
        $23, $24, $25, $25, 0)";
    let mut values: Vec<Value> = vec![id.into()];
    values.extend(own_columns(account));
    values.push(now.into());
    tx.execute(SQL, &values)?;
    Ok(())
}

/// Whether any account has this role.
pub fn has_role(tx: &mut Tx<'_>, role: Role) -> Result<bool, Error> {
    const SQL: &str = "SELECT id FROM account WHERE role = $1 LIMIT 1";
    Ok(tx.query_opt(SQL, &[role.as_str().into()])?.is_some())
}

/// An account as a list shows it.
#[derive(Debug)]
pub struct Listed {
    /// Its id.
    pub id: AccountId,
    /// Its row.
    pub account: Account,
}

/// All accounts by username.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Listed>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), ", id FROM account ORDER BY username");
    let rows = tx.query(SQL, &[])?;
    rows.iter().map(|row| Ok(Listed { id: AccountId::new(row.text(24)?), account: account(row)? })).collect()
}
