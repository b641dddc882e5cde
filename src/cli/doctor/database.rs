//! The database: reachable, of this version, of this keyring; and the clock against what is in it.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::time::Duration;

use super::Finding;
use crate::app::App;
use crate::cli::failure::sentence;
use crate::config::{self, DatabaseUrl, Settings};
use crate::flow::installation;
use crate::model::time::Timestamp;
use crate::store::audit::{self, Search};
use crate::store::error::Error;
use crate::store::{installation as own_row, migrate};

/// The clock may be this far behind the last write before second steps are refused.
const SLACK: Duration = Duration::from_secs(60);
/// 2025: this program is not older, so a clock before it was never set.
const NOT_BEFORE: Timestamp = Timestamp::from_millis(1_735_689_600_000);

/// Whether an embedded database is there and its folder can be written to. Without it a look would make an empty one.
pub(super) fn there(settings: &Settings) -> Result<(), String> {
    let DatabaseUrl::Sqlite(file) = &settings.database.url else { return Ok(()) };
    if !file.exists() {
        return Err(format!(
            "There is no database at {}. `vestibule serve` makes it; or set database.url to where it is.",
            file.display()
        ));
    }
    match file.parent() {
        Some(folder) => writable(folder),
        None => Ok(()),
    }
}

fn writable(folder: &Path) -> Result<(), String> {
    let probe = folder.join(format!(".vestibule-doctor-{}", std::process::id()));
    OpenOptions::new().write(true).create_new(true).open(&probe).map_err(|error| {
        format!(
            "The folder {} cannot be written to: {error}. Give it to the user who runs Vestibule.",
            if folder.as_os_str().is_empty() { Path::new(".") } else { folder }.display()
        )
    })?;
    // What is left of it is an empty file.
    let _ = fs::remove_file(&probe);
    Ok(())
}

/// Looks at an open database; at what is sealed in it only where the keyring could be read.
pub(super) fn look(app: &App, with_keys: bool) -> Vec<Finding> {
    match migrate::pending(&app.db) {
        Err(error) => return vec![("database", Err(sentence(&error.to_string())))],
        Ok(0) => {}
        Ok(_) => {
            let why = "It is that of an older Vestibule. Run `vestibule migrate`.".to_owned();
            return vec![("database", Err(why))];
        }
    }
    let mut findings = vec![("database", Ok(format!("{} answers and is up to date.", app.settings.database.url)))];
    if with_keys {
        findings.push(("keys", keys(app)));
    }
    findings.push(("clock", clock(app)));
    findings
}

fn keys(app: &App) -> Result<String, String> {
    let act = app.local_act();
    let belong = app.db.read(move |tx| match own_row::key_check(tx)? {
        None => Ok(None),
        Some(_) => installation::keys_belong_here(tx, &act).map(Some),
    });
    match belong {
        Ok(Some(true)) => Ok("The keyring opens what is sealed in the database.".to_owned()),
        Ok(Some(false)) => Err("The keyring is that of another database. Set keyring.file to this one's.".to_owned()),
        Ok(None) => Ok("Nothing is sealed yet; the first start binds the keyring to the database.".to_owned()),
        Err(error) => Err(sentence(&error.to_string())),
    }
}

fn clock(app: &App) -> Result<String, String> {
    let now = app.clock.now();
    let last = app.db.read(last_event).map_err(|error| sentence(&error.to_string()))?;
    if now < NOT_BEFORE {
        return Err("It was never set. Set it, and keep it right with NTP.".to_owned());
    }
    match last.map(|last| last.since(now)) {
        Some(behind) if behind > SLACK => Err(format!(
            "It is {} behind the database's last entry, so passcodes are refused. Set it, and keep it right with NTP.",
            config::words(behind)
        )),
        _ => Ok("It is not behind the database's last entry.".to_owned()),
    }
}

fn last_event(tx: &mut crate::store::db::Tx<'_>) -> Result<Option<Timestamp>, Error> {
    let newest = audit::search(tx, &Search { most: 1, ..Search::default() })?;
    Ok(newest.first().map(|event| event.at))
}
