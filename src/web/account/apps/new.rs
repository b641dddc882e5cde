//! The new app's key, as at set-up, and its first passcode.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{PATH as LIST, back};
use crate::flow::own_account::apps::{self, Added};
use crate::model::passcode::Passcode;
use crate::model::secret::SecretText;
use crate::model::totp;
use crate::web::account::{Here, begin_change, confirmed, unconfirmed};
use crate::web::browser::Browser;
use crate::web::error::Failure;
use crate::web::form::Form;
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::set_up::app::{NOT_SIX, WRONG};
use crate::web::set_up::qr_code;
use crate::web::site::Site;

/// The page's address.
pub const PATH: &str = "/account/apps/new";

/// The page with the QR code and the **Authenticator Manual Entry Code**.
#[derive(Template)]
#[template(path = "account/apps/new.html")]
pub struct NewPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// What the person calls the app.
    pub name: String,
    /// Whose app it is.
    pub username: String,
    /// The installation's name as the app will show it.
    pub issuer: String,
    /// The QR code, printed as it is.
    pub qr_svg: String,
    /// The manual entry code in groups of four.
    pub key_groups: Vec<String>,
    /// The same without gaps, for **Copy**.
    pub key_plain: String,
    /// Never printed back.
    pub passcode: Field,
    /// What did not succeed.
    pub problem: Option<String>,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    match confirmed(&site, &browser, PATH).await? {
        Ok(here) => show(&site, &browser, &here, None).await,
        Err(reply) => reply.done(),
    }
}

async fn show(site: &Site, browser: &Browser, here: &Here, problem: Option<&str>) -> Answer {
    let (act, live) = (site.act(browser), here.live.clone());
    let Some((name, key)) = site.read(move |tx| apps::begun(tx, &act, &live)).await? else {
        return Reply::to("/account/apps/add").done();
    };
    let (issuer, username) = (&site.app.settings.branding.name, &here.live.account.username);
    let qr_svg = qr_code::svg(&totp::otpauth_uri(issuer, username, &key));
    let frame = site.frame("Add an app", browser);
    let page = NewPage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(&here.token),
        name,
        username: username.clone(),
        issuer: issuer.clone(),
        qr_svg: qr_svg.ok_or_else(|| Failure::Bug("the QR code can't hold the key".into()))?,
        key_groups: key.groups_of_four(),
        key_plain: key.base32(),
        passcode: Field { value: String::new(), error: problem.map(str::to_owned) },
        problem: problem.map(str::to_owned),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page(status, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    form_token: String,
    passcode: SecretText,
}

/// Takes the app's first passcode. This browser stays signed in, with another cookie; all others are out.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Verify>) -> Answer {
    let (here, _turn) = match begin_change(&site, &browser, &form.form_token, PATH).await? {
        Ok(begun) => begun,
        Err(reply) => return reply.done(),
    };
    let Some(typed) = Passcode::parse(form.passcode.expose()) else {
        return show(&site, &browser, &here, Some(NOT_SIX)).await;
    };
    let (act, token, holdings) = (site.act(&browser), here.token.clone(), browser.holdings());
    match site.write(move |tx| apps::add(tx, &act, &token, &typed, &holdings)).await? {
        Some(Added::Done(kept)) => back(&site, "added", &kept)?.done(),
        Some(Added::WrongPasscode) => show(&site, &browser, &here, Some(WRONG)).await,
        Some(Added::NotNow) => Reply::to(LIST).done(),
        None => unconfirmed(PATH)?.done(),
    }
}
