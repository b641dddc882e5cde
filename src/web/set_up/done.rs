//! The set-up is finished, the first one or one with a new device.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use crate::flow::set_up::finish;
use crate::flow::set_up::standing::Journey;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::page::{Action, Frame};
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
    /// Whether it took the place of another device.
    pub new_device: bool,
    /// Where the person goes on: the product that set-up was on the way to, or the sign-in.
    pub next: Action,
}

/// Shows it, while this browser holds the link that was used.
pub async fn get(State(site): State<Site>, browser: Browser, journey: Journey) -> Answer {
    let Some(link) = browser.token(journey.link_cookie()) else { return Reply::to("/sign-in").done() };
    let act = site.act(&browser);
    let Some(done) = site.read(move |tx| finish::finished(tx, &act, (journey, &link))).await? else {
        return Reply::to(journey.base()).done();
    };
    let next = match done.came_from {
        Some((product, href)) => Action { label: format!("Go on to {product}"), href },
        None => Action { label: "Sign in".into(), href: "/sign-in".into() },
    };
    let frame = site.frame("You are all set", &browser);
    let page = DonePage {
        frame,
        username: done.username,
        has_app: done.has_app,
        new_device: journey == Journey::NewDevice,
        next,
    };
    Reply::page(StatusCode::OK, &page)?.without(&site, &[journey.visit_cookie(), Cookie::Attempt]).done()
}
