//! **Account security**.

use vestibule::web::account::confirm::ConfirmPage;
use vestibule::web::account::history::{HistoryPage, Told};
use vestibule::web::account::home::{App, HomePage};
use vestibule::web::account::password::PasswordPage;
use vestibule::web::account::questions::QuestionsPage;
use vestibule::web::account::recovery_code::{MakePage, NewPage};
use vestibule::web::account::sessions::{Place, SessionsPage};
use vestibule::web::page::{Field, Frame};

use super::set_up::row;
use super::{HOSTILE, Sample, failed, failed_sample, frame, sample, some, token, wait, wrong};

const WHEN: &str = "at 3:42 PM UTC on 24 November 2026";

pub fn all() -> Vec<Sample> {
    [home(), confirm(), password(), sessions(), history(), proofs()].into_iter().flatten().collect()
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

fn password() -> Vec<Sample> {
    let page = |frame: Frame| PasswordPage {
        frame,
        form_token: token(),
        username: "ready-user".to_owned(),
        min_length: 8,
        new_password: Field::empty(),
        repeat: Field::empty(),
        problem: None,
    };
    let differ = "The two passwords are not the same. Type the new password again in both fields.";
    vec![
        sample("account-password", page(frame("Change password"))),
        failed_sample(
            "account-password-differ",
            PasswordPage { problem: some(differ), repeat: wrong(differ), ..page(failed("Change password")) },
        ),
    ]
}

fn place(name: &str, network: &str, is_this: bool) -> Place {
    Place {
        id: "0197b2c4-5e4f-7a31-9c0d-8a6b2f1e3d57".to_owned(),
        name: name.to_owned(),
        network: network.to_owned(),
        when: WHEN.to_owned(),
        is_this,
    }
}

fn sessions() -> Vec<Sample> {
    let page = |browsers, programs| SessionsPage {
        frame: frame("Where you are signed in"),
        form_token: token(),
        browsers,
        programs,
        notice: None,
    };
    let this = || place("Firefox on Windows", "203.0.113.0/24", true);
    let others =
        vec![this(), place("Safari on iPhone", "2001:db8:1234::/48", false), place("Edge on Windows", "", false)];
    let one = SessionsPage { notice: some("Everywhere else you are signed out."), ..page(vec![this()], Vec::new()) };
    vec![
        sample("account-sessions", page(others, vec![place("Desk Ledger", "", false)])),
        sample("account-sessions-one", one),
        sample("account-sessions-hostile", page(vec![place(HOSTILE, HOSTILE, false)], vec![place(HOSTILE, "", false)])),
    ]
}

fn history() -> Vec<Sample> {
    let told = |what: &str, browser: &str, network: &str| Told {
        what: what.to_owned(),
        when: WHEN.to_owned(),
        who: "You".to_owned(),
        browser: browser.to_owned(),
        network: network.to_owned(),
    };
    let page = |events, is_newest, older| HistoryPage { frame: frame("History"), events, is_newest, older };
    let events = vec![
        told("Signed in, with a passcode from an authenticator app", "Firefox on Windows", "203.0.113.0/24"),
        told("Locks were lifted", "", ""),
    ];
    vec![
        sample("account-history", page(events.clone(), true, Some(17))),
        sample("account-history-older", page(events, false, None)),
        sample("account-history-end", page(Vec::new(), false, None)),
        sample("account-history-hostile", page(vec![told(HOSTILE, HOSTILE, HOSTILE)], true, None)),
    ]
}

fn proofs() -> Vec<Sample> {
    let rows = || vec![row(1, Some(0)), row(2, None), row(3, None)];
    let questions = |frame, rows| QuestionsPage { frame, form_token: token(), rows, problem: None };
    let mut wrong_rows = rows();
    wrong_rows[0].answer = wrong("That answer is too short. Use at least 3 letters or digits.");
    wrong_rows[1].question_error =
        some("Choose a question from the list, or choose Write my own question and write one.");
    let code = "0V4ZK-9QXMT-7RB2C-HN5WD-E8JFG6";
    let new = |frame| NewPage {
        frame,
        form_token: token(),
        username: "ready-user".to_owned(),
        has_one: true,
        download: "/account/recovery-code/download".to_owned(),
        code_groups: code.split('-').map(str::to_owned).collect(),
        code: code.to_owned(),
        saved: Field::empty(),
        problem: None,
    };
    let make = |has_one| MakePage { frame: frame("Recovery code"), form_token: token(), has_one };
    let not_saved = "Save the recovery code first: download, copy, print or write it down. Then tick the box.";
    vec![
        sample("account-questions", questions(frame("Security questions"), rows())),
        failed_sample(
            "account-questions-wrong",
            QuestionsPage {
                problem: some("Some need another look."),
                ..questions(failed("Security questions"), wrong_rows)
            },
        ),
        sample("account-recovery-code", make(true)),
        sample("account-recovery-code-none", make(false)),
        sample("account-recovery-code-new", new(frame("Recovery code"))),
        sample("account-recovery-code-first", NewPage { has_one: false, ..new(frame("Recovery code")) }),
        failed_sample(
            "account-recovery-code-not-saved",
            NewPage { problem: some(not_saved), saved: wrong(not_saved), ..new(failed("Recovery code")) },
        ),
    ]
}
