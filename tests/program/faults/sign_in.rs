//! Someone signs in with the right passcode.

use std::sync::Mutex;

use vestibule::app::App;
use vestibule::model::totp::Step;

use super::PASSCODE;
use super::house::House;
use super::person::{Person, told};
use super::story::Story;
use crate::browser::Browser;

const SESSION: &str = "vestibule-session";

pub struct SignsIn {
    person: Person,
    signed_in: Mutex<Option<SignedIn>>,
}

/// What was answered: a session, for a passcode.
struct SignedIn {
    browser: Browser,
    step: Step,
    code: String,
}

impl SignsIn {
    pub fn new(person: Person) -> Self {
        Self { person, signed_in: Mutex::new(None) }
    }

    pub fn boxed(self) -> Box<dyn Story> {
        Box::new(self)
    }
}

impl Story for SignsIn {
    fn act(&self, mut browser: Browser) -> Option<()> {
        let page = self.person.give_password(&mut browser)?;
        let (step, code) = self.person.code();
        let answer = told(browser.try_send(&page, PASSCODE, &[("passcode", &code)])?)?;
        assert!(answer.status == 303 && browser.holds(SESSION), "{answer:?}");
        *self.signed_in.lock().unwrap() = Some(SignedIn { browser: browser.clone(), step, code });
        let portal = told(browser.follow(answer)?)?;
        assert_eq!(portal.heading(), "Welcome");
        Some(())
    }

    /// A session that was answered lives and its passcode is used up. Where no answer came all of it happened, or nothing.
    fn check(&self, house: &House, app: &App) {
        let last_step = self.person.last_step(app).unwrap();
        let happened = u32::from(last_step != Step(0));
        let events = ["passcode", "sign-in"].map(|act| self.person.events(app, act, "done"));
        let (sessions, known) = (self.person.rows(app, "session"), self.person.rows(app, "known_browser"));
        assert_eq!((events, sessions, known), ([happened; 2], happened, happened), "{last_step:?}");
        assert_eq!((self.person.mails(app, "new_browser"), self.person.row(app).rest.spent), (happened, 0));
        match &*self.signed_in.lock().unwrap() {
            Some(signed_in) => {
                assert_eq!(last_step, signed_in.step);
                assert_eq!(signed_in.browser.clone().open("/").heading(), "Welcome");
                let mut other = house.browser();
                let page = self.person.give_password(&mut other).unwrap();
                let answer = other.send(&page, PASSCODE, &[("passcode", &signed_in.code)]);
                assert!(answer.status == 422 && !other.holds(SESSION), "a passcode works once: {answer:?}");
                return;
            }
            None if happened == 1 => return,
            None => {}
        }
        self.act(house.browser()).unwrap();
    }
}
