//! Three security questions.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::{Here, after, begin_post, here};
use crate::flow::set_up::standing::{Journey, Step};
use crate::flow::set_up::steps;
use crate::model::security_question::Problem;
use crate::web::browser::Browser;
use crate::web::form::Form;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::security_questions::{self, PROBLEM, QuestionRow, Questions};
use crate::web::site::Site;

const JOURNEY: Journey = Journey::SetUp;
/// The page that asks for all three.
#[derive(Template)]
#[template(path = "set_up/questions.html")]
pub struct QuestionsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose MFA is to be set up.
    pub username: String,
    /// Which step this is.
    pub step: u8,
    /// How many there are.
    pub steps: u8,
    /// The three rows.
    pub rows: Vec<QuestionRow>,
    /// What did not succeed.
    pub problem: Option<String>,
}

impl QuestionsPage {
    /// Name of the input that gets the focus.
    fn focus(&self) -> String {
        security_questions::focus(&self.rows)
    }
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let here = match here(&site, &browser, JOURNEY).await? {
        Ok(here) => here,
        Err(gone) => return gone.done(),
    };
    if JOURNEY.path(&site, Step::Begin) != "/set-up/questions" {
        return Reply::to(here.path(&site)).done();
    }
    show(&site, &browser, &here, (&Questions::default(), &[]))
}

/// Keeps three answers.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Questions>) -> Answer {
    let (here, _turn) = match begin_post(&site, &browser, JOURNEY, &form.form_token).await? {
        Ok(begun) => begun,
        Err(gone) => return gone.done(),
    };
    if JOURNEY.path(&site, Step::Begin) != "/set-up/questions" {
        return Reply::to(here.path(&site)).done();
    }
    let provided = &site.app.settings.questions.provided;
    let problems = form.problems(provided);
    if !problems.is_empty() {
        return show(&site, &browser, &here, (&form, &problems));
    }
    let answered = form.hashed(&site).await?;
    let act = site.act(&browser);
    let done = site.write(move |tx| steps::begin(tx, &act, &here.holder, &answered)).await?;
    after(&site, &browser, JOURNEY, done, JOURNEY.path(&site, Step::App))
}

fn show(site: &Site, browser: &Browser, here: &Here, (form, problems): (&Questions, &[(usize, Problem)])) -> Answer {
    let provided = &site.app.settings.questions.provided;
    let frame = site.frame("Security questions", browser);
    let failed = !problems.is_empty();
    let (step, steps) = JOURNEY.numbered(site, 1);
    let page = QuestionsPage {
        frame: if failed { frame.failed() } else { frame },
        form_token: site.form_token(&here.holder.link),
        username: here.standing.username.clone(),
        step,
        steps,
        rows: form.shown(provided, problems),
        problem: failed.then(|| PROBLEM.to_owned()),
    };
    let status = if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page(status, &page)?.done()
}
