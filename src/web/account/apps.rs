//! **Authenticator apps**: the list, and what is done to it.

pub mod add;
pub mod new;
pub mod remove;
pub mod rename;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;

use super::here;
use crate::flow::own_account::apps;
use crate::flow::sign_in::finish::SignedIn;
use crate::model::id::AppId;
use crate::model::own_app::MOST;
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The list.
pub const PATH: &str = "/account/apps";

/// The page.
#[derive(Template)]
#[template(path = "account/apps.html")]
pub struct AppsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The apps, the oldest first.
    pub apps: Vec<Row>,
    /// There is room for another one.
    pub has_room: bool,
    /// What was just done.
    pub notice: Option<String>,
}

/// One app in words.
#[derive(Clone, Debug)]
pub struct Row {
    /// What its addresses carry.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// When it was added.
    pub added: String,
    /// When a passcode of it was taken last.
    pub used: String,
}

/// What a change leads back with, in the address, and what the page then says.
const NOTICES: [(&str, &str); 5] = [
    ("notice=added", "The app is added. Everywhere else you are signed out."),
    ("notice=renamed", "The app has its new name."),
    (
        "notice=removed",
        "The app is removed; you can delete its entry on the device. Everywhere else you are signed out.",
    ),
    ("notice=gone", "That app is not there any more."),
    ("notice=enough", "You have three apps, and more there cannot be. Remove one first."),
];

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let here = match here(&site, &browser).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    let id = here.live.session.account;
    let listed = site.read(move |tx| apps::list(tx, &id)).await?;
    let zone = &site.app.settings.branding.time_zone;
    let row = |app: &apps::ListedApp| Row {
        id: app.id.as_str().to_owned(),
        name: app.name.clone(),
        added: format!("at {}", words::clock_time_and_date(app.added_at, zone)),
        used: format!("at {}", words::clock_time_and_date(app.used_at, zone)),
    };
    let query = query.unwrap_or_default();
    let page = AppsPage {
        frame: site.frame("Authenticator apps", &browser),
        apps: listed.iter().map(row).collect(),
        has_room: listed.len() < MOST,
        notice: NOTICES.iter().find(|(name, _)| *name == query).map(|(_, words)| (*words).to_owned()),
    };
    Reply::page(StatusCode::OK, &page)?.done()
}

/// The app that an address names.
fn named(query: Option<&str>) -> AppId {
    let text = query.unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("app=")).unwrap_or_default();
    AppId::new(text.to_owned())
}

/// The address of a page about an app. An id that a form was sent with is written so that it stays one.
fn about(page: &str, id: &AppId) -> String {
    let id = percent_encoding::utf8_percent_encode(id.as_str(), percent_encoding::NON_ALPHANUMERIC);
    format!("{PATH}/{page}?app={}", id.to_string().replace("%2D", "-"))
}

/// What an address carries of a name that was typed; nothing where there is none, or too much of it.
fn carried(joint: &str, typed: &str) -> String {
    if typed.is_empty() || typed.len() > 400 {
        return String::new();
    }
    format!("{joint}app_name={}", percent_encoding::utf8_percent_encode(typed, percent_encoding::NON_ALPHANUMERIC))
}

/// The reverse of [`carried`]; empty where the address carries none.
fn typed_name(query: Option<&str>) -> String {
    let text = query.unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("app_name=")).unwrap_or_default();
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Back to the list, with what this browser is signed in with from now on.
fn back(site: &Site, notice: &str, kept: &SignedIn) -> Result<Reply, Failure> {
    let reply = Reply::away(&format!("{PATH}?notice={notice}"))?;
    Ok(reply
        .with(site, Cookie::Session, std::slice::from_ref(&kept.session))
        .with(site, Cookie::KnownBrowsers, &kept.known_browsers)
        .without(site, &[Cookie::Attempt]))
}
