//! Argon2id (RFC 9106) on a bounded pool of threads that keep their memory. A flood of passwords waits here, in a queue of fixed
//! length, and nowhere else; past it the answer is `HasherFull` at once. Never touches the database: hashing stands between two
//! transactions.
//!
//! Every call with `_then` returns at once and gives its answer to `done` on a thread of the pool (or on the caller's, when the
//! queue is full). `done` is called exactly once; it must be short and must not block.

mod memory;
mod phc;
mod pool;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use crate::model::secret::SecretText;
use memory::Memory;
use phc::Phc;
use pool::Pool;

/// Salt of 128 bits, as RFC 9106 section 3.1 recommends for passwords.
pub type Salt = [u8; 16];

/// What one hash costs. Bounds are in [`Cost::is_allowed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB, `m`.
    pub memory_kib: u32,
    /// Passes over the memory, `t`.
    pub iterations: u32,
    /// Lanes, `p`. They are computed one after the other: other passwords keep the other cores busy.
    pub parallelism: u32,
}

impl Cost {
    /// Whether a hash of this cost can be computed and is not a trap: at most 1 GiB, 64 passes, 16 lanes, and at least 8 KiB a
    /// lane (RFC 9106 section 3.1).
    pub fn is_allowed(self) -> bool {
        (1..=16).contains(&self.parallelism)
            && (1..=64).contains(&self.iterations)
            && (8 * self.parallelism..=1024 * 1024).contains(&self.memory_kib)
    }
}

/// The answer to a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whether it is the right one.
    pub matches: bool,
    /// Whether the stored hash has another cost than the present one, and should be made anew while the password is at hand.
    pub outdated: bool,
}

/// Nothing was decided: the queue is full, or the thread failed at this one. Worth another try later (503 with `Retry-After`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HasherFull;

impl fmt::Display for HasherFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many passwords are waiting to be hashed")
    }
}

impl std::error::Error for HasherFull {}

/// The pool. Clones share its threads, which end when the last clone is gone and the queue is empty.
#[derive(Clone)]
pub struct Hasher {
    cost: Cost,
    pool: Pool<Memory>,
    hashes: Arc<AtomicU64>,
}

impl Hasher {
    /// Starts `threads` threads (at least one) and a queue in which `queue` calls may wait.
    ///
    /// # Errors
    /// When `cost` is not allowed, or the system gives no more threads.
    pub fn new(cost: Cost, threads: usize, queue: usize) -> io::Result<Self> {
        if !cost.is_allowed() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "Argon2 parameters out of bounds"));
        }
        let hashes = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&hashes);
        let pool = Pool::start(threads.max(1), queue, move || Memory::new(cost, Arc::clone(&counter)))?;
        Ok(Self { cost, pool, hashes })
    }

    /// Hashes a new password; the answer is a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
    pub fn hash_then(
        &self,
        password: SecretText,
        salt: Salt,
        done: impl FnOnce(Result<SecretText, HasherFull>) + Send + 'static,
    ) {
        let cost = self.cost;
        self.pool.submit(move |memory| hash(memory, cost, &password, &salt), answer(done));
    }

    /// Hashes several new secrets as one job, in their order.
    pub fn hash_many_then(
        &self,
        secrets: Vec<(SecretText, Salt)>,
        done: impl FnOnce(Result<Vec<SecretText>, HasherFull>) + Send + 'static,
    ) {
        let cost = self.cost;
        let work =
            move |memory: &mut Memory| secrets.iter().map(|(secret, salt)| hash(memory, cost, secret, salt)).collect();
        self.pool.submit(work, answer(done));
    }

    /// Compares a password with a stored PHC string. `None`, for a name that does not exist, does the work of a hash of the
    /// present cost and never matches.
    pub fn verify_then(
        &self,
        password: SecretText,
        stored: Option<SecretText>,
        done: impl FnOnce(Result<Verified, HasherFull>) + Send + 'static,
    ) {
        let cost = self.cost;
        self.pool.submit(move |memory| Some(verify(memory, cost, &password, stored.as_ref())), answer(done));
    }

    /// Compares several secrets, each with its own stored string, as one job, in their order; every one is computed.
    pub fn verify_many_then(
        &self,
        secrets: Vec<(SecretText, Option<SecretText>)>,
        done: impl FnOnce(Result<Vec<Verified>, HasherFull>) + Send + 'static,
    ) {
        let cost = self.cost;
        let work = move |memory: &mut Memory| {
            Some(secrets.iter().map(|(secret, stored)| verify(memory, cost, secret, stored.as_ref())).collect())
        };
        self.pool.submit(work, answer(done));
    }

    /// [`Hasher::hash_then`] for the command line and tests: waits for the answer.
    ///
    /// # Errors
    /// [`HasherFull`].
    pub fn hash(&self, password: SecretText, salt: Salt) -> Result<SecretText, HasherFull> {
        wait(|done| self.hash_then(password, salt, done))
    }

    /// [`Hasher::verify_then`] for the command line and tests: waits for the answer.
    ///
    /// # Errors
    /// [`HasherFull`].
    pub fn verify(&self, password: SecretText, stored: Option<SecretText>) -> Result<Verified, HasherFull> {
        wait(|done| self.verify_then(password, stored, done))
    }

    /// How many hashes were computed since the start.
    pub fn hashes_done(&self) -> u64 {
        self.hashes.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").field("cost", &self.cost).finish_non_exhaustive()
    }
}

/// Reads a stored hash for `fuzz/`, and gives its cost and what it is written back as.
#[cfg(fuzzing)]
pub fn reread(stored: &str) -> Option<(Cost, SecretText)> {
    Phc::parse(stored).map(|phc| (phc.cost(), phc.to_text()))
}

/// Both ways in which there can be no answer, a full queue and a failed computation, are one to the caller.
fn answer<T>(done: impl FnOnce(Result<T, HasherFull>)) -> impl FnOnce(Option<Option<T>>) {
    move |result| done(result.flatten().ok_or(HasherFull))
}

fn wait<T: Send + 'static>(start: impl FnOnce(Answer<T>)) -> Result<T, HasherFull> {
    let (sender, receiver) = mpsc::sync_channel(1);
    // The receiver waits just below; were it gone, nobody would miss the answer.
    start(Box::new(move |result| drop(sender.send(result))));
    receiver.recv().unwrap_or(Err(HasherFull))
}

type Answer<T> = Box<dyn FnOnce(Result<T, HasherFull>) + Send>;

fn hash(memory: &mut Memory, cost: Cost, password: &SecretText, salt: &Salt) -> Option<SecretText> {
    let output = memory.argon2id(cost, password.expose().as_bytes(), salt)?;
    Some(Phc::new(cost, salt.to_vec(), output).to_text())
}

/// Without a readable stored string the same work is done, and nothing matches.
fn verify(memory: &mut Memory, cost: Cost, password: &SecretText, stored: Option<&SecretText>) -> Verified {
    let read = stored.map(|text| Phc::parse(text.expose()));
    if matches!(read, Some(None)) {
        tracing::error!("a stored password hash cannot be read");
    }
    let phc = read.flatten();
    let exists = phc.is_some();
    let phc = phc.unwrap_or_else(|| Phc::dummy(cost));
    let output = memory.argon2id(phc.cost(), password.expose().as_bytes(), phc.salt());
    let equal = output.is_some_and(|output| phc.is_output(&output));
    Verified { matches: exists && equal, outdated: exists && phc.cost() != cost }
}

#[cfg(test)]
mod tests;
