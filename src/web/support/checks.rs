//! **Save checks**: what the analyst has checked about the person.

use axum::extract::{Path, State as Shared};
use serde::Deserialize;

use super::{ended, number};
use crate::flow::support::checks;
use crate::model::support_case::check::Check;
use crate::web::browser::Browser;
use crate::web::form;
use crate::web::reply::Answer;
use crate::web::site::Site;
use crate::web::staff::StaffForm;

/// The form's fields: a box for each check.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    form_token: String,
    called_back: Option<String>,
    organization: Option<String>,
    document: Option<String>,
    knowledge: Option<String>,
}

impl Fields {
    fn ticked(&self) -> Vec<Check> {
        let is_ticked = |check: &Check| {
            let field = match check {
                Check::CalledBack => &self.called_back,
                Check::Organization => &self.organization,
                Check::Document => &self.document,
                Check::Knowledge => &self.knowledge,
            };
            field.is_some()
        };
        Check::ALL.into_iter().filter(is_ticked).collect()
    }
}

/// Keeps them.
pub async fn post(
    Shared(site): Shared<Site>,
    Path(text): Path<String>,
    browser: Browser,
    StaffForm(staff, fields): StaffForm<Fields>,
) -> Answer {
    let number = number(&text)?;
    form::check(&site, &staff.token, &fields.form_token)?;
    let (act, analyst, of, ticked) = (site.act(&browser), staff.analyst.clone(), number.clone(), fields.ticked());
    let kept = staff.write(&site, move |tx| checks::keep(tx, &act, &analyst, (&of, &ticked))).await?;
    ended(&number, kept, "checked")?.done()
}
