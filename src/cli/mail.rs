//! `vestibule mail test ADDRESS`

use std::path::Path;
use std::sync::Arc;

use clap::Subcommand;

use super::{Failure, installation, output, serve, transport};
use crate::app::App;
use crate::flow::post;
use crate::mail::message::{Message, Test};
use crate::mail::outgoing::{Addressed, Outgoing};
use crate::mail::transport::Transport;
use crate::model::email_address::EmailAddress;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Sends one mail straight to the mail server, and tells its answer.
    Test {
        /// Where the mail goes.
        #[arg(value_name = "ADDRESS", value_parser = address)]
        address: EmailAddress,
    },
}

pub(super) fn command(command: &Command, config: Option<&Path>) -> Result<(), Failure> {
    let Command::Test { address } = command;
    installation::with(config, |app| test(app, address))
}

fn test(app: &App, address: &EmailAddress) -> Result<(), Failure> {
    let settings = &app.settings.smtp;
    let Some(smtp) = transport::smtp(settings)? else {
        return Err(Failure::new("There is no mail server: set smtp.host and smtp.from."));
    };
    let mail = mail(app, address);
    let sent = serve::runtime()?.block_on(async {
        let transport = Transport::Smtp(Arc::new(smtp));
        let sent = transport.send(&mail).await;
        transport.rest().await;
        sent
    });
    let server = format!("{}:{}", settings.host, settings.port);
    match sent {
        Ok(()) => output::line(format_args!("The mail server {server} has taken the mail for {}.", address.as_str())),
        Err(why) => Err(Failure::new(format!("The mail server {server} has not taken the mail: {why}"))),
    }
}

fn mail(app: &App, address: &EmailAddress) -> Outgoing {
    let act = app.local_act();
    let (look, circumstances) = (post::look(&act), post::circumstances(&act, address.as_str()));
    let message = Message::Test(Test);
    let addressed = Addressed { to: address.as_str(), message: &message, look: &look, circumstances: &circumstances };
    Outgoing::new(&addressed, act.now, &mut act.dice())
}

fn address(text: &str) -> Result<EmailAddress, &'static str> {
    EmailAddress::parse(text).map_err(|_| "it is not an email address like name@example.org")
}
