//! `vestibule account list` and `show`

use serde_json::{Value, json};

use super::{Failure, Named, find, view};
use crate::app::App;
use crate::cli::output;
use crate::flow::account;
use crate::flow::new_device::ways;
use crate::store::account::Listed;
use crate::store::{account_group, known_browser, support_case, totp_app};

pub(super) fn command(app: &App, json: bool) -> Result<(), Failure> {
    let accounts = app.db.read(account::list_with_groups)?;
    if json {
        let shown = accounts.iter().map(|(listed, groups)| view::object(view::brief(listed, groups)));
        return output::line(Value::Array(shown.collect()));
    }
    let rows: Vec<_> = accounts.iter().map(row).collect();
    output::table(["USERNAME", "EMAIL", "ROLE", "STATE", "MFA", "LAST SIGN-IN", "GROUPS"], &rows)
}

fn row((listed, groups): &(Listed, Vec<String>)) -> [String; 7] {
    let account = &listed.account;
    [
        account.username.clone(),
        account.email.clone(),
        account.role.as_str().to_owned(),
        view::state(account).to_owned(),
        if account.has_mfa() { "yes" } else { "no" }.to_owned(),
        account.last_sign_in_at.map_or_else(|| "never".to_owned(), output::moment),
        groups.join(", "),
    ]
}

pub(super) fn show(app: &App, named: &Named, json: bool) -> Result<(), Failure> {
    let listed = find(app, &named.username)?;
    let (id, now) = (listed.id.clone(), app.clock.now());
    let (groups, rest) = app.db.read(move |tx| {
        let known_locked_until = known_browser::locked_until(tx, &id, now)?;
        let [codes_locked_until, answers_locked_until] = ways::shut_until(tx, &id, now)?;
        let apps = totp_app::of(tx, &id)?.len();
        let case = support_case::unclosed_of(tx, &id)?.into_iter().next();
        let rest = view::Rest { apps, known_locked_until, codes_locked_until, answers_locked_until, case };
        Ok((account_group::of(tx, &id)?, rest))
    })?;
    let shown = view::whole((&listed, &groups), &rest, (app.settings.limits.ceiling, now));
    if json {
        return output::line(view::object(shown));
    }
    shown.iter().filter(|(_, value)| !value.is_null() && *value != json!([])).try_for_each(|(name, value)| {
        let name = name.replace('_', " ");
        output::line(format_args!("{name:29}{}", words(value)))
    })
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}
