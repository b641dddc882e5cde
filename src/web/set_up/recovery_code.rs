//! The recovery code, shown once.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{Here, after, begin_post, here};
use crate::flow::set_up::finish;
use crate::flow::set_up::standing::{self, Journey, Step};
use crate::web::browser::Browser;
use crate::web::form::Form;
use crate::web::page::{Field, Frame};
use crate::web::recovery_code::{NOT_SAVED, file};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The page that shows it and finishes the set-up.
#[derive(Template)]
#[template(path = "set_up/recovery_code.html")]
pub struct RecoveryCodePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// What the address of its form begins with.
    pub base: &'static str,
    /// Where the code is downloaded.
    pub download: String,
    /// Whose code it is.
    pub username: String,
    /// Which step this is.
    pub step: u8,
    /// How many there are.
    pub steps: u8,
    /// The code's groups, in order.
    pub code_groups: Vec<String>,
    /// The groups joined by hyphens, for **Copy**.
    pub code: String,
    /// Whether the box must still be ticked; only its error is looked at.
    pub saved: Field,
    /// What did not succeed.
    pub problem: Option<String>,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser, journey: Journey) -> Answer {
    match here(&site, &browser, journey).await? {
        Ok(here) => show(&site, &browser, &here, None),
        Err(gone) => gone.done(),
    }
}

fn show(site: &Site, browser: &Browser, here: &Here, problem: Option<&str>) -> Answer {
    let Some(visit) = here.standing.visit.as_ref().filter(|_| here.standing.step == Step::RecoveryCode) else {
        return Reply::to(here.path(site)).done();
    };
    let code = standing::recovery_code(&site.act(browser), visit)?.shown();
    let frame = site.frame("Recovery code", browser);
    let journey = here.holder.journey;
    let (step, steps) = journey.numbered(site, 3);
    let page = RecoveryCodePage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(&here.holder.link),
        base: journey.base(),
        download: format!("{}/download", journey.path(site, Step::RecoveryCode)),
        username: here.standing.username.clone(),
        step,
        steps,
        code_groups: code.split('-').map(str::to_owned).collect(),
        code,
        saved: Field { value: String::new(), error: problem.map(str::to_owned) },
        problem: problem.map(str::to_owned),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page(status, &page)?.done()
}

/// The code as a text file.
pub async fn download(State(site): State<Site>, browser: Browser, journey: Journey) -> Answer {
    let here = match here(&site, &browser, journey).await? {
        Ok(here) => here,
        Err(gone) => return gone.done(),
    };
    let Some(visit) = here.standing.visit.as_ref().filter(|_| here.standing.step == Step::RecoveryCode) else {
        return Reply::to(here.path(&site)).done();
    };
    let code = standing::recovery_code(&site.act(&browser), visit)?.shown();
    Ok(file(&site, &here.standing.username, &code))
}

/// The fields of **Finish**.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    form_token: String,
    saved: Option<String>,
}

/// Finishes set-up, once the box is ticked.
pub async fn finish(State(site): State<Site>, browser: Browser, journey: Journey, Form(form): Form<Finish>) -> Answer {
    let (here, _turn) = match begin_post(&site, &browser, journey, &form.form_token).await? {
        Ok(begun) => begun,
        Err(gone) => return gone.done(),
    };
    if form.saved.is_none() {
        return show(&site, &browser, &here, Some(NOT_SAVED));
    }
    let act = site.act(&browser);
    let done = site.write(move |tx| finish::finish(tx, &act, &here.holder)).await?;
    after(&site, &browser, journey, done, journey.done())
}
