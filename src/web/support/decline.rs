//! **Decline**: nothing changes at the account, and its owner is told.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use serde::Deserialize;

use super::case::look;
use super::{ended, number, to_case};
use crate::flow::support::decide;
use crate::model::support_case::words::Words;
use crate::web::browser::Browser;
use crate::web::form;
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;
use crate::web::staff::{Staff, StaffForm};

/// The page.
#[derive(Template)]
#[template(path = "support/decline.html")]
pub struct DeclinePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// The case's number.
    pub number: String,
    /// Whose account.
    pub username: String,
    /// What did not succeed.
    pub problem: Option<String>,
    /// For the team.
    pub reason: Field,
    /// For the owner.
    pub words: Field,
}

/// Shows it.
pub async fn get(Shared(site): Shared<Site>, Path(text): Path<String>, browser: Browser, staff: Staff) -> Answer {
    show(&site, &browser, (&staff, &text), StatusCode::OK, (Field::empty(), Field::empty(), None)).await
}

async fn show(
    site: &Site,
    browser: &Browser,
    (staff, text): (&Staff, &str),
    status: StatusCode,
    (reason, words, problem): (Field, Field, Option<String>),
) -> Answer {
    let case = look(site, browser, staff, text).await?;
    if !case.state.is_undecided() {
        return to_case(&case.number, "late")?.done();
    }
    let frame = site.frame("Decline", browser);
    let page = DeclinePage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(&staff.token),
        number: case.number.to_string(),
        username: case.owner.username,
        problem,
        reason,
        words,
    };
    Reply::page(status, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    form_token: String,
    reason: String,
    words: String,
}

/// Declines.
pub async fn post(
    Shared(site): Shared<Site>,
    Path(text): Path<String>,
    browser: Browser,
    StaffForm(staff, fields): StaffForm<Fields>,
) -> Answer {
    let number = number(&text)?;
    if !form::is_bound(&site, &staff.token, &fields.form_token) {
        let kept = (Field::kept(fields.reason), Field::kept(fields.words), Some(form::too_old("Decline")));
        return show(&site, &browser, (&staff, &text), StatusCode::FORBIDDEN, kept).await;
    }
    let (reason, words) = match (Words::reason(&fields.reason), Words::optional(&fields.words)) {
        (Ok(reason), Ok(words)) => (reason, words),
        (reason, words) => {
            let (reason, words) =
                (reason.err().map(|problem| problem.words()), words.err().map(|problem| problem.words()));
            let problem = reason.clone().or_else(|| words.clone());
            let reason = Field { value: fields.reason, error: reason };
            let kept = (reason, Field { value: fields.words, error: words }, problem);
            return show(&site, &browser, (&staff, &text), StatusCode::UNPROCESSABLE_ENTITY, kept).await;
        }
    };
    let (act, analyst, of) = (site.act(&browser), staff.analyst.clone(), number.clone());
    let done =
        staff.write(&site, move |tx| decide::decline(tx, &act, &analyst, &of, (&reason, words.as_ref()))).await?;
    ended(&number, done, "declined")?.done()
}
