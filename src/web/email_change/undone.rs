//! After **Undo this change**.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use crate::flow::email_change::undo;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// Says what was done and how the owner gets in.
#[derive(Template)]
#[template(path = "email_change/undone.html")]
pub struct UndonePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Whose account it is.
    pub username: String,
}

/// Shows it, while this browser holds the link that was used.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let Some(token) = browser.token(Cookie::EmailUndoLink) else { return Reply::to("/sign-in").done() };
    let act = site.act(&browser);
    let Some(username) = site.read(move |tx| undo::undone(tx, &act, &token)).await? else {
        return Reply::to("/email/undo").done();
    };
    let page = UndonePage { frame: site.frame("The change is undone", &browser), username };
    Reply::page(StatusCode::OK, &page)?.done()
}
