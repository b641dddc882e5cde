//! What commands print: results to standard output, complaints to standard error. Writing never panics.

use std::fmt::Display;
use std::io::{ErrorKind, Write, stderr, stdout};
use std::process::ExitCode;

use super::Failure;
use crate::model::time::Timestamp;

/// Prints one line of a result.
///
/// # Errors
/// When standard output is closed or full.
pub fn line(text: impl Display) -> Result<(), Failure> {
    written(writeln!(stdout().lock(), "{text}"))
}

/// Prints a text that has its own line ends.
///
/// # Errors
/// When standard output is closed or full.
pub fn text(text: &str) -> Result<(), Failure> {
    written(write!(stdout().lock(), "{text}"))
}

/// Prints rows in columns, as wide as their widest cell, below a heading.
///
/// # Errors
/// When standard output is closed or full.
pub fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> Result<(), Failure> {
    text(&columns(heading, rows))
}

/// A point in time as JSON and tables have it: RFC 3339, UTC, to the second.
pub fn moment(at: Timestamp) -> String {
    let second = i64::try_from(at.seconds()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(second).map_or_else(|_| second.to_string(), |at| at.to_string())
}

/// The same to the millisecond, as the database keeps it.
pub fn exact_moment(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis()).map_or_else(|_| at.millis().to_string(), |at| at.to_string())
}

/// What of a result does not belong into standard output: how things go on.
pub fn note(text: impl Display) {
    // Nothing depends on it, and there is nowhere else to complain.
    let _ = writeln!(stderr().lock(), "{text}");
}

/// Prints why a command did not work.
pub(super) fn complain(failure: &Failure) {
    failure.sentences().iter().for_each(note);
}

/// Help and version go to standard output with status 0, what was not understood to standard error with status 2.
pub(super) fn usage(told: &clap::Error) -> ExitCode {
    let _ = told.print();
    u8::try_from(told.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn written(outcome: std::io::Result<()>) -> Result<(), Failure> {
    outcome.map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::untold(),
        _ => Failure::new(format!("The result cannot be written: {error}")),
    })
}

fn columns<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> String {
    let heading = heading.map(str::to_owned);
    let mut widths = [0; N];
    for row in std::iter::once(&heading).chain(rows) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |row: &[String; N]| {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    std::iter::once(&heading).chain(rows).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_in_utc() {
        assert_eq!(moment(Timestamp::from_millis(1_800_000_000_999)), "2027-01-15T08:00:00Z");
        assert_eq!(exact_moment(Timestamp::from_millis(1_800_000_000_999)), "2027-01-15T08:00:00.999Z");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["nora".to_owned(), "user".to_owned()], ["é".to_owned(), String::new()]];
        assert_eq!(columns(["NAME", "ROLE"], &rows), "NAME  ROLE\nnora  user\né\n");
    }
}
