//! First page behind a setup link where no security questions are asked.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{after, begin_post, here};
use crate::flow::set_up::standing::{Journey, Step};
use crate::flow::set_up::steps;
use crate::web::browser::Browser;
use crate::web::form::Form;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

const JOURNEY: Journey = Journey::SetUp;

/// The page with **Start Setup**.
#[derive(Template)]
#[template(path = "set_up/start.html")]
pub struct StartPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose MFA is to be set up.
    pub username: String,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let here = match here(&site, &browser, JOURNEY).await? {
        Ok(here) => here,
        Err(gone) => return gone.done(),
    };
    if JOURNEY.path(&site, Step::Begin) != "/set-up/start" || here.standing.step != Step::Begin {
        return Reply::to(here.path(&site)).done();
    }
    let page = StartPage {
        frame: site.frame("Set up MFA", &browser),
        form_token: site.form_token(&here.holder.link),
        username: here.standing.username,
    };
    Reply::page(StatusCode::OK, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    form_token: String,
}

/// Begins, where no questions are asked.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Start>) -> Answer {
    let (here, _turn) = match begin_post(&site, &browser, JOURNEY, &form.form_token).await? {
        Ok(begun) => begun,
        Err(gone) => return gone.done(),
    };
    if JOURNEY.path(&site, Step::Begin) != "/set-up/start" {
        return Reply::to(here.path(&site)).done();
    }
    let act = site.act(&browser);
    let done = site.write(move |tx| steps::begin(tx, &act, &here.holder, &[])).await?;
    after(&site, &browser, JOURNEY, done, JOURNEY.path(&site, Step::App))
}
