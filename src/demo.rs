//! The demo: everything on this machine, with accounts to try and a mailbox that shows the mail that would have been sent.
//!
//! 1. The folder: an installation such as `init` makes, its ports set; a temporary one ends with the demo.
//! 2. The ports are taken, so that a taken one is told before anything else happens.
//! 3. The accounts are seeded, once, and the browser products registered.
//! 4. The server of `serve` runs, with a mailbox in place of a mail server and the products beside it, until the process is told to
//!    stop.

/// The accounts to try, with their fixed secrets.
pub mod accounts;
/// The demo's folder.
mod folder;
/// The mail that would have been sent.
mod mailbox;
/// The mailbox's pages, as data that templates print.
pub mod mailbox_pages;
/// The mailbox over HTTP.
mod mailbox_server;
/// Servers that answer as localhost only.
mod own_names;
/// The ports, taken one by one.
mod ports;
/// The two browser products.
pub mod product;
/// Registers the browser products.
mod registration;
/// The remote app, in a terminal.
pub mod remote_app;
/// Puts the accounts into the database.
mod seed;
/// What the demo says when it is ready.
mod told;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::App;
use crate::cli::serve::{self, Front, serve_pages};
use crate::cli::{Failure, installation, log, output};
use crate::mail::transport::Transport;

use folder::Folder;
use mailbox::Mailbox;
use ports::{Ports, Taken};
use product::{Client, KNOWN};

pub use ports::HIGHEST as HIGHEST_PORT;

/// What the demo is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The first of its ports.
    pub port: u16,
    /// Where its data stays; in a temporary folder where nothing is named.
    pub data: Option<PathBuf>,
}

/// Runs the demo until it is told to stop.
///
/// # Errors
/// A sentence for each thing that stands in the way.
pub fn run(wanted: &Wanted) -> Result<(), Failure> {
    log::for_demo()?;
    let ports = Ports::from(wanted.port);
    let runtime = serve::runtime()?;
    let taken = runtime.block_on(async { ports.take() })?;
    let folder = Folder::open(wanted.data.as_deref())?;
    let mailbox = Arc::new(Mailbox::open(&folder.mailbox()).map_err(Failure::new)?);
    let app = installation::start(folder.settings(ports)?)?;
    let outcome = seed::accounts(&app)
        .and_then(|()| registration::remote_app(&app))
        .and_then(|()| registration::products(&app, &folder.products(), ports))
        .and_then(|clients| runtime.block_on(serve_all(&app, (ports, taken), &folder, (mailbox, clients))));
    runtime.shutdown_timeout(serve::LAST_THREADS);
    app.db.close();
    outcome
}

async fn serve_all(
    app: &App,
    (ports, taken): (Ports, Taken),
    folder: &Folder,
    (mailbox, clients): (Arc<Mailbox>, [Client; 2]),
) -> Result<(), Failure> {
    let stop = serve::stop_signal()?;
    let front = Front { listener: taken.front, tls: None, metrics: Some(taken.metrics), logo: None };
    let (tell, told) = watch::channel(false);
    let mut beside = JoinSet::new();
    let pages = mailbox_server::router(Arc::clone(&mailbox), app, ports);
    beside.spawn(serve_pages(taken.mailbox, None, pages, Vec::new(), told.clone()));
    for (((known, client), listener), at) in KNOWN.iter().zip(clients).zip(taken.products).zip(ports.products()) {
        let pages = product::router(known, client, app, at.port());
        beside.spawn(serve_pages(listener, None, pages, Vec::new(), told.clone()));
    }
    let clock = app.clock.clone();
    let transport = Transport::Memory(Arc::new(move |mail| mailbox.take(mail, clock.now())));
    output::text(&told::ready(ports, folder.path()))?;
    serve::run(app.clone(), Some(transport), front, stop).await;
    tell.send_replace(true);
    while let Some(ended) = beside.join_next().await {
        ended.map_err(|error| Failure::new(format!("A part of the demo broke off: {error}")))?;
    }
    Ok(())
}
