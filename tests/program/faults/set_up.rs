//! Someone sets MFA up, step by step.

use std::sync::Mutex;

use vestibule::app::App;
use vestibule::model::totp::Step;

use super::house::House;
use super::person::{Person, code_of_base32, told};
use super::story::Story;
use crate::browser::{Browser, Page};

const QUESTIONS: &str = "/set-up/questions";
const APP: &str = "/set-up/app";
const RECOVERY_CODE: &str = "/set-up/recovery-code";
const FINISH: &str = "/set-up/finish";

pub struct SetsUp {
    person: Person,
    link: String,
    answered: Mutex<Answered>,
}

/// How far the answers say that it has come.
#[derive(Default)]
struct Answered {
    /// It holds the cookies of the progress.
    browser: Option<Browser>,
    steps: usize,
    /// The step of the last passcode that was sent.
    proved: Option<Step>,
    /// As the page showed it.
    recovery_code: Option<String>,
}

impl SetsUp {
    pub fn new(person: Person, link: String) -> Self {
        Self { person, link, answered: Mutex::default() }
    }

    pub fn boxed(self) -> Box<dyn Story> {
        Box::new(self)
    }

    /// The page of the step that comes next, in the browser that has begun, or in this one.
    fn open(&self, answered: &mut Answered, browser: Browser) -> Option<Page> {
        let address = if answered.steps == 0 { &self.link } else { "/set-up" };
        told(answered.browser.get_or_insert(browser).try_open(address)?)
    }

    /// Does the step of this page, and opens the next one.
    fn step(&self, answered: &mut Answered, page: &Page) -> Option<Page> {
        let number = 1 + position(page)?;
        let browser = answered.browser.as_mut().unwrap();
        let answer = match page.path.as_str() {
            QUESTIONS => browser.try_send(page, QUESTIONS, &QUESTIONS_AND_ANSWERS)?,
            APP => {
                let (step, code) = code_of_base32(&page.code("manual-code"));
                answered.proved = Some(step);
                browser.try_send(page, APP, &[("passcode", &code)])?
            }
            _ => {
                let shown = page.code("recovery-code");
                let known = answered.recovery_code.get_or_insert(shown.clone());
                assert_eq!(*known, shown, "the code that was written down is the code");
                browser.try_send(page, FINISH, &[("saved", "yes")])?
            }
        };
        assert_eq!(told(answer.clone())?.status, 303, "{answer:?}");
        answered.steps = number;
        told(answered.browser.as_mut()?.follow(answer)?)
    }
}

const QUESTIONS_AND_ANSWERS: [(&str, &str); 9] = [
    ("question_1", "0"),
    ("own_question_1", ""),
    ("answer_1", "red"),
    ("question_2", "1"),
    ("own_question_2", ""),
    ("answer_2", "blue"),
    ("question_3", "2"),
    ("own_question_3", ""),
    ("answer_3", "green"),
];

/// Which step the page is of.
fn position(page: &Page) -> Option<usize> {
    [QUESTIONS, APP, RECOVERY_CODE].iter().position(|path| page.path == *path)
}

impl Story for SetsUp {
    fn act(&self, browser: Browser) -> Option<()> {
        let mut answered = self.answered.lock().unwrap();
        let mut page = self.open(&mut answered, browser)?;
        while position(&page).is_some() {
            page = self.step(&mut answered, &page)?;
        }
        assert_eq!((page.path.as_str(), page.status), ("/set-up/done", 200), "{page:?}");
        Some(())
    }

    /// A step that was answered is done, and the rest can be done; at the end there is MFA, once and whole.
    fn check(&self, house: &House, app: &App) {
        let is_set_up = |app| self.person.row(app).mfa_set_up_at.is_some();
        let steps = self.answered.lock().unwrap().steps;
        let before = is_set_up(app);
        assert!(before || steps < 3, "a set-up that was finished is finished");
        if !before {
            let page = self.open(&mut self.answered.lock().unwrap(), house.browser()).unwrap();
            let at = position(&page).unwrap_or_else(|| panic!("{page:?}"));
            assert!((steps..=steps + 1).contains(&at), "{steps} steps were answered: {page:?}");
            self.act(house.browser()).unwrap();
        }
        assert!(is_set_up(app));
        assert_eq!(self.person.last_step(app), self.answered.lock().unwrap().proved);
        let rows = ["totp_app", "security_answer"].map(|table| self.person.rows(app, table));
        let told = (self.person.events(app, "set-up", "done"), self.person.mails(app, "set_up_done"));
        assert_eq!((rows, told), ([1, 3], (1, 1)));
        assert_eq!(house.browser().open(&self.link).status, 410, "a setup link works once");
    }
}
