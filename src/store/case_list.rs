//! The queue of support cases as an analyst looks at it: filtered, sorted, a page at a time.

use super::db::{Row, Tx, Value};
use super::error::Error;
use crate::model::id::AccountId;
use crate::model::support_case::{CaseNumber, State};
use crate::model::time::Timestamp;

/// What to show; empty text and `None` match everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In this state.
    pub state: Option<State>,
    /// Not closed.
    pub unclosed: bool,
    /// In the number, the username, the person's name or the organization.
    pub text: String,
    /// Opened, written in or approved by the analyst who looks.
    pub mine: bool,
    /// With messages of the person that the analyst who looks has not read.
    pub unread: bool,
    /// Opened before.
    pub opened_before: Option<Timestamp>,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Those that wait longest first.
    #[default]
    Oldest,
    /// The newest first.
    Newest,
    /// Where something happened last first.
    Changed,
}

/// The last row of the page before: its time in the order, and its number.
pub type After = (Timestamp, CaseNumber);

/// A row of the queue.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its number.
    pub number: CaseNumber,
    /// Where it stands.
    pub state: State,
    /// Whose account.
    pub username: String,
    /// The person's name.
    pub name: Option<String>,
    /// The customer that the person belongs to.
    pub organization: Option<String>,
    /// The product that the person came from, by name.
    pub product: Option<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When something was last said or done in it.
    pub changed_at: Timestamp,
    /// Messages of the person that the analyst who looks has not read.
    pub unread: u32,
}

// Nobody sees a case of their own account.
macro_rules! matching {
    () => {
        "FROM support_case c JOIN account owner ON owner.id = c.account_id \
         LEFT JOIN product ON product.id = c.product_id \
         LEFT JOIN case_reading r ON r.case_id = c.id AND r.analyst_id = $1 WHERE c.account_id <> $1 \
         AND ($2 = '' OR LOWER(c.number) LIKE $2 ESCAPE '!' OR LOWER(owner.username) LIKE $2 ESCAPE '!' \
         OR LOWER(COALESCE(owner.name, '')) LIKE $2 ESCAPE '!' \
         OR LOWER(COALESCE(owner.organization, '')) LIKE $2 ESCAPE '!') \
         AND ($3 = 0 OR c.opened_by = $1 OR c.decided_by = $1 \
         OR EXISTS (SELECT 1 FROM case_message m WHERE m.case_id = c.id AND m.analyst_id = $1) \
         OR EXISTS (SELECT 1 FROM case_approval a WHERE a.case_id = c.id AND a.analyst_id = $1)) \
         AND ($4 = 0 OR EXISTS (SELECT 1 FROM case_message m WHERE m.case_id = c.id \
         AND m.participant_id IS NOT NULL AND m.seq > COALESCE(r.read_seq, 0))) \
         AND c.opened_at < $5 "
    };
}

macro_rules! listed {
    ($order:literal) => {
        concat!(
            "SELECT c.number, c.state, owner.username, owner.name, owner.organization, product.name, c.opened_at, \
             c.changed_at, (SELECT COUNT(*) FROM case_message m WHERE m.case_id = c.id AND m.participant_id IS NOT NULL \
             AND m.seq > COALESCE(r.read_seq, 0)) ",
            matching!(),
            "AND ($6 = '' OR c.state = $6) AND ($7 = 0 OR c.state <> 'closed') AND ",
            $order,
            " LIMIT $10"
        )
    };
}

const OLDEST: &str =
    listed!("(c.opened_at > $8 OR (c.opened_at = $8 AND c.number > $9)) ORDER BY c.opened_at, c.number");
const NEWEST: &str =
    listed!("(c.opened_at < $8 OR (c.opened_at = $8 AND c.number < $9)) ORDER BY c.opened_at DESC, c.number DESC");
const CHANGED: &str =
    listed!("(c.changed_at < $8 OR (c.changed_at = $8 AND c.number < $9)) ORDER BY c.changed_at DESC, c.number DESC");
const COUNTS: &str = concat!("SELECT c.state, COUNT(*) ", matching!(), "GROUP BY c.state");

/// One page of the queue for the analyst who looks, at most `most` rows.
pub fn page(
    tx: &mut Tx<'_>,
    analyst: &AccountId,
    filter: &Filter,
    (sort, after, most): (Sort, Option<&After>, u32),
) -> Result<Vec<Listed>, Error> {
    let sql = match sort {
        Sort::Oldest => OLDEST,
        Sort::Newest => NEWEST,
        Sort::Changed => CHANGED,
    };
    let start = if sort == Sort::Oldest { i64::MIN } else { i64::MAX };
    let (at, number) = after.map_or((start, ""), |(at, number)| (at.millis(), number.as_str()));
    let [analyst, text, mine, unread, before] = values(analyst, filter);
    let values = [
        analyst,
        text,
        mine,
        unread,
        before,
        filter.state.map_or("", State::as_str).into(),
        filter.unclosed.into(),
        at.into(),
        number.into(),
        i64::from(most).into(),
    ];
    tx.query(sql, &values)?.iter().map(listed).collect()
}

/// What the text that pages and counts have in common asks for.
fn values(analyst: &AccountId, filter: &Filter) -> [Value; 5] {
    [
        analyst.into(),
        pattern(&filter.text).into(),
        filter.mine.into(),
        filter.unread.into(),
        filter.opened_before.map_or(i64::MAX, Timestamp::millis).into(),
    ]
}

/// A pattern that finds the text anywhere; empty for no text.
fn pattern(text: &str) -> String {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return text;
    }
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn listed(row: &Row) -> Result<Listed, Error> {
    let state = row.text(1)?;
    Ok(Listed {
        number: CaseNumber::parse(&row.text(0)?).ok_or_else(|| Error::Bug("a case has no number".into()))?,
        state: State::parse(&state).ok_or_else(|| Error::Bug(format!("a case is {state:?}")))?,
        username: row.text(2)?,
        name: row.opt_text(3)?,
        organization: row.opt_text(4)?,
        product: row.opt_text(5)?,
        opened_at: row.time(6)?,
        changed_at: row.time(7)?,
        unread: row.count(8)?,
    })
}

/// How many cases the filter leaves in each state, whatever state it asks for; in the order of [`State::ALL`].
pub fn counts(tx: &mut Tx<'_>, analyst: &AccountId, filter: &Filter) -> Result<Vec<(State, u32)>, Error> {
    let rows = tx.query(COUNTS, &values(analyst, filter))?;
    let of = |state: State| {
        let row = rows.iter().find(|row| row.text(0).is_ok_and(|text| text == state.as_str()));
        Ok((state, row.map_or(Ok(0), |row| row.count(1))?))
    };
    State::ALL.into_iter().map(of).collect()
}
