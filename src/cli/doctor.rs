//! `vestibule doctor`: everything that can be wrong with an installation, looked at in turn. Changes nothing.

mod address;
mod database;
mod mail;
mod tls;

use std::path::Path;

use clap::Args;
use serde_json::{Value, json};

use super::{Failure, installation, output};
use crate::app::{App, Clock, draw};
use crate::config::Settings;
use crate::keys::{Keyring, Keys};
use crate::places::Places;

/// Looks for what is wrong with this installation: settings, keyring, database, clock, places, mail, public
/// address, certificate.
///
/// Prints a line for each thing that was looked at; status 1 when one of them is a problem. Changes nothing.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// What one look found: `Ok` says what is in order, `Err` what is wrong and what to do.
type Finding = (&'static str, Result<String, String>);

pub(super) fn command(arguments: &Arguments, config: Option<&Path>) -> Result<(), Failure> {
    let findings = look(config);
    if arguments.json {
        output::line(Value::Array(findings.iter().map(object).collect()))?;
    } else {
        findings.iter().try_for_each(print)?;
    }
    match findings.iter().filter(|(_, found)| found.is_err()).count() {
        0 => Ok(()),
        1 => Err(Failure::new("There is one problem.")),
        count => Err(Failure::new(format!("There are {count} problems."))),
    }
}

fn object((about, found): &Finding) -> Value {
    let (Ok(says) | Err(says)) = found;
    json!({ "about": about, "ok": found.is_ok(), "says": says })
}

fn print((about, found): &Finding) -> Result<(), Failure> {
    match found {
        Ok(says) => output::line(format_args!("ok       {about}: {says}")),
        Err(says) => output::line(format_args!("problem  {about}: {says}")),
    }
}

fn look(config: Option<&Path>) -> Vec<Finding> {
    let settings = match installation::settings(config) {
        Ok(settings) => settings,
        Err(failure) => return failure.sentences().iter().map(|says| ("settings", Err(says.clone()))).collect(),
    };
    let mut findings = vec![("settings", Ok(format!("{} is in order.", installation::config_file(config).display())))];
    findings.extend(data(&settings));
    findings.extend(settings.sessions.place_db_file.as_deref().map(|file| ("places", places(file))));
    findings.push(("mail", mail::look(&settings)));
    findings.push(("public address", address::look(&settings)));
    findings.extend(settings.listen.tls().map(|files| ("certificate", tls::look(files, Clock::system().now()))));
    findings
}

/// The database of places, as the server reads it.
fn places(file: &Path) -> Result<String, String> {
    let places = Places::load(file)?;
    Ok(format!("{} can be used, and says that it is {}.", file.display(), places.kind()))
}

/// Keyring, database and clock.
fn data(settings: &Settings) -> Vec<Finding> {
    let keyring = Keyring::load(&settings.keyring.file, settings.data_folder());
    let shown = settings.keyring.file.display();
    let mut findings = vec![match &keyring {
        Ok(keyring) => {
            let keys = Keys::new(keyring).list().len();
            ("keyring", Ok(format!("{shown}, number of keys: {keys}; only its owner can read it.")))
        }
        Err(problem) => ("keyring", Err(problem.to_string())),
    }];
    if let Err(problem) = database::there(settings) {
        findings.push(("database", Err(problem)));
        return findings;
    }
    // Without the right keys the database can still be looked at; nothing is sealed with these.
    let stand_in = Keyring::generate(&draw());
    match App::open(settings.clone(), keyring.as_ref().unwrap_or(&stand_in), Clock::system()) {
        Err(why) => findings.push(("database", Err(super::failure::sentence(&why)))),
        Ok(app) => {
            findings.extend(database::look(&app, keyring.is_ok()));
            app.db.close();
        }
    }
    findings
}
