//! `vestibule product …`

mod add;
mod list;
mod view;

use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Failure, installation, output};
use crate::app::App;
use crate::flow::product::{self, Rotated};
use crate::model::product::ProductId;
use crate::model::token::PlainToken;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Add(Box<add::Arguments>),
    /// Lists all products.
    List {
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one product: what it asks for, its addresses, who may open it.
    Show {
        #[command(flatten)]
        named: Named,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Gives a product a new secret, which is shown once; the one before it stays good for 24 hours.
    RotateSecret {
        #[command(flatten)]
        named: Named,
        /// Ends every older secret at once: for one that got into wrong hands.
        #[arg(long)]
        now: bool,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Removes a product; everything that it was given ends at once.
    Remove(Named),
}

/// A product.
#[derive(Args, Debug)]
pub(super) struct Named {
    /// The product's id.
    #[arg(value_name = "ID", value_parser = id())]
    id: ProductId,
}

pub(super) fn command(command: &Command, config: Option<&Path>) -> Result<(), Failure> {
    installation::with(config, |app| match command {
        Command::Add(arguments) => add::command(app, arguments),
        Command::List { json } => list::command(app, *json),
        Command::Show { named, json } => list::show(app, &named.id, *json),
        Command::RotateSecret { named, now, json } => rotate(app, &named.id, *now, *json),
        Command::Remove(named) => remove(app, &named.id),
    })
}

fn rotate(app: &App, id: &ProductId, at_once: bool, json: bool) -> Result<(), Failure> {
    let (act, wanted) = (app.local_act(), id.clone());
    match app.db.write(move |tx| product::rotate_secret(tx, &act, &wanted, at_once))? {
        Rotated::Unknown => Err(unknown(id)),
        Rotated::HasNone => Err(Failure::new(format!(
            "The product {id} has no secret: it is public, has keys of its own, or stands behind a proxy."
        ))),
        Rotated::Done(secret) if json => tell_json(app, id, Some(&secret)),
        Rotated::Done(secret) => {
            let older = if at_once { "Older ones have ended." } else { "The one before it is good for 24 hours more." };
            output::line(format_args!("{id} has a new secret. {older}"))?;
            tell_secret(&secret)
        }
    }
}

fn remove(app: &App, id: &ProductId) -> Result<(), Failure> {
    let (act, wanted) = (app.local_act(), id.clone());
    match app.db.write(move |tx| product::remove(tx, &act, &wanted))? {
        true => output::line(format_args!("{id} is removed; nothing that it was given is good any more.")),
        false => Err(unknown(id)),
    }
}

fn unknown(id: &ProductId) -> Failure {
    Failure::new(format!("There is no product \"{id}\". `vestibule product list` shows all products."))
}

/// What a product needs to be set up, as scripts read it.
fn tell_json(app: &App, id: &ProductId, secret: Option<&PlainToken>) -> Result<(), Failure> {
    let issuer = app.settings.public_url.as_str();
    let secret = secret.map(PlainToken::expose);
    output::line(json!({ "client_id": id.as_str(), "client_secret": secret, "issuer": issuer }))
}

fn tell_secret(secret: &PlainToken) -> Result<(), Failure> {
    output::line(format_args!("client_secret  {}", secret.expose()))?;
    output::line("The secret is shown this once.")
}

fn id() -> fn(&str) -> Result<ProductId, &'static str> {
    |text| ProductId::parse(text).ok_or("an id has 1 to 64 lower-case letters, digits and hyphens, none at its ends")
}
