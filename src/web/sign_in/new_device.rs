//! **Set up a new device**: the link is on its way.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::passcode::turn;
use super::password::over;
use crate::flow::new_device::request::{self, Asked};
use crate::flow::post as mails;
use crate::model::token::PlainToken;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::form::{self, Form};
use crate::web::page::{Frame, Wait};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The page that says where the link went, and sends another.
#[derive(Template)]
#[template(path = "sign_in/new_device.html")]
pub struct NewDevicePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose device it is.
    pub username: String,
    /// Masked address to which the link went.
    pub sent_to: Option<String>,
    /// Whether mail is slow at the moment.
    pub mail_delayed: bool,
    /// What did not succeed.
    pub problem: Option<String>,
    /// While set, no further email can be asked for.
    pub wait: Option<Wait>,
}

/// Shows it, once a link was sent.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let Some(token) = browser.token(Cookie::Attempt) else { return Reply::to("/sign-in").done() };
    show(&site, &browser, &token, None).await
}

async fn show(site: &Site, browser: &Browser, token: &PlainToken, wait: Option<Wait>) -> Answer {
    let (act, read) = (site.act(browser), token.clone());
    let (asked, mail_delayed) =
        site.read(move |tx| Ok((request::asked(tx, &act, &read)?, mails::is_delayed(tx, &act)?))).await?;
    let Some(sent) = asked.filter(|sent| sent.to.is_some() || wait.is_some()) else {
        return Reply::to("/sign-in/passcode").done();
    };
    let frame = site.frame("Set up a new device", browser);
    let problem = wait.as_ref().map(|_| "We have sent several emails already.".to_owned());
    let status = if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::OK };
    let page = NewDevicePage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(token),
        username: sent.username,
        mail_delayed: mail_delayed && sent.to.is_some(),
        sent_to: sent.to,
        problem,
        wait,
    };
    Reply::page(status, &page)?.retry_after(page.wait.as_ref()).done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Send {
    form_token: String,
}

/// Mails a link.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Send>) -> Answer {
    let Some(token) = browser.token(Cookie::Attempt) else { return over(&site, &browser).await };
    form::check(&site, &token, &form.form_token)?;
    let _turn = turn(&site, &browser, &token).await?;
    let (act, asked) = (site.act(&browser), token.clone());
    match site.write(move |tx| request::send(tx, &act, &asked)).await? {
        Asked::Sent => Reply::to("/sign-in/new-device").done(),
        Asked::Wait(until) => show(&site, &browser, &token, Some(site.wait(until, browser.now))).await,
        Asked::Over => over(&site, &browser).await,
    }
}
