//! `vestibule key list`

use std::path::Path;

use clap::Subcommand;
use serde_json::{Value, json};

use super::{Failure, installation, output};
use crate::keys::{KeyInfo, KeyState, Keyring, Keys};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Lists the keys of the keyring: their numbers and what they are used for, never the keys themselves.
    List {
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn command(command: &Command, config: Option<&Path>) -> Result<(), Failure> {
    let Command::List { json } = command;
    let settings = installation::settings(config)?;
    let keys = Keys::new(&Keyring::load(&settings.keyring.file, settings.data_folder())?).list();
    if *json {
        let key = |info: &KeyInfo| json!({ "kid": info.kid, "state": state(info.state) });
        return output::line(Value::Array(keys.iter().map(key).collect()));
    }
    let rows: Vec<_> = keys.iter().map(|info| [info.kid.to_string(), state(info.state).to_owned()]).collect();
    output::table(["KEY", "STATE"], &rows)
}

fn state(state: KeyState) -> &'static str {
    match state {
        KeyState::Active => "active",
        KeyState::Previous => "previous",
    }
}
