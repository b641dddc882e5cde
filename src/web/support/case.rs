//! A case: what the decision needs, and the conversation.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use serde::Deserialize;

use super::said::{self, SaidWords};
use super::{notice, number, refused};
use crate::flow::support::conversation;
use crate::flow::support::view::{self, CaseView, Event};
use crate::model::support_case::{Closing, Refused, State};
use crate::model::time::Timestamp;
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::error::Failure;
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;
use crate::web::staff::Staff;

/// What of the history stands among the facts, with the time of the last one.
const CHANGES: [(&str, &str); 4] = [
    ("password-reset", "Password set by email"),
    ("email-change", "Email address changed"),
    ("new-device", "New device set up"),
    ("not-me", "A sign-in reported as not the owner's"),
];

/// A case's page.
#[derive(Template)]
#[template(path = "support/case.html")]
pub struct CasePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// The case's number.
    pub number: String,
    /// Where it stands.
    pub state: &'static str,
    /// Who decided and why, or how it was closed.
    pub why_decided: Option<String>,
    /// What did not succeed.
    pub problem: Option<String>,
    /// What was done just now.
    pub notice: Option<String>,
    /// That a second analyst is needed, and who was the first; or that a reset broke off after it was approved.
    pub second: Option<String>,
    /// Why **Reset account** is not offered.
    pub no_reset: Option<String>,
    /// Whether **Decline** is offered.
    pub can_decline: bool,
    /// Whether **Close case** is offered.
    pub can_close: bool,
    /// Whether something can be said.
    pub can_write: bool,
    /// Whether identity checks can be ticked.
    pub can_check: bool,
    /// What was said.
    pub messages: Vec<SaidWords>,
    /// Where the script listens.
    pub live: Option<String>,
    /// The number of the newest message.
    pub last: i64,
    /// The message that is being written.
    pub message: Field,
    /// About the person.
    pub facts: Vec<Fact>,
    /// Browsers that joined.
    pub browsers: Vec<Joined>,
    /// What may be checked, and what was.
    pub checks: Vec<CheckWords>,
    /// The account's recent history.
    pub history: Vec<Line>,
    /// What was done in the case.
    pub acts: Vec<Line>,
}

impl CasePage {
    /// In place of a conversation.
    const fn nothing_said(&self) -> &'static str {
        if self.can_write {
            "Nothing has been said yet. What you write here reaches the person in the browser and by email."
        } else {
            "Nothing was said."
        }
    }

    fn unread(&self) -> usize {
        said::unread(&self.messages)
    }

    /// Why nothing is reset, where that is not plain from the state.
    fn no_reset_words(&self) -> Option<&str> {
        self.no_reset.as_deref().filter(|words| !words.is_empty())
    }
}

/// Something about the person.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What.
    pub label: &'static str,
    /// How it is.
    pub value: String,
}

/// A browser that joined.
#[derive(Clone, Debug)]
pub struct Joined {
    /// In words.
    pub browser: String,
    /// Its network address.
    pub address: String,
    /// When.
    pub joined: String,
}

/// An identity check.
#[derive(Clone, Debug)]
pub struct CheckWords {
    /// The form's field.
    pub id: &'static str,
    /// What is checked.
    pub label: &'static str,
    /// By whom and when it was.
    pub done: Option<String>,
}

/// A line of history.
#[derive(Clone, Debug)]
pub struct Line {
    /// When.
    pub when: String,
    /// What.
    pub what: String,
    /// Who did it.
    pub who: String,
    /// With which browser.
    pub browser: String,
    /// From which network.
    pub address: String,
}

/// What the address says besides the number.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    notice: String,
}

/// What the page has to say besides how the case stands.
#[derive(Debug, Default)]
pub struct Told {
    /// What did not succeed, and the status that says so.
    pub problem: Option<(StatusCode, String)>,
    /// What was done.
    pub notice: Option<String>,
    /// The message that is being written.
    pub message: Field,
}

/// Shows it.
pub async fn get(
    Shared(site): Shared<Site>,
    Path(text): Path<String>,
    browser: Browser,
    staff: Staff,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Answer {
    let notice = asked.ok().and_then(|Query(asked)| notice(&asked.notice)).map(str::to_owned);
    show(&site, &browser, &staff, &text, Told { notice, ..Told::default() }).await
}

/// Shows the case as it stands now. What is shown counts as read.
pub async fn show(site: &Site, browser: &Browser, staff: &Staff, text: &str, told: Told) -> Answer {
    let case = look(site, browser, staff, text).await?;
    let status = told.problem.as_ref().map_or(StatusCode::OK, |(status, _)| *status);
    Reply::page(status, &page(site, browser, staff, (case, told)))?.connecting().done()
}

/// The case, which is thereby looked at.
pub async fn look(site: &Site, browser: &Browser, staff: &Staff, text: &str) -> Result<CaseView, Failure> {
    let (act, analyst, number) = (site.act(browser), staff.analyst.clone(), number(text)?);
    let seen = staff.write(site, move |tx| {
        let seen = view::view(tx, &act, &analyst, &number)?;
        if let Some(seen) = &seen {
            conversation::read_by_analyst(tx, &act, &analyst, (&number, seen.newest))?;
        }
        Ok(seen)
    });
    seen.await?.ok_or(Failure::NotFound)
}

fn page(site: &Site, browser: &Browser, staff: &Staff, (case, told): (CaseView, Told)) -> CasePage {
    let at = |at: Timestamp| format!("at {}", words::clock_time_and_date(at, &site.app.settings.branding.time_zone));
    let frame = site.frame(&format!("Case {}", case.number), browser);
    let is_open = case.state != State::Closed;
    CasePage {
        frame: if told.problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(&staff.token),
        state: case.state.words(),
        why_decided: why_decided(&case, at),
        problem: told.problem.map(|(_, words)| words),
        notice: told.notice,
        second: second(site, &case),
        no_reset: no_reset(&case),
        can_decline: case.state.is_undecided(),
        can_close: is_open,
        can_write: is_open,
        can_check: case.state.is_undecided(),
        messages: case.messages.iter().map(|message| said::words(site, message, (case.read, true))).collect(),
        live: is_open.then(|| format!("/support/cases/{}/live", case.number)),
        last: case.newest,
        message: told.message,
        facts: facts(&case, at),
        browsers: case.participants.iter().map(|one| joined(one, at)).collect(),
        checks: case.checks.iter().map(|check| check_words(check, at)).collect(),
        history: case.history.iter().map(|event| line(event, at)).collect(),
        acts: case.acts.iter().map(|event| line(event, at)).collect(),
        number: case.number.to_string(),
    }
}

fn why_decided(case: &CaseView, at: impl Fn(Timestamp) -> String) -> Option<String> {
    if let Some((when, how)) = case.closed {
        let how = match how {
            Some(Closing::NotMe) => "because the owner said that it was not theirs",
            Some(Closing::SetUp) => "because MFA was set up again",
            Some(Closing::Age) => "because nothing happened in it any more",
            Some(Closing::Support) | None => "by support",
        };
        return Some(format!("It was closed {how}, {}.", at(when)));
    }
    let decision = case.decision.as_ref()?;
    let by = decision.by.as_deref().unwrap_or("somebody who is gone");
    let reason = decision.reason.as_deref().unwrap_or("deleted");
    Some(format!("Decided by {by}, {}. Reason: {reason}", at(decision.at)))
}

/// Who approved first, where two must; and that a reset was approved and broke off before it was done.
pub fn second(site: &Site, case: &CaseView) -> Option<String> {
    let needed = usize::try_from(case.needed.ok()?).unwrap_or(usize::MAX);
    let told = |given: &view::Approval| {
        let who = if given.own { "You" } else { &given.username };
        let when = words::clock_time_and_date(given.at, &site.app.settings.branding.time_zone);
        (format!("{who} approved it"), format!("at {when}. Reason: {}", given.reason.as_deref().unwrap_or("deleted")))
    };
    let Some(first) = case.approvals.first() else {
        let both = "Two analysts must approve this reset, each with a passcode and a reason of their own.";
        return (needed > 1).then(|| both.to_owned());
    };
    if case.approvals.len() < needed {
        let (who, when_and_why) = told(first);
        return Some(format!("A second analyst must approve this reset. {who} first, {when_and_why}"));
    }
    let given: Vec<_> = case.approvals.iter().map(told).map(|(who, rest)| format!("{who} {rest}")).collect();
    Some(format!(
        "This reset has the approvals that it needs, but nothing was changed yet. Reset account finishes it, with another passcode; \
         it counts once. {}",
        given.join(". ")
    ))
}

/// Why nothing can be reset by this analyst.
pub fn no_reset(case: &CaseView) -> Option<String> {
    match case.needed {
        Err(Refused::Decided) => Some(String::new()),
        Err(why) => Some(refused(why).to_owned()),
        Ok(2) if matches!(&case.approvals[..], [one] if one.own) => Some("Another analyst comes next.".to_owned()),
        Ok(_) => None,
    }
}

fn facts(case: &CaseView, at: impl Fn(Timestamp) -> String) -> Vec<Fact> {
    let owner = &case.owner;
    let none = || "none".to_owned();
    let mfa = match owner.mfa {
        Some((when, true)) => format!("set up {}, with an authenticator app", at(when)),
        Some((when, false)) => format!("set up {}, passcodes come by email", at(when)),
        None => "not set up".to_owned(),
    };
    let asked = if case.browser.is_empty() { none() } else { format!("{}, {}", case.browser, case.address) };
    let opened = case.opened_by.as_ref().map_or_else(|| "the person".to_owned(), Clone::clone);
    let mut facts = vec![
        Fact { label: "Account", value: owner.username.clone() },
        Fact { label: "Name", value: owner.name.clone().unwrap_or_else(none) },
        Fact { label: "Organization", value: owner.organization.clone().unwrap_or_else(none) },
        Fact { label: "Email", value: owner.masked_email.clone() },
        Fact { label: "MFA", value: mfa },
        Fact { label: "Last sign-in", value: owner.last_sign_in_at.map_or_else(|| "never".to_owned(), &at) },
        Fact { label: "Product", value: case.product.clone().unwrap_or_else(none) },
        Fact { label: "Opened", value: format!("by {opened}, {}", at(case.opened_at)) },
        Fact { label: "Information received", value: case.info_at.map_or_else(|| "not yet".to_owned(), &at) },
        Fact { label: "Asked from", value: asked },
        Fact { label: "Role", value: owner.role.as_str().to_owned() },
    ];
    if owner.by_mail_only {
        let value = "set through an emailed link, or brought back by an undone change of the address, \
            and nobody has proved more than the mailbox since; two must approve";
        facts.push(Fact { label: "Password", value: value.to_owned() });
    }
    for (act, label) in CHANGES {
        if let Some(last) = case.history.iter().find(|event| event.act == act) {
            facts.push(Fact { label, value: at(last.at) });
        }
    }
    if let Some(when) = owner.disabled_at {
        facts.push(Fact { label: "May not sign in since", value: at(when) });
    }
    if owner.stopped {
        facts.push(Fact { label: "Stopped by the owner", value: "yes, with “This wasn't me”".to_owned() });
    }
    facts
}

fn joined(one: &view::Joined, at: impl Fn(Timestamp) -> String) -> Joined {
    Joined { browser: one.browser.clone(), address: one.address.clone(), joined: at(one.at) }
}

fn check_words(check: &view::Checked, at: impl Fn(Timestamp) -> String) -> CheckWords {
    let done = check.done.as_ref().map(|(by, when)| format!("{by}, {}", at(*when)));
    CheckWords { id: check.check.as_str(), label: check.check.words(), done }
}

fn line(event: &Event, at: impl Fn(Timestamp) -> String) -> Line {
    Line {
        when: at(event.at),
        what: super::history::words(event),
        who: event.actor.clone(),
        browser: event.browser.clone(),
        address: event.network.clone(),
    }
}
