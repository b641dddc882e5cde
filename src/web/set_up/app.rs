//! The authenticator app, proved by its first passcode.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{Here, after, begin_post, here, qr_code};
use crate::config::Profile;
use crate::flow::set_up::standing::{self, Journey, Step};
use crate::flow::set_up::steps::{self, Done};
use crate::model::passcode::Passcode;
use crate::model::secret::SecretText;
use crate::model::totp;
use crate::web::browser::Browser;
use crate::web::error::Failure;
use crate::web::form::Form;
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// What is said of what is not six digits.
pub const NOT_SIX: &str = "A passcode is six digits. Type the six digits that your app shows now.";
/// What is said of a passcode that is not of the key shown.
pub const WRONG: &str = "That passcode isn't right. Check that the app shows the entry that you have just added, and that the clock of \
    your device is set automatically. Then type the six digits that it shows now.";

/// The page with the QR code and the **Authenticator Manual Entry Code**.
#[derive(Template)]
#[template(path = "set_up/app.html")]
pub struct AppPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// What the addresses of its forms begin with.
    pub base: &'static str,
    /// Whose app it is.
    pub username: String,
    /// The installation's name as the app will show it.
    pub issuer: String,
    /// Which step this is.
    pub step: u8,
    /// How many there are.
    pub steps: u8,
    /// The QR code as [`super::qr_code::svg`] makes it, printed as it is.
    pub qr_svg: String,
    /// The manual entry code in groups of four.
    pub key_groups: Vec<String>,
    /// The same without gaps, for **Copy**.
    pub key_plain: String,
    /// Whether **I don't have a mobile device** is offered.
    pub without_device: bool,
    /// Never printed back.
    pub passcode: Field,
    /// What did not succeed.
    pub problem: Option<String>,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser, journey: Journey) -> Answer {
    let here = match here(&site, &browser, journey).await? {
        Ok(here) => here,
        Err(gone) => return gone.done(),
    };
    if here.standing.step == Step::Begin {
        return Reply::to(here.path(&site)).done();
    }
    show(&site, &browser, &here, None)
}

fn show(site: &Site, browser: &Browser, here: &Here, problem: Option<&str>) -> Answer {
    let Some(visit) = &here.standing.visit else { return Reply::to(here.path(site)).done() };
    let key = standing::secret(&site.act(browser), visit)?;
    let issuer = &site.app.settings.branding.name;
    let qr_svg = qr_code::svg(&totp::otpauth_uri(issuer, &here.standing.username, &key));
    let frame = site.frame("Authenticator app", browser);
    let journey = here.holder.journey;
    let (step, steps) = journey.numbered(site, 2);
    let page = AppPage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(&here.holder.link),
        base: journey.base(),
        username: here.standing.username.clone(),
        issuer: issuer.clone(),
        step,
        steps,
        qr_svg: qr_svg.ok_or_else(|| Failure::Bug("the QR code can't hold the key".into()))?,
        key_groups: key.groups_of_four(),
        key_plain: key.base32(),
        without_device: site.app.settings.profile == Profile::Standard,
        passcode: Field { value: String::new(), error: problem.map(str::to_owned) },
        problem: problem.map(str::to_owned),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page(status, &page)?.done()
}

/// The fields of **Verify and continue**.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    form_token: String,
    passcode: SecretText,
}

/// Takes the app's first passcode.
pub async fn post(State(site): State<Site>, browser: Browser, journey: Journey, Form(form): Form<Verify>) -> Answer {
    let (here, _turn) = match begin_post(&site, &browser, journey, &form.form_token).await? {
        Ok(begun) => begun,
        Err(gone) => return gone.done(),
    };
    if here.standing.step == Step::Begin {
        return Reply::to(here.path(&site)).done();
    }
    let Some(typed) = Passcode::parse(form.passcode.expose()) else {
        return show(&site, &browser, &here, Some(NOT_SIX));
    };
    let (act, holder) = (site.act(&browser), here.holder.clone());
    match site.write(move |tx| steps::prove_app(tx, &act, &holder, &typed)).await? {
        Done::WrongPasscode => show(&site, &browser, &here, Some(WRONG)),
        done => after(&site, &browser, journey, done, journey.path(&site, Step::RecoveryCode)),
    }
}

/// The field of **I don't have a mobile device**.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoDevice {
    form_token: String,
}

/// Goes on without an app.
pub async fn no_device(
    State(site): State<Site>,
    browser: Browser,
    journey: Journey,
    Form(form): Form<NoDevice>,
) -> Answer {
    let (here, _turn) = match begin_post(&site, &browser, journey, &form.form_token).await? {
        Ok(begun) => begun,
        Err(gone) => return gone.done(),
    };
    let act = site.act(&browser);
    let done = site.write(move |tx| steps::go_without_app(tx, &act, &here.holder)).await?;
    after(&site, &browser, journey, done, journey.path(&site, Step::RecoveryCode))
}
