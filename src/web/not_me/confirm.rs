//! Asks before it acts: mail scanners open links, people press buttons.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::flow::link::Gone;
use crate::flow::not_me;
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::form::{self, Form};
use crate::web::page::Frame;
use crate::web::reply::{Answer, LinkWords, Reply, gone};
use crate::web::site::Site;

const WORDS: LinkWords = LinkWords {
    next: "If someone else may know your password, set a new one with Forgot password?, and tell the support team.",
    label: "Forgot password?",
    href: "/forgot-password",
};

/// The page with the button **This wasn't me**.
#[derive(Template)]
#[template(path = "not_me/confirm.html")]
pub struct ConfirmPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose account it is.
    pub username: String,
    /// When the sign-in was, with its zone: "Monday, March 3 at 3:42 PM UTC".
    pub when: String,
    /// From which browser: "Firefox on Windows".
    pub browser: String,
    /// From which network: "192.0.2.0/24".
    pub network: String,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let Some(token) = browser.token(Cookie::NotMeLink) else {
        return gone(&site, &browser, Gone::Unknown, WORDS)?.done();
    };
    let (act, read) = (site.act(&browser), token.clone());
    let standing = match site.read(move |tx| not_me::standing(tx, &act, &read)).await? {
        Ok(standing) => standing,
        Err(why) => return gone(&site, &browser, why, WORDS)?.done(),
    };
    let page = ConfirmPage {
        frame: site.frame("Was this you?", &browser),
        form_token: site.form_token(&token),
        username: standing.username,
        when: words::clock_time_and_date(standing.at, &site.app.settings.branding.time_zone),
        browser: standing.browser,
        network: standing.network,
    };
    Reply::page(StatusCode::OK, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    form_token: String,
}

/// Ends every session and blocks the password.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Confirm>) -> Answer {
    let Some(token) = browser.token(Cookie::NotMeLink) else {
        return gone(&site, &browser, Gone::Unknown, WORDS)?.done();
    };
    form::check(&site, &token, &form.form_token)?;
    let act = site.act(&browser);
    match site.write(move |tx| not_me::confirm(tx, &act, &token)).await? {
        Ok(()) => Reply::to("/not-me/done").without(&site, &[Cookie::Session, Cookie::Attempt]).done(),
        Err(why) => gone(&site, &browser, why, WORDS)?.done(),
    }
}
