//! `vestibule account invite|enable|disable|reset-mfa|unlock|set-role|set-groups`

use super::{Failure, Named, find};
use crate::app::App;
use crate::cli::output;
use crate::flow::account::{self, Change};
use crate::model::account::Account;
use crate::model::group_name::GroupName;
use crate::model::reason::Reason;
use crate::store::account::Listed;

pub(super) fn command(app: &App, named: &Named, change: Change) -> Result<(), Failure> {
    let changed = apply(app, named, change)?;
    tell(&changed.account, change)
}

pub(super) fn reset_mfa(app: &App, named: &Named, reason: &Reason) -> Result<(), Failure> {
    let listed = find(app, &named.username)?;
    let (act, id, reason) = (app.local_act(), listed.id.clone(), reason.clone());
    app.db.write(move |tx| account::reset_mfa(tx, &act, &id, &reason))?.ok_or_else(|| gone(named))?;
    let username = &listed.account.username;
    output::line(format_args!("{username} sets MFA up anew at the next sign-in; its sessions have ended."))
}

/// What the groups open changes with the next request; nobody is signed out.
pub(super) fn set_groups(app: &App, named: &Named, groups: &[GroupName]) -> Result<(), Failure> {
    let listed = find(app, &named.username)?;
    let (act, id, names) = (app.local_act(), listed.id.clone(), groups.to_vec());
    app.db.write(move |tx| account::set_groups(tx, &act, &id, &names))?.ok_or_else(|| gone(named))?;
    let username = &listed.account.username;
    output::line(match groups {
        [] => format!("{username} is in no group."),
        _ => format!("{username} is in: {}.", groups.iter().map(GroupName::as_str).collect::<Vec<_>>().join(", ")),
    })
}

fn apply(app: &App, named: &Named, change: Change) -> Result<Listed, Failure> {
    let listed = find(app, &named.username)?;
    let (act, id) = (app.local_act(), listed.id.clone());
    match app.db.write(move |tx| account::change(tx, &act, &id, change))? {
        Some(()) => Ok(listed),
        None => Err(gone(named)),
    }
}

fn gone(named: &Named) -> Failure {
    Failure::new(format!("The account \"{}\" was deleted a moment ago.", named.username))
}

fn tell(account: &Account, change: Change) -> Result<(), Failure> {
    let username = &account.username;
    output::line(match change {
        Change::Enable => format!("{username} may sign in again."),
        Change::Disable => format!("{username} may not sign in any more; its sessions have ended."),
        Change::SetRole(role) => format!("{username} has the role {}; its sessions have ended.", role.as_str()),
        Change::Unlock => format!("{username} is unlocked."),
        Change::Invite => format!("An invitation goes to {}.", account.email),
    })
}
