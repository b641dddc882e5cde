//! **New email**: asks for a link to another address. Nothing changes before its page is confirmed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{Here, begin_change, confirmed, unconfirmed};
use crate::flow::email_change::request::{self, Asked};
use crate::model::email_address::EmailAddress;
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::error::Failure;
use crate::web::form::Form;
use crate::web::page::{Field, Frame, Wait};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

const PATH: &str = "/account/email";
const SAME: &str = "That is the address that your account has already. Type another one.";

/// The page that asks for the new address; it says the same whether or not another account has it.
#[derive(Template)]
#[template(path = "account/email.html")]
pub struct EmailPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// The address now.
    pub email: String,
    /// The new one; kept after an error.
    pub new_email: Field,
    /// A link was asked for; the form is then not shown.
    pub sent: bool,
    /// Until when the address cannot change again, after a change; the form is then not shown.
    pub not_before: Option<String>,
    /// What did not succeed.
    pub problem: Option<String>,
    /// While set, the form is not shown.
    pub wait: Option<Wait>,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let here = match confirmed(&site, &browser, PATH).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    let page = blank(&site, &browser, &here).await?;
    Reply::page(StatusCode::OK, &page)?.done()
}

async fn blank(site: &Site, browser: &Browser, here: &Here) -> Result<EmailPage, Failure> {
    let (act, account) = (site.act(browser), here.live.session.account.clone());
    let not_before = site.read(move |tx| request::not_before(tx, &act, &account)).await?;
    let zone = &site.app.settings.branding.time_zone;
    Ok(EmailPage {
        frame: site.frame("Change your email address", browser),
        form_token: site.form_token(&here.token),
        email: here.live.account.email.clone(),
        new_email: Field::empty(),
        sent: false,
        not_before: not_before.map(|until| words::clock_time_and_date(until, zone)),
        problem: None,
        wait: None,
    })
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Send {
    form_token: String,
    new_email: String,
}

/// Mails a link to the new address.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Send>) -> Answer {
    let (here, _turn) = match begin_change(&site, &browser, &form.form_token, PATH).await? {
        Ok(begun) => begun,
        Err(reply) => return reply.done(),
    };
    let mut page = blank(&site, &browser, &here).await?;
    page.new_email = Field::kept(form.new_email.clone());
    let email = match EmailAddress::parse(&form.new_email) {
        Ok(email) => email,
        Err(problem) => return refuse(page, form.new_email, &problem.to_string()),
    };
    let (act, token) = (site.act(&browser), here.token.clone());
    match site.write(move |tx| request::request(tx, &act, &token, &email)).await? {
        Some(Asked::Sent) => {
            page.sent = true;
            Reply::page(StatusCode::OK, &page)?.done()
        }
        Some(Asked::Same) => refuse(page, form.new_email, SAME),
        Some(Asked::NotBefore(_)) => {
            page.frame = page.frame.failed();
            Reply::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?.done()
        }
        Some(Asked::Wait(until)) => {
            let wait = site.wait(until, browser.now);
            page.frame = page.frame.failed();
            page.problem = Some("Several links have been asked for already.".into());
            page.wait = Some(wait.clone());
            Reply::page(StatusCode::TOO_MANY_REQUESTS, &page)?.retry_after(Some(&wait)).done()
        }
        None => unconfirmed(PATH)?.done(),
    }
}

fn refuse(mut page: EmailPage, typed: String, problem: &str) -> Answer {
    page.frame = page.frame.failed();
    page.new_email = Field::wrong(typed, problem);
    page.problem = Some(problem.to_owned());
    Reply::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?.done()
}
