//! Behind the mail to the address before a change: asks before it undoes anything, since mail scanners open links.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::flow::email_change::undo;
use crate::flow::link::Gone;
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::form::{self, Form};
use crate::web::page::Frame;
use crate::web::reply::{Answer, LinkWords, Reply, gone};
use crate::web::site::Site;

const WORDS: LinkWords = LinkWords {
    next: "If the account has an address that is not yours, and you did not change it, call support.",
    label: "Go to the sign-in page",
    href: "/",
};

/// The page with the button **Undo this change**.
#[derive(Template)]
#[template(path = "email_change/undo.html")]
pub struct UndoPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose account it is.
    pub username: String,
    /// When the address was changed, with its zone.
    pub when: String,
    /// The address now, masked.
    pub email: String,
    /// The address that the account gets back.
    pub email_before: String,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let Some(token) = browser.token(Cookie::EmailUndoLink) else {
        return gone(&site, &browser, Gone::Unknown, WORDS)?.done();
    };
    let (act, read) = (site.act(&browser), token.clone());
    let standing = match site.read(move |tx| undo::standing(tx, &act, &read)).await? {
        Ok(standing) => standing,
        Err(why) => return gone(&site, &browser, why, WORDS)?.done(),
    };
    let page = UndoPage {
        frame: site.frame("Undo the change of your email address", &browser),
        form_token: site.form_token(&token),
        username: standing.username,
        when: words::clock_time_and_date(standing.at, &site.app.settings.branding.time_zone),
        email: standing.email,
        email_before: standing.email_before,
    };
    Reply::page(StatusCode::OK, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    form_token: String,
}

/// Undoes it.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Undo>) -> Answer {
    let Some(token) = browser.token(Cookie::EmailUndoLink) else {
        return gone(&site, &browser, Gone::Unknown, WORDS)?.done();
    };
    form::check(&site, &token, &form.form_token)?;
    let act = site.act(&browser);
    match site.write(move |tx| undo::undo(tx, &act, &token)).await? {
        Ok(()) => Reply::to("/email/undone").without(&site, &[Cookie::Session, Cookie::Attempt]).done(),
        Err(why) => gone(&site, &browser, why, WORDS)?.done(),
    }
}
