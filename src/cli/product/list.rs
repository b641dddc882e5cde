//! `vestibule product list` and `show`

use serde_json::Value;

use super::{Failure, unknown, view};
use crate::app::App;
use crate::cli::output;
use crate::config::words;
use crate::flow::product::{self, Listed};
use crate::model::product::{Policy, ProductId};

pub(super) fn command(app: &App, json: bool) -> Result<(), Failure> {
    let act = app.local_act();
    let products = app.db.read(move |tx| product::list(tx, &act))?;
    if json {
        return output::line(Value::Array(products.iter().map(view::fields).map(view::object).collect()));
    }
    let rows: Vec<_> = products.iter().map(row).collect();
    output::table(["ID", "NAME", "KIND", "POLICY", "WHO MAY OPEN IT"], &rows)
}

fn row(listed: &Listed) -> [String; 5] {
    let product = &listed.product;
    let policy = match product.policy {
        Policy::Separate(age) if !age.is_zero() => format!("separate ({})", words(age)),
        policy => policy.as_str().to_owned(),
    };
    let access = if listed.access.is_empty() { "nobody".to_owned() } else { listed.access.join(", ") };
    [product.id.as_str().to_owned(), product.name.clone(), product.kind.as_str().to_owned(), policy, access]
}

pub(super) fn show(app: &App, id: &ProductId, json: bool) -> Result<(), Failure> {
    let (act, wanted) = (app.local_act(), id.clone());
    let found = app.db.read(move |tx| product::find(tx, &act, &wanted))?;
    let shown = view::fields(&found.ok_or_else(|| unknown(id))?);
    if json {
        return output::line(view::object(shown));
    }
    shown
        .iter()
        .filter_map(|(name, value)| Some((name.replace('_', " "), view::text(value)?)))
        .try_for_each(|(name, text)| output::line(format_args!("{name:26}{text}")))
}
