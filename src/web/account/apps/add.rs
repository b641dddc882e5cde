//! **Add an app**: its name first.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::{PATH as LIST, carried, typed_name};
use crate::flow::own_account::apps::{self, Named};
use crate::model::own_app::AppName;
use crate::web::account::{Here, begin_change, confirmed, unconfirmed};
use crate::web::browser::Browser;
use crate::web::error::Failure;
use crate::web::form::Form;
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

const PATH: &str = "/account/apps/add";
/// What is said where another app has the name.
pub const NAME_TAKEN: &str = "You have an app of this name already. Choose another name.";

/// The page that asks for the name.
#[derive(Template)]
#[template(path = "account/apps/add.html")]
pub struct AddPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// What the person will call it; kept after an error.
    pub app_name: Field,
    /// What did not succeed.
    pub problem: Option<String>,
}

/// The page, with the name that was typed before the confirmation.
fn path_with(typed: &str) -> String {
    format!("{PATH}{}", carried("?", typed))
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let typed = typed_name(query.as_deref());
    let here = match confirmed(&site, &browser, &path_with(&typed)).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    let name = if typed.is_empty() { suggestion(&site, &here).await? } else { typed };
    show(&site, &browser, &here, Field::kept(name))
}

/// A name that no app of the account has.
async fn suggestion(site: &Site, here: &Here) -> Result<String, Failure> {
    let id = here.live.session.account.clone();
    let listed = site.read(move |tx| apps::list(tx, &id)).await?;
    let is_free = |name: &&str| !listed.iter().any(|app| app.name.eq_ignore_ascii_case(name));
    let names = ["Authenticator app", "Second app", "Third app"];
    Ok(names.into_iter().find(is_free).unwrap_or_default().to_owned())
}

fn show(site: &Site, browser: &Browser, here: &Here, name: Field) -> Answer {
    let (frame, problem) = (site.frame("Add an app", browser), name.error.clone());
    let page = AddPage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(&here.token),
        app_name: name,
        problem: problem.clone(),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page(status, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Add {
    form_token: String,
    app_name: String,
}

/// Draws the key; the page that shows it is next.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Add>) -> Answer {
    let path = path_with(&form.app_name);
    let (here, _turn) = match begin_change(&site, &browser, &form.form_token, &path).await? {
        Ok(begun) => begun,
        Err(reply) => return reply.done(),
    };
    let name = match AppName::parse(&form.app_name) {
        Ok(name) => name,
        Err(problem) => return show(&site, &browser, &here, Field::wrong(form.app_name, problem.to_string())),
    };
    let (act, token) = (site.act(&browser), here.token.clone());
    match site.write(move |tx| apps::begin(tx, &act, &token, &name)).await? {
        Some(Named::Done) => Reply::to(super::new::PATH).done(),
        Some(Named::NameTaken) => show(&site, &browser, &here, Field::wrong(form.app_name, NAME_TAKEN)),
        Some(Named::TooMany | Named::Gone) => Reply::away(&format!("{LIST}?notice=enough"))?.done(),
        None => unconfirmed(&path)?.done(),
    }
}
