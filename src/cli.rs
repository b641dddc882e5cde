//! The commands of the one binary. Each is one file: it parses what was typed, opens the installation, does one act, and prints.
//!
//! Results go to standard output, everything else to standard error: a sentence for each thing that is wrong. The exit status is
//! 0 when it worked, 1 when it did not, 2 when the command was not understood.

mod account;
mod audit;
mod config;
mod demo;
mod doctor;
mod failure;
mod healthcheck;
mod init;
pub mod installation;
mod key;
pub mod log;
mod mail;
mod migrate;
pub mod output;
mod product;
pub mod serve;
mod transport;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use failure::Failure;

/// One account, one portal, and multifactor authentication in front of every product.
#[derive(Debug, Parser)]
#[command(name = "vestibule", version)]
struct CommandLine {
    /// The configuration file. Without it: the one that VESTIBULE_CONFIG names, else ./vestibule.toml.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Init(init::Arguments),
    /// Runs the server until it is told to stop (SIGTERM or Ctrl-C).
    ///
    /// An embedded database is migrated first. What is under way when the server stops is finished, for up to 20 seconds.
    /// The log is on standard error, one JSON object a line; VESTIBULE_LOG sets its level (error, warn, info, debug).
    Serve,
    /// Brings the database's tables up to this version.
    Migrate,
    /// Checks and shows the settings.
    #[command(subcommand)]
    Config(config::Command),
    Doctor(doctor::Arguments),
    /// Asks the running server whether it is ready: status 0 when it is, 1 when it is not. For containers and units.
    Healthcheck,
    /// Makes, lists and changes accounts.
    #[command(subcommand)]
    Account(account::Command),
    /// Registers, lists and removes products.
    #[command(subcommand)]
    Product(product::Command),
    /// Lists the keys.
    #[command(subcommand)]
    Key(key::Command),
    /// Searches, exports and checks the audit trail.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Tries mail out.
    #[command(subcommand)]
    Mail(mail::Command),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(told) => return output::usage(&told),
    };
    match run(&line.command, line.config.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure);
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command, config: Option<&Path>) -> Result<(), Failure> {
    match command {
        Command::Demo(arguments) => demo::command(arguments, config),
        Command::Serve => serve::command(config),
        other => {
            log::for_commands()?;
            run_briefly(other, config)
        }
    }
}

/// The commands that end by themselves.
fn run_briefly(command: &Command, config: Option<&Path>) -> Result<(), Failure> {
    match command {
        Command::Demo(_) | Command::Serve => Ok(()),
        Command::Init(arguments) => init::command(arguments),
        Command::Migrate => migrate::command(config),
        Command::Config(command) => config::command(command, config),
        Command::Doctor(arguments) => doctor::command(arguments, config),
        Command::Healthcheck => healthcheck::command(config),
        Command::Account(command) => account::command(command, config),
        Command::Product(command) => product::command(command, config),
        Command::Key(command) => key::command(command, config),
        Command::Audit(command) => audit::command(command, config),
        Command::Mail(command) => mail::command(command, config),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn every_command_says_what_it_does() {
        fn look(command: &clap::Command, path: &str) {
            for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
                let path = format!("{path} {}", inner.get_name());
                let about = inner.get_about().map(ToString::to_string).unwrap_or_default();
                assert!(about.len() > 10, "{path} has no description");
                for argument in inner.get_arguments().filter(|argument| argument.get_id() != "help") {
                    assert!(argument.get_help().is_some(), "{path} {} has no description", argument.get_id());
                }
                look(inner, &path);
            }
        }
        look(&CommandLine::command(), "vestibule");
    }
}
