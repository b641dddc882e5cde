//! After a right password, for an account whose MFA is not set up.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::passcode::turn;
use super::password::over;
use crate::flow::post as mails;
use crate::flow::set_up::request::{self, Asked};
use crate::flow::sign_in::passcode::{self, Standing};
use crate::model::token::PlainToken;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::form::{self, Form};
use crate::web::page::{Frame, Wait};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The page that says that MFA is required, and mails the setup link.
#[derive(Template)]
#[template(path = "sign_in/set_up_required.html")]
pub struct SetUpRequiredPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose MFA is to be set up.
    pub username: String,
    /// Its owner has stopped that, until an administrator lifts it.
    pub stopped: bool,
    /// Masked address to which the setup email went.
    pub sent_to: Option<String>,
    /// Whether mail is slow at the moment.
    pub mail_delayed: bool,
    /// What did not succeed.
    pub problem: Option<String>,
    /// While set, no further email can be asked for.
    pub wait: Option<Wait>,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let Some(token) = browser.token(Cookie::Attempt) else { return Reply::to("/sign-in").done() };
    show(&site, &browser, &token, None).await
}

async fn show(site: &Site, browser: &Browser, token: &PlainToken, wait: Option<Wait>) -> Answer {
    let (act, read) = (site.act(browser), token.clone());
    let (standing, sent_to, mail_delayed) = site
        .write(move |tx| {
            let sent_to = request::sent_to(tx, &act, &read)?;
            Ok((passcode::view(tx, &act, &read)?, sent_to, mails::is_delayed(tx, &act)?))
        })
        .await?;
    let (username, stopped) = match standing {
        Standing::SetUp(view) => (view.username, view.set_up_stopped),
        Standing::Over => return over(site, browser).await,
        Standing::Passcode(_) | Standing::NewPassword(_) => return Reply::to("/sign-in/passcode").done(),
    };
    let frame = site.frame("Set up MFA", browser);
    let problem = wait.as_ref().map(|_| "We have sent several setup emails already.".to_owned());
    let status = if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::OK };
    let page = SetUpRequiredPage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(token),
        username,
        stopped,
        mail_delayed: mail_delayed && sent_to.is_some(),
        sent_to,
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

/// Mails a setup link.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Send>) -> Answer {
    let Some(token) = browser.token(Cookie::Attempt) else { return over(&site, &browser).await };
    form::check(&site, &token, &form.form_token)?;
    let _turn = turn(&site, &browser, &token).await?;
    let (act, asked) = (site.act(&browser), token.clone());
    match site.write(move |tx| request::send(tx, &act, &asked)).await? {
        Asked::Sent | Asked::Stopped => Reply::to("/sign-in/set-up").done(),
        Asked::Wait(until) => show(&site, &browser, &token, Some(site.wait(until, browser.now))).await,
        Asked::AlreadySetUp => Reply::to("/sign-in/passcode").done(),
        Asked::Over => over(&site, &browser).await,
    }
}
