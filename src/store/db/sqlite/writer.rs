//! The thread that writes: group commit.
//!
//! 1. It takes what waits, up to [`GROUP`] closures, and begins one transaction for all.
//! 2. Each closure runs in a savepoint of its own; its error or panic rolls back to there and touches no other.
//! 3. It commits once, with `synchronous=FULL`, and then answers them all: an answer means that the work is on the disk.
//!
//! SQLite may roll the whole transaction back by itself (disk full, I/O error, out of memory): then, and when the commit
//! fails, none of the group was kept and every caller of it learns that.

use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::super::job::{Job, Kept};
use super::super::queue::Queue;
use super::super::tx::Tx;
use super::statement::step;
use crate::store::Error;

/// How many closures share a commit at most.
const GROUP: usize = 64;

/// Owns the only connection that writes.
pub(super) struct Writer {
    connection: Connection,
    gate: Arc<Mutex<()>>,
    dirty: SyncSender<()>,
}

impl Writer {
    /// `gate` is held during each transaction; `dirty` gets a note after each commit.
    pub(super) fn new(connection: Connection, gate: Arc<Mutex<()>>, dirty: SyncSender<()>) -> Self {
        Self { connection, gate, dirty }
    }

    /// Works until the queue is closed and empty.
    pub(super) fn run(self, queue: &Queue) {
        loop {
            let mut group = queue.take(GROUP);
            if group.is_empty() {
                return;
            }
            match self.commit(&mut group) {
                Ok(()) => group.into_iter().for_each(Job::answer),
                Err(error) => {
                    tracing::error!(%error, lost = group.len(), "a group of transactions was not committed");
                    group.into_iter().for_each(|job| job.refuse(error.clone()));
                }
            }
            // A full channel means that the note before this one still stands.
            let _ = self.dirty.try_send(());
        }
    }

    fn commit(&self, group: &mut [Job]) -> Result<(), Error> {
        let _turn = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        step(&self.connection, "BEGIN IMMEDIATE")?;
        let outcome = group.iter_mut().try_for_each(|job| self.run_one(job));
        let outcome = outcome.and_then(|()| step(&self.connection, "COMMIT"));
        if outcome.is_err()
            && !self.connection.is_autocommit()
            && let Err(error) = step(&self.connection, "ROLLBACK")
        {
            tracing::error!(%error, "a transaction does not roll back: the process ends, the next one recovers");
            std::process::abort();
        }
        outcome
    }

    /// `Err` only when the whole group is lost.
    fn run_one(&self, job: &mut Job) -> Result<(), Error> {
        step(&self.connection, "SAVEPOINT closure")?;
        let kept = job.run(&mut Tx::sqlite(&self.connection));
        if self.connection.is_autocommit() {
            let why = "SQLite rolled the transaction back (disk full, I/O error or out of memory)";
            return Err(Error::Unavailable(why.into()));
        }
        match kept {
            Kept::All => {}
            Kept::Charge => step(&self.connection, "ROLLBACK TO charge")?,
            Kept::Nothing => step(&self.connection, "ROLLBACK TO closure")?,
        }
        step(&self.connection, "RELEASE closure")
    }
}
