//! `vestibule key list`

use std::path::Path;

use clap::Subcommand;
use serde_json::{Value, json};

use super::{Failure, installation, output};
use crate::flow::signing_key::{self, Listed, Use};
use crate::keys::{KeyInfo, KeyState, Keyring, Keys};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Lists the keys of the keyring: their numbers and what they are used for, never the keys themselves.
    List {
        /// Lists the keys that tokens are signed with instead.
        #[arg(long)]
        signing: bool,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn command(command: &Command, config: Option<&Path>) -> Result<(), Failure> {
    let Command::List { signing, json } = command;
    if *signing {
        return list_signing(*json, config);
    }
    let settings = installation::settings(config)?;
    let keys = Keys::new(&Keyring::load(&settings.keyring.file, settings.data_folder())?).list();
    if *json {
        let key = |info: &KeyInfo| json!({ "kid": info.kid, "state": state(info.state) });
        return output::line(Value::Array(keys.iter().map(key).collect()));
    }
    let rows: Vec<_> = keys.iter().map(|info| [info.kid.to_string(), state(info.state).to_owned()]).collect();
    output::table(["KEY", "STATE"], &rows)
}

/// The signing keys: those of products' tokens, which are in the database.
fn list_signing(json: bool, config: Option<&Path>) -> Result<(), Failure> {
    let keys = installation::with(config, |app| {
        let act = app.local_act();
        Ok(app.db.read(move |tx| signing_key::list(tx, &act))?)
    })?;
    let since = |key: &Listed| output::moment(key.first_use_at);
    if json {
        let key = |key: &Listed| json!({ "kid": key.kid, "algorithm": key.algorithm.as_str(), "state": used(key.used), "first_use_at": since(key) });
        return output::line(Value::Array(keys.iter().map(key).collect()));
    }
    let row = |key: &Listed| [key.kid.clone(), key.algorithm.as_str().into(), used(key.used).into(), since(key)];
    output::table(["KEY", "ALGORITHM", "STATE", "SIGNS FROM"], &keys.iter().map(row).collect::<Vec<_>>())
}

fn used(used: Use) -> &'static str {
    match used {
        Use::Next => "next",
        Use::Current => "current",
        Use::Previous => "previous",
    }
}

fn state(state: KeyState) -> &'static str {
    match state {
        KeyState::Active => "active",
        KeyState::Previous => "previous",
    }
}
