//! `vestibule demo`

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::Failure;
use crate::demo::{self, HIGHEST_PORT, Wanted, remote_app};

/// Runs everything on this machine, with accounts to try and a mailbox that shows the mail, until Ctrl-C.
///
/// Nothing needs to be set up, and no network is used. It is for trying Vestibule out: everyone on this machine can read its
/// mail and its accounts' secrets.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The first port: Vestibule itself. The two products are 1 and 2 ports above, the mailbox 3, the metrics 4.
    #[arg(long, value_name = "PORT", default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=i64::from(HIGHEST_PORT)))]
    port: u16,
    /// The folder in which its data stays; a second start takes it up again. Without it, the data goes when the demo ends.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Remote Ledger, a product with a sign-in of its own, in this terminal. The demo must be running.
    RemoteApp {
        /// Where the demo is.
        #[arg(long, value_name = "URL", default_value = "http://localhost:8080")]
        server: String,
    },
}

pub(super) fn command(arguments: &Arguments, config: Option<&Path>) -> Result<(), Failure> {
    if config.is_some() {
        return Err(Failure::new("The demo has a configuration of its own: leave --config out."));
    }
    if let Some(Command::RemoteApp { server }) = &arguments.command {
        let input = std::io::stdin();
        let echoes = input.is_terminal();
        return remote_app::run(server, &mut input.lock(), &mut std::io::stdout().lock(), echoes);
    }
    demo::run(&Wanted { port: arguments.port, data: arguments.data.clone() })
}
