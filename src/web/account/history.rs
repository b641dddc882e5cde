//! **History**: what happened to the account, the newest first, a page at a time.

pub mod sentences;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;

use self::sentences::{sentence, who};
use super::here;
use crate::flow::own_account::history;
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The page.
#[derive(Template)]
#[template(path = "account/history.html")]
pub struct HistoryPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The events, the newest first.
    pub events: Vec<Told>,
    /// It begins with the newest.
    pub is_newest: bool,
    /// Where the next page begins.
    pub older: Option<i64>,
}

/// An event in words.
#[derive(Clone, Debug)]
pub struct Told {
    /// What happened.
    pub what: String,
    /// When.
    pub when: String,
    /// Who did it.
    pub who: String,
    /// The browser in words; empty where there was none.
    pub browser: String,
    /// The network, /24 or /48, with its country where that is told; empty where there was none.
    pub network: String,
}

/// Whether the place of it is shown: an analyst's is nobody else's business.
fn is_seen(event: &history::StoredEvent) -> bool {
    !event.address.is_empty() && !event.actor.starts_with("analyst ")
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let here = match here(&site, &browser).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    let query = query.unwrap_or_default();
    let before = query.strip_prefix("before=").and_then(|number| number.parse::<i64>().ok());
    let (act, account) = (site.act(&browser), here.live.session.account);
    let page = site.read(move |tx| history::page(tx, &act, &account, before)).await?;
    let zone = &site.app.settings.branding.time_zone;
    let told = |event: &history::StoredEvent| Told {
        what: sentence(&event.act, &event.outcome, &event.detail, page.products.get(&event.detail).map(String::as_str)),
        when: format!("at {}", words::clock_time_and_date(event.at, zone)),
        who: who(&event.act, &event.outcome, &event.actor).to_owned(),
        browser: if is_seen(event) { event.browser.clone() } else { String::new() },
        network: if is_seen(event) { event.address.clone() } else { String::new() },
    };
    let shown = HistoryPage {
        frame: site.frame("History", &browser),
        events: page.events.iter().map(told).collect(),
        is_newest: before.is_none(),
        older: page.older,
    };
    Reply::page(StatusCode::OK, &shown)?.done()
}
