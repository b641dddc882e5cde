//! The database: every act is one closure that runs as one transaction, on SQLite or on PostgreSQL with the same SQL.
//!
//! Callers put closures into a bounded queue; threads that own a connection each take them out (`sqlite`: one writer that
//! commits groups, and readers; `postgres`: a pool), run them and answer once their transaction has ended. A closure decides
//! from what it reads in its [`Tx`] and what it was given, and has no effect elsewhere: it may be run again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};

use crate::store::Error;

mod job;
mod postgres;
mod queue;
mod row;
mod sqlite;
mod tx;
mod value;

use job::{Access, Job, closed};
use queue::Queue;

#[cfg(fuzzing)]
pub use postgres::keeps_to_itself;
pub use row::Row;
pub use tx::Tx;
pub use value::Value;

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:PATH`, or `postgres://…` as libpq writes it (several hosts, `sslmode`, `sslrootcert`).
    pub url: String,
    /// How many transactions may wait (reads and writes each on SQLite); more are [`Error::Overloaded`].
    pub queue: usize,
    /// SQLite: how many threads read.
    pub readers: usize,
    /// PostgreSQL: how many connections this process holds.
    pub postgres_connections: usize,
    /// PostgreSQL with several hosts: accept that a failover loses what the standby has not received yet.
    pub allow_lossy_failover: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { url: String::new(), queue: 1024, readers: 4, postgres_connections: 16, allow_lossy_failover: false }
    }
}

/// Which database stands behind a [`Db`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file of this machine.
    Sqlite,
    /// A server, or several behind one address.
    Postgres,
}

/// An open database. Clones share it; when the last one is gone it closes.
#[derive(Clone)]
pub struct Db(Arc<Shared>);

struct Shared {
    engine: Engine,
    writes: Arc<Queue>,
    reads: Arc<Queue>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Db {
    /// Opens the database; does not migrate. [`Error::Unavailable`] says what to do where it cannot be used.
    pub fn open(options: &Options) -> Result<Self, Error> {
        let shared = match options.url.split_once(':') {
            Some(("sqlite", path)) => sqlite::open(path.as_ref(), options)?,
            Some(("postgres" | "postgresql", _)) => postgres::open(options)?,
            _ => return Err(Error::Unavailable("the database's URL must begin with sqlite: or postgres://".into())),
        };
        Ok(Self(Arc::new(shared)))
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        self.0.engine
    }

    /// Runs `closure` as one transaction and waits until it is durable (`Ok`) or rolled back (`Err`).
    ///
    /// For the command line and tests: it blocks, and must not be called from a `done` of [`Self::write_then`].
    pub fn write<T, F>(&self, closure: F) -> Result<T, Error>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        wait(|done| self.write_then(closure, done))
    }

    /// Like [`Self::write`], but returns at once. `done` is called exactly once, on a thread of the store or, where the queue
    /// refuses, on this one; it must be quick and must not wait for the store.
    pub fn write_then<T, F>(&self, closure: F, done: impl FnOnce(Result<T, Error>) + Send + 'static)
    where
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.0.writes.put(Job::new(Access::Write, closure, done));
    }

    /// Runs `closure` on one snapshot of what is committed, and waits. A statement that writes fails.
    pub fn read<T, F>(&self, closure: F) -> Result<T, Error>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        wait(|done| self.read_then(closure, done))
    }

    /// Like [`Self::read`], but returns at once; `done` as in [`Self::write_then`].
    pub fn read_then<T, F>(&self, closure: F, done: impl FnOnce(Result<T, Error>) + Send + 'static)
    where
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.0.reads.put(Job::new(Access::Read, closure, done));
    }

    /// Takes nothing more, finishes what was accepted and waits for it. Other clones are then [`Error::Unavailable`].
    pub fn close(self) {
        self.0.close_queues();
        let threads = std::mem::take(&mut *self.0.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A thread of the store that closes it cannot wait for itself.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

impl Shared {
    fn close_queues(&self) {
        self.writes.close();
        self.reads.close();
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.close_queues();
    }
}

/// Starts a thread of the store. Closures cannot make it panic; where a defect of the store does, callers would wait for ever,
/// so the process ends.
fn spawn<T: Send + 'static>(name: &str, body: impl FnOnce() -> T + Send + 'static) -> Result<JoinHandle<T>, Error> {
    let guarded = || {
        catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| {
            tracing::error!("a thread of the store panicked: the process ends");
            std::process::abort()
        })
    };
    let thread = thread::Builder::new().name(name.into()).spawn(guarded);
    thread.map_err(|error| Error::Unavailable(format!("a thread of the store does not start: {error}")))
}

fn wait<T: Send + 'static>(start: impl FnOnce(Box<dyn FnOnce(Result<T, Error>) + Send>)) -> Result<T, Error> {
    let (sender, receiver) = mpsc::sync_channel(1);
    start(Box::new(move |outcome| {
        // The receiver is gone only when the caller's thread is.
        let _ = sender.send(outcome);
    }));
    receiver.recv().unwrap_or_else(|_| Err(closed()))
}
