//! SQLite: one thread owns the only connection that writes, others read, one more carries the WAL into the database file.
//!
//! The command line may write beside a running server: whoever comes second waits for the file's lock (`busy_timeout`).

use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};

use rusqlite::Connection;

use super::job::Job;
use super::queue::Queue;
use super::tx::Tx;
use super::{Engine, Options, Shared, spawn};
use crate::store::Error;

mod checkpoint;
mod connection;
mod fault;
mod statement;
mod writer;

pub(super) use statement::{execute, query};

/// Opens or creates the file at `path` and starts the threads.
pub(super) fn open(path: &Path, options: &Options) -> Result<Shared, Error> {
    connection::create_file(path)?;
    let (writes, reads) = (Arc::new(Queue::new(options.queue)), Arc::new(Queue::new(options.queue)));
    // Holds the writer back while the WAL starts afresh.
    let gate = Arc::new(Mutex::new(()));
    let (dirty, cleaner) = mpsc::sync_channel(1);

    let mut threads = Vec::new();
    let writer = writer::Writer::new(connection::for_writing(path)?, Arc::clone(&gate), dirty);
    let queue = Arc::clone(&writes);
    threads.push(spawn("store writer", move || writer.run(&queue))?);
    let connection = connection::for_checkpoints(path)?;
    threads.push(spawn("store checkpoint", move || checkpoint::run(&connection, &cleaner, &gate))?);
    for _ in 0..options.readers.max(1) {
        let (connection, queue) = (connection::for_reading(path)?, Arc::clone(&reads));
        threads.push(spawn("store reader", move || read_all(&connection, &queue))?);
    }
    Ok(Shared { engine: Engine::Sqlite, writes, reads, threads: Mutex::new(threads) })
}

fn read_all(connection: &Connection, queue: &Queue) {
    while let Some(mut job) = queue.take_one() {
        match read(connection, &mut job) {
            Ok(()) => job.answer(),
            Err(error) => job.refuse(error),
        }
    }
}

fn read(connection: &Connection, job: &mut Job) -> Result<(), Error> {
    statement::step(connection, "BEGIN")?;
    job.run(&mut Tx::sqlite(connection));
    // An I/O error may have ended the transaction already; there is nothing in it to lose.
    if connection.is_autocommit() { Ok(()) } else { statement::step(connection, "ROLLBACK") }
}
