//! The worker that tells products that a session of theirs has ended (OpenID Connect Back-Channel Logout 1.0 section 2.5): at
//! least once, for as long as a notice lives.
//!
//! 1. What has expired is deleted; what is due is claimed under a lease, one notice a product and many products at once, so that
//!    a product that does not answer holds up nobody else.
//! 2. Each is posted by a task of its own, with a logout token that is signed anew for each try and keeps its `jti`.
//! 3. Taken or refused for good: deleted. Otherwise the lease ends and the notice is due again later.
//!
//! A worker that dies leaves its leases behind; when they end, the notices are due again. It never follows a redirect and reads
//! nothing of an answer but its status: where it posts to was registered by the operator, and no product leads it elsewhere.

mod backoff;
mod client;
mod settle;

use std::collections::HashMap;
use std::time::Duration;

use metrics::{counter, gauge};
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet, spawn_blocking};

use crate::app::App;
use crate::flow::logout_notice::{self, Due};
use crate::model::product::ProductId;
use crate::model::time::Timestamp;
use crate::store::Error;
use crate::store::db::Tx;
use crate::store::logout_notice as rows;

pub use client::Client;

/// How many products are told at once.
const AT_ONCE: usize = 16;
/// How often the queue is looked at when nothing wakes the worker: what other nodes and commands left, and what is due again.
const LOOK: Duration = Duration::from_secs(1);
/// Longer than a try and writing down what came of it can take.
const LEASE: Duration = Duration::from_secs(30);

/// What the worker works with.
#[derive(Clone)]
pub struct Worker {
    /// The installation.
    pub app: App,
    /// What posts.
    pub client: Client,
    /// Becomes `true`, or closes, when the worker is to stop.
    pub stop: watch::Receiver<bool>,
}

/// The tries that are under way, and the product of each.
#[derive(Default)]
struct UnderWay {
    tasks: JoinSet<()>,
    products: HashMap<Id, ProductId>,
}

impl Worker {
    /// Runs until told to stop, then finishes the tries that it has begun.
    pub async fn run(self) {
        let mut stop = self.stop.clone();
        let mut under_way = UnderWay::default();
        loop {
            if let Err(error) = self.begin(&mut under_way).await {
                tracing::warn!(%error, "the notices of logout cannot be looked at");
            }
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                Some(ended) = under_way.tasks.join_next_with_id() => under_way.note(ended),
                () = self.app.logout_wake.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        while let Some(ended) = under_way.tasks.join_next_with_id().await {
            under_way.note(ended);
        }
    }

    /// Deletes what has expired and begins to tell what is due, as far as there is room.
    async fn begin(&self, under_way: &mut UnderWay) -> Result<(), Error> {
        let backlog = self.read(rows::backlog).await?;
        gauge!("logout_notices_waiting").set(f64::from(u32::try_from(backlog.count).unwrap_or(u32::MAX)));
        let now = self.app.clock.now();
        let reached = |time: Option<Timestamp>| time.is_some_and(|time| time <= now);
        if reached(backlog.first_expiry) {
            self.drop_expired(now).await?;
        }
        let room = AT_ONCE.saturating_sub(under_way.tasks.len());
        if room == 0 || !reached(backlog.first_due) {
            return Ok(());
        }
        let act = self.app.local_act();
        let busy: Vec<_> = under_way.products.values().cloned().collect();
        let due = self.write(move |tx| logout_notice::claim(tx, &act, LEASE, (&busy, room))).await?;
        for due in due {
            under_way.add(self, due);
        }
        Ok(())
    }

    async fn drop_expired(&self, now: Timestamp) -> Result<(), Error> {
        let expired = self.write(move |tx| rows::drop_expired(tx, now)).await?;
        if expired > 0 {
            counter!("logout_notices_failed_total", "outcome" => "expired").increment(expired);
            tracing::error!(expired, "products could not be told in time that sessions have ended");
        }
        Ok(())
    }

    async fn write<T, F>(&self, closure: F) -> Result<T, Error>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let db = self.app.db.clone();
        spawn_blocking(move || db.write(closure)).await.unwrap_or_else(broken_off)
    }

    async fn read<T, F>(&self, closure: F) -> Result<T, Error>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let db = self.app.db.clone();
        spawn_blocking(move || db.read(closure)).await.unwrap_or_else(broken_off)
    }
}

impl UnderWay {
    fn add(&mut self, worker: &Worker, due: Due) {
        let product = due.claimed.notice.owed.product.clone();
        let task = self.tasks.spawn(settle::deliver(worker.clone(), due));
        self.products.insert(task.id(), product);
    }

    fn note(&mut self, ended: Result<(Id, ()), JoinError>) {
        let id = match &ended {
            Ok((id, ())) => *id,
            Err(error) => error.id(),
        };
        self.products.remove(&id);
        if let Err(error) = ended {
            tracing::error!(%error, "a notice's task broke off: the notice is due again when its lease ends");
        }
    }
}

fn broken_off<T>(error: JoinError) -> Result<T, Error> {
    Err(Error::Bug(format!("a transaction broke off: {error}")))
}

#[cfg(test)]
mod tests;
