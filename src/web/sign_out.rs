//! **Sign out**: ends the session and what it gave products.

pub mod done;

use axum::extract::State;
use serde::Deserialize;

use crate::flow::session;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form::{self, Form};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// What signing out takes from the browser.
pub const GONE: [Cookie; 2] = [Cookie::Session, Cookie::Attempt];

/// The fields of **Sign out**.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOut {
    form_token: String,
}

/// The portal's button.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<SignOut>) -> Answer {
    end(&site, &browser, &form.form_token).await?;
    Reply::to("/signed-out").without(&site, &GONE).done()
}

/// Ends this browser's session, if it has one, for who sends a form that was shown to it.
pub async fn end(site: &Site, browser: &Browser, form_token: &str) -> Result<(), Failure> {
    let Some(token) = browser.token(Cookie::Session) else { return Ok(()) };
    form::check(site, &token, form_token)?;
    let act = site.act(browser);
    site.write(move |tx| session::sign_out(tx, &act, &token)).await
}
