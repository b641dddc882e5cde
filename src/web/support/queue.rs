//! The queue. Its address says what is shown, so that a link to it can be shared.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::flow::support::queue::{self, After, Filter, Listed, Page, Sort};
use crate::model::support_case::{CaseNumber, State};
use crate::model::time::Timestamp;
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;
use crate::web::staff::Staff;

/// Cases on one page.
const ROWS: u32 = 25;
/// What is looked for is cut here.
const LONGEST: usize = 100;

/// The queue's page.
#[derive(Template)]
#[template(path = "support/queue.html")]
pub struct QueuePage {
    /// What stands around the page.
    pub frame: Frame,
    /// The states, with how many cases are in each.
    pub tabs: Vec<Tab>,
    /// The state that is shown, as the address says it.
    pub state: String,
    /// What is looked for.
    pub text: Field,
    /// In which orders the cases can stand.
    pub orders: Vec<Order>,
    /// Whether only cases with unread messages are shown.
    pub unread_only: bool,
    /// How many cases have some.
    pub unread: u32,
    /// The cases.
    pub rows: Vec<Row>,
    /// What the table shows, in a sentence.
    pub caption: String,
    /// Whether something is left out by the filter.
    pub narrowed: bool,
    /// The first page, where this is another.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
}

/// A state to choose.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Its words.
    pub label: &'static str,
    /// How many cases.
    pub count: u32,
    /// Where it leads.
    pub href: String,
    /// Whether it is shown now.
    pub current: bool,
}

/// An order to choose.
#[derive(Clone, Debug)]
pub struct Order {
    /// As the address says it.
    pub value: &'static str,
    /// Its words.
    pub label: &'static str,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A case.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number.
    pub number: String,
    /// Whose account.
    pub username: String,
    /// The person's name.
    pub name: Option<String>,
    /// The person's organization, or a word for none.
    pub organization: String,
    /// The product that the person came from, or a word for none.
    pub product: String,
    /// Since how long it is there.
    pub waited: String,
    /// Since when.
    pub since: String,
    /// Where it stands.
    pub state: &'static str,
    /// Messages that the analyst has not read.
    pub unread: u32,
}

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: String,
    text: String,
    sort: String,
    unread: String,
    after: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        Filter {
            state: State::parse(&self.state),
            unclosed: self.state != "all" && State::parse(&self.state).is_none(),
            text: self.text.clone(),
            unread: self.is_unread_only(),
            ..Filter::default()
        }
    }

    fn is_unread_only(&self) -> bool {
        !self.unread.is_empty()
    }

    fn sort(&self) -> Sort {
        ORDERS.iter().find(|(value, ..)| *value == self.sort).map_or(Sort::Oldest, |(_, _, sort)| *sort)
    }

    fn after(&self) -> Option<After> {
        let (millis, number) = self.after.split_once('-')?;
        Some((Timestamp::from_millis(millis.parse().ok()?), CaseNumber::parse(number)?))
    }

    /// The address that asks for this.
    fn href(&self) -> String {
        let pairs = [
            ("state", &self.state),
            ("text", &self.text),
            ("sort", &self.sort),
            ("unread", &self.unread),
            ("after", &self.after),
        ];
        let said = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let said: Vec<_> =
            said.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))).collect();
        if said.is_empty() { "/support".to_owned() } else { format!("/support?{}", said.join("&")) }
    }
}

const ORDERS: [(&str, &str, Sort); 3] = [
    ("oldest", "Waiting longest first", Sort::Oldest),
    ("newest", "Newest first", Sort::Newest),
    ("changed", "Last changed first", Sort::Changed),
];

const TABS: [(&str, &str); 7] = [
    ("", "Not closed"),
    ("open", "Open"),
    ("info_received", "Info received"),
    ("approved", "Approved"),
    ("declined", "Declined"),
    ("closed", "Closed"),
    ("all", "All"),
];

/// Shows it.
pub async fn get(
    Shared(site): Shared<Site>,
    browser: Browser,
    staff: Staff,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Answer {
    let mut asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    asked.text = asked.text.trim().chars().take(LONGEST).collect();
    let (analyst, filter, sort, after) = (staff.analyst, asked.filter(), asked.sort(), asked.after());
    let page = site.read(move |tx| queue::page(tx, &analyst, &filter, (sort, after.as_ref(), ROWS))).await?;
    Reply::page(StatusCode::OK, &filled(&site, &browser, &asked, page))?.done()
}

fn filled(site: &Site, browser: &Browser, asked: &Asked, page: Page) -> QueuePage {
    let chosen = asked.sort();
    let next = page.next.map(|(at, number)| Asked { after: format!("{}-{number}", at.millis()), ..asked.clone() });
    let narrowed = !asked.text.is_empty() || asked.is_unread_only() || !asked.state.is_empty();
    let label = TABS.iter().find(|(value, _)| *value == asked.state).map_or("Not closed", |(_, label)| *label);
    QueuePage {
        frame: site.frame("Support console", browser),
        tabs: tabs(asked, &page.counts),
        state: asked.state.clone(),
        text: Field::kept(asked.text.clone()),
        orders: ORDERS.map(|(value, label, sort)| Order { value, label, chosen: sort == chosen }).to_vec(),
        unread_only: asked.is_unread_only(),
        unread: in_tab(&asked.state, &page.unread),
        caption: format!(
            "{label}: {} in all, {} on this page.",
            in_tab(&asked.state, &page.counts),
            counted(page.rows.len())
        ),
        rows: page.rows.into_iter().map(|row| listed(site, browser, row)).collect(),
        narrowed,
        first: (!asked.after.is_empty()).then(|| Asked { after: String::new(), ..asked.clone() }.href()),
        next: next.map(|next| next.href()),
    }
}

fn counted(rows: usize) -> String {
    if rows == 1 { "1 case".to_owned() } else { format!("{rows} cases") }
}

fn tabs(asked: &Asked, counts: &[(State, u32)]) -> Vec<Tab> {
    let tab = |(value, label): (&'static str, &'static str)| Tab {
        label,
        count: in_tab(value, counts),
        href: Asked { state: value.to_owned(), after: String::new(), ..asked.clone() }.href(),
        current: value == asked.state,
    };
    TABS.map(tab).to_vec()
}

/// How many of these are in the states of a tab; a state that is none is shown as the first tab.
fn in_tab(value: &str, counts: &[(State, u32)]) -> u32 {
    let is_in = |state: State| match value {
        "all" => true,
        one => State::parse(one).map_or(state != State::Closed, |one| one == state),
    };
    counts.iter().filter(|(state, _)| is_in(*state)).map(|(_, count)| count).sum()
}

fn listed(site: &Site, browser: &Browser, row: Listed) -> Row {
    let zone = &site.app.settings.branding.time_zone;
    let minutes = browser.now.since(row.opened_at).as_secs() / 60;
    Row {
        number: row.number.to_string(),
        username: row.username,
        name: row.name,
        organization: row.organization.unwrap_or_else(|| "none".to_owned()),
        product: row.product.unwrap_or_else(|| "none".to_owned()),
        waited: match minutes {
            0 => "just now".to_owned(),
            minutes => words::span(std::time::Duration::from_secs(minutes * 60)),
        },
        since: format!("at {}", words::clock_time_and_date(row.opened_at, zone)),
        state: row.state.words(),
        unread: row.unread,
    }
}
