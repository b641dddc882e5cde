//! Someone without MFA asks for the setup email. No mail server is set, so that it waits in the outbox.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use vestibule::app::App;

use super::house::House;
use super::person::{Person, told};
use super::story::Story;
use crate::browser::Browser;

const FORM: &str = "/sign-in/send-setup-email";

pub struct Asks {
    person: Person,
    was_promised: AtomicBool,
}

impl Asks {
    pub fn new(person: Person) -> Self {
        Self { person, was_promised: AtomicBool::new(false) }
    }

    pub fn boxed(self) -> Box<dyn Story> {
        Box::new(self)
    }
}

impl Story for Asks {
    fn act(&self, mut browser: Browser) -> Option<()> {
        let page = self.person.give_password(&mut browser)?;
        let answer = told(browser.try_send(&page, FORM, &[])?)?;
        assert!([200, 303].contains(&answer.status), "{answer:?}");
        self.was_promised.store(true, SeqCst);
        Some(())
    }

    /// A mail that was promised is in the outbox, with its link; where no answer came, both are there or neither.
    fn check(&self, house: &House, app: &App) {
        let (links, events) = (self.person.rows(app, "link"), self.person.events(app, "set-up-mail", "done"));
        let mails = self.person.mails(app, "set_up_link");
        assert_eq!((links, events), (mails, mails));
        if self.was_promised.load(SeqCst) {
            assert_eq!(mails, 1);
        } else {
            self.act(house.browser()).unwrap();
            assert_eq!(self.person.mails(app, "set_up_link"), mails + 1);
        }
    }
}
