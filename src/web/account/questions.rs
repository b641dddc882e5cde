//! New security questions. Profile strict has none.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;

use super::{HOME, Here, begin_change, confirmed, unconfirmed};
use crate::config::Profile;
use crate::flow::own_account::questions;
use crate::model::security_question::Problem;
use crate::web::browser::Browser;
use crate::web::form::Form;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::security_questions::{self, PROBLEM, QuestionRow, Questions};
use crate::web::site::Site;

const PATH: &str = "/account/questions";

/// The page that asks for all three.
#[derive(Template)]
#[template(path = "account/questions.html")]
pub struct QuestionsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
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

fn are_asked(site: &Site) -> bool {
    site.app.settings.profile == Profile::Standard
}

/// The page with the questions that were chosen before the confirmation, which an address keeps if they are not too long for it.
fn path_with(form: &Questions) -> String {
    let path = format!("{PATH}?{}", form.query());
    if path.len() < 2_000 { path } else { PATH.to_owned() }
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let form = Questions::of_query(&query.unwrap_or_default());
    let here = match confirmed(&site, &browser, &path_with(&form)).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    if !are_asked(&site) {
        return Reply::to(HOME).done();
    }
    show(&site, &browser, &here, (&form, &[]))
}

fn show(site: &Site, browser: &Browser, here: &Here, (form, problems): (&Questions, &[(usize, Problem)])) -> Answer {
    let frame = site.frame("Security questions", browser);
    let failed = !problems.is_empty();
    let page = QuestionsPage {
        frame: if failed { frame.failed() } else { frame },
        form_token: site.form_token(&here.token),
        rows: form.shown(&site.app.settings.questions.provided, problems),
        problem: failed.then(|| PROBLEM.to_owned()),
    };
    let status = if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page(status, &page)?.done()
}

/// Puts them in the place of the old ones.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Questions>) -> Answer {
    let (here, _turn) = match begin_change(&site, &browser, &form.form_token, &path_with(&form)).await? {
        Ok(begun) => begun,
        Err(reply) => return reply.done(),
    };
    if !are_asked(&site) {
        return Reply::to(HOME).done();
    }
    let problems = form.problems(&site.app.settings.questions.provided);
    if !problems.is_empty() {
        return show(&site, &browser, &here, (&form, &problems));
    }
    let answered = form.hashed(&site).await?;
    let (act, token) = (site.act(&browser), here.token);
    match site.write(move |tx| questions::set(tx, &act, &token, &answered)).await? {
        Some(()) => Reply::to("/account?notice=questions-changed").done(),
        None => unconfirmed(&path_with(&form))?.done(),
    }
}
