//! **Send message**, the analyst's side.

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;

use super::case::{Told, show};
use super::number;
use crate::flow::support::conversation::{self, Said};
use crate::model::support_case::words::Words;
use crate::web::browser::Browser;
use crate::web::form;
use crate::web::page::Field;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;
use crate::web::staff::{Staff, StaffForm};

const OVER: &str = "This case is closed: nothing more is said in it. What you wrote still stands below, to be copied.";

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    form_token: String,
    message: String,
}

/// Says it.
pub async fn post(
    Shared(site): Shared<Site>,
    Path(text): Path<String>,
    browser: Browser,
    StaffForm(staff, fields): StaffForm<Fields>,
) -> Answer {
    let number = number(&text)?;
    if !form::is_bound(&site, &staff.token, &fields.form_token) {
        return refuse(
            &site,
            &browser,
            (&staff, &text),
            (StatusCode::FORBIDDEN, &form::too_old("Send message"), Field::kept(fields.message)),
        )
        .await;
    }
    let words = match Words::message(&fields.message) {
        Ok(words) => words,
        Err(problem) => {
            let said = problem.words();
            let field = Field::wrong(fields.message, &said);
            return refuse(&site, &browser, (&staff, &text), (StatusCode::UNPROCESSABLE_ENTITY, &said, field)).await;
        }
    };
    let (act, analyst, to) = (site.act(&browser), staff.analyst.clone(), number.clone());
    match staff.write(&site, move |tx| conversation::by_analyst(tx, &act, &analyst, &to, &words)).await? {
        Said::Done(seq) => Reply::away(&format!("/support/cases/{number}#said-{seq}"))?.done(),
        Said::Wait(until) => {
            let wait = site.wait(until, browser.now);
            let said = format!("That is a lot of messages. You can send the next one in {}.", wait.left_words);
            let told = (StatusCode::TOO_MANY_REQUESTS, said.as_str(), Field::kept(fields.message));
            let answer = refuse(&site, &browser, (&staff, &text), told).await?;
            Reply::from(answer.into_response()).retry_after(Some(&wait)).done()
        }
        Said::Over => {
            refuse(
                &site,
                &browser,
                (&staff, &text),
                (StatusCode::UNPROCESSABLE_ENTITY, OVER, Field::kept(fields.message)),
            )
            .await
        }
    }
}

async fn refuse(
    site: &Site,
    browser: &Browser,
    (staff, text): (&Staff, &str),
    (status, said, message): (StatusCode, &str, Field),
) -> Answer {
    show(site, browser, staff, text, Told { problem: Some((status, said.to_owned())), message, ..Told::default() })
        .await
}
