//! The queue of cases as an analyst looks at it. Reads only.

use super::analyst::Analyst;
use crate::model::support_case::State;
use crate::store::case_list;
use crate::store::db::Tx;
use crate::store::error::Error;

pub use crate::store::case_list::{After, Filter, Listed, Sort};

/// One page of the queue.
#[derive(Debug)]
pub struct Page {
    /// Its rows.
    pub rows: Vec<Listed>,
    /// What the next page comes after; `None` on the last one.
    pub next: Option<After>,
    /// How many cases there are in each state that the rest of the filter leaves.
    pub counts: Vec<(State, u32)>,
    /// How many of them have messages that the analyst who looks has not read.
    pub unread: Vec<(State, u32)>,
}

/// The page that comes after `after`, with at most `most` rows.
pub fn page(
    tx: &mut Tx<'_>,
    analyst: &Analyst,
    filter: &Filter,
    (sort, after, most): (Sort, Option<&After>, u32),
) -> Result<Page, Error> {
    let mut rows = case_list::page(tx, &analyst.account, filter, (sort, after, most.saturating_add(1)))?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let is_more = rows.len() > most;
    rows.truncate(most);
    let place = |row: &Listed| {
        let at = if sort == Sort::Changed { row.changed_at } else { row.opened_at };
        (at, row.number.clone())
    };
    let next = rows.last().filter(|_| is_more).map(place);
    let counts = case_list::counts(tx, &analyst.account, filter)?;
    let unread = case_list::counts(tx, &analyst.account, &Filter { unread: true, ..filter.clone() })?;
    Ok(Page { rows, next, counts, unread })
}
