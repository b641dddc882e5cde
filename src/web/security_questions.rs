//! The form of three security questions with their answers, wherever they are chosen.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Deserialize;

use super::error::Failure;
use super::page::Field;
use super::site::Site;
use crate::flow::set_up::steps::Answered;
use crate::model::secret::SecretText;
use crate::model::security_question::{self, Problem};

/// What stands on top where something is wrong.
pub const PROBLEM: &str = "Some of the questions or answers need another look. Each says what to change.";

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

/// The form's fields.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// The form's guard.
    pub form_token: String,
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

impl Questions {
    /// The questions as an address keeps them. Answers are not kept.
    pub fn query(&self) -> String {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pair = |(number, sent): (usize, &Sent<'_>)| {
            format!("question_{number}={}&own_question_{number}={}", encoded(sent.choice), encoded(sent.own))
        };
        (1..).zip(&self.rows()).map(pair).collect::<Vec<_>>().join("&")
    }

    /// The questions that an address keeps.
    pub fn of_query(query: &str) -> Self {
        let named = |name: &str| {
            let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            percent_decode_str(value.unwrap_or_default()).decode_utf8_lossy().into_owned()
        };
        Self {
            question_1: named("question_1"),
            own_question_1: named("own_question_1"),
            question_2: named("question_2"),
            own_question_2: named("own_question_2"),
            question_3: named("question_3"),
            own_question_3: named("own_question_3"),
            ..Self::default()
        }
    }

    /// Everything that is wrong with them.
    pub fn problems(&self, provided: &[String]) -> Vec<(usize, Problem)> {
        let rows = self.rows();
        let questions = rows.each_ref().map(|row| row.question(provided));
        security_question::check_three(&questions, &rows.each_ref().map(|row| row.answer.expose()))
    }

    /// The questions with the hashes of their answers.
    pub async fn hashed(&self, site: &Site) -> Result<Vec<Answered>, Failure> {
        let rows = self.rows();
        let hashes = site.hash(rows.iter().map(|row| security_question::typed(row.answer.expose())).collect()).await?;
        let provided = &site.app.settings.questions.provided;
        let answered =
            |(row, phc): (&Sent<'_>, SecretText)| Answered { question: row.question(provided).to_owned(), phc };
        Ok(rows.iter().zip(hashes).map(answered).collect())
    }

    /// The rows of the page after a try.
    pub fn shown(&self, provided: &[String], problems: &[(usize, Problem)]) -> Vec<QuestionRow> {
        self.rows().iter().enumerate().map(|(index, sent)| row(provided, index, sent, problems)).collect()
    }
}

/// Name of the input that gets the focus: the first that is wrong, else the first.
pub fn focus(rows: &[QuestionRow]) -> String {
    let wrong = rows.iter().find_map(|row| {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_questions_and_no_answer() {
        let form = Questions {
            question_1: "3".into(),
            question_2: OWN_QUESTION.into(),
            own_question_2: "Who said \"100 % & more?\"".into(),
            answer_2: SecretText::new("nobody".into()),
            ..Questions::default()
        };
        let query = form.query();
        assert!(!query.contains("nobody") && query.bytes().all(|byte| byte.is_ascii_graphic()), "{query}");
        let kept = Questions::of_query(&query);
        assert_eq!(
            (kept.question_1, kept.question_2, kept.own_question_2),
            (form.question_1, form.question_2, form.own_question_2)
        );
        assert!(kept.answer_2.expose().is_empty());
    }
}
