//! **Rename** an app.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::add::NAME_TAKEN;
use super::{PATH as LIST, about, carried, named, typed_name};
use crate::flow::own_account::apps::{self, Named};
use crate::model::id::AppId;
use crate::model::own_app::AppName;
use crate::web::account::{Here, begin_change, confirmed, unconfirmed};
use crate::web::browser::Browser;
use crate::web::form::Form;
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The page that asks for the new name.
#[derive(Template)]
#[template(path = "account/apps/rename.html")]
pub struct RenamePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Value of the hidden field `app`.
    pub app: String,
    /// The name; kept after an error.
    pub app_name: Field,
    /// What did not succeed.
    pub problem: Option<String>,
}

/// The page, with the name that was typed before the confirmation.
fn path_with(id: &AppId, typed: &str) -> String {
    format!("{}{}", about("rename", id), carried("&", typed))
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let id = named(query.as_deref());
    let typed = typed_name(query.as_deref());
    let here = match confirmed(&site, &browser, &path_with(&id, &typed)).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    let account = here.live.session.account.clone();
    let listed = site.read(move |tx| apps::list(tx, &account)).await?;
    match listed.into_iter().find(|app| app.id == id) {
        Some(app) => {
            let name = if typed.is_empty() { app.name } else { typed };
            show(&site, &browser, &here, (&id, Field::kept(name)))
        }
        None => Reply::away(&format!("{LIST}?notice=gone"))?.done(),
    }
}

fn show(site: &Site, browser: &Browser, here: &Here, (id, name): (&AppId, Field)) -> Answer {
    let (frame, problem) = (site.frame("Rename an app", browser), name.error.clone());
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = RenamePage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(&here.token),
        app: id.as_str().to_owned(),
        app_name: name,
        problem,
    };
    Reply::page(status, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    form_token: String,
    app: String,
    app_name: String,
}

/// Gives it the name.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Rename>) -> Answer {
    let id = AppId::new(form.app);
    let path = path_with(&id, &form.app_name);
    let (here, _turn) = match begin_change(&site, &browser, &form.form_token, &path).await? {
        Ok(begun) => begun,
        Err(reply) => return reply.done(),
    };
    let name = match AppName::parse(&form.app_name) {
        Ok(name) => name,
        Err(problem) => return show(&site, &browser, &here, (&id, Field::wrong(form.app_name, problem.to_string()))),
    };
    let (act, token, of) = (site.act(&browser), here.token.clone(), id.clone());
    match site.write(move |tx| apps::rename(tx, &act, &token, (&of, &name))).await? {
        Some(Named::Done) => Reply::away(&format!("{LIST}?notice=renamed"))?.done(),
        Some(Named::NameTaken) => show(&site, &browser, &here, (&id, Field::wrong(form.app_name, NAME_TAKEN))),
        Some(Named::Gone | Named::TooMany) => Reply::away(&format!("{LIST}?notice=gone"))?.done(),
        None => unconfirmed(&path)?.done(),
    }
}
