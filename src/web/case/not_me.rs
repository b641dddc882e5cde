//! **This wasn't me**, about a case. Asks before it acts: mail scanners open links, people press buttons.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::flow::link::Gone;
use crate::flow::support::not_me::{self, Found};
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::form::{self, Form};
use crate::web::page::Frame;
use crate::web::reply::{Answer, LinkWords, Reply, gone};
use crate::web::site::Site;

const WORDS: LinkWords = LinkWords {
    next: "If someone else is asking support for a way into your account, call or chat with support now.",
    label: "Go to the sign-in page",
    href: "/sign-in",
};

/// The page with the button **This wasn't me**.
#[derive(Template)]
#[template(path = "case/not_me.html")]
pub struct NotMePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose account it is about.
    pub username: String,
    /// The case's number.
    pub number: String,
    /// When it was opened, with its zone.
    pub when: String,
    /// From which browser; empty where support was called.
    pub browser: String,
    /// From which network; empty where support was called.
    pub network: String,
    /// What the button meets.
    pub found: Found,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let Some(token) = browser.token(Cookie::CaseNotMeLink) else {
        return gone(&site, &browser, Gone::Unknown, WORDS)?.done();
    };
    let (act, read) = (site.act(&browser), token.clone());
    let standing = match site.read(move |tx| not_me::standing(tx, &act, &read)).await? {
        Ok(standing) => standing,
        Err(why) => return gone(&site, &browser, why, WORDS)?.done(),
    };
    let page = NotMePage {
        frame: site.frame("Did you ask support?", &browser),
        form_token: site.form_token(&token),
        username: standing.username,
        number: standing.number.as_str().to_owned(),
        when: words::clock_time_and_date(standing.at, &site.app.settings.branding.time_zone),
        browser: standing.browser,
        network: standing.network,
        found: standing.found,
    };
    Reply::page(StatusCode::OK, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    form_token: String,
}

/// Closes the case and stops the ways around the owner.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Confirm>) -> Answer {
    let Some(token) = browser.token(Cookie::CaseNotMeLink) else {
        return gone(&site, &browser, Gone::Unknown, WORDS)?.done();
    };
    form::check(&site, &token, &form.form_token)?;
    let act = site.act(&browser);
    match site.write(move |tx| not_me::confirm(tx, &act, &token)).await? {
        Ok(()) => Reply::to("/case/not-me/done").done(),
        Err(why) => gone(&site, &browser, why, WORDS)?.done(),
    }
}
