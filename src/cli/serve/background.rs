//! What runs beside the pages: mail leaves, products are told of logout, the audit trail is chained, sessions run out, what has
//! lost its meaning is deleted.

use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER;
use tokio::sync::{Notify, watch};
use tokio::task::{JoinSet, spawn_blocking};

use crate::app::App;
use crate::back_channel::{self, Client};
use crate::flow::{audit, maintenance, session_end};
use crate::mail::transport::Transport;
use crate::mail::worker::Worker;
use crate::store::Error;
use crate::store::audit::Checkpoint;

/// How often the audit trail is chained.
const SEAL: Duration = Duration::from_secs(1);
/// How often old rows are deleted.
const SWEEP: Duration = Duration::from_secs(600);
/// How often sessions whose time has passed are ended.
const END_SESSIONS: Duration = Duration::from_secs(2);

/// Starts it all; each ends soon after `stop` becomes true.
pub(super) fn start(
    app: &App,
    transport: Option<Transport>,
    wake: &Arc<Notify>,
    stop: &watch::Receiver<bool>,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    if let Some(transport) = transport {
        let clock = app.clock.clone();
        let worker = Worker {
            db: app.db.clone(),
            keys: app.keys.clone(),
            transport,
            clock: Arc::new(move || clock.now()),
            wake: Arc::clone(wake),
            stop: stop.clone(),
        };
        tasks.spawn(worker.run());
    }
    match Client::new() {
        Ok(client) => drop(tasks.spawn(back_channel::Worker { app: app.clone(), client, stop: stop.clone() }.run())),
        Err(error) => tracing::error!(error, "products cannot be told of logout"),
    }
    let (sealing, sweeping, ending) = (app.clone(), app.clone(), app.clone());
    tasks.spawn(every(SEAL, stop.clone(), async move || seal(&sealing).await));
    tasks.spawn(every(SWEEP, stop.clone(), async move || {
        renew_keys(&sweeping).await;
        sweep(&sweeping).await;
    }));
    tasks.spawn(every(END_SESSIONS, stop.clone(), async move || end_sessions(&ending).await));
    tasks
}

/// Does `act` at once and then every `pause`, until told to stop.
async fn every(pause: Duration, mut stop: watch::Receiver<bool>, act: impl AsyncFn()) {
    loop {
        act().await;
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Chains what came since the last checkpoint. Each checkpoint also goes to the log, out of reach of who can write the database.
pub(super) async fn seal(app: &App) {
    loop {
        let (sealing, now) = (app.clone(), app.clock.now());
        let sealed = spawn_blocking(move || {
            let keys = sealing.keys.clone();
            sealing.db.write(move |tx| audit::seal(tx, &keys, now))
        });
        match sealed.await {
            Ok(Ok(Some(checkpoint))) => note(&checkpoint),
            Ok(Ok(None)) => return,
            Ok(Err(Error::Unavailable(reason))) => {
                return tracing::debug!(reason, "the audit trail is not chained yet");
            }
            Ok(Err(error)) => return tracing::error!(%error, "the audit trail cannot be chained"),
            Err(error) => return tracing::error!(%error, "the audit trail cannot be chained"),
        }
    }
}

fn note(checkpoint: &Checkpoint) {
    let mac = HEXLOWER.encode(&checkpoint.mac);
    tracing::info!(number = checkpoint.number, events = checkpoint.events, mac, "audit checkpoint");
}

/// Ends the sessions whose time has passed, batch by batch. The worker is woken to tell products.
async fn end_sessions(app: &App) {
    loop {
        let (ending, act) = (app.clone(), app.local_act());
        match spawn_blocking(move || ending.db.write(move |tx| session_end::expired(tx, &act))).await {
            Ok(Ok(0)) => return,
            Ok(Ok(ended)) => {
                app.logout_wake.notify_one();
                tracing::info!(ended, "sessions ended whose time had passed");
            }
            Ok(Err(error)) => return tracing::warn!(%error, "old sessions cannot be ended now"),
            Err(error) => return tracing::error!(%error, "old sessions cannot be ended"),
        }
    }
}

/// Makes the keys that tokens will be signed with next.
async fn renew_keys(app: &App) {
    let renewing = app.clone();
    match spawn_blocking(move || renewing.renew_signing_keys()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "signing keys cannot be made now"),
        Err(error) => tracing::error!(%error, "signing keys cannot be made"),
    }
}

async fn sweep(app: &App) {
    let (sweeping, act) = (app.clone(), app.local_act());
    match spawn_blocking(move || sweeping.db.write(move |tx| maintenance::sweep(tx, &act))).await {
        Ok(Ok(0)) => {}
        Ok(Ok(deleted)) => tracing::info!(deleted, "old rows deleted"),
        Ok(Err(error)) => tracing::warn!(%error, "old rows cannot be deleted now"),
        Err(error) => tracing::error!(%error, "old rows cannot be deleted"),
    }
}
