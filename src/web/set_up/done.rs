//! The set-up is finished.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use crate::flow::set_up::finish;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The last page of the set-up.
#[derive(Template)]
#[template(path = "set_up/done.html")]
pub struct DonePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Whose MFA is set up.
    pub username: String,
    /// Whether passcodes come from an app; else by email.
    pub has_app: bool,
}

/// Shows it, while this browser holds the link that was used.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let Some(link) = browser.token(Cookie::SetUpLink) else { return Reply::to("/sign-in").done() };
    let act = site.act(&browser);
    let Some((username, has_app)) = site.read(move |tx| finish::finished(tx, &act, &link)).await? else {
        return Reply::to("/set-up").done();
    };
    let page = DonePage { frame: site.frame("You are all set", &browser), username, has_app };
    Reply::page(StatusCode::OK, &page)?.without(&site, &[Cookie::SetUpVisit, Cookie::Attempt]).done()
}
