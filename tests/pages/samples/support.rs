//! The support console.

use vestibule::web::page::Field;
use vestibule::web::support::case::{CasePage, CheckWords, Fact, Joined, Line};
use vestibule::web::support::close::ClosePage;
use vestibule::web::support::decline::DeclinePage;
use vestibule::web::support::open::OpenPage;
use vestibule::web::support::queue::{Order, QueuePage, Row, Tab};
use vestibule::web::support::reset::ResetPage;

use super::case::line as said;
use super::{HOSTILE, Sample, failed, failed_sample, frame, sample, some, token, wait, wrong};

const NUMBER: &str = "V-7K3M9Q";
const AT: &str = "at 3:42 PM UTC on 3 March 2026";

pub fn all() -> Vec<Sample> {
    [queue(), case(), reset(), decisions()].into_iter().flatten().collect()
}

fn row(number: &str, username: &str, unread: u32) -> Row {
    Row {
        number: number.to_owned(),
        username: username.to_owned(),
        name: some("Nora Winter"),
        organization: "Northwind Traders".to_owned(),
        product: "Fund Accounting".to_owned(),
        waited: "2 hours 5 minutes".to_owned(),
        since: AT.to_owned(),
        state: "info received",
        unread,
    }
}

fn queue_page(rows: Vec<Row>, narrowed: bool) -> QueuePage {
    let labels = ["Not closed", "Open", "Info received", "Approved", "Declined", "Closed", "All"];
    let tab = |label: &'static str| Tab { label, count: 2, href: "/support".to_owned(), current: label == "Open" };
    let order = |value, label| Order { value, label, chosen: value == "oldest" };
    QueuePage {
        frame: frame("Support console"),
        tabs: labels.map(tab).to_vec(),
        state: "open".to_owned(),
        text: Field::kept("nora"),
        orders: vec![order("oldest", "Waiting longest first"), order("newest", "Newest first")],
        unread_only: narrowed,
        unread: 1,
        caption: format!("Open, {} cases on this page.", rows.len()),
        rows,
        narrowed,
        first: some("/support"),
        next: some("/support?after=1"),
    }
}

fn queue() -> Vec<Sample> {
    let long = "a-username-that-is-as-long-as-any-may-be-and-has-nowhere-to-brea";
    vec![
        sample("support-queue", queue_page(vec![row(NUMBER, "nora", 3), row("V-000001", long, 0)], false)),
        sample("support-queue-empty", QueuePage { first: None, next: None, ..queue_page(Vec::new(), false) }),
        sample("support-queue-nothing-found", queue_page(Vec::new(), true)),
        sample(
            "support-queue-hostile",
            QueuePage { text: Field::kept(HOSTILE), ..queue_page(vec![row(NUMBER, HOSTILE, 1)], true) },
        ),
    ]
}

fn facts(username: &str) -> Vec<Fact> {
    let fact = |label, value: &str| Fact { label, value: value.to_owned() };
    vec![
        fact("Account", username),
        fact("Email", "n•••@example.org"),
        fact("MFA", "set up at 3:42 PM UTC on 3 March 2026, with an authenticator app"),
        fact("Asked from", "Firefox on Linux, 198.51.100.23"),
    ]
}

fn checks() -> Vec<CheckWords> {
    let check = |id, label, done| CheckWords { id, label, done };
    vec![
        check("called_back", "I called the person back at a number that we had before this case", None),
        check("document", "I saw an identity document", some("anna, at 3:42 PM UTC on 3 March 2026")),
    ]
}

fn case_page(username: &str) -> CasePage {
    let line = |what: &str| Line {
        when: AT.to_owned(),
        what: what.to_owned(),
        who: "analyst anna".to_owned(),
        browser: "Firefox on Linux".to_owned(),
        address: "192.0.2.0/24".to_owned(),
    };
    CasePage {
        frame: frame("Case V-7K3M9Q"),
        form_token: token(),
        number: NUMBER.to_owned(),
        state: "info received",
        why_decided: None,
        problem: None,
        notice: None,
        second: None,
        no_reset: None,
        can_decline: true,
        can_close: true,
        can_write: true,
        can_check: true,
        messages: vec![
            said(1, "The person", "My phone fell into the lake.\nWhat now?", true),
            said(2, "You", username, false),
        ],
        live: some("/support/cases/V-7K3M9Q/live"),
        last: 2,
        message: Field::empty(),
        facts: facts(username),
        browsers: vec![Joined {
            browser: "Firefox on Linux".to_owned(),
            address: "2001:db8:1234:5678:9abc:def0:1234:5678".to_owned(),
            joined: AT.to_owned(),
        }],
        checks: checks(),
        history: vec![line("Signed in, from an app"), line("Wrong passcode")],
        acts: vec![line("Looked at the case")],
    }
}

fn case() -> Vec<Sample> {
    let second =
        "A second analyst must approve this reset. anna approved it first, at 3:42 PM UTC. Reason: called back";
    vec![
        sample("support-case", case_page("nora")),
        sample("support-case-hostile", case_page(HOSTILE)),
        sample(
            "support-case-new",
            CasePage {
                notice: some("The case is open, and the owner of the account is told."),
                no_reset: some("The person has not sent their information yet."),
                state: "open",
                messages: Vec::new(),
                last: 0,
                browsers: Vec::new(),
                history: Vec::new(),
                ..case_page("nora")
            },
        ),
        sample("support-case-second", CasePage { second: some(second), ..case_page("nora") }),
        sample(
            "support-case-closed",
            CasePage {
                state: "closed",
                why_decided: some("It was closed by support, at 3:42 PM UTC on 3 March 2026."),
                no_reset: some(""),
                can_decline: false,
                can_close: false,
                can_write: false,
                can_check: false,
                live: None,
                ..case_page("nora")
            },
        ),
        failed_sample(
            "support-case-wrong",
            CasePage {
                frame: failed("Case V-7K3M9Q"),
                problem: some("Type something first."),
                message: wrong("Type something first."),
                ..case_page("nora")
            },
        ),
    ]
}

fn reset() -> Vec<Sample> {
    let page = || ResetPage {
        frame: frame("Reset account"),
        form_token: token(),
        number: NUMBER.to_owned(),
        username: "nora".to_owned(),
        second: None,
        problem: None,
        needs_passcode: false,
        wait: None,
        reason: Field::empty(),
        checked: Field::empty(),
        a_day: "10 resets".into(),
    };
    let refused = |problem: &str| ResetPage { frame: failed("Reset account"), problem: some(problem), ..page() };
    vec![
        sample("support-reset", page()),
        failed_sample(
            "support-reset-wrong",
            ResetPage {
                reason: Field::wrong("x", "Write at least 3 characters."),
                checked: wrong("Check the person's identity first, then tick this."),
                ..refused("Write at least 3 characters.")
            },
        ),
        failed_sample("support-reset-passcode", ResetPage { needs_passcode: true, ..refused("Enter another one.") }),
        failed_sample("support-reset-wait", ResetPage { wait: wait(), ..refused("Ten resets in a day.") }),
    ]
}

fn decisions() -> Vec<Sample> {
    let decline = |frame, reason, words| DeclinePage {
        frame,
        form_token: token(),
        number: NUMBER.to_owned(),
        username: HOSTILE.to_owned(),
        problem: None,
        reason,
        words,
    };
    let close = ClosePage {
        frame: frame("Close case"),
        form_token: token(),
        number: NUMBER.to_owned(),
        username: "nora".to_owned(),
        state: "info received",
    };
    let open = |frame, who| OpenPage { frame, form_token: token(), problem: None, who };
    let (short, nobody) = ("Write at least 3 characters.", "No account has this username or email address.");
    vec![
        sample("support-decline-hostile", decline(frame("Decline"), Field::empty(), Field::empty())),
        failed_sample(
            "support-decline-wrong",
            DeclinePage { problem: some(short), ..decline(failed("Decline"), wrong(short), Field::kept("No.")) },
        ),
        sample("support-close", close),
        sample("support-open", open(frame("Open a case"), Field::empty())),
        failed_sample(
            "support-open-wrong",
            OpenPage { problem: some(nobody), ..open(failed("Open a case"), Field::wrong(HOSTILE, nobody)) },
        ),
    ]
}
