//! The worker that empties the outbox: at least once, never lost, and without a crash exactly once.
//!
//! 1. What has expired is deleted; what is due is claimed under a lease, as many as can be sent at once.
//! 2. Each is sent by a task of its own, so that a slow server holds back few, and none for ever.
//! 3. Sent or refused for good: deleted. Otherwise the lease ends and the mail is due again later.
//!
//! A worker that dies leaves its leases behind; when they end, the mails are due again, the same to the last byte.

mod backoff;
mod settle;

use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, gauge};
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::JoinSet;

use super::transport::Transport;
use crate::keys::Keys;
use crate::model::time::Timestamp;
use crate::store::Error;
use crate::store::db::{Db, Tx};
use crate::store::outbox::{self, Backlog, Claimed};

/// How many mails are sent at once.
const AT_ONCE: usize = 4;
/// How often the outbox is looked at when nothing wakes the worker: what other nodes left, and what is due again.
const LOOK: Duration = Duration::from_secs(1);

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the worker works with.
#[derive(Clone)]
pub struct Worker {
    pub db: Db,
    pub keys: Keys,
    pub transport: Transport,
    pub clock: Clock,
    /// Notified when something was enqueued.
    pub wake: Arc<Notify>,
    /// Becomes `true`, or closes, when the worker is to stop.
    pub stop: watch::Receiver<bool>,
}

impl Worker {
    /// Runs until told to stop, then finishes what it has begun to send.
    pub async fn run(self) {
        let mut stop = self.stop.clone();
        let mut sending = JoinSet::new();
        loop {
            if let Err(error) = self.begin(&mut sending).await {
                tracing::warn!(%error, "the outbox cannot be looked at");
            }
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                () = self.wake.notified(), if sending.len() < AT_ONCE => {}
                Some(ended) = sending.join_next() => note_panic(ended),
                () = tokio::time::sleep(LOOK) => self.rest_if_idle(&sending),
            }
        }
        while let Some(ended) = sending.join_next().await {
            note_panic(ended);
        }
        self.transport.rest().await;
    }

    /// Deletes what has expired and begins to send what is due, as far as there is room.
    async fn begin(&self, sending: &mut JoinSet<()>) -> Result<(), Error> {
        let backlog = read(&self.db, outbox::backlog).await?;
        gauge!("mail_waiting").set(f64::from(u32::try_from(backlog.count).unwrap_or(u32::MAX)));
        let room = u32::try_from(AT_ONCE.saturating_sub(sending.len())).unwrap_or(0);
        for claimed in self.claim(backlog, room).await? {
            sending.spawn(settle::deliver(self.clone(), claimed));
        }
        Ok(())
    }

    async fn claim(&self, backlog: Backlog, room: u32) -> Result<Vec<Claimed>, Error> {
        let now = (self.clock)();
        let reached = |time: Option<Timestamp>| time.is_some_and(|time| time <= now);
        let something_to_send = room > 0 && reached(backlog.first_due);
        if !something_to_send && !reached(backlog.first_expiry) {
            return Ok(Vec::new());
        }
        let lease = self.lease();
        let (expired, claimed) =
            write(&self.db, move |tx| Ok((outbox::drop_expired(tx, now)?, outbox::claim(tx, now, lease, room)?)))
                .await?;
        if expired > 0 {
            counter!("mail_failed_total", "outcome" => "expired").increment(expired);
            tracing::error!(expired, "mail was not sent in time and is dropped");
        }
        Ok(claimed)
    }

    /// Longer than sending and writing down what came of it can take.
    fn lease(&self) -> Duration {
        self.transport.longest() + Duration::from_secs(u64::from(settle::OFFERS)) * 2
    }

    /// After a second without anything to send, the server's connections are let go.
    fn rest_if_idle(&self, sending: &JoinSet<()>) {
        if sending.is_empty() {
            let transport = self.transport.clone();
            tokio::spawn(async move { transport.rest().await });
        }
    }
}

fn note_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a mail's task broke off: the mail is due again when its lease ends");
    }
}

async fn write<T, F>(db: &Db, closure: F) -> Result<T, Error>
where
    F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    let (done, answer) = oneshot::channel();
    db.write_then(closure, move |result| drop(done.send(result)));
    answer.await.unwrap_or_else(|_| Err(gone()))
}

async fn read<T, F>(db: &Db, closure: F) -> Result<T, Error>
where
    F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    let (done, answer) = oneshot::channel();
    db.read_then(closure, move |result| drop(done.send(result)));
    answer.await.unwrap_or_else(|_| Err(gone()))
}

fn gone() -> Error {
    Error::Unavailable("the store gave no answer".to_owned())
}

#[cfg(test)]
mod tests;
