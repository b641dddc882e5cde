//! **Account security**.

use vestibule::web::account::confirm::ConfirmPage;
use vestibule::web::account::home::{App, HomePage};
use vestibule::web::page::{Field, Frame};

use super::{HOSTILE, Sample, failed, failed_sample, frame, sample, some, token, wait, wrong};

const WHEN: &str = "at 3:42 PM UTC on 24 November 2026";

pub fn all() -> Vec<Sample> {
    [home(), confirm()].into_iter().flatten().collect()
}

fn app(name: &str, mailed: bool) -> App {
    App { name: name.to_owned(), added: WHEN.to_owned(), used: WHEN.to_owned(), mailed }
}

fn home() -> Vec<Sample> {
    let questions =
        ["In which town did your parents meet?", "What was the name of your first pet?", "Who taught me to swim?"];
    let page = || HomePage {
        frame: frame("Account security"),
        username: "ready-user".to_owned(),
        email: "ready-user@example.org".to_owned(),
        password_set: some(WHEN),
        questions: Some(questions.map(str::to_owned).to_vec()),
        apps: vec![app("Authenticator app", false), app("Work phone", true)],
        recovery_code_made: some(WHEN),
        sessions: 3,
        notice: None,
    };
    vec![
        sample("account-home", page()),
        sample(
            "account-home-bare",
            HomePage {
                password_set: None,
                questions: None,
                apps: Vec::new(),
                recovery_code_made: None,
                sessions: 1,
                notice: some("Your password is changed."),
                ..page()
            },
        ),
        sample(
            "account-home-hostile",
            HomePage {
                username: HOSTILE.to_owned(),
                email: HOSTILE.to_owned(),
                questions: Some(vec![HOSTILE.to_owned()]),
                apps: vec![app(HOSTILE, false)],
                ..page()
            },
        ),
    ]
}

fn confirm() -> Vec<Sample> {
    let page = |frame: Frame, username: &str| ConfirmPage {
        frame,
        form_token: token(),
        username: username.to_owned(),
        to: "/account/password".to_owned(),
        again: false,
        password: Field::empty(),
        problem: None,
        wait: None,
    };
    let asked = || page(frame("Confirm that it's you"), "ready-user");
    let refused = || page(failed("Confirm that it's you"), "ready-user");
    let mismatch = "That isn't the password of this account. Try again.";
    vec![
        sample("account-confirm", asked()),
        sample("account-confirm-again", ConfirmPage { again: true, ..asked() }),
        sample("account-confirm-hostile", ConfirmPage { to: HOSTILE.to_owned(), ..page(frame("Confirm"), HOSTILE) }),
        failed_sample(
            "account-confirm-wrong",
            ConfirmPage { problem: some(mismatch), password: wrong(mismatch), ..refused() },
        ),
        failed_sample(
            "account-confirm-wait",
            ConfirmPage { problem: some("Too many tries."), wait: wait(), ..refused() },
        ),
    ]
}
