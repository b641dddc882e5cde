//! After **This wasn't me** about a case.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use crate::flow::support::not_me;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// Says what was done and what comes next.
#[derive(Template)]
#[template(path = "case/not_me_done.html")]
pub struct NotMeDonePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Whose account it is.
    pub username: String,
    /// MFA is not set up and cannot be until an administrator allows it.
    pub set_up_stopped: bool,
    /// Whether a sign-in with an app lifts what is stopped.
    pub has_app: bool,
}

/// Shows it, while this browser holds the link that was used.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let Some(token) = browser.token(Cookie::CaseNotMeLink) else { return Reply::to("/sign-in").done() };
    let act = site.act(&browser);
    let Some(confirmed) = site.read(move |tx| not_me::confirmed(tx, &act, &token)).await? else {
        return Reply::to("/case/not-me").done();
    };
    let page = NotMeDonePage {
        frame: site.frame("The case is closed", &browser),
        username: confirmed.username,
        set_up_stopped: confirmed.set_up_stopped,
        has_app: confirmed.has_app,
    };
    Reply::page(StatusCode::OK, &page)?.done()
}
