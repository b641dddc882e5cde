//! A new recovery code: made, shown, and in the place of the old one only when the person says that it is saved.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{Here, begin_change, confirmed, unconfirmed};
use crate::flow::own_account::recovery_code;
use crate::model::recovery_code::RecoveryCode;
use crate::web::browser::Browser;
use crate::web::error::Failure;
use crate::web::form::Form;
use crate::web::page::{Field, Frame};
use crate::web::recovery_code::{NOT_SAVED, file};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

const PATH: &str = "/account/recovery-code";
const NEW: &str = "/account/recovery-code/new";

/// The page that makes one.
#[derive(Template)]
#[template(path = "account/recovery_code.html")]
pub struct MakePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// There is one that would be replaced.
    pub has_one: bool,
}

/// The page that shows it.
#[derive(Template)]
#[template(path = "account/new_recovery_code.html")]
pub struct NewPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose code it is.
    pub username: String,
    /// There is one that works until this one is saved.
    pub has_one: bool,
    /// Where the code is downloaded.
    pub download: String,
    /// The code's groups, in order.
    pub code_groups: Vec<String>,
    /// The groups joined by hyphens, for **Copy**.
    pub code: String,
    /// Whether the box must still be ticked; only its error is looked at.
    pub saved: Field,
    /// What did not succeed.
    pub problem: Option<String>,
}

/// Shows what it is about.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let here = match confirmed(&site, &browser, PATH).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    let page = MakePage {
        frame: site.frame("Recovery code", &browser),
        form_token: site.form_token(&here.token),
        has_one: here.live.account.recovery_code.is_some(),
    };
    Reply::page(StatusCode::OK, &page)?.done()
}

/// The fields of **Make a new recovery code**.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Make {
    form_token: String,
}

/// Makes one. The old one still works.
pub async fn make(State(site): State<Site>, browser: Browser, Form(form): Form<Make>) -> Answer {
    let (here, _turn) = match begin_change(&site, &browser, &form.form_token, PATH).await? {
        Ok(begun) => begun,
        Err(reply) => return reply.done(),
    };
    let act = site.act(&browser);
    match site.write(move |tx| recovery_code::make(tx, &act, &here.token)).await? {
        Some(()) => Reply::to(NEW).done(),
        None => unconfirmed(PATH)?.done(),
    }
}

/// The code that was made in this session and is not saved yet.
async fn made(site: &Site, browser: &Browser, here: &Here) -> Result<Option<RecoveryCode>, Failure> {
    let (act, live) = (site.act(browser), here.live.clone());
    site.read(move |tx| recovery_code::made(tx, &act, &live)).await
}

/// Shows it.
pub async fn show(State(site): State<Site>, browser: Browser) -> Answer {
    match confirmed(&site, &browser, NEW).await? {
        Ok(here) => shown(&site, &browser, &here, None).await,
        Err(reply) => reply.done(),
    }
}

async fn shown(site: &Site, browser: &Browser, here: &Here, problem: Option<&str>) -> Answer {
    let Some(code) = made(site, browser, here).await? else { return Reply::to(PATH).done() };
    let code = code.shown();
    let frame = site.frame("Recovery code", browser);
    let page = NewPage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(&here.token),
        username: here.live.account.username.clone(),
        has_one: here.live.account.recovery_code.is_some(),
        download: "/account/recovery-code/download".to_owned(),
        code_groups: code.split('-').map(str::to_owned).collect(),
        code,
        saved: Field { value: String::new(), error: problem.map(str::to_owned) },
        problem: problem.map(str::to_owned),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page(status, &page)?.done()
}

/// The code as a text file.
pub async fn download(State(site): State<Site>, browser: Browser) -> Answer {
    let here = match confirmed(&site, &browser, NEW).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    let Some(code) = made(&site, &browser, &here).await? else { return Reply::to(PATH).done() };
    Ok(file(&site, &here.live.account.username, &code.shown()))
}

/// The fields of **Use this recovery code**.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Save {
    form_token: String,
    saved: Option<String>,
}

/// Puts it in the place of the old one, once the box is ticked.
pub async fn save(State(site): State<Site>, browser: Browser, Form(form): Form<Save>) -> Answer {
    let (here, _turn) = match begin_change(&site, &browser, &form.form_token, NEW).await? {
        Ok(begun) => begun,
        Err(reply) => return reply.done(),
    };
    if form.saved.is_none() {
        return shown(&site, &browser, &here, Some(NOT_SAVED)).await;
    }
    let act = site.act(&browser);
    match site.write(move |tx| recovery_code::save(tx, &act, &here.token)).await? {
        Some(true) => Reply::to("/account?notice=recovery-code-changed").done(),
        Some(false) => Reply::to(PATH).done(),
        None => unconfirmed(NEW)?.done(),
    }
}
