//! An account as commands show it.

use serde_json::Value;

use crate::cli::output::moment;
use crate::model::account::Account;
use crate::model::recovery_lock::RecoveryLock;
use crate::model::time::Timestamp;
use crate::store::account::Listed;
use crate::store::support_case::Case;

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

/// What other tables say of an account.
pub(super) struct Rest {
    /// How many authenticator apps it has.
    pub apps: usize,
    /// When the last lock of its known browsers ends.
    pub known_locked_until: Option<Timestamp>,
    /// Until when no recovery code is looked at.
    pub codes_locked_until: Option<Timestamp>,
    /// Until when no security answers are looked at.
    pub answers_locked_until: Option<Timestamp>,
    /// The newest support case that is not closed.
    pub case: Option<Case>,
}

/// What `show` shows; `ceiling` is the number of wrong passcodes that an account bears.
pub(super) fn whole((listed, groups): (&Listed, &[String]), rest: &Rest, (ceiling, now): (u32, Timestamp)) -> Fields {
    let account = &listed.account;
    let locked_until = account.rest.locked_until.filter(|until| *until > now);
    let case = rest.case.as_ref();
    let mut shown = brief(listed, groups);
    shown.extend([
        ("disabled_at", account.disabled_at.map(moment).into()),
        ("mfa_set_up_at", account.mfa_set_up_at.map(moment).into()),
        ("authenticator_apps", rest.apps.into()),
        ("has_recovery_code", account.recovery_code.is_some().into()),
        ("locked_until", locked_until.map(moment).into()),
        ("known_browsers_locked_until", rest.known_locked_until.map(moment).into()),
        ("recovery_codes_locked_until", rest.codes_locked_until.map(moment).into()),
        ("answers_locked_until", rest.answers_locked_until.map(moment).into()),
        ("wrong_passcodes", account.rest.spent.into()),
        ("wrong_passcodes_left", ceiling.saturating_sub(account.rest.spent).into()),
        ("passcodes_closed", (account.rest.spent >= ceiling).into()),
        ("emailed_passcodes_wait", account.mail_paused.into()),
        ("ways_back_stopped_by", account.recovery_lock.map(RecoveryLock::as_str).into()),
        ("support_case", case.map(|case| case.number.as_str()).into()),
        ("support_case_state", case.map(|case| case.state.words()).into()),
        ("support_case_opened_at", case.map(|case| moment(case.opened_at)).into()),
        ("password_must_change", (account.password_due || account.password_blocked).into()),
    ]);
    shown
}

/// The fields as a JSON object.
pub(super) fn object(fields: Fields) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
