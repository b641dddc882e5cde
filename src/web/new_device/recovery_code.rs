//! **Enter your recovery code**: it is spent when it is accepted.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{JOURNEY, before_proof, shut};
use crate::flow::new_device::recovery_code::{self, Submitted};
use crate::flow::set_up::standing::Step;
use crate::flow::set_up::steps::Done;
use crate::model::recovery_code::RecoveryCode;
use crate::model::secret::SecretText;
use crate::web::browser::Browser;
use crate::web::form::Form;
use crate::web::page::{Field, Frame, Wait};
use crate::web::reply::{Answer, Reply};
use crate::web::set_up::{after, begin_post};
use crate::web::site::Site;

const NOT_ONE: &str =
    "A recovery code has 26 letters and digits. Check that you typed all of it; case and hyphens don't matter.";
const WRONG: &str =
    "That recovery code isn't right. Use the newest one that you saved for this account. Each works once.";
const LOCKED: &str = "Too many wrong recovery codes.";

/// The page that asks for it.
#[derive(Template)]
#[template(path = "new_device/recovery_code.html")]
pub struct RecoveryCodePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose code it is.
    pub username: String,
    /// Which step this is.
    pub step: u8,
    /// How many there are.
    pub steps: u8,
    /// Never printed back.
    pub recovery_code: Field,
    /// What did not succeed.
    pub problem: Option<String>,
    /// While set, the form is not shown.
    pub wait: Option<Wait>,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    show(&site, &browser, None).await
}

async fn show(site: &Site, browser: &Browser, problem: Option<&str>) -> Answer {
    let (here, ways) = match before_proof(site, browser).await? {
        Ok(before) => before,
        Err(reply) => return reply.done(),
    };
    let Some(gate) = ways.recovery_code else { return Reply::to(JOURNEY.base()).done() };
    let (closed, wait) = shut(site, browser, gate, LOCKED);
    let problem = closed.or(problem);
    let frame = site.frame("Enter your recovery code", browser);
    let (step, steps) = JOURNEY.numbered(site, 1);
    let page = RecoveryCodePage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(&here.holder.link),
        username: here.standing.username,
        step,
        steps,
        recovery_code: Field { value: String::new(), error: problem.map(str::to_owned) },
        problem: problem.map(str::to_owned),
        wait,
    };
    let status = match (&page.wait, &page.problem) {
        (Some(_), _) => StatusCode::TOO_MANY_REQUESTS,
        (None, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, None) => StatusCode::OK,
    };
    Reply::page(status, &page)?.retry_after(page.wait.as_ref()).done()
}

/// The fields of **Verify recovery code**.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    form_token: String,
    recovery_code: SecretText,
}

/// Takes a recovery code.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Verify>) -> Answer {
    let (here, _turn) = match begin_post(&site, &browser, JOURNEY, &form.form_token).await? {
        Ok(begun) => begun,
        Err(gone) => return gone.done(),
    };
    // Told, and not counted as a try.
    let Some(typed) = RecoveryCode::parse(form.recovery_code.expose()) else {
        return show(&site, &browser, Some(NOT_ONE)).await;
    };
    let (act, holder) = (site.act(&browser), here.holder.clone());
    let done = match site.write(move |tx| recovery_code::submit(tx, &act, &holder, &typed)).await? {
        Ok(Submitted::Wrong) => return show(&site, &browser, Some(WRONG)).await,
        Ok(Submitted::Shut(_)) => return show(&site, &browser, None).await,
        Ok(Submitted::NotOffered) => Done::NotNow(Step::Begin),
        Ok(Submitted::NotNow(step)) => Done::NotNow(step),
        Ok(Submitted::Proved(visit)) => Done::Next(Some(visit)),
        Err(why) => Done::Gone(why),
    };
    after(&site, &browser, JOURNEY, done, JOURNEY.path(&site, Step::App))
}
