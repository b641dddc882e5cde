//! `vestibule config check|print|reference`

use std::path::Path;

use clap::Subcommand;

use super::{Failure, installation, output};
use crate::config;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Says everything that is wrong with the settings.
    Check,
    /// Prints the settings in force, from the file, the environment and the defaults, without secrets.
    Print,
    /// Prints a whole configuration file: every key with its default and its meaning.
    Reference,
}

pub(super) fn command(command: &Command, config: Option<&Path>) -> Result<(), Failure> {
    match command {
        Command::Check => {
            installation::settings(config)?;
            output::line(format_args!("{} is in order.", installation::config_file(config).display()))
        }
        Command::Print => output::text(&installation::settings(config)?.print()),
        Command::Reference => output::text(&config::reference()),
    }
}
