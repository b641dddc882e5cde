//! The portal's home.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::tile::Tile;
use crate::flow::product::portal;
use crate::flow::session::{self, Live};
use crate::flow::sign_in::passcode;
use crate::model::support_case::works_support;
use crate::model::token::PlainToken;
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The page after a whole sign-in.
#[derive(Template)]
#[template(path = "portal/home.html")]
pub struct HomePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Who is signed in.
    pub username: String,
    /// The person's name.
    pub name: Option<String>,
    /// When the account was signed in to before this time, with its zone.
    pub last_sign_in: Option<String>,
    /// Whether the account works in support.
    pub support: bool,
    /// The products that the account may open.
    pub tiles: Vec<Tile>,
}

/// The address `/`: the portal of a whole session, or whatever is pending.
pub async fn pending(State(site): State<Site>, browser: Browser) -> Answer {
    if let Some(token) = browser.token(Cookie::Session) {
        let (act, read) = (site.act(&browser), token.clone());
        if let Some(live) = site.read(move |tx| session::live(tx, &act, &read)).await? {
            return match browser.token(Cookie::Device) {
                Some(_) => Reply::to("/oauth2/device").without(&site, &[Cookie::Device]).done(),
                None => home(&site, &browser, &token, live).await,
            };
        }
    }
    if let Some(token) = browser.token(Cookie::Attempt) {
        let act = site.act(&browser);
        if site.read(move |tx| passcode::is_pending(tx, &act, &token)).await? {
            return Reply::to("/sign-in/passcode").done();
        }
    }
    Reply::to("/sign-in").done()
}

async fn home(site: &Site, browser: &Browser, token: &PlainToken, live: Live) -> Answer {
    let zone = &site.app.settings.branding.time_zone;
    let account = live.session.account.clone();
    let openable = site.read(move |tx| portal::openable(tx, &account)).await?;
    let page = HomePage {
        frame: site.frame("User Portal", browser),
        form_token: site.form_token(token),
        username: live.account.username.clone(),
        name: live.account.name.clone(),
        last_sign_in: live.session.previous_sign_in_at.map(|at| format!("at {}", words::clock_time_and_date(at, zone))),
        support: works_support(live.account.role),
        tiles: openable.iter().map(Tile::new).collect(),
    };
    if live.wants_touch {
        let act = site.act(browser);
        site.write(move |tx| session::touch(tx, &act, &live)).await?;
    }
    Reply::page(StatusCode::OK, &page)?.done()
}
