//! `vestibule audit search|export|verify`

mod export;
mod search;
mod verify;

use std::path::Path;

use clap::Subcommand;
use serde_json::{Value, json};

use super::{Failure, installation, output};
use crate::store::audit::StoredEvent;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Search(search::Arguments),
    Export(export::Arguments),
    /// Checks that no event was changed or deleted since it was written; status 1 when one was.
    ///
    /// The check itself becomes an event. Events of the last second, or since the server stopped, are not chained yet; of those
    /// only missing ones are noticed.
    Verify {
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn command(command: &Command, config: Option<&Path>) -> Result<(), Failure> {
    installation::with(config, |app| match command {
        Command::Search(arguments) => search::command(app, arguments),
        Command::Export(arguments) => export::command(app, arguments),
        Command::Verify { json } => verify::command(app, *json),
    })
}

/// An event as JSON. `account` is empty where the event belongs to none; `number` counts within the account.
fn object(event: &StoredEvent) -> Value {
    json!({
        "account": event.account,
        "number": event.seq,
        "at": output::exact_moment(event.at),
        "act": event.act,
        "outcome": event.outcome,
        "actor": event.actor,
        "address": event.address,
        "browser": event.browser,
        "request_id": event.request_id,
        "detail": event.detail,
    })
}
