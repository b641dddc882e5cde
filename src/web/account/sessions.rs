//! **Where you are signed in**: each browser and program, and ending them.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::here;
use crate::flow::own_account::sessions;
use crate::model::time::Timestamp;
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::form::{self, Form};
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The page.
#[derive(Template)]
#[template(path = "account/sessions.html")]
pub struct SessionsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Browsers, this one first.
    pub browsers: Vec<Place>,
    /// Programs with a sign-in window of their own.
    pub programs: Vec<Place>,
    /// What was just done.
    pub notice: Option<String>,
}

/// Where the person is signed in.
#[derive(Clone, Debug)]
pub struct Place {
    /// Value of the hidden field `session`.
    pub id: String,
    /// The browser, or the product, in words.
    pub name: String,
    /// The network, with its country where that is told; empty where it is not known.
    pub network: String,
    /// Since when, or when it was seen last, in words.
    pub when: String,
    /// It is the browser that shows the page.
    pub is_this: bool,
}

impl SessionsPage {
    /// Whether there is any other than this browser.
    fn has_others(&self) -> bool {
        self.browsers.len() > 1 || !self.programs.is_empty()
    }
}

/// What ending one leads back with, in the address, and what the page then says.
const NOTICES: [(&str, &str); 3] = [
    ("notice=ended", "It is signed out."),
    ("notice=others-ended", "Everywhere else you are signed out."),
    ("notice=gone", "It was signed out already."),
];

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let here = match here(&site, &browser).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    let (act, live) = (site.act(&browser), here.live);
    let (browsers, programs) = site.read(move |tx| sessions::list(tx, &act, &live)).await?;
    let zone = &site.app.settings.branding.time_zone;
    let when = |at: Timestamp| format!("at {}", words::clock_time_and_date(at, zone));
    let in_browser = |one: sessions::InBrowser| Place {
        id: one.id.as_str().to_owned(),
        name: capital(&one.browser),
        network: one.network,
        when: when(one.seen_at),
        is_this: one.is_this,
    };
    let in_program = |one: sessions::InProgram| Place {
        id: one.id.as_str().to_owned(),
        name: one.name,
        network: String::new(),
        when: when(one.began_at),
        is_this: false,
    };
    let query = query.unwrap_or_default();
    let page = SessionsPage {
        frame: site.frame("Where you are signed in", &browser),
        form_token: site.form_token(&here.token),
        browsers: browsers.into_iter().map(in_browser).collect(),
        programs: programs.into_iter().map(in_program).collect(),
        notice: NOTICES.iter().find(|(name, _)| *name == query).map(|(_, words)| (*words).to_owned()),
    };
    Reply::page(StatusCode::OK, &page)?.done()
}

/// "an unknown browser" begins a line here.
fn capital(name: &str) -> String {
    let mut rest = name.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

/// The fields of **Sign out** beside one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    form_token: String,
    session: String,
}

/// Ends one.
pub async fn end(State(site): State<Site>, browser: Browser, Form(form): Form<End>) -> Answer {
    let here = match here(&site, &browser).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    form::check(&site, &here.token, &form.form_token)?;
    let _turn = site.load.turn(here.live.session.account.as_str()).await?;
    let act = site.act(&browser);
    match site.write(move |tx| sessions::end(tx, &act, &here.token, &form.session)).await? {
        Some(true) => Reply::to("/account/sessions?notice=ended").done(),
        Some(false) => Reply::to("/account/sessions?notice=gone").done(),
        None => Reply::to("/sign-in").done(),
    }
}

/// The fields of **Sign out everywhere else**.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndOthers {
    form_token: String,
}

/// Ends all others.
pub async fn end_others(State(site): State<Site>, browser: Browser, Form(form): Form<EndOthers>) -> Answer {
    let here = match here(&site, &browser).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    form::check(&site, &here.token, &form.form_token)?;
    let _turn = site.load.turn(here.live.session.account.as_str()).await?;
    let act = site.act(&browser);
    match site.write(move |tx| sessions::end_others(tx, &act, &here.token)).await? {
        Some(()) => Reply::to("/account/sessions?notice=others-ended").done(),
        None => Reply::to("/sign-in").done(),
    }
}
