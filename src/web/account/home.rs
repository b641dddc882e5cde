//! The first page of **Account security**: what stands now, and where each thing is changed.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;

use super::here;
use crate::config::Profile;
use crate::flow::own_account::overview::{self, Overview};
use crate::model::time::Timestamp;
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The page.
#[derive(Template)]
#[template(path = "account/home.html")]
pub struct HomePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Whose account it is.
    pub username: String,
    /// Where its mail goes.
    pub email: String,
    /// When the password was set, in words.
    pub password_set: Option<String>,
    /// The security questions; none where this installation asks none.
    pub questions: Option<Vec<String>>,
    /// The authenticator apps.
    pub apps: Vec<App>,
    /// When the recovery code was made, in words; none where there is none.
    pub recovery_code_made: Option<String>,
    /// How many browsers are signed in.
    pub sessions: usize,
    /// What was just done.
    pub notice: Option<String>,
}

/// An authenticator app in words.
#[derive(Clone, Debug)]
pub struct App {
    /// What the person calls it.
    pub name: String,
    /// When it was added.
    pub added: String,
    /// When a passcode of it was taken last.
    pub used: String,
    /// Its key came by email.
    pub mailed: bool,
}

/// What a change leads back with, in the address, and what the page then says.
const NOTICES: [(&str, &str); 3] = [
    ("notice=password-changed", "Your password is changed. Everywhere else you are signed out."),
    ("notice=questions-changed", "Your security questions are changed."),
    ("notice=recovery-code-changed", "Your new recovery code is in place. The old one no longer works."),
];

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let here = match here(&site, &browser).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    let (id, account) = (here.live.session.account.clone(), here.live.account.clone());
    let stands = site.read(move |tx| overview::of(tx, &id, &account)).await?;
    let query = query.unwrap_or_default();
    let notice = NOTICES.iter().find(|(name, _)| *name == query).map(|(_, words)| (*words).to_owned());
    let account = here.live.account;
    let page = page(&site, &browser, (account.username, account.email), stands);
    Reply::page(StatusCode::OK, &HomePage { notice, ..page })?.done()
}

fn page(site: &Site, browser: &Browser, (username, email): (String, String), stands: Overview) -> HomePage {
    let zone = &site.app.settings.branding.time_zone;
    let when = |at: Timestamp| format!("at {}", words::clock_time_and_date(at, zone));
    let apps = stands.apps.into_iter().map(|app| App {
        name: app.name,
        added: when(app.added_at),
        used: when(app.used_at),
        mailed: app.mailed,
    });
    HomePage {
        frame: site.frame("Account security", browser),
        username,
        email,
        password_set: stands.password_set_at.map(when),
        questions: (site.app.settings.profile == Profile::Standard).then_some(stands.questions),
        apps: apps.collect(),
        recovery_code_made: stands.recovery_code_at.map(when),
        sessions: stands.sessions,
        notice: None,
    }
}
