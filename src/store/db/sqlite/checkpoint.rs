//! The thread that carries the WAL into the database file, so that no commit pays for it.
//!
//! Under a writer that never rests the WAL would never start afresh, and grow: past [`LIMIT`] pages the writer is held back
//! for the moment that a restart needs.

use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

use super::fault::fault;

/// Pages in the WAL (4 KiB each) past which it is made to start afresh.
const LIMIT: i64 = 4096;
/// Rest between two checkpoints.
const PAUSE: Duration = Duration::from_millis(50);

/// Checkpoints after each note in `dirty` until the writer, which sends them, is gone.
pub(super) fn run(connection: &Connection, dirty: &Receiver<()>, gate: &Mutex<()>) {
    while dirty.recv().is_ok() {
        if let Err(error) = checkpoint(connection, gate) {
            let error = fault(connection, &error);
            tracing::warn!(%error, "the WAL could not be carried into the database file; it grows until it can");
        }
        thread::sleep(PAUSE);
    }
}

fn checkpoint(connection: &Connection, gate: &Mutex<()>) -> rusqlite::Result<()> {
    let pages = pragma(connection, "PRAGMA wal_checkpoint(PASSIVE)")?;
    if pages > LIMIT {
        let _held = gate.lock().unwrap_or_else(PoisonError::into_inner);
        // Where a reader is in the way the next round tries again.
        pragma(connection, "PRAGMA wal_checkpoint(RESTART)")?;
    }
    Ok(())
}

/// The number of pages in the WAL.
fn pragma(connection: &Connection, sql: &str) -> rusqlite::Result<i64> {
    connection.prepare_cached(sql)?.query_row([], |row| row.get(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wal_past_its_limit_starts_afresh_under_a_writer_that_never_rests() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        super::super::connection::create_file(&path).unwrap();
        let writer = super::super::connection::for_writing(&path).unwrap();
        let cleaner = super::super::connection::for_checkpoints(&path).unwrap();
        writer.execute_batch("CREATE TABLE a (b BLOB)").unwrap();
        let pages = || {
            writer.execute("INSERT INTO a VALUES (zeroblob(4000000))", []).unwrap();
            pragma(&cleaner, "PRAGMA wal_checkpoint(NOOP)").unwrap()
        };
        while pages() <= LIMIT {}
        checkpoint(&cleaner, &Mutex::new(())).unwrap();
        assert!(pages() < LIMIT / 2, "{}", pages());
    }
}
