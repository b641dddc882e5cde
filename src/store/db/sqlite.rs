//! SQLite: one thread owns the only connection that writes, others read, one more carries the WAL into the database file.
//!
//! The command line may write beside a running server: whoever comes second waits for the file's lock (`busy_timeout`).

use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::job::Kept;
use super::queue::Queue;
use super::tx::Tx;
use super::{Engine, Options, Shared};
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

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    let thread = thread::Builder::new().name(name.into()).spawn(body);
    thread.map_err(|error| Error::Unavailable(format!("a thread of the store does not start: {error}")))
}

fn read_all(connection: &Connection, queue: &Queue) {
    loop {
        let jobs = queue.take(1);
        if jobs.is_empty() {
            return;
        }
        for mut job in jobs {
            match read(connection, &mut job) {
                Ok(_) => job.answer(),
                Err(error) => job.refuse(error),
            }
        }
    }
}

fn read(connection: &Connection, job: &mut super::job::Job) -> Result<Kept, Error> {
    statement::step(connection, "BEGIN")?;
    let kept = job.run(&mut Tx::sqlite(connection));
    // An I/O error may have ended the transaction already; there is nothing in it to lose.
    if !connection.is_autocommit() {
        statement::step(connection, "ROLLBACK")?;
    }
    Ok(kept)
}
