//! An account as commands show it.

use serde_json::Value;

use crate::cli::output::moment;
use crate::model::account::Account;
use crate::model::time::Timestamp;
use crate::store::account::Listed;

/// Whether the account may sign in: `disabled`, `invited` (no password yet), or `active`.
pub(super) fn state(account: &Account) -> &'static str {
    match account {
        Account { disabled_at: Some(_), .. } => "disabled",
        Account { password_hash: None, .. } => "invited",
        _ => "active",
    }
}

/// Names and values in the order in which they are shown.
pub(super) type Fields = Vec<(&'static str, Value)>;

/// What lists show.
pub(super) fn brief(listed: &Listed, groups: &[String]) -> Fields {
    let account = &listed.account;
    vec![
        ("id", listed.id.as_str().into()),
        ("username", account.username.as_str().into()),
        ("email", account.email.as_str().into()),
        ("name", account.name.clone().into()),
        ("organization", account.organization.clone().into()),
        ("groups", groups.into()),
        ("role", account.role.as_str().into()),
        ("state", state(account).into()),
        ("mfa", account.has_mfa().into()),
        ("last_sign_in_at", account.last_sign_in_at.map(moment).into()),
    ]
}

/// What `show` shows; `apps` is the number of authenticator apps.
pub(super) fn whole(listed: &Listed, groups: &[String], apps: usize, now: Timestamp) -> Fields {
    let account = &listed.account;
    let locked_until = account.rest.locked_until.filter(|until| *until > now);
    let mut shown = brief(listed, groups);
    shown.extend([
        ("disabled_at", account.disabled_at.map(moment).into()),
        ("mfa_set_up_at", account.mfa_set_up_at.map(moment).into()),
        ("authenticator_apps", apps.into()),
        ("has_recovery_code", account.recovery_code.is_some().into()),
        ("locked_until", locked_until.map(moment).into()),
        ("wrong_passcodes", account.rest.spent.into()),
        ("password_must_change", (account.password_due || account.password_blocked).into()),
    ]);
    shown
}

/// The fields as a JSON object.
pub(super) fn object(fields: Fields) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
