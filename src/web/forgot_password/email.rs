//! Asks for a link to a new password.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::flow::password_reset::{self, Asked};
use crate::model::email_address::EmailAddress;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form::{self, Form};
use crate::web::page::{Field, Frame, Wait};
use crate::web::reply::{Answer, Reply};
use crate::web::sign_in::password::guest;
use crate::web::site::Site;

/// The page that asks for the email address; it says the same whether or not there is such an account.
#[derive(Template)]
#[template(path = "forgot_password/email.html")]
pub struct EmailPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// The address; kept after an error.
    pub email: Field,
    /// Whether a link has been asked for; the form is then not shown.
    pub sent: bool,
    /// What did not succeed.
    pub problem: Option<String>,
    /// While set, the form is not shown.
    pub wait: Option<Wait>,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let page = blank(&site, &browser);
    show(&site, &browser, StatusCode::OK, page)
}

fn blank(site: &Site, browser: &Browser) -> EmailPage {
    EmailPage {
        frame: site.frame("Forgot password", browser),
        form_token: String::new(),
        email: Field::empty(),
        sent: false,
        problem: None,
        wait: None,
    }
}

fn show(site: &Site, browser: &Browser, status: StatusCode, mut page: EmailPage) -> Answer {
    let (guest, is_new) = guest(browser);
    page.form_token = site.form_token(&guest);
    let reply = Reply::page(status, &page)?.retry_after(page.wait.as_ref());
    if is_new { reply.with(site, Cookie::Guest, &[guest]).done() } else { reply.done() }
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    form_token: String,
    email: String,
}

/// Mails a link, if the address is an account's; the page says the same either way.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Ask>) -> Answer {
    let guest = browser.token(Cookie::Guest).ok_or(Failure::StaleForm)?;
    form::check(&site, &guest, &form.form_token)?;
    let mut page = blank(&site, &browser);
    page.email = Field::kept(form.email.clone());
    let Ok(email) = EmailAddress::parse(&form.email) else {
        let advice = "Type the email address of your account, such as name@example.org.";
        page.frame = page.frame.failed();
        page.email = Field::wrong(form.email, advice);
        page.problem = Some(advice.into());
        return show(&site, &browser, StatusCode::UNPROCESSABLE_ENTITY, page);
    };
    if let Some(until) = browser.address.and_then(|address| site.addresses.take(address, browser.now).err()) {
        return slow_down(&site, &browser, page, site.wait(until, browser.now));
    }
    let act = site.act(&browser);
    match site.write(move |tx| password_reset::request(tx, &act, &email)).await? {
        Asked::Sent => {
            page.sent = true;
            show(&site, &browser, StatusCode::OK, page)
        }
        Asked::Wait(until) => slow_down(&site, &browser, page, site.wait(until, browser.now)),
    }
}

fn slow_down(site: &Site, browser: &Browser, mut page: EmailPage, wait: Wait) -> Answer {
    page.frame = page.frame.failed();
    page.problem = Some("Several links have been asked for already.".into());
    page.wait = Some(wait);
    show(site, browser, StatusCode::TOO_MANY_REQUESTS, page)
}
