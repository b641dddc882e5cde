//! From the mail that tells of an answer: another browser joins the case. Opening the link changes nothing.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::WORDS;
use crate::flow::link::Gone;
use crate::flow::support::open::{self, Brought};
use crate::flow::support::person::{self, Joined};
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::form::{self, Form};
use crate::web::message::MessagePage;
use crate::web::page::{Action, Frame};
use crate::web::reply::{Answer, Reply, gone};
use crate::web::site::Site;

/// The page with the button **Go on in this browser**.
#[derive(Template)]
#[template(path = "case/join.html")]
pub struct JoinPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// The case's number.
    pub number: String,
    /// Whose account it is about.
    pub username: String,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let Some(token) = browser.token(Cookie::CaseLink) else {
        return gone(&site, &browser, Gone::Unknown, WORDS)?.done();
    };
    let (act, read) = (site.act(&browser), token.clone());
    let behind = match site.read(move |tx| person::behind(tx, &act, &read)).await? {
        Ok(behind) => behind,
        Err(why) => return gone(&site, &browser, why, WORDS)?.done(),
    };
    let page = JoinPage {
        frame: site.frame(&format!("Support case {}", behind.number), &browser),
        form_token: site.form_token(&token),
        number: behind.number.as_str().to_owned(),
        username: behind.username,
    };
    let drawn = open::draw(&site.act(&browser));
    Reply::page(StatusCode::OK, &page)?.with(&site, Cookie::CaseDrawn, &[drawn]).done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    form_token: String,
}

/// Joins.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Join>) -> Answer {
    let Some(token) = browser.token(Cookie::CaseLink) else {
        return gone(&site, &browser, Gone::Unknown, WORDS)?.done();
    };
    form::check(&site, &token, &form.form_token)?;
    let act = site.act(&browser);
    let brought = Brought { held: browser.token(Cookie::Case), drawn: browser.token(Cookie::CaseDrawn) };
    let reply = match site.write(move |tx| person::join(tx, &act, &token, &brought)).await? {
        Joined::Here(None) => Reply::to("/case"),
        Joined::Here(Some(participant)) => Reply::to("/case").with(&site, Cookie::Case, &[participant]),
        Joined::Full => return full(&site, &browser),
        Joined::Gone(why) => return gone(&site, &browser, why, WORDS)?.done(),
    };
    reply.without(&site, &[Cookie::CaseLink, Cookie::CaseDrawn]).done()
}

/// Too many browsers take part.
pub fn full(site: &Site, browser: &Browser) -> Answer {
    let heading = "Too many browsers take part in this case";
    let page = MessagePage {
        frame: site.frame(heading, browser).failed(),
        heading: heading.into(),
        paragraphs: vec!["Go on in one of the browsers where you have opened it, or call or chat with support.".into()],
        action: Some(Action { label: "Go to the sign-in page".into(), href: "/sign-in".into() }),
    };
    Reply::page(StatusCode::FORBIDDEN, &page)?.done()
}
