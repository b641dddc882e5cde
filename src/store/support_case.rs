//! Support cases. What writes one holds the lock of the account that it is about.

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::id::{AccountId, CaseId};
use crate::model::product::ProductId;
use crate::model::support_case::{CaseNumber, Closing, State};
use crate::model::time::Timestamp;

macro_rules! columns {
    () => {
        "id, number, account_id, state, product_id, opened_by, opened_at, changed_at, info_at, address, browser, \
         last_seq, mailed_seq, mailed_at, decided_at, decided_by, reason, closed_at, closed_how"
    };
}

/// A case's row.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// As people say it.
    pub number: CaseNumber,
    /// Whose account it is about.
    pub account: AccountId,
    /// Where it stands.
    pub state: State,
    /// The product that the person came from.
    pub product: Option<ProductId>,
    /// The analyst who opened it for somebody; none where the person did.
    pub opened_by: Option<AccountId>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When something was last said or done in it.
    pub changed_at: Timestamp,
    /// When the person sent their information.
    pub info_at: Option<Timestamp>,
    /// The network address that it was asked for from; empty before.
    pub address: String,
    /// The browser that it was asked for with, in words; empty before.
    pub browser: String,
    /// The number of the newest message.
    pub last_seq: i64,
    /// The newest message that the person was mailed about.
    pub mailed_seq: i64,
    /// When that was.
    pub mailed_at: Option<Timestamp>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// By which analyst.
    pub decided_by: Option<AccountId>,
    /// Why, sealed.
    pub reason: Option<Vec<u8>>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// How.
    pub closed_how: Option<Closing>,
}

/// A new case of the locked account; `false` where its number is taken.
pub fn insert(tx: &mut Tx<'_>, lock: &AccountLock, case: &Case) -> Result<bool, Error> {
    const SQL: &str = "INSERT INTO support_case (id, number, account_id, state, product_id, opened_by, opened_at, \
        changed_at, info_at, address, browser, last_seq, mailed_seq) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0) ON CONFLICT (number) DO NOTHING";
    let values = [
        (&case.id).into(),
        case.number.as_str().into(),
        lock.id().into(),
        case.state.as_str().into(),
        case.product.as_ref().map(|id| id.as_str().to_owned()).into(),
        case.opened_by.as_ref().into(),
        case.opened_at.into(),
        case.changed_at.into(),
        case.info_at.into(),
        case.address.as_str().into(),
        case.browser.as_str().into(),
    ];
    Ok(tx.execute(SQL, &values)? == 1)
}

/// Saves a case of the locked account that stood at `from`; `false` where it does not any more.
pub fn save(tx: &mut Tx<'_>, lock: &AccountLock, case: &Case, from: State) -> Result<bool, Error> {
    const SQL: &str = "UPDATE support_case SET state = $4, changed_at = $5, info_at = $6, address = $7, browser = $8, \
        last_seq = $9, mailed_seq = $10, mailed_at = $11, decided_at = $12, decided_by = $13, reason = $14, \
        closed_at = $15, closed_how = $16, product_id = $17 WHERE id = $1 AND account_id = $2 AND state = $3";
    let values = [
        (&case.id).into(),
        lock.id().into(),
        from.as_str().into(),
        case.state.as_str().into(),
        case.changed_at.into(),
        case.info_at.into(),
        case.address.as_str().into(),
        case.browser.as_str().into(),
        case.last_seq.into(),
        case.mailed_seq.into(),
        case.mailed_at.into(),
        case.decided_at.into(),
        case.decided_by.as_ref().into(),
        case.reason.clone().into(),
        case.closed_at.into(),
        case.closed_how.map(|how| how.as_str().to_owned()).into(),
        case.product.as_ref().map(|id| id.as_str().to_owned()).into(),
    ];
    Ok(tx.execute(SQL, &values)? == 1)
}

/// The case with this number.
pub fn by_number(tx: &mut Tx<'_>, number: &CaseNumber) -> Result<Option<Case>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM support_case WHERE number = $1");
    tx.query_opt(SQL, &[number.as_str().into()])?.map(|row| case(&row)).transpose()
}

/// The case with this id.
pub fn load(tx: &mut Tx<'_>, id: &CaseId) -> Result<Option<Case>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM support_case WHERE id = $1");
    tx.query_opt(SQL, &[id.into()])?.map(|row| case(&row)).transpose()
}

/// The account's newest case.
pub fn newest_of(tx: &mut Tx<'_>, account: &AccountId) -> Result<Option<Case>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM support_case WHERE account_id = $1 ORDER BY opened_at DESC, id DESC LIMIT 1"
    );
    tx.query_opt(SQL, &[account.into()])?.map(|row| case(&row)).transpose()
}

/// The account's cases that are not closed, the newest first. At most one of them is undecided.
pub fn unclosed_of(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<Case>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM support_case WHERE account_id = $1 AND state <> 'closed' ORDER BY opened_at DESC, id DESC"
    );
    tx.query(SQL, &[account.into()])?.iter().map(case).collect()
}

/// When the account's person opened cases since `then`, newest first, at most `most`.
pub fn times_opened(tx: &mut Tx<'_>, account: &AccountId, then: Timestamp, most: u32) -> Result<Vec<Timestamp>, Error> {
    const SQL: &str = "SELECT opened_at FROM support_case WHERE account_id = $1 AND opened_by IS NULL AND opened_at > $2 \
        ORDER BY opened_at DESC LIMIT $3";
    tx.query(SQL, &[account.into(), then.into(), i64::from(most).into()])?.iter().map(|row| row.time(0)).collect()
}

/// At most `most` unclosed cases that were decided or, undecided, last changed at or before these times, by account.
pub fn aged(
    tx: &mut Tx<'_>,
    (decided, changed): (Timestamp, Timestamp),
    most: u32,
) -> Result<Vec<(AccountId, CaseId)>, Error> {
    const SQL: &str = "SELECT account_id, id FROM support_case WHERE state <> 'closed' AND (decided_at <= $1 \
        OR (decided_at IS NULL AND changed_at <= $2)) ORDER BY account_id, id LIMIT $3";
    let rows = tx.query(SQL, &[decided.into(), changed.into(), i64::from(most).into()])?;
    rows.iter().map(|row| Ok((AccountId::new(row.text(0)?), CaseId::new(row.text(1)?)))).collect()
}

/// At most `most` unclosed cases, by account, that were last mailed about at or before `then`: the person has read what that mail told
/// of, and an analyst has written since what nobody has read.
pub fn with_untold_answers(tx: &mut Tx<'_>, then: Timestamp, most: u32) -> Result<Vec<(AccountId, CaseId)>, Error> {
    const SQL: &str = "SELECT account_id, id FROM support_case c WHERE state <> 'closed' AND mailed_at <= $1 \
        AND last_seq > mailed_seq \
        AND EXISTS (SELECT 1 FROM case_participant p WHERE p.case_id = c.id AND p.read_seq >= c.mailed_seq) \
        AND EXISTS (SELECT 1 FROM case_message m WHERE m.case_id = c.id AND m.seq > c.mailed_seq \
        AND m.analyst_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM case_participant p WHERE p.case_id = c.id \
        AND p.read_seq >= m.seq)) ORDER BY account_id, id LIMIT $2";
    let rows = tx.query(SQL, &[then.into(), i64::from(most).into()])?;
    rows.iter().map(|row| Ok((AccountId::new(row.text(0)?), CaseId::new(row.text(1)?)))).collect()
}

/// The cases that changed since `then`: each with its newest message and where it stands.
pub fn changed_since(tx: &mut Tx<'_>, then: Timestamp) -> Result<Vec<(CaseId, i64, State)>, Error> {
    const SQL: &str = "SELECT id, last_seq, state FROM support_case WHERE changed_at >= $1";
    let read = |row: &Row| {
        let state = row.text(2)?;
        let state = State::parse(&state).ok_or_else(|| Error::Bug(format!("a case is {state:?}")))?;
        Ok((CaseId::new(row.text(0)?), row.int(1)?, state))
    };
    tx.query(SQL, &[then.into()])?.iter().map(read).collect()
}

/// Forgets what was said in cases that were closed before `then`, and why they were decided so.
pub fn forget_words(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64, Error> {
    const MESSAGES: &str = "UPDATE case_message SET body = NULL WHERE body IS NOT NULL \
        AND case_id IN (SELECT id FROM support_case WHERE closed_at < $1)";
    const APPROVALS: &str = "UPDATE case_approval SET reason = NULL WHERE reason IS NOT NULL \
        AND case_id IN (SELECT id FROM support_case WHERE closed_at < $1)";
    const CASES: &str = "UPDATE support_case SET reason = NULL WHERE reason IS NOT NULL AND closed_at < $1";
    let messages = tx.execute(MESSAGES, &[then.into()])?;
    Ok(messages + tx.execute(APPROVALS, &[then.into()])? + tx.execute(CASES, &[then.into()])?)
}

fn case(row: &Row) -> Result<Case, Error> {
    let (number, state) = (row.text(1)?, row.text(3)?);
    Ok(Case {
        id: CaseId::new(row.text(0)?),
        number: CaseNumber::parse(&number).ok_or_else(|| Error::Bug("a case has no number".into()))?,
        account: AccountId::new(row.text(2)?),
        state: State::parse(&state).ok_or_else(|| Error::Bug(format!("a case is {state:?}")))?,
        product: row.opt_text(4)?.as_deref().and_then(ProductId::parse),
        opened_by: row.opt_text(5)?.map(AccountId::new),
        opened_at: row.time(6)?,
        changed_at: row.time(7)?,
        info_at: row.opt_time(8)?,
        address: row.text(9)?,
        browser: row.text(10)?,
        last_seq: row.int(11)?,
        mailed_seq: row.int(12)?,
        mailed_at: row.opt_time(13)?,
        decided_at: row.opt_time(14)?,
        decided_by: row.opt_text(15)?.map(AccountId::new),
        reason: row.opt_bytes(16)?,
        closed_at: row.opt_time(17)?,
        closed_how: row.opt_text(18)?.and_then(|how| Closing::parse(&how)),
    })
}
