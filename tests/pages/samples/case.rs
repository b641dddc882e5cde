//! A support case as the person sees it.

use vestibule::flow::support::not_me::Found;
use vestibule::web::case::conversation::ConversationPage;
use vestibule::web::case::join::JoinPage;
use vestibule::web::case::{not_me::NotMePage, not_me_done::NotMeDonePage};
use vestibule::web::new_device::support::SupportPage;
use vestibule::web::page::{Field, Frame};
use vestibule::web::support::said::SaidWords;

use super::{HOSTILE, Sample, failed, failed_sample, frame, sample, some, token, wait};

pub fn all() -> Vec<Sample> {
    [contact(), conversation(), behind_links()].into_iter().flatten().collect()
}

fn contact() -> Vec<Sample> {
    let page = |frame: Frame, username: &str| SupportPage {
        frame,
        form_token: token(),
        username: username.to_owned(),
        problem: None,
        wait: None,
    };
    let alone = Frame { support_phone: None, support_chat_url: None, ..frame("Contact Support") };
    let refused = || failed("Contact Support");
    vec![
        sample("contact-support", page(frame("Contact Support"), "ready-user")),
        sample("contact-support-no-phone", page(alone, HOSTILE)),
        failed_sample(
            "contact-support-stopped",
            SupportPage { problem: some("Support can't reset this account."), ..page(refused(), "ready-user") },
        ),
        failed_sample(
            "contact-support-wait",
            SupportPage {
                problem: some("Several cases have been opened for this account already."),
                wait: wait(),
                ..page(refused(), "ready-user")
            },
        ),
    ]
}

pub fn line(id: i64, author: &str, text: &str, unread: bool) -> SaidWords {
    let at = "3:42 PM UTC on 3 March 2026".to_owned();
    SaidWords { id, author: author.to_owned(), own: author == "You", at, text: some(text), unread }
}

fn talk() -> Vec<SaidWords> {
    vec![
        line(1, "You", "I have lost my telephone.\nIt fell into the lake.", false),
        line(2, "Support", "We call you at the number that we know.", true),
    ]
}

fn page(frame: Frame, messages: Vec<SaidWords>) -> ConversationPage {
    ConversationPage {
        frame,
        form_token: token(),
        number: "V-7K3M9Q".to_owned(),
        username: "ready-user".to_owned(),
        state: "info received",
        meaning: "Support has your information and is looking at it. You'll get an email once your account is reset.",
        sign_in: false,
        open: true,
        others: false,
        newest: messages.last().map_or(0, |message| message.id),
        messages,
        live: Some("/case/live"),
        message: Field::empty(),
        problem: None,
        wait: None,
    }
}

fn conversation() -> Vec<Sample> {
    let title = || frame("Support case V-7K3M9Q");
    vec![
        sample("case", page(title(), Vec::new())),
        sample("case-talk", page(title(), talk())),
        sample(
            "case-hostile",
            ConversationPage { username: HOSTILE.to_owned(), ..page(title(), vec![line(1, "You", HOSTILE, false)]) },
        ),
        sample(
            "case-approved",
            ConversationPage { state: "approved", sign_in: true, others: true, ..page(title(), talk()) },
        ),
        sample("case-closed", ConversationPage { state: "closed", open: false, live: None, ..page(title(), talk()) }),
        failed_sample(
            "case-wrong",
            ConversationPage {
                message: Field::wrong(HOSTILE, "Write at most 2,000 characters."),
                problem: some("Write at most 2,000 characters."),
                ..page(failed("Support case V-7K3M9Q"), talk())
            },
        ),
        failed_sample(
            "case-wait",
            ConversationPage {
                problem: some("You have written many messages in a short time."),
                wait: wait(),
                ..page(failed("Support case V-7K3M9Q"), talk())
            },
        ),
    ]
}

fn behind_links() -> Vec<Sample> {
    let join = |username: &str| JoinPage {
        frame: frame("Support case V-7K3M9Q"),
        form_token: token(),
        number: "V-7K3M9Q".to_owned(),
        username: username.to_owned(),
    };
    let not_me = |username: &str, browser: &str| NotMePage {
        frame: frame("Did you ask support?"),
        form_token: token(),
        username: username.to_owned(),
        number: "V-7K3M9Q".to_owned(),
        when: "3:42 PM UTC on 3 March 2026".to_owned(),
        browser: browser.to_owned(),
        network: "192.0.2.0/24".to_owned(),
        found: Found::App,
    };
    let done = |username: &str, (set_up_stopped, has_app)| NotMeDonePage {
        frame: frame("The case is closed"),
        username: username.to_owned(),
        set_up_stopped,
        has_app,
    };
    vec![
        sample("case-join", join("ready-user")),
        sample("case-join-hostile", join(HOSTILE)),
        sample("case-not-me", not_me("ready-user", "Firefox on Windows")),
        sample("case-not-me-called", not_me(HOSTILE, "")),
        sample("case-not-me-reset", NotMePage { found: Found::Nothing, ..not_me(HOSTILE, "Firefox on Windows") }),
        sample("case-not-me-set-up-since", NotMePage { found: Found::SetUpSince, ..not_me("ready-user", "") }),
        sample("case-not-me-by-email", NotMePage { found: Found::Email, ..not_me("ready-user", "") }),
        sample("case-not-me-done", done("ready-user", (false, true))),
        sample("case-not-me-done-hostile", done(HOSTILE, (false, false))),
        sample("case-not-me-done-reset", done(HOSTILE, (true, false))),
    ]
}
