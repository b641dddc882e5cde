//! Three security questions.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::{Here, after, begin_post, here};
use crate::flow::set_up::standing::{Journey, Step};
use crate::flow::set_up::steps::{self, Answered};
use crate::model::secret::SecretText;
use crate::model::security_question::{self, Problem};
use crate::web::browser::Browser;
use crate::web::form::Form;
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

const JOURNEY: Journey = Journey::SetUp;
/// Value of the choice **Write my own question**.
pub const OWN_QUESTION: &str = "own";

/// One question of the list that the settings provide.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the person reads.
    pub text: String,
    /// Whether it is the one chosen.
    pub selected: bool,
}

/// One question with its answer.
#[derive(Clone, Debug)]
pub struct QuestionRow {
    /// 1, 2 or 3; the names of the inputs end with it.
    pub number: usize,
    /// The questions provided.
    pub choices: Vec<Choice>,
    /// Whether **Write my own question** is the one chosen.
    pub own_selected: bool,
    /// What is wrong with the choice.
    pub question_error: Option<String>,
    /// The person's own question; kept after an error.
    pub own: Field,
    /// Never printed back.
    pub answer: Field,
}

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
    /// Name of the input that gets the focus: the first that is wrong, else the first.
    fn focus(&self) -> String {
        let wrong = self.rows.iter().find_map(|row| {
            let name = match row {
                row if row.question_error.is_some() => "question",
                row if row.own.is_wrong() => "own_question",
                row if row.answer.is_wrong() => "answer",
                _ => return None,
            };
            Some(format!("{name}_{}", row.number))
        });
        wrong.unwrap_or_else(|| "question_1".to_owned())
    }
}

/// The form's fields.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    form_token: String,
    question_1: String,
    own_question_1: String,
    answer_1: SecretText,
    question_2: String,
    own_question_2: String,
    answer_2: SecretText,
    question_3: String,
    own_question_3: String,
    answer_3: SecretText,
}

/// One row as it was sent.
struct Sent<'a> {
    choice: &'a str,
    own: &'a str,
    answer: &'a SecretText,
}

impl Questions {
    fn rows(&self) -> [Sent<'_>; 3] {
        let sent = |choice, own, answer| Sent { choice, own, answer };
        [
            sent(&self.question_1, &self.own_question_1, &self.answer_1),
            sent(&self.question_2, &self.own_question_2, &self.answer_2),
            sent(&self.question_3, &self.own_question_3, &self.answer_3),
        ]
    }
}

impl Sent<'_> {
    /// The question in words: one of the list, or the person's own; empty when neither is there.
    fn question<'b>(&'b self, provided: &'b [String]) -> &'b str {
        if self.choice == OWN_QUESTION {
            return self.own.trim();
        }
        let chosen = self.choice.parse::<usize>().ok().and_then(|number| provided.get(number));
        chosen.map_or("", String::as_str)
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
    let rows = form.rows();
    let questions = rows.each_ref().map(|row| row.question(provided));
    let problems = security_question::check_three(&questions, &rows.each_ref().map(|row| row.answer.expose()));
    if !problems.is_empty() {
        return show(&site, &browser, &here, (&form, &problems));
    }
    let canonical = rows.iter().map(|row| security_question::typed(row.answer.expose())).collect();
    let hashes = site.hash(canonical).await?;
    let answered =
        questions.iter().zip(hashes).map(|(question, phc)| Answered { question: (*question).to_owned(), phc });
    let (act, answered) = (site.act(&browser), answered.collect::<Vec<_>>());
    let done = site.write(move |tx| steps::begin(tx, &act, &here.holder, &answered)).await?;
    after(&site, &browser, JOURNEY, done, JOURNEY.path(&site, Step::App))
}

fn show(site: &Site, browser: &Browser, here: &Here, (form, problems): (&Questions, &[(usize, Problem)])) -> Answer {
    let provided = &site.app.settings.questions.provided;
    let rows = form.rows();
    let rows: Vec<_> = rows.iter().enumerate().map(|(index, sent)| row(provided, index, sent, problems)).collect();
    let frame = site.frame("Security questions", browser);
    let failed = !problems.is_empty();
    let (step, steps) = JOURNEY.numbered(site, 1);
    let page = QuestionsPage {
        frame: if failed { frame.failed() } else { frame },
        form_token: site.form_token(&here.holder.link),
        username: here.standing.username.clone(),
        step,
        steps,
        rows,
        problem: failed.then(|| "Some of the questions or answers need another look. Each says what to change.".into()),
    };
    let status = if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page(status, &page)?.done()
}

fn row(provided: &[String], index: usize, sent: &Sent<'_>, problems: &[(usize, Problem)]) -> QuestionRow {
    let choice = |(number, text): (usize, &String)| {
        let value = number.to_string();
        Choice { selected: sent.choice == value, value, text: text.clone() }
    };
    let own_selected = sent.choice == OWN_QUESTION;
    let found = |of_question: bool| {
        let mine = problems.iter().filter(|(at, problem)| *at == index && is_of_question(*problem) == of_question);
        mine.map(|(_, problem)| words(*problem).to_owned()).next()
    };
    let (question_error, answer_error) = (found(true), found(false));
    let answer_error = answer_error.or_else(|| (!problems.is_empty()).then(|| "Please type the answer again.".into()));
    let (question_error, own_error) = if own_selected { (None, question_error) } else { (question_error, None) };
    QuestionRow {
        number: index + 1,
        choices: provided.iter().enumerate().map(choice).collect(),
        own_selected,
        question_error,
        own: Field { value: sent.own.to_owned(), error: own_error },
        answer: Field { value: String::new(), error: answer_error },
    }
}

fn is_of_question(problem: Problem) -> bool {
    matches!(problem, Problem::NoQuestion | Problem::QuestionTooLong | Problem::SameQuestion)
}

fn words(problem: Problem) -> &'static str {
    match problem {
        Problem::NoQuestion => "Choose a question from the list, or choose Write my own question and write one.",
        Problem::QuestionTooLong => "That question is too long. Use at most 200 characters.",
        Problem::SameQuestion => "This question stands above already. Choose three different questions.",
        Problem::NoAnswer => "Please answer this question.",
        Problem::TooShort => "That answer is too short. Use at least 3 letters or digits.",
        Problem::AnswerTooLong => "That answer is too long. Use at most 200 characters.",
        Problem::InQuestion => "The question itself contains this answer. Choose an answer that it does not give away.",
        Problem::SameAnswer => "This answer stands above already. Give three different answers.",
    }
}
