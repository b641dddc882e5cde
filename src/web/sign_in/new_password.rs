//! A new password that must be chosen before a sign-in goes on.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::passcode::{for_product, signed_in_to, turn};
use super::password::over;
use crate::flow::sign_in::new_password::{self, Changed};
use crate::flow::sign_in::passcode::{self, Standing};
use crate::model::secret::SecretText;
use crate::model::token::PlainToken;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::form::{self, Form};
use crate::web::new_password::{About, Fields, check};
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// True of each of its causes: half of the budget spent, a change of the address undone, a sign-in that was not the owner's.
const WHY: &str = "Someone else seems to know your password. Choose a new one, so that only you know it.";

/// The page that asks for it.
#[derive(Template)]
#[template(path = "sign_in/new_password.html")]
pub struct NewPasswordPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose password it is.
    pub username: String,
    /// Why it must be changed, as a sentence.
    pub why: String,
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
    let Some(token) = browser.token(Cookie::Attempt) else { return Reply::to("/sign-in").done() };
    show(&site, &browser, &token, None).await
}

async fn show(site: &Site, browser: &Browser, token: &PlainToken, tried: Option<Fields>) -> Answer {
    let (act, read) = (site.act(browser), token.clone());
    let view = match site.write(move |tx| passcode::view(tx, &act, &read)).await? {
        Standing::NewPassword(view) => *view,
        Standing::Over => return over(site, browser).await,
        Standing::SetUp(_) | Standing::Passcode(_) => return Reply::to("/sign-in/passcode").done(),
    };
    let frame = site.frame("Choose a new password", browser);
    let failed = tried.is_some();
    let fields = tried.unwrap_or_default();
    let page = NewPasswordPage {
        frame: if failed { frame.failed() } else { frame },
        form_token: site.form_token(token),
        username: view.username,
        why: WHY.into(),
        min_length: usize::try_from(site.app.settings.passwords.min_length).unwrap_or(8),
        problem: fields.problem(),
        new_password: fields.new_password,
        repeat: fields.repeat,
    };
    let status = if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    for_product(Reply::page(status, &page)?, view.product.as_ref()).done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    form_token: String,
    new_password: SecretText,
    repeat_new_password: SecretText,
}

/// Sets the password and finishes the sign-in.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Change>) -> Answer {
    let Some(token) = browser.token(Cookie::Attempt) else { return over(&site, &browser).await };
    form::check(&site, &token, &form.form_token)?;
    let (act, read) = (site.act(&browser), token.clone());
    let Some(person) = site.read(move |tx| passcode::person_of(tx, &act, &read)).await? else {
        return over(&site, &browser).await;
    };
    let about = About { username: person.username, email: person.email, name: person.name };
    let typed = check(&site, form.new_password.expose(), form.repeat_new_password.expose(), &about);
    let new = match typed {
        Ok(new) => new,
        Err(fields) => return show(&site, &browser, &token, Some(fields)).await,
    };
    let _turn = turn(&site, &browser, &token).await?;
    let phc = site.hash_one(new.canonical().clone()).await?;
    let (act, holdings) = (site.act(&browser), browser.holdings());
    match site.write(move |tx| new_password::change(tx, &act, &token, &phc, &holdings)).await? {
        Changed::SignedIn(signed_in) => signed_in_to(&site, &browser, signed_in),
        Changed::Over => over(&site, &browser).await,
    }
}
