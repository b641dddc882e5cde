//! The page where a person types the code that a device shows.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{address, session, sign_in};
use crate::flow::device_authorization::enter::{self, Entered};
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::model::user_code::UserCode;
use crate::web::browser::Browser;
use crate::web::form::{self, Form};
use crate::web::page::{Field, Frame, Wait};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

const TITLE: &str = "Sign in on a device";
const NOT_EIGHT: &str = "A code is eight letters, like WDJB-MJHT. Type all eight as your device shows them.";
const WRONG: &str = "No device shows this code now. Check each letter. A code works for ten minutes: if yours is older, let the \
                     device show a new one.";

/// The page.
#[derive(Template)]
#[template(path = "oidc/device/code.html")]
pub struct CodePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// What was typed stays.
    pub code: Field,
    /// What did not succeed.
    pub problem: Option<String>,
    /// While set, no form is shown.
    pub wait: Option<Wait>,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    match session(&site, &browser).await? {
        Some((token, _turn)) => show(StatusCode::OK, blank(&site, &browser, &token)),
        None => sign_in(&site),
    }
}

fn blank(site: &Site, browser: &Browser, token: &PlainToken) -> CodePage {
    CodePage {
        frame: site.frame(TITLE, browser),
        form_token: site.form_token(token),
        code: Field::empty(),
        problem: None,
        wait: None,
    }
}

fn show(status: StatusCode, page: CodePage) -> Answer {
    Reply::page(status, &page)?.retry_after(page.wait.as_ref()).done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enter {
    form_token: String,
    code: String,
}

/// Takes a code.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Enter>) -> Answer {
    let Some((token, _turn)) = session(&site, &browser).await? else { return sign_in(&site) };
    form::check(&site, &token, &form.form_token)?;
    let Some(typed) = UserCode::parse(&form.code) else {
        return refuse(&site, &browser, (&token, &form), NOT_EIGHT);
    };
    if let Some(until) = browser.address.and_then(|address| site.user_codes.take(address, browser.now).err()) {
        return slow_down(&site, &browser, (&token, &form), until);
    }
    let (act, session) = (site.act(&browser), token.clone());
    match site.write(move |tx| enter::enter(tx, &act, &session, &typed)).await? {
        Entered::Found(id) => {
            if let Some(address) = browser.address {
                site.user_codes.give_back(address);
            }
            Reply::away(&address(&id))?.done()
        }
        Entered::Wrong => refuse(&site, &browser, (&token, &form), WRONG),
        Entered::Wait(until) => slow_down(&site, &browser, (&token, &form), until),
        Entered::SignIn => sign_in(&site),
    }
}

fn refuse(site: &Site, browser: &Browser, (token, form): (&PlainToken, &Enter), said: &str) -> Answer {
    let mut page = blank(site, browser, token);
    page.frame = page.frame.failed();
    page.code = Field::wrong(form.code.clone(), said);
    page.problem = Some(said.into());
    show(StatusCode::UNPROCESSABLE_ENTITY, page)
}

fn slow_down(site: &Site, browser: &Browser, (token, form): (&PlainToken, &Enter), until: Timestamp) -> Answer {
    let mut page = blank(site, browser, token);
    page.frame = page.frame.failed();
    page.code = Field::kept(form.code.clone());
    page.problem = Some("Several codes were tried that no device shows.".into());
    page.wait = Some(site.wait(until, browser.now));
    show(StatusCode::TOO_MANY_REQUESTS, page)
}
