//! Three security questions.

use askama::Template;

use crate::web::page::{Field, Frame};

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
