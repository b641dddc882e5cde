//! `vestibule audit search`

use std::collections::BTreeMap;
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use super::{Failure, object};
use crate::app::App;
use crate::cli::{account, output};
use crate::config;
use crate::model::id::AccountId;
use crate::store::account as accounts;
use crate::store::audit::{self, Search, StoredEvent};
use crate::store::db::Tx;
use crate::store::error::Error;

/// Shows the newest events that match, the newest first.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Only events of this account: its username or email address.
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Only this act, for example sign-in, passcode, account-disable.
    #[arg(long, value_name = "ACT")]
    act: Option<String>,
    /// Only the last so much time, for example "8 hours".
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    since: Option<Duration>,
    /// At most so many events.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn command(app: &App, arguments: &Arguments) -> Result<(), Failure> {
    let account = arguments.account.as_deref().map(|name| account::find(app, name)).transpose()?;
    let search = Search {
        account: account.map(|listed| listed.id.as_str().to_owned()).unwrap_or_default(),
        act: arguments.act.clone().unwrap_or_default(),
        since: arguments.since.map(|since| app.clock.now().minus(since)),
        most: arguments.limit,
    };
    let (events, names) = app.db.read(move |tx| {
        let events = audit::search(tx, &search)?;
        let names = usernames(tx, &events)?;
        Ok((events, names))
    })?;
    if arguments.json {
        return output::line(Value::Array(events.iter().map(object).collect()));
    }
    let rows: Vec<_> = events.iter().map(|event| row(event, &names)).collect();
    output::table(["WHEN", "ACCOUNT", "ACT", "OUTCOME", "DETAIL", "BY", "FROM"], &rows)
}

fn usernames(tx: &mut Tx<'_>, events: &[StoredEvent]) -> Result<BTreeMap<String, String>, Error> {
    let mut names = BTreeMap::new();
    for event in events {
        if !names.contains_key(&event.account)
            && let Some(account) = accounts::load(tx, &AccountId::new(event.account.clone()))?
        {
            names.insert(event.account.clone(), account.username);
        }
    }
    Ok(names)
}

fn row(event: &StoredEvent, names: &BTreeMap<String, String>) -> [String; 7] {
    [
        output::moment(event.at),
        names.get(&event.account).unwrap_or(&event.account).clone(),
        event.act.clone(),
        event.outcome.clone(),
        event.detail.clone(),
        event.actor.clone(),
        event.address.clone(),
    ]
}

fn duration(text: &str) -> Result<Duration, &'static str> {
    config::parse_duration(text).ok_or("write it like \"30 minutes\", \"8 hours\" or \"7 days\"")
}
