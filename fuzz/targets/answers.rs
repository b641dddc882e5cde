//! Security questions and their answers (regressions 49 and 52): a line each, question and answer in turn.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vestibule::model::security_question::{Answer, Question, check_three, typed};
use vestibule::model::text::is_invisible;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut lines = text.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let (one, two, three) = ((next(), next()), (next(), next()), (next(), next()));
    question(one.0);
    answer(one.0, one.1);
    three_of_them([one.0, two.0, three.0], [one.1, two.1, three.1]);
});

fn question(text: &str) {
    let Ok(question) = Question::parse(text) else { return };
    assert!((1..=200).contains(&question.as_str().chars().count()));
    assert!(!question.as_str().contains(is_invisible) && !question.as_str().contains("  "));
    assert_eq!(Question::parse(question.as_str()), Ok(question));
}

fn answer(question: &str, text: &str) {
    let canonical = typed(text);
    assert_eq!(typed(canonical.expose()), canonical, "the form is its own form");
    for spelling in [text.to_uppercase(), text.to_lowercase(), format!(" {text} . ")] {
        assert_eq!(typed(&spelling).expose(), canonical.expose(), "{text:?} as {spelling:?}");
    }
    if let Ok(answer) = Answer::parse(question, text) {
        assert_eq!(answer.canonical(), &canonical);
        assert!(canonical.expose().chars().count() >= 3 && text.chars().count() <= 200);
        assert!(!typed(question).expose().contains(canonical.expose()));
    }
}

fn three_of_them(questions: [&str; 3], answers: [&str; 3]) {
    let problems = check_three(&questions, &answers);
    assert!(problems.is_sorted_by_key(|(index, _)| *index) && problems.len() <= 6);
    assert!(problems.iter().all(|(index, _)| *index < 3));
    for (index, (question, answer)) in questions.iter().zip(answers).enumerate() {
        let good = Question::parse(question).is_ok() && Answer::parse(question, answer).is_ok();
        assert!(good || problems.iter().any(|(at, _)| *at == index), "a bad pair is told");
    }
    if problems.is_empty() {
        let [one, two, three] = answers.map(typed);
        assert!(one != two && two != three && one != three, "three answers are three");
        let [one, two, three] = questions.map(typed);
        assert!(one != two && two != three && one != three, "three questions are three");
    }
}
