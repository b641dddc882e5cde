//! **Contact Support**: the chat, the telephone, and **Send My Info Now**, which opens a case or joins the open one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{JOURNEY, before_proof};
use crate::flow::support::open::{self, Brought, Sent};
use crate::flow::support::person;
use crate::web::browser::Browser;
use crate::web::case::join::full;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form::Form;
use crate::web::page::{Frame, Wait};
use crate::web::reply::{Answer, Reply, gone};
use crate::web::set_up::{Here, begin_post};
use crate::web::site::Site;

const STOPPED: &str = "Support can't reset this account: its owner has told us that somebody else was asking. Sign in with your authenticator app, or use your recovery code.";
const ENOUGH: &str = "Several cases have been opened for this account already.";

/// The page.
#[derive(Template)]
#[template(path = "new_device/support.html")]
pub struct SupportPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose account it is.
    pub username: String,
    /// What did not succeed.
    pub problem: Option<String>,
    /// While set, the form is not shown.
    pub wait: Option<Wait>,
}

/// Shows it, or the case where this browser has sent its information.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let here = match before_proof(&site, &browser).await? {
        Ok((here, _)) => here,
        Err(reply) => return reply.done(),
    };
    if takes_part(&site, &browser, &here).await? {
        return Reply::to("/case").done();
    }
    // Drawn anew each time: what another person left in this browser is not taken up.
    let drawn = open::draw(&site.act(&browser));
    show(&site, &browser, &here, (None, None))?.with(&site, Cookie::CaseDrawn, &[drawn]).done()
}

/// Whether this browser takes part in a case of this account that waits for a decision and has the person's information.
async fn takes_part(site: &Site, browser: &Browser, here: &Here) -> Result<bool, Failure> {
    let Some(held) = browser.token(Cookie::Case) else { return Ok(false) };
    let act = site.act(browser);
    let standing = site.read(move |tx| person::standing(tx, &act, &held)).await?;
    Ok(standing.is_some_and(|case| case.account == here.standing.account.as_str() && case.has_info()))
}

fn show(
    site: &Site,
    browser: &Browser,
    here: &Here,
    (problem, wait): (Option<&str>, Option<Wait>),
) -> Result<Reply, Failure> {
    let frame = site.frame("Contact Support", browser);
    let status = match (&wait, problem) {
        (Some(_), _) => StatusCode::TOO_MANY_REQUESTS,
        (None, Some(_)) => StatusCode::FORBIDDEN,
        (None, None) => StatusCode::OK,
    };
    let page = SupportPage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(&here.holder.link),
        username: here.standing.username.clone(),
        problem: problem.map(str::to_owned),
        wait,
    };
    Ok(Reply::page(status, &page)?.retry_after(page.wait.as_ref()))
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Send {
    form_token: String,
}

/// Sends the information.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Send>) -> Answer {
    let (here, _turn) = match begin_post(&site, &browser, JOURNEY, &form.form_token).await? {
        Ok(begun) => begun,
        Err(gone) => return gone.done(),
    };
    let (act, holder) = (site.act(&browser), here.holder.clone());
    let brought = Brought { held: browser.token(Cookie::Case), drawn: browser.token(Cookie::CaseDrawn) };
    match site.write(move |tx| open::by_person(tx, &act, &holder, &brought)).await? {
        Ok(Sent::Received(_, None)) => Reply::to("/case").done(),
        Ok(Sent::Received(_, Some(token))) => {
            Reply::to("/case").with(&site, Cookie::Case, &[token]).without(&site, &[Cookie::CaseDrawn]).done()
        }
        Ok(Sent::Wait(until)) => {
            show(&site, &browser, &here, (Some(ENOUGH), Some(site.wait(until, browser.now))))?.done()
        }
        Ok(Sent::Stopped) => show(&site, &browser, &here, (Some(STOPPED), None))?.done(),
        Ok(Sent::Full) => full(&site, &browser),
        Err(why) => gone(&site, &browser, why, JOURNEY.words())?.done(),
    }
}
