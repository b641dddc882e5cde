//! Behind the setup link.

use vestibule::web::page::{Action, Field, Frame};
use vestibule::web::security_questions::{Choice, QuestionRow};
use vestibule::web::set_up::app::AppPage;
use vestibule::web::set_up::done::DonePage;
use vestibule::web::set_up::qr_code;
use vestibule::web::set_up::questions::QuestionsPage;
use vestibule::web::set_up::recovery_code::RecoveryCodePage;
use vestibule::web::set_up::start::StartPage;

use super::{HOSTILE, Sample, failed, failed_sample, frame, sample, some, token, wrong};

const PROVIDED: [&str; 4] = [
    "What was the name of your first pet?",
    "In which town did your parents meet?",
    "What was the first concert that you went to, and with whom did you go there?",
    "What did you want to become when you were a child?",
];

pub fn all() -> Vec<Sample> {
    [start_and_done(), questions(), app(), recovery_code()].into_iter().flatten().collect()
}

fn start_and_done() -> Vec<Sample> {
    let start =
        |username: &str| StartPage { frame: frame("Set up MFA"), form_token: token(), username: username.to_owned() };
    let done = |username: &str, has_app, label: &str, href: &str| DonePage {
        frame: frame("You're set up"),
        username: username.to_owned(),
        has_app,
        new_device: false,
        next: Action { label: label.to_owned(), href: href.to_owned() },
    };
    vec![
        sample("set-up-start", start("new-user")),
        sample("set-up-start-hostile", start(HOSTILE)),
        sample("set-up-done", done("new-user", true, "Sign in", "/sign-in")),
        sample("set-up-done-by-email", done("new-user", false, "Go on to MIP Modern", "https://modern.example.com/")),
        sample("set-up-done-hostile", done(HOSTILE, true, HOSTILE, HOSTILE)),
    ]
}

pub fn row(number: usize, chosen: Option<usize>) -> QuestionRow {
    let choice = |(position, text): (usize, &&str)| Choice {
        value: position.to_string(),
        text: (*text).to_owned(),
        selected: chosen == Some(position),
    };
    QuestionRow {
        number,
        choices: PROVIDED.iter().enumerate().map(choice).collect(),
        own_selected: false,
        question_error: None,
        own: Field::empty(),
        answer: Field::empty(),
    }
}

fn questions_page(frame: Frame, rows: Vec<QuestionRow>) -> QuestionsPage {
    QuestionsPage {
        frame,
        form_token: token(),
        username: "new-user".to_owned(),
        step: 1,
        steps: 3,
        rows,
        problem: None,
    }
}

fn questions() -> Vec<Sample> {
    let title = "Security questions: step 1 of 3";
    let own = |own: Field| QuestionRow { own_selected: true, own, ..row(2, None) };
    let wrong_answer = QuestionRow { answer: wrong("Use at least 3 characters."), ..row(3, Some(1)) };
    let no_question = QuestionRow { question_error: some("Choose a question."), ..row(1, None) };
    vec![
        sample("set-up-questions", questions_page(frame(title), vec![row(1, None), row(2, None), row(3, None)])),
        failed_sample(
            "set-up-questions-answer",
            QuestionsPage {
                problem: some("One of your answers needs another look."),
                ..questions_page(
                    failed(title),
                    vec![row(1, Some(0)), own(Field::kept("Which tree stood in our yard?")), wrong_answer.clone()],
                )
            },
        ),
        failed_sample(
            "set-up-questions-all",
            QuestionsPage {
                problem: some("Three things need another look."),
                ..questions_page(
                    failed(title),
                    vec![no_question, own(wrong("Write your question here.")), wrong_answer],
                )
            },
        ),
        sample("set-up-questions-hostile", questions_page(frame(title), vec![own(Field::kept(HOSTILE))]))
            .numbered_from_one(),
    ]
}

impl Sample {
    /// A page with one row instead of three begins with its first question.
    fn numbered_from_one(self) -> Self {
        Self { html: self.html.replace("question_2", "question_1").replace("answer_2", "answer_1"), ..self }
    }
}

fn app_page(frame: Frame, username: &str) -> AppPage {
    let key = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    AppPage {
        frame,
        form_token: token(),
        base: "/set-up",
        username: username.to_owned(),
        issuer: "Northwind Cloud".to_owned(),
        step: 2,
        steps: 3,
        qr_svg: qr_code::svg(&format!(
            "otpauth://totp/Northwind%20Cloud:new-user?secret={key}&issuer=Northwind%20Cloud"
        ))
        .unwrap(),
        key_groups: key.as_bytes().chunks(4).map(|group| String::from_utf8(group.to_vec()).unwrap()).collect(),
        key_plain: key.to_owned(),
        without_device: true,
        passcode: Field::empty(),
        problem: None,
    }
}

fn app() -> Vec<Sample> {
    let title = "Authenticator app: step 2 of 3";
    let refused =
        "Check that the app shows Northwind Cloud with new-user, and that your phone sets its clock by itself.";
    vec![
        sample("set-up-app", app_page(frame(title), "new-user")),
        sample(
            "set-up-app-strict",
            AppPage { step: 1, steps: 2, without_device: false, ..app_page(frame(title), "new-user") },
        ),
        failed_sample(
            "set-up-app-wrong",
            AppPage {
                problem: some("That passcode isn't right."),
                passcode: wrong(refused),
                ..app_page(failed(title), "new-user")
            },
        ),
        sample("set-up-app-hostile", app_page(frame(title), HOSTILE)),
    ]
}

fn recovery_code() -> Vec<Sample> {
    let page = |frame, username: &str, saved| {
        let groups = ["7K3M9", "QXZ4T", "B0HRN", "5WDVA", "C8E2PJ"].map(str::to_owned).to_vec();
        RecoveryCodePage {
            frame,
            form_token: token(),
            base: "/set-up",
            download: "/set-up/recovery-code/download".to_owned(),
            username: username.to_owned(),
            step: 3,
            steps: 3,
            code: groups.join("-"),
            code_groups: groups,
            saved,
            problem: None,
        }
    };
    let title = "Recovery code: step 3 of 3";
    vec![
        sample("set-up-recovery-code", page(frame(title), "new-user", Field::empty())),
        failed_sample(
            "set-up-recovery-code-not-saved",
            RecoveryCodePage {
                problem: some("Save your recovery code first, then tick the box."),
                ..page(failed(title), "new-user", wrong("Tick this when you have saved the code."))
            },
        ),
        sample("set-up-recovery-code-hostile", page(frame(title), HOSTILE, Field::empty())),
    ]
}
