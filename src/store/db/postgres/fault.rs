//! What an error of PostgreSQL means to the store (SQLSTATE: PostgreSQL's documentation, appendix A).

use std::error::Error as _;
use std::io;

use postgres::error::{DbError, Severity, SqlState};

use super::super::job::Access;
use crate::store::Error;

/// What has become of the transaction, beyond that it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It is rolled back or will be, and may succeed when run again.
    Again,
    /// The connection is of no more use.
    Lost,
}

/// Sorts an error; `closed` says whether the connection is closed.
pub(super) fn sort(error: &postgres::Error, access: Access, closed: bool) -> (Error, Option<Trouble>) {
    let (error, trouble) = match error.as_db_error() {
        Some(answer) => sort_answer(answer, access),
        None if closed || error.is_closed() || error.source().is_some_and(|cause| cause.is::<io::Error>()) => {
            (Error::Unavailable(words(error)), Some(Trouble::Lost))
        }
        None => (Error::Bug(words(error)), None),
    };
    // A server that goes away says so before it closes the connection.
    (error, if closed { Some(Trouble::Lost) } else { trouble })
}

fn sort_answer(answer: &DbError, access: Access) -> (Error, Option<Trouble>) {
    let code = answer.code();
    let said = format!("{}: {}", code.code(), answer.message());
    if matches!(answer.parsed_severity(), Some(Severity::Fatal | Severity::Panic)) {
        return (Error::Unavailable(said), Some(Trouble::Lost));
    }
    if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        return match access {
            Access::Read => (Error::Bug(format!("a read wrote: {said}")), None),
            // This server has become a standby: another one takes writes now.
            Access::Write => (Error::Unavailable(said), Some(Trouble::Lost)),
        };
    }
    let stale_plan = *code == SqlState::FEATURE_NOT_SUPPORTED && answer.message().contains("cached plan");
    if stale_plan || [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code) {
        return (Error::Unavailable(said), Some(Trouble::Again));
    }
    // By class: connection, resources, lock not available, operator, system, damaged data.
    match code.code().get(..2) {
        Some("08" | "53" | "55" | "57" | "58" | "XX") => (Error::Unavailable(said), None),
        _ => (Error::Bug(said), None),
    }
}

/// The error with its causes, without the values that `DETAIL` would quote.
pub(super) fn words(error: &postgres::Error) -> String {
    if let Some(answer) = error.as_db_error() {
        return format!("{}: {}", answer.code().code(), answer.message());
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
