//! **Open a case**, for somebody on the telephone.

use askama::Template;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use serde::Deserialize;

use super::to_case;
use crate::flow::support::open::{self, Opened};
use crate::web::browser::Browser;
use crate::web::form;
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;
use crate::web::staff::{Staff, StaffForm};

const NOBODY: &str = "No account has this username or email address. Ask the person to spell it.";
const STOPPED: &str = "The owner of this account said that a case was not them. Nothing is opened until they have signed in with \
    their app, or an administrator lifts it.";
const NOT_HERE: &str = "Support can't help with this account: it is your own, or an administrator's, or may not sign in. An \
    administrator decides about it.";

/// The page.
#[derive(Template)]
#[template(path = "support/open.html")]
pub struct OpenPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// What did not succeed.
    pub problem: Option<String>,
    /// Username or email address.
    pub who: Field,
}

/// Shows it.
pub async fn get(Shared(site): Shared<Site>, browser: Browser, staff: Staff) -> Answer {
    let page = OpenPage {
        frame: site.frame("Open a case", &browser),
        form_token: site.form_token(&staff.token),
        problem: None,
        who: Field::empty(),
    };
    Reply::page(StatusCode::OK, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    form_token: String,
    who: String,
}

/// Opens it, or leads to the one that is open.
pub async fn post(Shared(site): Shared<Site>, browser: Browser, StaffForm(staff, fields): StaffForm<Fields>) -> Answer {
    if !form::is_bound(&site, &staff.token, &fields.form_token) {
        return refuse(&site, &browser, &staff, (fields.who, &form::too_old("Open a case")));
    }
    let (act, analyst, typed) = (site.act(&browser), staff.analyst.clone(), fields.who.clone());
    let problem = match staff.write(&site, move |tx| open::by_analyst(tx, &act, &analyst, &typed)).await? {
        Opened::New(number) => return to_case(&number, "opened")?.done(),
        Opened::There(number) => return to_case(&number, "there")?.done(),
        Opened::NoAccount => NOBODY,
        Opened::Stopped => STOPPED,
        Opened::NotForSupport => NOT_HERE,
    };
    refuse(&site, &browser, &staff, (fields.who, problem))
}

fn refuse(site: &Site, browser: &Browser, staff: &Staff, (typed, problem): (String, &str)) -> Answer {
    let page = OpenPage {
        frame: site.frame("Open a case", browser).failed(),
        form_token: site.form_token(&staff.token),
        problem: Some(problem.to_owned()),
        who: Field::wrong(typed, problem),
    };
    Reply::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?.done()
}
