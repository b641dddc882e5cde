//! PostgreSQL: a pool of threads with one connection each, for any number of nodes.
//!
//! A closure is run again, a bounded number of times, only where its transaction certainly rolled back: deadlock (40P01),
//! serialization failure (40001), or a connection lost before COMMIT was sent. Where the answer to COMMIT itself was lost
//! nobody knows: that is [`Error::Unavailable`], and the caller asks again for what it wants (use is by conditional write, so
//! asking twice does nothing twice).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::job::Job;
use super::queue::Queue;
use super::{Engine, Options, Shared, spawn};
use crate::store::Error;

mod address;
mod fault;
mod session;
mod statement;
mod tls;

use address::Address;
#[cfg(fuzzing)]
pub use address::keeps_to_itself;
use session::End;

pub(super) use session::Session;

/// How often a closure is run at most.
const ATTEMPTS: u32 = 5;
/// The first wait after a failed connection; doubled with each until [`BACK_OFF_MOST`].
const BACK_OFF: Duration = Duration::from_millis(100);
const BACK_OFF_MOST: Duration = Duration::from_secs(2);

/// Checks that the server answers and starts the pool.
pub(super) fn open(options: &Options) -> Result<Shared, Error> {
    let address = Address::parse(&options.url)?;
    let allow_lossy_failover = options.allow_lossy_failover;
    let checked = spawn("store check", move || {
        let mut session = address.connect()?;
        if address.has_several_hosts() && !allow_lossy_failover {
            session.demand_synchronous_standby()?;
        }
        Ok(address)
    })?;
    // The driver blocks on a runtime of its own, which a caller inside tokio may not: hence the thread.
    let address = checked.join().unwrap_or_else(|_| Err(Error::Bug("the first connection panicked".into())))?;

    let queue = Arc::new(Queue::new(options.queue));
    let pool = Arc::new(Pool { address, queue: Arc::clone(&queue), connected: AtomicUsize::new(0) });
    let mut threads = Vec::new();
    for _ in 0..options.postgres_connections.max(1) {
        let mut worker = Worker { pool: Arc::clone(&pool), session: None };
        threads.push(spawn("store connection", move || worker.run())?);
    }
    Ok(Shared { engine: Engine::Postgres, writes: Arc::clone(&queue), reads: queue, threads: Mutex::new(threads) })
}

struct Pool {
    address: Address,
    queue: Arc<Queue>,
    connected: AtomicUsize,
}

impl Pool {
    fn is_connected(&self) -> bool {
        self.connected.load(Ordering::Relaxed) > 0
    }
}

/// One thread of the pool.
struct Worker {
    pool: Arc<Pool>,
    session: Option<Session>,
}

impl Worker {
    fn run(&mut self) {
        while self.is_connected() || self.reconnect() {
            let Some(job) = self.pool.queue.take_one() else { return };
            self.serve(job);
        }
    }

    fn serve(&mut self, mut job: Job) {
        for attempt in 1..=ATTEMPTS {
            if let Err(error) = self.connect() {
                return job.refuse(error);
            }
            let Some(session) = &mut self.session else { return };
            let end = session.transact(&mut job, attempt == ATTEMPTS);
            if session.is_lost() {
                self.disconnect();
            }
            match end {
                End::Settled => return job.answer(),
                End::Refused(error) => return job.refuse(error),
                End::RolledBack(error) if attempt == ATTEMPTS => return job.refuse(error),
                End::RolledBack(error) => tracing::debug!(%error, attempt, "a transaction is run again"),
            }
            // Those who stood in each other's way come back at different times.
            thread::sleep(Duration::from_millis(1 << attempt));
        }
    }

    /// Tries to connect until it works; `false` once the store is closed.
    fn reconnect(&mut self) -> bool {
        let mut pause = BACK_OFF;
        while let Err(error) = self.connect() {
            tracing::warn!(%error, "PostgreSQL cannot be reached; trying again");
            if !self.sit_out(pause, &error) {
                return false;
            }
            pause = BACK_OFF_MOST.min(pause * 2);
        }
        true
    }

    /// Waits before the next try; `false` once the store is closed. While no thread of the pool is connected, what is queued
    /// is refused, so that nobody is left to wait for the end of an outage.
    fn sit_out(&mut self, pause: Duration, error: &Error) -> bool {
        let until = Instant::now() + pause;
        while !self.is_connected() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            if self.pool.is_connected() {
                return self.pool.queue.sleep(left);
            }
            match self.pool.queue.take_within(left) {
                None if self.pool.queue.is_over() => return false,
                None => {}
                Some(job) if self.pool.is_connected() => self.serve(job),
                Some(job) => job.refuse(error.clone()),
            }
        }
        true
    }

    fn is_connected(&self) -> bool {
        self.session.is_some()
    }

    fn connect(&mut self) -> Result<(), Error> {
        if self.session.is_none() {
            self.session = Some(self.pool.address.connect()?);
            self.pool.connected.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn disconnect(&mut self) {
        if self.session.take().is_some() {
            self.pool.connected.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
