//! A new password.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{Here, begin_change, confirmed, unconfirmed};
use crate::flow::own_account::password;
use crate::model::secret::SecretText;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::form::Form;
use crate::web::new_password::{About, Fields, check};
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

const PATH: &str = "/account/password";

/// The page that asks for it.
#[derive(Template)]
#[template(path = "account/password.html")]
pub struct PasswordPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose password it is.
    pub username: String,
    /// Least number of characters.
    pub min_length: usize,
    /// Never printed back.
    pub new_password: Field,
    /// Never printed back.
    pub repeat: Field,
    /// What did not succeed.
    pub problem: Option<String>,
}

/// Where programs that change passwords look (W3C, A Well-Known URL for Changing Passwords).
pub async fn well_known() -> Answer {
    Reply::to(PATH).done()
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    match confirmed(&site, &browser, PATH).await? {
        Ok(here) => show(&site, &browser, &here, None),
        Err(reply) => reply.done(),
    }
}

fn show(site: &Site, browser: &Browser, here: &Here, tried: Option<Fields>) -> Answer {
    let frame = site.frame("Change password", browser);
    let failed = tried.is_some();
    let fields = tried.unwrap_or_default();
    let page = PasswordPage {
        frame: if failed { frame.failed() } else { frame },
        form_token: site.form_token(&here.token),
        username: here.live.account.username.clone(),
        min_length: usize::try_from(site.app.settings.passwords.min_length).unwrap_or(8),
        problem: fields.problem(),
        new_password: fields.new_password,
        repeat: fields.repeat,
    };
    let status = if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page(status, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    form_token: String,
    new_password: SecretText,
    repeat_new_password: SecretText,
}

/// Sets it. This browser stays signed in, with another cookie; all others are out.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Change>) -> Answer {
    let (here, _turn) = match begin_change(&site, &browser, &form.form_token, PATH).await? {
        Ok(begun) => begun,
        Err(reply) => return reply.done(),
    };
    let account = &here.live.account;
    let (username, email, name) = (account.username.clone(), account.email.clone(), account.name.clone());
    let about = About { username, email, name };
    let new = match check(&site, form.new_password.expose(), form.repeat_new_password.expose(), &about) {
        Ok(new) => new,
        Err(fields) => return show(&site, &browser, &here, Some(fields)),
    };
    let phc = site.hash_one(new.canonical().clone()).await?;
    let (act, token, holdings) = (site.act(&browser), here.token, browser.holdings());
    match site.write(move |tx| password::set(tx, &act, &token, &phc, &holdings)).await? {
        Some(kept) => Reply::to("/account?notice=password-changed")
            .with(&site, Cookie::Session, &[kept.session])
            .with(&site, Cookie::KnownBrowsers, &kept.known_browsers)
            .without(&site, &[Cookie::Attempt])
            .done(),
        None => unconfirmed(PATH)?.done(),
    }
}
