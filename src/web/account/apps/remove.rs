//! **Remove** an app, never the last way in.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::{PATH as LIST, about, back, named};
use crate::flow::own_account::apps::{self, Removal, Removed};
use crate::model::id::AppId;
use crate::web::account::{Here, begin_change, confirmed, unconfirmed};
use crate::web::browser::Browser;
use crate::web::form::Form;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The page that says what it means.
#[derive(Template)]
#[template(path = "account/apps/remove.html")]
pub struct RemovePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Value of the hidden field `app`.
    pub app: String,
    /// What the person calls it.
    pub name: String,
    /// It is the last one: passcodes come by email from then on.
    pub leaves_email: bool,
    /// It is the only way in: no button then.
    pub refused: bool,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let id = named(query.as_deref());
    match confirmed(&site, &browser, &about("remove", &id)).await? {
        Ok(here) => show(&site, &browser, &here, &id).await,
        Err(reply) => reply.done(),
    }
}

async fn show(site: &Site, browser: &Browser, here: &Here, id: &AppId) -> Answer {
    let account = here.live.session.account.clone();
    let listed = site.read(move |tx| apps::list(tx, &account)).await?;
    let removal = apps::removal(&site.act(browser), &here.live.account, &listed, id);
    let (Some(removal), Some(app)) = (removal, listed.into_iter().find(|app| app.id == *id)) else {
        return Reply::away(&format!("{LIST}?notice=gone"))?.done();
    };
    let page = RemovePage {
        frame: site.frame("Remove an app", browser),
        form_token: site.form_token(&here.token),
        app: id.as_str().to_owned(),
        name: app.name,
        leaves_email: removal == Removal::LeavesEmail,
        refused: removal == Removal::Refused,
    };
    Reply::page(StatusCode::OK, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remove {
    form_token: String,
    app: String,
}

/// Removes it. This browser stays signed in, with another cookie; all others are out.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Remove>) -> Answer {
    let id = AppId::new(form.app);
    let path = about("remove", &id);
    let (here, _turn) = match begin_change(&site, &browser, &form.form_token, &path).await? {
        Ok(begun) => begun,
        Err(reply) => return reply.done(),
    };
    let (act, token, holdings, of) = (site.act(&browser), here.token.clone(), browser.holdings(), id.clone());
    match site.write(move |tx| apps::remove(tx, &act, &token, &of, &holdings)).await? {
        Some(Removed::Done(kept)) => back(&site, "removed", &kept)?.done(),
        Some(Removed::Refused) => show(&site, &browser, &here, &id).await,
        Some(Removed::Gone) => Reply::away(&format!("{LIST}?notice=gone"))?.done(),
        None => unconfirmed(&path)?.done(),
    }
}
