//! `vestibule account …`

mod add;
mod change;
mod list;
mod view;

use std::path::Path;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};

use super::{Failure, installation};
use crate::app::App;
use crate::flow::account::{self, Change};
use crate::model::account::Role;
use crate::model::group_name::GroupName;
use crate::model::reason::{Reason, ReasonProblem};
use crate::store::account::Listed;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Add(add::Arguments),
    /// Mails an invitation, behind which the person sets a password; an older invitation ends.
    Invite(Named),
    /// Lists all accounts.
    List {
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one account: its state, its MFA, its locks.
    Show {
        #[command(flatten)]
        named: Named,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lets a disabled account sign in again.
    Enable(Named),
    /// Stops an account from signing in and ends its sessions.
    Disable(Named),
    /// Takes an account's MFA away, so that it is set up again at the next sign-in; its owner is told by email.
    ResetMfa {
        #[command(flatten)]
        named: Named,
        /// Why: one line of up to 200 characters, kept in the audit trail. Name a ticket or what you checked, never a passcode.
        #[arg(long, value_name = "TEXT", value_parser = reason)]
        reason: Reason,
    },
    /// Lifts locks, gives the tries back that were used up and opens the ways back for a lost device again where the owner's word or
    /// an undone change had stopped them; its owner is told by email. Emailed passcodes that wait for the person go on waiting.
    Unlock(Named),
    /// Sets an account's role and ends its sessions.
    SetRole {
        #[command(flatten)]
        named: Named,
        /// What it may do from now on.
        #[arg(value_name = "ROLE", value_parser = role())]
        role: Role,
    },
    /// Sets the groups that an account is in, in place of those it was in; without --group it is in none.
    SetGroups {
        #[command(flatten)]
        named: Named,
        /// A group; may be given more than once.
        #[arg(long = "group", value_name = "NAME", value_parser = group)]
        groups: Vec<GroupName>,
    },
}

/// What a group's name may be.
pub(super) const GROUP_SHAPE: &str =
    "a group's name has 1 to 64 letters, digits, spaces and signs of ASCII, no comma, no space at its ends";

/// An account.
#[derive(Args, Debug)]
pub(super) struct Named {
    /// The account's username or email address.
    #[arg(value_name = "USERNAME")]
    username: String,
}

pub(super) fn command(command: &Command, config: Option<&Path>) -> Result<(), Failure> {
    installation::with(config, |app| match command {
        Command::Add(arguments) => add::command(app, arguments),
        Command::List { json } => list::command(app, *json),
        Command::Show { named, json } => list::show(app, named, *json),
        Command::Invite(named) => change::command(app, named, Change::Invite),
        Command::Enable(named) => change::command(app, named, Change::Enable),
        Command::Disable(named) => change::command(app, named, Change::Disable),
        Command::ResetMfa { named, reason } => change::reset_mfa(app, named, reason),
        Command::Unlock(named) => change::command(app, named, Change::Unlock),
        Command::SetGroups { named, groups } => change::set_groups(app, named, groups),
        Command::SetRole { named, role } => change::command(app, named, Change::SetRole(*role)),
    })
}

/// The account that was named.
pub(super) fn find(app: &App, username: &str) -> Result<Listed, Failure> {
    let typed = username.to_owned();
    let found = app.db.read(move |tx| account::find(tx, &typed))?;
    found.ok_or_else(|| {
        Failure::new(format!("There is no account \"{username}\". `vestibule account list` shows all accounts."))
    })
}

fn role() -> impl TypedValueParser<Value = Role> {
    let names = Role::ALL.map(Role::as_str);
    PossibleValuesParser::new(names).try_map(|name| Role::parse(&name).ok_or("there is no such role"))
}

fn reason(text: &str) -> Result<Reason, &'static str> {
    Reason::parse(text).map_err(|problem| match problem {
        ReasonProblem::Empty => "it says nothing",
        ReasonProblem::TooLong => "it has more than 200 characters",
    })
}

fn group(text: &str) -> Result<GroupName, &'static str> {
    GroupName::parse(text).ok_or(GROUP_SHAPE)
}
