//! The pages behind the mails about a change of the email address.

use vestibule::web::account::email::EmailPage;
use vestibule::web::email_change::confirm::ConfirmPage;
use vestibule::web::email_change::confirmed::ConfirmedPage;
use vestibule::web::email_change::undo::UndoPage;
use vestibule::web::email_change::undone::UndonePage;

use vestibule::web::page::{Field, Frame};

use super::{HOSTILE, Sample, failed, failed_sample, frame, sample, some, token, wait};

const LONG: &str = "a-very-long-name-that-hardly-fits@customers.northwind-cloud.example.org";

pub fn all() -> Vec<Sample> {
    [asked(), behind_the_mails()].into_iter().flatten().collect()
}

fn asked() -> Vec<Sample> {
    const TITLE: &str = "Change your email address";
    let page = |frame: Frame, new_email: Field| EmailPage {
        frame,
        form_token: token(),
        email: LONG.to_owned(),
        new_email,
        sent: false,
        not_before: None,
        problem: None,
        wait: None,
    };
    let wrong = Field::wrong("nora", "That is not an email address. It looks like name@example.org.");
    let mut wrong = page(failed(TITLE), wrong);
    wrong.problem = wrong.new_email.error.clone();
    let mut sent = page(frame(TITLE), Field::kept(HOSTILE));
    sent.sent = true;
    let mut waits = page(failed(TITLE), Field::empty());
    (waits.problem, waits.wait) = (some("Several links have been asked for already."), wait());
    let mut later = page(frame(TITLE), Field::empty());
    later.not_before = some("3:42 PM UTC on 27 November 2026");
    vec![
        sample("account-email", page(frame(TITLE), Field::empty())),
        failed_sample("account-email-wrong", wrong),
        sample("account-email-sent", sent),
        failed_sample("account-email-wait", waits),
        sample("account-email-later", later),
    ]
}

fn behind_the_mails() -> Vec<Sample> {
    let confirm = |username: &str, email: &str| ConfirmPage {
        frame: frame("Confirm your new email address"),
        form_token: token(),
        username: username.to_owned(),
        email: email.to_owned(),
    };
    let undo = |username: &str, email: &str| UndoPage {
        frame: frame("Undo the change of your email address"),
        form_token: token(),
        username: username.to_owned(),
        when: "3:42 PM UTC on 24 November 2026".to_owned(),
        email: email.to_owned(),
        email_before: LONG.to_owned(),
    };
    let confirmed = ConfirmedPage {
        frame: frame("Your email address is changed"),
        username: "ready-user".to_owned(),
        email: LONG.to_owned(),
    };
    vec![
        sample("email-confirm", confirm("ready-user", LONG)),
        sample("email-confirm-hostile", confirm(HOSTILE, HOSTILE)),
        sample("email-confirmed", confirmed),
        sample("email-undo", undo("ready-user", "e••••••@elsewhere.example")),
        sample("email-undo-hostile", undo(HOSTILE, HOSTILE)),
        sample("email-undone", UndonePage { frame: frame("The change is undone"), username: "ready-user".to_owned() }),
    ]
}
