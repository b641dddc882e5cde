//! **Reset account**: a passcode for this very reset first, then the reason and the word that the identity was checked.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use serde::Deserialize;

use super::case::{look, no_reset, second};
use super::{number, refused, to_case};
use crate::flow::sign_in::confirm;
use crate::flow::support::decide::{self, Approved, Approving, Reset};
use crate::flow::support::view::CaseView;
use crate::model::confirmation::{Confirmation, Subject};
use crate::model::return_path::ReturnPath;
use crate::model::support_case::CaseNumber;
use crate::model::support_case::words::Words;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form;
use crate::web::message::MessagePage;
use crate::web::page::{Action, Field, Frame, Wait};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;
use crate::web::staff::{Staff, StaffForm};

const UNCHECKED: &str = "Check the person's identity first, then tick this.";
const UNCONFIRMED: &str = "The passcode for this reset is used or older than five minutes. Enter another one, then press Reset account again.";
const NEEDS_APP: &str =
    "A reset needs a passcode from an authenticator app. Add an app to your own account first, under Account security.";
const NOT_APPROVED: &str = "Your approval does not count any more. Nothing was reset.";

/// The page.
#[derive(Template)]
#[template(path = "support/reset.html")]
pub struct ResetPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// The case's number.
    pub number: String,
    /// Whose account.
    pub username: String,
    /// That a second analyst is needed, and who was the first.
    pub second: Option<String>,
    /// What did not succeed.
    pub problem: Option<String>,
    /// Whether the way to another passcode is offered.
    pub needs_passcode: bool,
    /// While set, this analyst approves no more.
    pub wait: Option<Wait>,
    /// Why.
    pub reason: Field,
    /// `yes` where **I have checked this person's identity** is ticked.
    pub checked: Field,
    /// How many resets an analyst may approve in a day, in words.
    pub a_day: String,
}

/// Shows it; without a fresh passcode for this reset it is asked for, and leads back here.
pub async fn get(Shared(site): Shared<Site>, Path(text): Path<String>, browser: Browser, staff: Staff) -> Answer {
    let case = look(&site, &browser, &staff, &text).await?;
    if no_reset(&case).is_some() {
        return to_case(&case.number, "")?.done();
    }
    let subject = subject(&case.number);
    if confirm::is_given(&site.act(&browser), &staff.live.session, &subject) {
        return Reply::page(StatusCode::OK, &blank(&site, &browser, &staff, &case))?.done();
    }
    let analyst = staff.analyst.clone();
    if !site.read(move |tx| decide::has_app(tx, &analyst)).await? {
        return needs_app(&site, &browser, &case);
    }
    let back = ReturnPath::parse(&format!("/support/cases/{}/reset", case.number));
    let return_to = back.ok_or_else(|| Failure::Bug("a case has no address".into()))?;
    let (act, confirms) = (site.act(&browser), Confirmation { subject, return_to });
    let (holdings, begun) = (browser.holdings(), browser.token(Cookie::Attempt));
    let begun = staff.write(&site, move |tx| confirm::begin(tx, &act, &confirms, (&holdings, begun.as_ref()))).await?;
    match begun {
        Some(attempt) => Reply::to("/sign-in/passcode").with(&site, Cookie::Attempt, &[attempt]).done(),
        None => Reply::to("/sign-in").done(),
    }
}

fn a_day(site: &Site) -> String {
    match site.app.settings.support.resets_daily {
        1 => "1 reset".to_owned(),
        most => format!("{most} resets"),
    }
}

/// Said before an emailed passcode is asked for, which would be for nothing.
fn needs_app(site: &Site, browser: &Browser, case: &CaseView) -> Answer {
    let heading = "A reset takes your authenticator app";
    let page = MessagePage {
        frame: site.frame(heading, browser).failed(),
        heading: heading.into(),
        paragraphs: vec![NEEDS_APP.into(), format!("Nothing was done in case {}.", case.number)],
        action: Some(Action { label: "Go to your authenticator apps".into(), href: "/account/apps".into() }),
    };
    Reply::page(StatusCode::FORBIDDEN, &page)?.done()
}

fn subject(number: &CaseNumber) -> Subject {
    Subject::Reset(number.as_str().to_owned())
}

fn blank(site: &Site, browser: &Browser, staff: &Staff, case: &CaseView) -> ResetPage {
    ResetPage {
        frame: site.frame("Reset account", browser),
        form_token: site.form_token(&staff.token),
        number: case.number.to_string(),
        username: case.owner.username.clone(),
        second: second(site, case),
        problem: None,
        needs_passcode: false,
        wait: None,
        reason: Field::empty(),
        checked: Field::empty(),
        a_day: a_day(site),
    }
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    form_token: String,
    reason: String,
    checked: Option<String>,
}

/// What did not succeed.
#[derive(Debug, Default)]
struct Refusal {
    status: StatusCode,
    problem: String,
    at_reason: bool,
    at_checked: bool,
    needs_passcode: bool,
    wait: Option<Wait>,
}

impl Refusal {
    fn told(problem: &str) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, problem: problem.to_owned(), ..Self::default() }
    }
}

/// Approves, and resets where that is enough.
pub async fn post(
    Shared(site): Shared<Site>,
    Path(text): Path<String>,
    browser: Browser,
    StaffForm(staff, fields): StaffForm<Fields>,
) -> Answer {
    let number = number(&text)?;
    if !form::is_bound(&site, &staff.token, &fields.form_token) {
        let refusal = Refusal { status: StatusCode::FORBIDDEN, ..Refusal::told(&form::too_old("Reset account")) };
        return refuse(&site, &browser, (&staff, &text), fields, refusal).await;
    }
    let reason = match Words::reason(&fields.reason) {
        Ok(reason) => reason,
        Err(problem) => {
            let at_checked = fields.checked.is_none();
            let refusal = Refusal { at_reason: true, at_checked, ..Refusal::told(&problem.words()) };
            return refuse(&site, &browser, (&staff, &text), fields, refusal).await;
        }
    };
    let approving = Approving { reason, checked: fields.checked.is_some() };
    let (act, analyst, of) = (site.act(&browser), staff.analyst.clone(), number.clone());
    // Both transactions in one place of the queue, which is given up before a refusal looks at the case again.
    let turn = site.load.turn(staff.analyst.account.as_str()).await?;
    let approved = site.write(move |tx| decide::approve(tx, &act, &analyst, &of, &approving)).await?;
    let refusal = match approved {
        Approved::Noted | Approved::Already => match reset(&site, &browser, &staff, &number).await? {
            Reset::Done => return to_case(&number, "reset")?.done(),
            Reset::SecondNeeded => return to_case(&number, "second")?.done(),
            Reset::NoCase => return Err(Failure::NotFound),
            Reset::NotApproved => Refusal::told(NOT_APPROVED),
            Reset::Refused(why) => Refusal::told(refused(why)),
        },
        Approved::NoCase => return Err(Failure::NotFound),
        Approved::SignedOut => return Reply::to("/sign-in").done(),
        Approved::Unchecked => Refusal { at_checked: true, ..Refusal::told(UNCHECKED) },
        Approved::Unconfirmed => Refusal { needs_passcode: true, ..Refusal::told(UNCONFIRMED) },
        Approved::NeedsApp => Refusal::told(NEEDS_APP),
        Approved::Refused(why) => Refusal::told(refused(why)),
        Approved::Wait(until) => Refusal {
            status: StatusCode::TOO_MANY_REQUESTS,
            wait: Some(site.wait(until, browser.now)),
            ..Refusal::told(&format!("You have approved {} in a day. Another analyst can go on.", a_day(&site)))
        },
    };
    drop(turn);
    refuse(&site, &browser, (&staff, &text), fields, refusal).await
}

async fn reset(site: &Site, browser: &Browser, staff: &Staff, number: &CaseNumber) -> Result<Reset, Failure> {
    let (act, analyst, of) = (site.act(browser), staff.analyst.clone(), number.clone());
    site.write(move |tx| decide::reset(tx, &act, &analyst, &of)).await
}

async fn refuse(
    site: &Site,
    browser: &Browser,
    (staff, text): (&Staff, &str),
    fields: Fields,
    refusal: Refusal,
) -> Answer {
    let case = look(site, browser, staff, text).await?;
    let mut page = blank(site, browser, staff, &case);
    page.frame = page.frame.failed();
    page.reason = Field { value: fields.reason, error: refusal.at_reason.then(|| refusal.problem.clone()) };
    let checked = if fields.checked.is_some() { "yes" } else { "" };
    page.checked = Field { value: checked.to_owned(), error: refusal.at_checked.then(|| UNCHECKED.to_owned()) };
    page.problem = Some(refusal.problem);
    page.needs_passcode = refusal.needs_passcode;
    page.wait = refusal.wait;
    let wait = page.wait.clone();
    Reply::page(refusal.status, &page)?.retry_after(wait.as_ref()).done()
}
