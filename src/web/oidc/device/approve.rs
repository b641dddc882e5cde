//! The page of one device: whose it says it is, and whether to let it in. Yes asks for a passcode given for this device alone; with that
//! the browser comes back to [`approved`], which does once what was said.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::{address, named, session, sign_in};
use crate::flow::device_authorization::answer::{self, Asks, Said, Standing};
use crate::flow::sign_in::confirm;
use crate::model::confirmation::{Confirmation, Subject};
use crate::model::id::DeviceAuthorizationId;
use crate::model::return_path::ReturnPath;
use crate::model::token::PlainToken;
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form::{self, Form};
use crate::web::message::MessagePage;
use crate::web::oidc::answer::refused;
use crate::web::oidc::device_authorization::PAGE;
use crate::web::page::{Action, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The page with **Approve** and **Deny**.
#[derive(Template)]
#[template(path = "oidc/device/approve.html")]
pub struct ApprovePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// The device's own address here.
    pub address: String,
    /// Who would be signed in.
    pub username: String,
    /// To which product.
    pub product: String,
    /// When the device asked, with the zone.
    pub when: String,
    /// What it is, in words.
    pub device: String,
    /// From which network it asked.
    pub network: String,
}

/// Shows it, or what was said.
pub async fn get(State(site): State<Site>, Path(device): Path<String>, browser: Browser) -> Answer {
    let id = named(device)?;
    let Some(token) = browser.token(Cookie::Session) else { return sign_in(&site) };
    let (act, read, asked) = (site.act(&browser), token.clone(), id.clone());
    match site.read(move |tx| answer::standing(tx, &act, &read, &asked)).await? {
        Standing::Asks(asks) => show(&site, &browser, &token, &asks),
        Standing::Refused(why, product) => refused(&site, &browser, why, &product),
        Standing::Approved(product) => tell(&site, &browser, StatusCode::OK, approved_words(&product)),
        Standing::Denied(product) => tell(&site, &browser, StatusCode::OK, denied_words(&product)),
        Standing::Over => tell(&site, &browser, StatusCode::GONE, over_words()),
        Standing::SignIn => sign_in(&site),
    }
}

fn show(site: &Site, browser: &Browser, token: &PlainToken, asks: &Asks) -> Answer {
    let page = ApprovePage {
        frame: site.frame("Is this your device?", browser),
        form_token: site.form_token(token),
        address: address(&asks.row.id),
        username: asks.username.clone(),
        product: asks.product.name.clone(),
        when: words::clock_time_and_date(asks.row.created_at, &site.app.settings.branding.time_zone),
        device: asks.row.device.clone(),
        network: asks.row.network.clone(),
    };
    Reply::page(StatusCode::OK, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    form_token: String,
}

/// **Approve**.
pub async fn post(
    State(site): State<Site>,
    Path(device): Path<String>,
    browser: Browser,
    Form(form): Form<Decide>,
) -> Answer {
    let id = named(device)?;
    let Some((token, _turn)) = session(&site, &browser).await? else { return sign_in(&site) };
    form::check(&site, &token, &form.form_token)?;
    match said(&site, &browser, (&token, &id)).await? {
        Said::Done => Reply::away(&address(&id))?.done(),
        Said::Passcode => ask_passcode(&site, &browser, &id).await,
    }
}

/// Where the passcode leads. It can be loaded again: what it does it does once.
pub async fn approved(State(site): State<Site>, Path(device): Path<String>, browser: Browser) -> Answer {
    let id = named(device)?;
    let Some((token, _turn)) = session(&site, &browser).await? else { return sign_in(&site) };
    said(&site, &browser, (&token, &id)).await?;
    Reply::away(&address(&id))?.done()
}

async fn said(
    site: &Site,
    browser: &Browser,
    (token, id): (&PlainToken, &DeviceAuthorizationId),
) -> Result<Said, Failure> {
    let (act, token, id) = (site.act(browser), token.clone(), id.clone());
    site.write(move |tx| answer::approve(tx, &act, &token, &id)).await
}

async fn ask_passcode(site: &Site, browser: &Browser, id: &DeviceAuthorizationId) -> Answer {
    let return_to = ReturnPath::parse(&format!("{}/approved", address(id))).ok_or(Failure::NotFound)?;
    let confirms = Confirmation { subject: Subject::Device(id.as_str().to_owned()), return_to };
    let (act, holdings, begun) = (site.act(browser), browser.holdings(), browser.token(Cookie::Attempt));
    match site.write(move |tx| confirm::begin(tx, &act, &confirms, (&holdings, begun.as_ref()))).await? {
        Some(attempt) => Reply::to("/sign-in/passcode").with(site, Cookie::Attempt, &[attempt]).done(),
        None => sign_in(site),
    }
}

/// **Deny**.
pub async fn deny(
    State(site): State<Site>,
    Path(device): Path<String>,
    browser: Browser,
    Form(form): Form<Decide>,
) -> Answer {
    let id = named(device)?;
    let Some((token, _turn)) = session(&site, &browser).await? else { return sign_in(&site) };
    form::check(&site, &token, &form.form_token)?;
    let (act, asked) = (site.act(&browser), id.clone());
    site.write(move |tx| answer::deny(tx, &act, &token, &asked)).await?;
    Reply::away(&address(&id))?.done()
}

type Words = (&'static str, Vec<String>, Action);

fn tell(site: &Site, browser: &Browser, status: StatusCode, (heading, paragraphs, action): Words) -> Answer {
    let frame = site.frame(heading, browser);
    let page = MessagePage {
        frame: if status.is_success() { frame } else { frame.failed() },
        heading: heading.into(),
        paragraphs,
        action: Some(action),
    };
    Reply::page(status, &page)?.done()
}

fn approved_words(product: &str) -> Words {
    let paragraphs = vec![
        format!("{product} goes on by itself on your device within a few seconds. You can close this page."),
        "Signing out here does not sign the device out: use what the device offers for that.".into(),
    ];
    ("Your device is signed in", paragraphs, portal())
}

fn denied_words(product: &str) -> Words {
    let paragraphs = vec![
        format!("The device that asked for {product} was not signed in, and its code no longer works."),
        "If someone gave you that code, tell the support team: they may ask others too.".into(),
    ];
    ("The device was not signed in", paragraphs, portal())
}

fn over_words() -> Words {
    let paragraphs = vec![
        "It has waited too long, or its code was typed somewhere else since. Nothing is lost: let the device show a new code, and type \
         that one."
            .into(),
    ];
    ("This device waits no longer", paragraphs, Action { label: "Type another code".into(), href: PAGE.into() })
}

fn portal() -> Action {
    Action { label: "Go to the User Portal".into(), href: "/".into() }
}
