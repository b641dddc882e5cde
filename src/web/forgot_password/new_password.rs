//! A new password, behind the emailed link.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::flow::link::Gone;
use crate::flow::password_reset::{self, Standing};
use crate::model::secret::SecretText;
use crate::model::token::PlainToken;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form::{self, Form};
use crate::web::new_password::{About, Fields, check};
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, LinkWords, Reply, gone};
use crate::web::site::Site;

const WORDS: LinkWords =
    LinkWords { next: "You can ask for a new link at any time.", label: "Forgot password?", href: "/forgot-password" };

/// The page that asks for it.
#[derive(Template)]
#[template(path = "forgot_password/new_password.html")]
pub struct NewPasswordPage {
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

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    match here(&site, &browser).await? {
        Ok((token, standing)) => show(&site, &browser, (&token, standing), None),
        Err(gone) => gone.done(),
    }
}

async fn here(site: &Site, browser: &Browser) -> Result<Result<(PlainToken, Standing), Reply>, Failure> {
    let Some(token) = browser.token(Cookie::ResetLink) else {
        return Ok(Err(gone(site, browser, Gone::Unknown, WORDS)?));
    };
    let (act, read) = (site.act(browser), token.clone());
    match site.read(move |tx| password_reset::standing(tx, &act, &read)).await? {
        Ok(standing) => Ok(Ok((token, standing))),
        Err(why) => Ok(Err(gone(site, browser, why, WORDS)?)),
    }
}

fn show(site: &Site, browser: &Browser, (token, standing): (&PlainToken, Standing), tried: Option<Fields>) -> Answer {
    let frame = site.frame("New password", browser);
    let failed = tried.is_some();
    let fields = tried.unwrap_or_default();
    let page = NewPasswordPage {
        frame: if failed { frame.failed() } else { frame },
        form_token: site.form_token(token),
        username: standing.username,
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

/// Sets the password. It signs nobody in.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Change>) -> Answer {
    let (token, standing) = match here(&site, &browser).await? {
        Ok(here) => here,
        Err(gone) => return gone.done(),
    };
    form::check(&site, &token, &form.form_token)?;
    let _turn = site.load.turn(standing.account.as_str()).await?;
    let about =
        About { username: standing.username.clone(), email: standing.email.clone(), name: standing.name.clone() };
    let new = match check(&site, form.new_password.expose(), form.repeat_new_password.expose(), &about) {
        Ok(new) => new,
        Err(fields) => {
            let (act, held) = (site.act(&browser), token.clone());
            site.write(move |tx| password_reset::hold(tx, &act, &held)).await?;
            return show(&site, &browser, (&token, standing), Some(fields));
        }
    };
    let phc = site.hash_one(new.canonical().clone()).await?;
    let act = site.act(&browser);
    match site.write(move |tx| password_reset::change(tx, &act, &token, &phc)).await? {
        Ok(known_browser) => {
            let known: Vec<_> = [known_browser].into_iter().chain(browser.known_browsers()).take(4).collect();
            let reply = Reply::to("/sign-in?notice=password-changed").with(&site, Cookie::KnownBrowsers, &known);
            reply.without(&site, &[Cookie::ResetLink, Cookie::Session, Cookie::Attempt]).done()
        }
        Err(why) => gone(&site, &browser, why, WORDS)?.done(),
    }
}
