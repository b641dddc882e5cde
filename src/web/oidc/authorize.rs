//! The authorization endpoint (OpenID Connect Core section 3.1.2.1). A POST comes from a page of the product, without our cookies:
//! it waits in a row, and the browser comes back for it with a link's redirect, which has them.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;

use super::address::onward_address;
use super::answer::{answer, not_possible};

use crate::flow::authorize::advance::Visitor;
use crate::flow::authorize::start::{self, Started};
use crate::flow::session;
use crate::oidc::authorize::NoReturn;
use crate::oidc::parameters::Parameters;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::load::Turn;
use crate::web::message::MessagePage;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// A request in the address.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let visitor = visitor(&browser);
    start(&site, &browser, query.unwrap_or_default().as_bytes(), Some(visitor)).await
}

/// A request in a form.
pub async fn post(State(site): State<Site>, browser: Browser, body: Bytes) -> Answer {
    start(&site, &browser, &body, None).await
}

async fn start(site: &Site, browser: &Browser, text: &[u8], visitor: Option<Visitor>) -> Answer {
    let Ok(parameters) = Parameters::parse(text) else {
        return not_possible(site, browser, NoReturn::Unreadable);
    };
    if let Some(until) = browser.address.and_then(|address| site.requests.take(address, browser.now).err()) {
        return too_many(site, browser, until);
    }
    let _turn = turn(site, browser, visitor.as_ref()).await?;
    let act = site.act(browser);
    let started = site.write(move |tx| start::start(tx, &act, &parameters, visitor.as_ref())).await?;
    match started {
        Started::Waiting(token) => Reply::away(&onward_address(&token))?.done(),
        Started::Shown(why) => {
            give_back(site, browser);
            not_possible(site, browser, why)
        }
        Started::Answered(to_product) => {
            give_back(site, browser);
            answer(site, browser, to_product)
        }
    }
}

/// A request that waits no longer counts no longer.
pub fn give_back(site: &Site, browser: &Browser) {
    if let Some(address) = browser.address {
        site.requests.give_back(address);
    }
}

/// What the browser brings.
pub fn visitor(browser: &Browser) -> Visitor {
    Visitor { browser: browser.holdings(), attempt: browser.token(Cookie::Attempt) }
}

/// A place in the queue of the account that is signed in.
pub async fn turn(site: &Site, browser: &Browser, visitor: Option<&Visitor>) -> Result<Option<Turn>, Failure> {
    let Some(token) = visitor.and_then(|visitor| visitor.browser.session.clone()) else { return Ok(None) };
    let act = site.act(browser);
    match site.read(move |tx| session::live(tx, &act, &token)).await? {
        Some(live) => site.load.turn(live.session.account.as_str()).await.map(Some),
        None => Ok(None),
    }
}

fn too_many(site: &Site, browser: &Browser, until: crate::model::time::Timestamp) -> Answer {
    let (heading, wait) = ("Please wait a little", site.wait(until, browser.now));
    let page = MessagePage {
        frame: site.frame(heading, browser).failed(),
        heading: heading.into(),
        paragraphs: vec![
            "Very many sign-ins have been begun from your network and not finished.".into(),
            format!("Open the product again in {}.", wait.left_words),
        ],
        action: None,
    };
    Reply::page(StatusCode::TOO_MANY_REQUESTS, &page)?.retry_after(Some(&wait)).done()
}
