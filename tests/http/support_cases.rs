//! Product sections 5 (C) and 6: support cases. The person's side is told through the pages; the analysts' through the acts that
//! their pages call.

mod after_reset;
mod attacks;
mod broken_off;
mod conversation;
mod decision;
mod evidence;
mod limits;
mod not_me;
mod person;

use vestibule::flow::account::Change;
use vestibule::flow::act::{Act, Origin};
use vestibule::flow::session;
use vestibule::flow::sign_in::confirm;
use vestibule::flow::sign_in::emailed;
use vestibule::flow::sign_in::finish;
use vestibule::flow::sign_in::passcode::{self, Submitted};
use vestibule::flow::support::analyst::Analyst;
use vestibule::flow::support::conversation::{self as talk, Said};
use vestibule::flow::support::decide::{self, Approved, Approving, Ended, Reset};
use vestibule::flow::support::open::{self, Opened};
use vestibule::flow::support::view::{self, CaseView};
use vestibule::model::account::Role;
use vestibule::model::confirmation::{Confirmation, Subject};
use vestibule::model::passcode::Passcode;
use vestibule::model::return_path::ReturnPath;
use vestibule::model::support_case::CaseNumber;
use vestibule::model::support_case::words::Words;
use vestibule::model::token::{PlainToken, TokenKind};
use vestibule::store::audit::{Search, StoredEvent};
use vestibule::store::db::Tx;
use vestibule::store::error::Error;

use crate::support::*;

pub const CASE: &str = "__Host-vestibule-case";

/// The page **Contact Support**, behind a fresh link.
async fn contact_page(browser: &mut Browser, person: &Person) -> Page {
    let link = person.ask_for_new_device(browser).await;
    browser.open(&link).await;
    let page = browser.open("/new-device").await;
    browser.open(&page.link("Contact Support")).await
}

/// Sends the person's information: the case's page and its number.
pub async fn open_case(browser: &mut Browser, person: &Person) -> (Page, CaseNumber) {
    let page = contact_page(browser, person).await;
    let page = browser.press(&page, "Send My Info Now").await;
    let number = number_on(&page);
    (page, number)
}

/// The number of the case that a page shows.
fn number_on(page: &Page) -> CaseNumber {
    let text = page.title();
    let at = text.find("V-").unwrap_or_else(|| panic!("no case: {} {}", page.status, page.text()));
    CaseNumber::parse(&text[at..at + 8]).unwrap()
}

fn words(text: &str) -> Words {
    Words::message(text).unwrap()
}

/// The account's events of this act.
fn trail(app: &TestApp, person: &Person, act: &str) -> Vec<StoredEvent> {
    let search = Search { account: person.id.as_str().into(), act: act.into(), since: None, most: 1_000 };
    app.app.db.read(move |tx| vestibule::store::audit::search(tx, &search)).unwrap()
}

/// An analyst at work.
pub struct Desk {
    app: TestApp,
    person: Person,
    browser: finish::Browser,
}

impl Desk {
    pub async fn new(app: &TestApp, username: &str) -> Self {
        Self::of(app, username, Role::Analyst).await
    }

    async fn of(app: &TestApp, username: &str, role: Role) -> Self {
        let person = app.with_mfa(username).await;
        app.change(&person, Change::SetRole(role));
        Self::signed_in(app, person).await
    }

    async fn signed_in(app: &TestApp, person: Person) -> Self {
        let mut browser = app.browser().at("198.51.100.20");
        assert!(browser.sign_in(&person).await.offers("Sign out"));
        app.mail();
        Self::with_session(app, person, &browser)
    }

    /// In the session that this browser has.
    fn with_session(app: &TestApp, person: Person, browser: &Browser) -> Self {
        let token = |name: &str, kind| PlainToken::parse(kind, browser.cookies.get(name)?);
        let session = token("__Host-vestibule-session", TokenKind::Session);
        let browser = finish::Browser { session, known_browsers: Vec::new() };
        Self { app: app.clone(), person, browser }
    }

    fn act(&self) -> Act {
        let origin = Origin {
            address: Some("198.51.100.20".parse().unwrap()),
            user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0".into(),
            request_id: "desk".into(),
            actor: None,
        };
        self.app.app.act(origin)
    }

    fn write<T: Send + 'static>(&self, act: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static) -> T {
        self.app.app.db.write(act).unwrap()
    }

    fn analyst(&self) -> Analyst {
        let (act, token) = (self.act(), self.browser.session.clone().unwrap());
        let live = self.write(move |tx| session::live(tx, &act, &token));
        Analyst::of(&live.expect("a session")).expect("an analyst")
    }

    /// Gives the passcode that a reset of this case needs.
    fn confirm(&mut self, number: &CaseNumber) {
        self.app.pass(seconds(31));
        let attempt = self.ask_to_confirm(number);
        self.give(&attempt, &self.person.code(&self.app));
    }

    /// The same with an emailed one, where there is no app.
    fn confirm_by_mail(&mut self, number: &CaseNumber) {
        let attempt = self.ask_to_confirm(number);
        let (act, asked) = (self.act(), attempt.clone());
        self.write(move |tx| emailed::send(tx, &act, &asked));
        self.give(&attempt, &self.app.newest_mail(&self.person.email, "passcode").passcode());
    }

    fn ask_to_confirm(&self, number: &CaseNumber) -> PlainToken {
        let (act, browser) = (self.act(), self.browser.clone());
        let subject = Subject::Reset(number.as_str().to_owned());
        let asked = Confirmation { subject, return_to: ReturnPath::parse("/portal").unwrap() };
        self.write(move |tx| confirm::begin(tx, &act, &asked, (&browser, None))).unwrap()
    }

    fn give(&mut self, attempt: &PlainToken, code: &str) {
        let (act, browser, attempt) = (self.act(), self.browser.clone(), attempt.clone());
        let typed = Passcode::parse(code).unwrap();
        let given = self.write(move |tx| {
            passcode::view(tx, &act, &attempt)?;
            passcode::submit(tx, &act, &attempt, &typed, &browser)
        });
        let Submitted::Confirmed(_, token) = given else { panic!("{given:?}") };
        self.browser.session = Some(token);
    }

    fn approve(&self, number: &CaseNumber) -> Approved {
        self.approve_with(number, true)
    }

    fn approve_with(&self, number: &CaseNumber, checked: bool) -> Approved {
        let (act, analyst, number) = (self.act(), self.analyst(), number.clone());
        let approving = Approving { reason: Words::reason("Called back at the number on file.").unwrap(), checked };
        self.write(move |tx| decide::approve(tx, &act, &analyst, &number, &approving))
    }

    fn reset(&self, number: &CaseNumber) -> Reset {
        let (act, analyst, number) = (self.act(), self.analyst(), number.clone());
        self.write(move |tx| decide::reset(tx, &act, &analyst, &number))
    }

    /// The whole reset.
    fn confirm_and_reset(&mut self, number: &CaseNumber) -> Reset {
        self.confirm(number);
        assert_eq!(self.approve(number), Approved::Noted);
        self.reset(number)
    }

    pub fn say(&self, number: &CaseNumber, text: &str) -> Said {
        let (act, analyst, number, text) = (self.act(), self.analyst(), number.clone(), words(text));
        self.write(move |tx| talk::by_analyst(tx, &act, &analyst, &number, &text))
    }

    fn view(&self, number: &CaseNumber) -> Option<CaseView> {
        let (act, analyst, number) = (self.act(), self.analyst(), number.clone());
        self.write(move |tx| view::view(tx, &act, &analyst, &number))
    }

    fn open_for(&self, typed: &str) -> Opened {
        let (act, analyst, typed) = (self.act(), self.analyst(), typed.to_owned());
        self.write(move |tx| open::by_analyst(tx, &act, &analyst, &typed))
    }

    fn decline(&self, number: &CaseNumber, said: Option<&str>) -> Ended {
        let (act, analyst, number, said) = (self.act(), self.analyst(), number.clone(), said.map(words));
        let reason = Words::reason("Could not name the last product.").unwrap();
        self.write(move |tx| decide::decline(tx, &act, &analyst, &number, (&reason, said.as_ref())))
    }

    fn close(&self, number: &CaseNumber) -> Ended {
        let (act, analyst, number) = (self.act(), self.analyst(), number.clone());
        self.write(move |tx| decide::close(tx, &act, &analyst, &number))
    }
}
