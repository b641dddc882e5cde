//! Identity checks of support cases.

use super::account::AccountLock;
use super::db::Tx;
use super::error::Error;
use crate::model::id::{AccountId, CaseId};
use crate::model::support_case::check::Check;
use crate::model::time::Timestamp;

/// Notes in a case of the locked account that this analyst has checked; `false` where it was noted before.
pub fn put(
    tx: &mut Tx<'_>,
    lock: &AccountLock,
    case: &CaseId,
    (check, analyst): (Check, &AccountId),
) -> Result<bool, Error> {
    const SQL: &str = "INSERT INTO case_check (case_id, what, analyst_id, at) SELECT id, $3, $4, $5 FROM support_case \
        WHERE id = $1 AND account_id = $2 ON CONFLICT (case_id, what) DO NOTHING";
    let values = [case.into(), lock.id().into(), check.as_str().into(), analyst.into(), lock.now().into()];
    Ok(tx.execute(SQL, &values)? == 1)
}

/// What was checked in a case: by whom, by name, and when.
pub fn of(tx: &mut Tx<'_>, case: &CaseId) -> Result<Vec<(Check, String, Timestamp)>, Error> {
    const SQL: &str = "SELECT c.what, who.username, c.at FROM case_check c JOIN account who ON who.id = c.analyst_id \
        WHERE c.case_id = $1 ORDER BY c.at, c.what";
    let rows = tx.query(SQL, &[case.into()])?;
    let read = |row: &super::db::Row| {
        let what = row.text(0)?;
        let check = Check::parse(&what).ok_or_else(|| Error::Bug(format!("{what:?} was checked")))?;
        Ok((check, row.text(1)?, row.time(2)?))
    };
    rows.iter().map(read).collect()
}
