//! Security questions and their answers. An answer is compared in a canonical form, so that case, spaces and punctuation don't
//! lock its owner out; it is hashed like a password and never stored in any other form.

use super::secret::SecretText;
use super::text::{caseless, collapse_spaces, is_invisible};
use unicode_normalization::char::is_combining_mark;

/// The version of the rule that makes the canonical form. It is kept beside each hash: a new rule gets a new number, and answers
/// that were hashed under the old one are still read by it.
pub const RULE_VERSION: i64 = 1;

const MIN_ANSWER_CHARACTERS: usize = 3;
const MAX_CHARACTERS: usize = 200;

/// A question: 1 to 200 characters, white space collapsed, nothing that cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question(String);

/// Why a text is no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionProblem {
    /// It has no letter or digit.
    Empty,
    /// More than 200 characters.
    TooLong,
}

impl Question {
    /// Reads a question, chosen or written.
    ///
    /// # Errors
    /// The [`QuestionProblem`].
    pub fn parse(text: &str) -> Result<Self, QuestionProblem> {
        let visible: String = text.chars().filter(|&c| c.is_whitespace() || !is_invisible(c)).collect();
        let question = collapse_spaces(&visible);
        if question.chars().count() > MAX_CHARACTERS {
            return Err(QuestionProblem::TooLong);
        }
        if canonical(&question).is_empty() {
            return Err(QuestionProblem::Empty);
        }
        Ok(Self(question))
    }

    /// The question as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The canonical form of an answer that was good enough to be kept. `Debug` does not print it.
#[derive(Clone, Debug)]
pub struct Answer(SecretText);

/// Why a text is no answer to its question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerProblem {
    /// Fewer than 3 characters, as typed or in the canonical form.
    TooShort,
    /// More than 200 characters.
    TooLong,
    /// The question contains it.
    InQuestion,
}

impl Answer {
    /// Reads a new answer to `question`.
    ///
    /// # Errors
    /// The first [`AnswerProblem`] found.
    pub fn parse(question: &str, text: &str) -> Result<Self, AnswerProblem> {
        if text.chars().count() > MAX_CHARACTERS {
            return Err(AnswerProblem::TooLong);
        }
        let answer = typed(text);
        if text.trim().chars().count().min(answer.expose().chars().count()) < MIN_ANSWER_CHARACTERS {
            return Err(AnswerProblem::TooShort);
        }
        if canonical(question).contains(answer.expose()) {
            return Err(AnswerProblem::InQuestion);
        }
        Ok(Self(answer))
    }

    /// The canonical form, to be hashed.
    pub fn canonical(&self) -> &SecretText {
        &self.0
    }
}

/// The canonical form of an answer that someone gives, to be compared with the hash. Nothing is refused here: a hopeless answer
/// costs the same try and the same work as any other.
pub fn typed(text: &str) -> SecretText {
    SecretText::new(canonical(text))
}

/// What is wrong with one of three questions or its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No question was chosen or written.
    NoQuestion,
    /// The question has more than 200 characters.
    QuestionTooLong,
    /// An earlier question is the same.
    SameQuestion,
    /// No answer was given.
    NoAnswer,
    /// The answer is too short ([`AnswerProblem::TooShort`]).
    TooShort,
    /// The answer has more than 200 characters.
    AnswerTooLong,
    /// The question contains the answer.
    InQuestion,
    /// An earlier answer is the same.
    SameAnswer,
}

/// Everything that is wrong with three questions and their answers, with the index (0 to 2) where it stands, in that order; at
/// most one problem for each question and one for each answer. Empty when all is well.
pub fn check_three(questions: &[&str; 3], answers: &[&str; 3]) -> Vec<(usize, Problem)> {
    let mut problems = Vec::new();
    let (mut earlier_questions, mut earlier_answers) = (Vec::new(), Vec::new());
    for (index, (question, answer)) in questions.iter().zip(answers).enumerate() {
        let found =
            [question_problem(question, &earlier_questions), answer_problem(question, answer, &earlier_answers)];
        problems.extend(found.into_iter().flatten().map(|problem| (index, problem)));
        earlier_questions.push(canonical(question));
        earlier_answers.push(typed(answer));
    }
    problems
}

fn question_problem(question: &str, earlier: &[String]) -> Option<Problem> {
    match Question::parse(question) {
        Err(QuestionProblem::Empty) => Some(Problem::NoQuestion),
        Err(QuestionProblem::TooLong) => Some(Problem::QuestionTooLong),
        Ok(question) => earlier.contains(&canonical(question.as_str())).then_some(Problem::SameQuestion),
    }
}

fn answer_problem(question: &str, answer: &str, earlier: &[SecretText]) -> Option<Problem> {
    if answer.trim().is_empty() {
        return Some(Problem::NoAnswer);
    }
    match Answer::parse(question, answer) {
        Err(AnswerProblem::TooShort) => Some(Problem::TooShort),
        Err(AnswerProblem::TooLong) => Some(Problem::AnswerTooLong),
        Err(AnswerProblem::InQuestion) => Some(Problem::InQuestion),
        Ok(answer) => earlier.contains(answer.canonical()).then_some(Problem::SameAnswer),
    }
}

/// Rule version 1: caseless ([`caseless`]); letters, digits and their marks are kept, white space runs are one space, all else
/// (punctuation, symbols, what cannot be seen) is dropped; caseless again, since a mark may have lost what kept it from its letter.
fn canonical(text: &str) -> String {
    let kept = |character: &char| {
        character.is_whitespace()
            || !is_invisible(*character) && (character.is_alphanumeric() || is_combining_mark(*character))
    };
    collapse_spaces(&caseless(&caseless(text).chars().filter(kept).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const QUESTIONS: [&str; 3] = ["First pet?", "First street?", "First teacher?"];

    #[test]
    fn case_spaces_and_punctuation_do_not_matter_in_an_answer() {
        let kept = Answer::parse(QUESTIONS[0], "St. John's  Wood").unwrap();
        for given in [
            "st johns wood",
            " ST JOHN'S WOOD!",
            "St\tJohn\u{2019}s\u{A0}Wood",
            "ｓｔ ｊｏｈｎｓ ｗｏｏｄ",
            "st john\u{200D}s wood",
        ] {
            assert_eq!(typed(given), *kept.canonical(), "{given:?}");
        }
        for other in ["st johns", "st john wood", "stjohnswood", "st jöhns wood"] {
            assert_ne!(typed(other), *kept.canonical(), "{other:?}");
        }
        assert_eq!(format!("{kept:?}"), "Answer(SecretText(…))");
    }

    #[test]
    fn an_answer_has_three_characters_before_and_after_and_is_not_in_its_question() {
        let parse = |question: &str, text: &str| Answer::parse(question, text).map(|_| ());
        assert_eq!(parse("Colour?", "re"), Err(AnswerProblem::TooShort));
        assert_eq!(parse("Colour?", "r.e.-"), Err(AnswerProblem::TooShort));
        assert_eq!(parse("Colour?", "\u{FDFA}"), Err(AnswerProblem::TooShort));
        assert_eq!(parse("Colour?", "  a  "), Err(AnswerProblem::TooShort));
        assert_eq!(parse("Colour?", "red"), Ok(()));
        assert_eq!(parse("Colour?", "C-o-l-o-u-r"), Err(AnswerProblem::InQuestion));
        assert_eq!(parse("Is the ball RED?", "red"), Err(AnswerProblem::InQuestion));
        assert_eq!(parse("Colour?", &"r".repeat(200)), Ok(()));
        assert_eq!(parse("Colour?", &"r".repeat(201)), Err(AnswerProblem::TooLong));
    }

    #[test]
    fn a_question_is_one_line_that_can_be_read() {
        assert_eq!(Question::parse("  What\r\n is \u{200B}it? ").unwrap().as_str(), "What is it?");
        for empty in ["", " ", "???", "\u{200B}"] {
            assert_eq!(Question::parse(empty), Err(QuestionProblem::Empty), "{empty:?}");
        }
        assert!(Question::parse(&"q".repeat(200)).is_ok());
        assert_eq!(Question::parse(&"q".repeat(201)), Err(QuestionProblem::TooLong));
    }

    #[test]
    fn three_good_answers_to_three_questions_have_no_problem() {
        assert_eq!(check_three(&QUESTIONS, &["red", "blue", "green"]), []);
    }

    #[test]
    fn each_problem_stands_where_it_was_made() {
        let long = "x".repeat(201);
        let problems = check_three(&["Pet?", " pet", ""], &["Rex", "r-e-x", ""]);
        assert_eq!(
            problems,
            [(1, Problem::SameQuestion), (1, Problem::SameAnswer), (2, Problem::NoQuestion), (2, Problem::NoAnswer)]
        );
        let problems = check_three(&["Pet?", "Red car?", &long], &["ab", "red", &long]);
        assert_eq!(
            problems,
            [
                (0, Problem::TooShort),
                (1, Problem::InQuestion),
                (2, Problem::QuestionTooLong),
                (2, Problem::AnswerTooLong)
            ]
        );
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_its_own_canonical_form(text: String, words in "[\\PC ]{0,20}") {
            for text in [text, words] {
                let once = canonical(&text);
                prop_assert_eq!(canonical(&once), once);
            }
        }

        #[test]
        fn an_answer_that_was_kept_is_known_again_in_its_shown_and_canonical_form(text in "\\PC{3,20}") {
            if let Ok(answer) = Answer::parse("?", &text) {
                prop_assert_eq!(&typed(&text), answer.canonical());
                prop_assert_eq!(&typed(answer.canonical().expose()), answer.canonical());
            }
        }

        #[test]
        fn r52_any_text_is_read_without_a_panic(one: String, two: String) {
            let _ = (Question::parse(&one), Answer::parse(&one, &two), check_three(&[&one, &two, &one], &[&two, &one, &two]));
        }
    }
}
