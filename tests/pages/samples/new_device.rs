//! Behind the link to set up a new device, and the page that sends it.

use vestibule::web::new_device::identity::IdentityPage;
use vestibule::web::new_device::questions::{AskedQuestion, QuestionsPage};
use vestibule::web::new_device::recovery_code::RecoveryCodePage;
use vestibule::web::page::{Action, Field, Frame};
use vestibule::web::set_up::done::DonePage;
use vestibule::web::sign_in::new_device::NewDevicePage;

use super::{HOSTILE, Sample, failed, failed_sample, frame, sample, some, token, wait, wrong};

pub fn all() -> Vec<Sample> {
    [asked(), identity(), questions(), recovery_code(), done()].into_iter().flatten().collect()
}

fn asked() -> Vec<Sample> {
    let page = |frame, username: &str| NewDevicePage {
        frame,
        form_token: token(),
        username: username.to_owned(),
        sent_to: some("r•••••••@example.org"),
        mail_delayed: false,
        problem: None,
        wait: None,
    };
    let title = "Set up a new device";
    vec![
        sample("sign-in-new-device", page(frame(title), "ready-user")),
        sample("sign-in-new-device-slow", NewDevicePage { mail_delayed: true, ..page(frame(title), HOSTILE) }),
        failed_sample(
            "sign-in-new-device-wait",
            NewDevicePage {
                sent_to: None,
                problem: some("We have sent several emails already."),
                wait: wait(),
                ..page(failed(title), "ready-user")
            },
        ),
    ]
}

fn identity() -> Vec<Sample> {
    let page = |username: &str, questions, recovery_code| IdentityPage {
        frame: frame("Verify your identity"),
        username: username.to_owned(),
        step: 1,
        steps: 3,
        questions,
        recovery_code,
    };
    vec![
        sample("new-device-identity", page("ready-user", true, true)),
        sample("new-device-identity-strict", page("ready-user", false, true)),
        sample("new-device-identity-nothing", page(HOSTILE, false, false)),
    ]
}

fn questions_page(frame: Frame, username: &str, answer: Field) -> QuestionsPage {
    let row = |(index, question): (usize, &&str)| AskedQuestion {
        number: index + 1,
        question: (*question).to_owned(),
        answer: answer.clone(),
    };
    let asked = ["What was the name of your first pet?", "Which tree stood in our yard?", username];
    QuestionsPage {
        frame,
        form_token: token(),
        username: username.to_owned(),
        step: 1,
        steps: 3,
        rows: asked.iter().enumerate().map(row).collect(),
        problem: None,
        wait: None,
    }
}

fn questions() -> Vec<Sample> {
    let title = "Answer your security questions";
    vec![
        sample("new-device-questions", questions_page(frame(title), "ready-user", Field::empty())),
        sample("new-device-questions-hostile", questions_page(frame(title), HOSTILE, Field::empty())),
        failed_sample(
            "new-device-questions-wrong",
            QuestionsPage {
                problem: some("These answers aren't all right."),
                ..questions_page(failed(title), "ready-user", wrong("Please type this answer again."))
            },
        ),
        failed_sample(
            "new-device-questions-locked",
            QuestionsPage {
                problem: some("Too many wrong answers."),
                wait: wait(),
                ..questions_page(failed(title), "ready-user", Field::empty())
            },
        ),
    ]
}

fn recovery_code_page(frame: Frame, username: &str) -> RecoveryCodePage {
    RecoveryCodePage {
        frame,
        form_token: token(),
        username: username.to_owned(),
        step: 1,
        steps: 3,
        recovery_code: Field::empty(),
        problem: None,
        wait: None,
    }
}

fn recovery_code() -> Vec<Sample> {
    let title = "Enter your recovery code";
    vec![
        sample("new-device-recovery-code", recovery_code_page(frame(title), "ready-user")),
        sample("new-device-recovery-code-hostile", recovery_code_page(frame(title), HOSTILE)),
        failed_sample(
            "new-device-recovery-code-wrong",
            RecoveryCodePage {
                problem: some("That recovery code isn't right."),
                recovery_code: wrong("Use the newest one that you saved."),
                ..recovery_code_page(failed(title), "ready-user")
            },
        ),
        failed_sample(
            "new-device-recovery-code-locked",
            RecoveryCodePage {
                problem: some("Too many wrong recovery codes."),
                wait: wait(),
                ..recovery_code_page(failed(title), "ready-user")
            },
        ),
    ]
}

fn done() -> Vec<Sample> {
    let page = |username: &str, has_app| DonePage {
        frame: frame("You are all set"),
        username: username.to_owned(),
        has_app,
        new_device: true,
        next: Action { label: "Sign in".to_owned(), href: "/sign-in".to_owned() },
    };
    vec![sample("new-device-done", page("ready-user", true)), sample("new-device-done-by-email", page(HOSTILE, false))]
}
