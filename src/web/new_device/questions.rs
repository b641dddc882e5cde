//! **Answer your security questions**: one verdict for all three.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{JOURNEY, before_proof, shut};
use crate::flow::link::Gone;
use crate::flow::new_device::answers::{self, Begun};
use crate::flow::new_device::recovery_code::Submitted;
use crate::flow::set_up::standing::{Holder, Step};
use crate::flow::set_up::steps::Done;
use crate::model::rescue::Gate;
use crate::model::secret::SecretText;
use crate::model::security_question;
use crate::web::browser::Browser;
use crate::web::error::Failure;
use crate::web::form::Form;
use crate::web::page::{Field, Frame, Wait};
use crate::web::reply::{Answer, Reply};
use crate::web::set_up::{after, begin_post};
use crate::web::site::Site;

const BLANK: &str = "Please answer all three questions.";
const WRONG: &str =
    "These answers aren't all right. Check each one: case, spaces and punctuation don't matter, but every letter does.";
const LOCKED: &str = "Too many wrong answers.";
const CLOSED: &str = "Too many wrong answers have been given in the last 30 days, so your questions are closed.";
const AGAIN: &str = "Please type this answer again.";

/// One question with the input for its answer.
#[derive(Clone, Debug)]
pub struct AskedQuestion {
    /// 1, 2 or 3; the input's name ends with it.
    pub number: usize,
    /// As the person chose or wrote it.
    pub question: String,
    /// Never printed back.
    pub answer: Field,
}

/// The page that asks all three.
#[derive(Template)]
#[template(path = "new_device/questions.html")]
pub struct QuestionsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose questions they are.
    pub username: String,
    /// Which step this is.
    pub step: u8,
    /// How many there are.
    pub steps: u8,
    /// The three questions.
    pub rows: Vec<AskedQuestion>,
    /// What did not succeed.
    pub problem: Option<String>,
    /// While set, the form is not shown.
    pub wait: Option<Wait>,
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    form_token: String,
    answer_1: SecretText,
    answer_2: SecretText,
    answer_3: SecretText,
}

impl Answers {
    fn typed(&self) -> [SecretText; 3] {
        [&self.answer_1, &self.answer_2, &self.answer_3].map(|answer| security_question::typed(answer.expose()))
    }
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    show(&site, &browser, (None, &[])).await
}

/// Shows the page with what did not succeed, as a whole and at each answer.
async fn show(site: &Site, browser: &Browser, (problem, errors): (Option<&str>, &[Option<&str>])) -> Answer {
    let (here, ways) = match before_proof(site, browser).await? {
        Ok(before) => before,
        Err(reply) => return reply.done(),
    };
    let Some((questions, gate)) = ways.answers else { return Reply::to(JOURNEY.base()).done() };
    let words = if matches!(gate, Gate::Closed(_)) { CLOSED } else { LOCKED };
    let (closed, wait) = shut(site, browser, gate, words);
    let problem = closed.or(problem);
    let frame = site.frame("Answer your security questions", browser);
    let (step, steps) = JOURNEY.numbered(site, 1);
    let row = |(index, question)| {
        let error = errors.get(index).copied().flatten().map(str::to_owned);
        AskedQuestion { number: index + 1, question, answer: Field { value: String::new(), error } }
    };
    let page = QuestionsPage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(&here.holder.link),
        username: here.standing.username,
        step,
        steps,
        rows: questions.into_iter().enumerate().map(row).collect(),
        problem: problem.map(str::to_owned),
        wait,
    };
    Reply::page(status(&page), &page)?.retry_after(page.wait.as_ref()).done()
}

fn status(page: &QuestionsPage) -> StatusCode {
    match (&page.wait, &page.problem) {
        (Some(_), _) => StatusCode::TOO_MANY_REQUESTS,
        (None, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, None) => StatusCode::OK,
    }
}

/// Takes all three answers.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Answers>) -> Answer {
    let (here, _turn) = match begin_post(&site, &browser, JOURNEY, &form.form_token).await? {
        Ok(begun) => begun,
        Err(gone) => return gone.done(),
    };
    let typed = form.typed();
    if typed.iter().any(|answer| answer.expose().is_empty()) {
        // Told, and not counted as a try.
        let error = |answer: &SecretText| Some(if answer.expose().is_empty() { "Please answer this." } else { AGAIN });
        return show(&site, &browser, (Some(BLANK), &typed.each_ref().map(error))).await;
    }
    let done = match compare(&site, &browser, here.holder, typed).await? {
        Ok(Submitted::Wrong) => return show(&site, &browser, (Some(WRONG), &[Some(AGAIN); 3])).await,
        Ok(Submitted::Shut(_)) => return show(&site, &browser, (None, &[])).await,
        Ok(Submitted::NotOffered) => Done::NotNow(Step::Begin),
        Ok(Submitted::NotNow(step)) => Done::NotNow(step),
        Ok(Submitted::Proved(visit)) => Done::Next(Some(visit)),
        Err(why) => Done::Gone(why),
    };
    after(&site, &browser, JOURNEY, done, JOURNEY.path(&site, Step::App))
}

/// All three hashes are computed, between two transactions, whatever they give.
async fn compare(
    site: &Site,
    browser: &Browser,
    holder: Holder,
    typed: [SecretText; 3],
) -> Result<Result<Submitted, Gone>, Failure> {
    let (act, held) = (site.act(browser), holder.clone());
    let check = match site.write(move |tx| answers::begin(tx, &act, &held)).await? {
        Ok(Begun::Check(check)) => check,
        Ok(Begun::Not(why)) => return Ok(Ok(why)),
        Err(gone) => return Ok(Err(gone)),
    };
    let all_match = site.verify_all(typed.into_iter().zip(check.hashes.clone()).collect()).await?;
    let act = site.act(browser);
    site.write(move |tx| answers::settle(tx, &act, &holder, (&check, all_match))).await
}
