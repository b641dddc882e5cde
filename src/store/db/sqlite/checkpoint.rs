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
