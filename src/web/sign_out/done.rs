//! After signing out.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use crate::flow::session;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// Says that it is done, and leads to the sign-in page.
#[derive(Template)]
#[template(path = "sign_out/done.html")]
pub struct DonePage {
    /// What stands around the page.
    pub frame: Frame,
}

/// Shows it to whom it is true of.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    if let Some(token) = browser.token(Cookie::Session) {
        let act = site.act(&browser);
        if site.read(move |tx| session::live(tx, &act, &token)).await?.is_some() {
            return Reply::to("/").done();
        }
    }
    let page = DonePage { frame: site.frame("You are signed out", &browser) };
    Reply::page(StatusCode::OK, &page)?.done()
}
