//! **Close case**.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use serde::Deserialize;

use super::case::look;
use super::{ended, number, to_case};
use crate::flow::support::decide;
use crate::model::support_case::State;
use crate::web::browser::Browser;
use crate::web::form;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;
use crate::web::staff::{Staff, StaffForm};

/// The page that asks once more.
#[derive(Template)]
#[template(path = "support/close.html")]
pub struct ClosePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// The case's number.
    pub number: String,
    /// Whose account.
    pub username: String,
    /// Where the case stands.
    pub state: &'static str,
}

/// Shows it.
pub async fn get(Shared(site): Shared<Site>, Path(text): Path<String>, browser: Browser, staff: Staff) -> Answer {
    let case = look(&site, &browser, &staff, &text).await?;
    if case.state == State::Closed {
        return to_case(&case.number, "late")?.done();
    }
    let page = ClosePage {
        frame: site.frame("Close case", &browser),
        form_token: site.form_token(&staff.token),
        number: case.number.to_string(),
        username: case.owner.username,
        state: case.state.words(),
    };
    Reply::page(StatusCode::OK, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    form_token: String,
}

/// Closes.
pub async fn post(
    Shared(site): Shared<Site>,
    Path(text): Path<String>,
    browser: Browser,
    StaffForm(staff, fields): StaffForm<Fields>,
) -> Answer {
    let number = number(&text)?;
    form::check(&site, &staff.token, &fields.form_token)?;
    let (act, analyst, of) = (site.act(&browser), staff.analyst.clone(), number.clone());
    let done = staff.write(&site, move |tx| decide::close(tx, &act, &analyst, &of)).await?;
    ended(&number, done, "closed")?.done()
}
