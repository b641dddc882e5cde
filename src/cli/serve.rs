//! `vestibule serve`: everything that runs while the server runs.
//!
//! 1. Settings, keyring, database; the certificate is read and every address taken, so that what is wrong is told at once.
//! 2. Mail worker, audit sealer, sweeper, metrics and pages run until the process is told to stop.
//! 3. Then nothing new is taken; what is under way is finished, for up to `GRACE`; the worker finishes the mails that it has
//!    begun; the audit trail is chained once more; the database closes.

mod background;
mod http;
mod listen;
mod logo;
mod metrics;
mod tls;

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Failure, installation, log, transport};
use crate::app::App;
use crate::mail::transport::Transport;
use crate::web::router::router;

pub use http::serve as serve_pages;
pub use listen::Listener;
pub use logo::Logo;
pub use tls::Tls;

/// How long requests and mails that are under way may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(20);
/// How long threads that wait for nothing in particular may take to end.
pub const LAST_THREADS: Duration = Duration::from_secs(1);

/// Where the server is reached. Opened before anything runs: a taken port is told at once.
pub struct Front {
    /// Where pages are served.
    pub listener: Listener,
    /// TLS, where the server itself speaks it.
    pub tls: Option<Arc<Tls>>,
    /// Where `/metrics` is served.
    pub metrics: Option<Listener>,
    /// The vendor's picture.
    pub logo: Option<Logo>,
}

impl Front {
    /// Takes the addresses of the settings. Must be called inside a runtime.
    ///
    /// # Errors
    /// A sentence: the address is taken, or not this machine's; the certificate cannot be used.
    pub fn open(app: &App) -> Result<Self, Failure> {
        let settings = &app.settings;
        let tls = settings.listen.tls().map(Tls::load).transpose()?.map(Arc::new);
        let listener = Listener::of(&settings.listen)?;
        let metrics = settings.metrics.address.map(|address| Listener::tcp(address, "metrics.address")).transpose()?;
        let logo = settings.branding.logo_file.as_deref().map(logo::load).transpose()?;
        Ok(Self { listener, tls, metrics, logo })
    }
}

/// `vestibule serve`
pub(super) fn command(config: Option<&Path>) -> Result<(), Failure> {
    log::for_server()?;
    let app = installation::start(installation::settings(config)?)?;
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        let transport = transport::of(&app.settings.smtp)?;
        if transport.is_none() {
            tracing::warn!("smtp.host is not set: mail waits until it expires");
        }
        let stop = stop_signal()?;
        run(app.clone(), transport, Front::open(&app)?, stop).await;
        Ok(())
    });
    runtime.shutdown_timeout(LAST_THREADS);
    app.db.close();
    outcome
}

/// The threads on which requests run.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime() -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("The system gives no threads: {error}")))
}

/// Becomes ready when the process is told to stop: SIGTERM or SIGINT. Must be called inside a runtime.
///
/// # Errors
/// When the system refuses to tell us.
pub fn stop_signal() -> Result<impl Future<Output = ()> + Send, Failure> {
    let listen = |kind| signal(kind).map_err(|error| Failure::new(format!("Signals cannot be received: {error}")));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Serves until `stop`. The database stays open: closing it is the caller's last act. Without a transport mail waits.
pub async fn run(app: App, transport: Option<Transport>, front: Front, stop: impl Future<Output = ()>) {
    tracing::info!(address = %front.listener, public_url = %app.settings.public_url, "listening");
    let (tell_front, front_stops) = watch::channel(false);
    let (tell_others, others_stop) = watch::channel(false);
    let wake = Arc::new(Notify::new());
    let mut others = background::start(&app, transport, &wake, &others_stop);
    let mut serving = JoinSet::new();
    if let Some(tls) = &front.tls {
        others.spawn(Arc::clone(tls).watch(others_stop.clone()));
    }
    if let Some(listener) = front.metrics {
        others.spawn(http::serve(listener, None, metrics::router(), Vec::new(), others_stop.clone()));
        others.spawn(metrics::keep_up(others_stop));
    }
    let proxies = app.settings.trusted_proxies.clone();
    let pages = router(app.clone(), wake, front.logo);
    serving.spawn(http::serve(front.listener, front.tls, pages, proxies, front_stops));

    stop.await;
    tracing::info!("stopping: requests that are under way are finished");
    tell_front.send_replace(true);
    finish(&mut serving, "a request").await;
    tell_others.send_replace(true);
    finish(&mut others, "a mail").await;
    background::seal(&app).await;
    tracing::info!("stopped");
}

async fn finish(tasks: &mut JoinSet<()>, what: &str) {
    let all = async { while tasks.join_next().await.is_some() {} };
    if timeout(GRACE, all).await.is_err() {
        tracing::warn!(what, "was not finished in time and is broken off");
        tasks.abort_all();
    }
}
