//! Approvals of resets. One is an analyst's own row, written under the analyst's lock.

use super::account::AccountLock;
use super::db::Tx;
use super::error::Error;
use crate::model::account::Role;
use crate::model::id::{AccountId, CaseId};
use crate::model::time::Timestamp;

/// An analyst's word that the person was checked.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Whose.
    pub analyst: AccountId,
    /// The analyst's name.
    pub username: String,
    /// When.
    pub at: Timestamp,
    /// Why, sealed.
    pub reason: Option<Vec<u8>>,
    /// The analyst's role now; an approval of somebody who does not work in support any more does not count.
    pub role: Role,
    /// Whether the analyst may not sign in any more.
    pub disabled: bool,
}

/// The locked analyst approves the reset of a case; once more takes the place of once before.
pub fn put(tx: &mut Tx<'_>, analyst: &AccountLock, case: &CaseId, reason: Vec<u8>) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO case_approval (case_id, analyst_id, at, reason) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (case_id, analyst_id) DO UPDATE SET at = excluded.at, reason = excluded.reason";
    tx.execute(SQL, &[case.into(), analyst.id().into(), analyst.now().into(), reason.into()]).map(drop)
}

/// The approvals of a case, oldest first.
pub fn of(tx: &mut Tx<'_>, case: &CaseId) -> Result<Vec<Approval>, Error> {
    const SQL: &str = "SELECT a.analyst_id, who.username, a.at, a.reason, who.role, who.disabled_at FROM case_approval a \
        JOIN account who ON who.id = a.analyst_id WHERE a.case_id = $1 ORDER BY a.at, a.analyst_id";
    let rows = tx.query(SQL, &[case.into()])?;
    let approval = |row: &super::db::Row| {
        Ok(Approval {
            analyst: AccountId::new(row.text(0)?),
            username: row.text(1)?,
            at: row.time(2)?,
            reason: row.opt_bytes(3)?,
            role: Role::parse(&row.text(4)?).unwrap_or(Role::User),
            disabled: row.opt_time(5)?.is_some(),
        })
    };
    rows.iter().map(approval).collect()
}

/// When the locked analyst approved resets since `then`, of other cases than this, newest first, at most `most`.
pub fn times_of(
    tx: &mut Tx<'_>,
    analyst: &AccountLock,
    other_than: &CaseId,
    (then, most): (Timestamp, u32),
) -> Result<Vec<Timestamp>, Error> {
    const SQL: &str = "SELECT at FROM case_approval WHERE analyst_id = $1 AND case_id <> $2 AND at > $3 \
        ORDER BY at DESC LIMIT $4";
    let values = [analyst.id().into(), other_than.into(), then.into(), i64::from(most).into()];
    tx.query(SQL, &values)?.iter().map(|row| row.time(0)).collect()
}
