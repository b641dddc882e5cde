//! **Confirm that it's you**: the password, then a passcode given for that, before anything of the account is changed.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::{Here, below_home, destination, here};
use crate::flow::sign_in::confirm;
use crate::flow::sign_in::password::{Begun, Settled, Typed};
use crate::model::account_name;
use crate::model::confirmation::{Confirmation, Subject};
use crate::model::return_path::ReturnPath;
use crate::model::secret::SecretText;
use crate::model::time::Timestamp;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::form::{self, Form};
use crate::web::page::{Field, Frame, Wait};
use crate::web::reply::{Answer, Reply};
use crate::web::sign_in::password::{begin, compare};
use crate::web::site::Site;

const WRONG: &str = "That isn't the password of this account. Try again.";
const BLOCKED: &str =
    "This account needs a new password before it can be changed. Sign out, then use Forgot password? to set one.";

/// The page that asks for the password.
#[derive(Template)]
#[template(path = "account/confirm.html")]
pub struct ConfirmPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose password it is.
    pub username: String,
    /// Value of the hidden field `to`: the page that follows.
    pub to: String,
    /// Something was confirmed before, too long ago.
    pub again: bool,
    /// Never printed back.
    pub password: Field,
    /// What did not succeed.
    pub problem: Option<String>,
    /// While set, no form is shown.
    pub wait: Option<Wait>,
}

impl ConfirmPage {
    /// Where the page is to be opened again.
    fn here(&self) -> String {
        let to = percent_encoding::utf8_percent_encode(&self.to, percent_encoding::NON_ALPHANUMERIC);
        format!("/account/confirm?to={to}")
    }
}

/// Shows it, or leads on where changes are confirmed already.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let here = match here(&site, &browser).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    let to = destination(&query.unwrap_or_default());
    if confirm::is_given(&site.act(&browser), &here.live.session, &Subject::Changes) {
        return Reply::away(to.as_str())?.done();
    }
    Reply::page(StatusCode::OK, &page(&site, &browser, &here, &to))?.done()
}

fn page(site: &Site, browser: &Browser, here: &Here, to: &ReturnPath) -> ConfirmPage {
    let before = here.live.session.confirmed.as_ref();
    ConfirmPage {
        frame: site.frame("Confirm that it's you", browser),
        form_token: site.form_token(&here.token),
        username: here.live.account.username.clone(),
        to: to.as_str().to_owned(),
        again: before.is_some_and(|given| given.subject == Subject::Changes),
        password: Field::empty(),
        problem: None,
        wait: None,
    }
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    form_token: String,
    to: String,
    password: SecretText,
}

/// Takes the password; the passcode is next. It is counted with the passwords of sign-ins.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Confirm>) -> Answer {
    let here = match here(&site, &browser).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    form::check(&site, &here.token, &form.form_token)?;
    let to = below_home(&form.to);
    if let Some(until) = browser.address.and_then(|address| site.addresses.take(address, browser.now).err()) {
        return slow_down(&site, &browser, (&here, &to), until);
    }
    let asked = Confirmation { subject: Subject::Changes, return_to: to.clone() };
    let typed = Typed {
        name: account_name::typed(&here.live.account.username),
        known_browsers: browser.known_browsers(),
        request: None,
        within: Some(Box::new((here.live.session.id.clone(), asked))),
    };
    let check = match begin(&site, &browser, typed).await? {
        Begun::Check(check) => check,
        Begun::Wait(until) => return slow_down(&site, &browser, (&here, &to), until),
    };
    match compare(&site, &browser, check, &form.password).await? {
        Settled::Wrong => refuse(&site, &browser, (&here, &to), WRONG),
        Settled::Blocked => refuse(&site, &browser, (&here, &to), BLOCKED),
        Settled::Right(token, _) => {
            if let Some(address) = browser.address {
                site.addresses.give_back(address);
            }
            Reply::to("/sign-in/passcode").with(&site, Cookie::Attempt, &[token]).done()
        }
    }
}

fn refuse(site: &Site, browser: &Browser, (here, to): (&Here, &ReturnPath), problem: &str) -> Answer {
    let mut page = page(site, browser, here, to);
    page.frame = page.frame.failed();
    page.problem = Some(problem.to_owned());
    page.password = Field::wrong("", problem);
    Reply::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?.done()
}

fn slow_down(site: &Site, browser: &Browser, (here, to): (&Here, &ReturnPath), until: Timestamp) -> Answer {
    let wait = site.wait(until, browser.now);
    let mut page = page(site, browser, here, to);
    page.frame = page.frame.failed();
    page.problem = Some("Too many tries.".to_owned());
    page.wait = Some(wait.clone());
    Reply::page(StatusCode::TOO_MANY_REQUESTS, &page)?.retry_after(Some(&wait)).done()
}
