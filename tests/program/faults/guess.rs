//! Two who know a password guess the passcode.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

use vestibule::app::App;

use super::PASSCODE;
use super::house::House;
use super::person::{Person, told};
use super::story::Story;
use crate::browser::{Browser, Page};

const LOCKED: &str = "Too many wrong passcodes.";
const TRIES: u32 = 5;

pub struct Guess {
    person: Person,
    sent: AtomicU32,
    told_wrong: AtomicU32,
    told_locked: AtomicBool,
}

impl Guess {
    pub fn new(person: Person) -> Self {
        Self { person, sent: AtomicU32::new(0), told_wrong: AtomicU32::new(0), told_locked: AtomicBool::new(false) }
    }

    pub fn boxed(self) -> Box<dyn Story> {
        Box::new(self)
    }

    fn guess(&self, browser: &mut Browser, page: &Page) -> Option<Page> {
        self.sent.fetch_add(1, SeqCst);
        told(browser.try_send(page, PASSCODE, &[("passcode", &self.person.wrong_code())])?)
    }
}

impl Story for Guess {
    fn clients(&self) -> usize {
        2
    }

    fn act(&self, mut browser: Browser) -> Option<()> {
        let mut page = self.person.give_password(&mut browser)?;
        while page.status != 429 {
            page = self.guess(&mut browser, &page)?;
            match page.status {
                422 => _ = self.told_wrong.fetch_add(1, SeqCst),
                _ => assert_eq!(page.status, 429, "{page:?}"),
            }
        }
        assert!(page.html.contains(LOCKED), "{page:?}");
        self.told_locked.store(true, SeqCst);
        Some(())
    }

    /// Every try that was answered is in the count, a lock that was answered stands, and there are five tries in all.
    fn check(&self, house: &House, app: &App) {
        let (sent, wrong) = (self.sent.load(SeqCst), self.told_wrong.load(SeqCst));
        let least = if self.told_locked.load(SeqCst) { TRIES } else { wrong };
        let rest = self.person.row(app).rest;
        assert!((least..=sent.min(TRIES)).contains(&rest.spent), "{least} answered, {sent} sent, {rest:?}");
        assert_eq!(rest.locked_until.is_some(), rest.spent == TRIES, "{rest:?}");
        assert_eq!(self.person.events(app, "passcode", "wrong"), rest.spent, "charge and trail are one transaction");

        let mut browser = house.browser();
        let mut page = self.person.give_password(&mut browser).unwrap();
        for spent in rest.spent..TRIES {
            page = self.guess(&mut browser, &page).unwrap();
            assert_eq!(page.status, if spent + 1 == TRIES { 429 } else { 422 }, "{spent} spent: {page:?}");
        }
        assert!(
            page.status == 429 && page.html.contains(LOCKED) && !page.html.contains("name=\"passcode\""),
            "{page:?}"
        );
        assert_eq!(self.person.row(app).rest.spent, TRIES);
    }
}
