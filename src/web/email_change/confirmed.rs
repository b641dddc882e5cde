//! After **Confirm**.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use crate::flow::email_change::confirm;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// Says what is so from now on.
#[derive(Template)]
#[template(path = "email_change/confirmed.html")]
pub struct ConfirmedPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Whose account it is.
    pub username: String,
    /// Its address from now on.
    pub email: String,
}

/// Shows it, while this browser holds the link that was used.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let Some(token) = browser.token(Cookie::EmailConfirmLink) else { return Reply::to("/sign-in").done() };
    let act = site.act(&browser);
    let Some(standing) = site.read(move |tx| confirm::confirmed(tx, &act, &token)).await? else {
        return Reply::to("/email/confirm").done();
    };
    let frame = site.frame("Your email address is changed", &browser);
    let page = ConfirmedPage { frame, username: standing.username, email: standing.email };
    Reply::page(StatusCode::OK, &page)?.done()
}
