//! People at the demo's two products, and others who would like to be taken for them.

use serde_json::Value;
use vestibule::app::Clock;
use vestibule::model::totp::{Secret, Step, code_at};

use crate::browser::{Browser, Page};
use crate::running::{Demo, until};

const READY_USER: &str = "ready-user";
const MODERN: u16 = 1;
const ACCOUNTING: u16 = 2;

/// A demo, and a person with a browser.
struct Person {
    demo: Demo,
    browser: Browser,
    account: Value,
    /// The step of the last passcode that was typed.
    last: Option<Step>,
    _folder: tempfile::TempDir,
}

impl Person {
    fn new(username: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let demo = Demo::start(folder.path());
        let accounts = demo.mailbox("/api/accounts");
        let found = accounts.as_array().unwrap().iter().find(|account| account["username"] == username);
        let account = found.unwrap().clone();
        Self { demo, browser: Browser::default(), account, last: None, _folder: folder }
    }

    fn port(&self, product: u16) -> u16 {
        self.demo.port + product
    }

    /// A passcode that the app shows about now and that was not typed yet: the one before this one, then this one, then the next.
    fn passcode(&mut self) -> String {
        let key = self.account["totp_secret"].as_str().unwrap();
        let secret = Secret::from_bytes(&data_encoding::BASE32_NOPAD.decode(key.as_bytes()).unwrap()).unwrap();
        let now = Step::at(Clock::system().now());
        let step = self.last.map_or(Step(now.0 - 1), |last| Step(last.0 + 1)).max(Step(now.0 - 1));
        self.last = Some(step);
        code_at(&secret, step).digits().to_owned()
    }

    /// Gives username and password, then a passcode.
    fn sign_in(&mut self, page: &Page) -> Page {
        assert_eq!((page.port, page.heading()), (self.demo.port, "Sign in to open MIP Modern"));
        let fields = ["username", "password"].map(|field| (field, self.account[field].as_str().unwrap()));
        let page = self.browser.send(page, "/sign-in", &fields);
        self.verify(&page)
    }

    fn verify(&mut self, page: &Page) -> Page {
        assert_eq!((page.port, page.heading()), (self.demo.port, "Enter your passcode"), "{page:?}");
        let passcode = self.passcode();
        self.browser.send(page, "/sign-in/passcode", &[("passcode", &passcode)])
    }

    /// What Vestibule answers to a sign-in that MIP Modern begins while the portal is signed in: an address of MIP Modern.
    fn answer(&mut self) -> String {
        let (port, asked) = self.browser.once(self.port(MODERN), "/sign-in").location().unwrap();
        let (port, path) = self.browser.once(port, &asked).location().unwrap();
        assert!(port == self.port(MODERN) && path.starts_with("/callback?"), "{path}");
        path
    }

    fn is_in(&mut self, product: u16) -> bool {
        self.browser.open(self.port(product), "/").says("Signed in as ready-user")
    }
}

#[test]
fn each_product_is_opened_by_its_own_policy_and_the_end_is_everyones() {
    let mut nora = Person::new(READY_USER);
    let page = nora.browser.open(nora.port(MODERN), "/sign-in");
    let page = nora.sign_in(&page);
    assert_eq!((page.port, page.path.as_str(), page.heading()), (nora.port(MODERN), "/", "MIP Modern"));
    assert!(page.says("Signed in as ready-user"), "{page:?}");
    assert!(page.html.contains("urn:vestibule:acr:mfa"), "{page:?}");

    let page = nora.browser.open(nora.port(ACCOUNTING), "/sign-in");
    assert!(page.says("Fund Accounting asks for a passcode of its own"), "{page:?}");
    let page = nora.verify(&page);
    assert_eq!((page.port, page.heading()), (nora.port(ACCOUNTING), "Fund Accounting"));
    let again = nora.browser.open(nora.port(ACCOUNTING), "/sign-in");
    assert_eq!(again.heading(), "Enter your passcode");
    let again = nora.browser.open(nora.port(MODERN), "/sign-in");
    assert_eq!((again.port, again.status), (nora.port(MODERN), 200));
    assert!(nora.is_in(MODERN) && nora.is_in(ACCOUNTING));

    let page = nora.browser.open(nora.port(MODERN), "/");
    let page = nora.browser.send(&page, "/sign-out", &[]);
    assert_eq!((page.port, page.heading()), (nora.port(MODERN), "MIP Modern"), "{page:?}");
    assert!(!nora.is_in(MODERN));
    until("Fund Accounting to be told", || !nora.is_in(ACCOUNTING));
    let portal = nora.browser.open(nora.demo.port, "/");
    assert_eq!(portal.heading(), "Sign in");
}

/// The answer to a sign-in is good once, in the browser that began it, and as it was sent.
#[test]
fn an_answer_that_was_meant_for_another_signs_nobody_in() {
    let mut nora = Person::new(READY_USER);
    let page = nora.browser.open(nora.port(MODERN), "/sign-in");
    nora.sign_in(&page);
    let modern = nora.port(MODERN);
    let path = nora.answer();
    let mut other = Browser::default();
    other.once(modern, "/sign-in");
    assert_eq!(other.once(modern, &path).status, 400, "another browser's answer");
    assert!(!other.open(modern, "/").says("Signed in as"));
    for (what, other) in [("iss=http", "iss=https"), ("iss=", "is="), ("code=", "code=x"), ("state=", "state=x&state=")]
    {
        let changed = nora.answer().replace(what, other);
        assert_eq!(nora.browser.once(modern, &changed).location(), None, "{changed}");
    }
    assert_eq!(nora.browser.once(modern, &path).location(), Some((modern, "/".to_owned())));
    assert_eq!(nora.browser.once(modern, &path).status, 400, "the same answer again");
}

/// Cookies ignore ports, so each product gets the other's too.
#[test]
fn one_products_cookie_and_answer_are_nothing_to_the_other() {
    let mut nora = Person::new(READY_USER);
    let page = nora.browser.open(nora.port(MODERN), "/sign-in");
    nora.sign_in(&page);
    assert!(nora.is_in(MODERN) && !nora.is_in(ACCOUNTING));
    let cookie = nora.browser.cookie("mip-modern-session");
    let mut thief = Browser::default();
    thief.plant("fund-accounting-session", &cookie);
    assert!(!thief.open(nora.port(ACCOUNTING), "/").says("Signed in as"));
    let answer = nora.answer();
    let accounting = nora.port(ACCOUNTING);
    nora.browser.once(accounting, "/sign-in");
    assert_eq!(nora.browser.once(accounting, &answer).status, 400);
    assert!(!nora.is_in(ACCOUNTING));
}

/// What a cookie was before the sign-in is nothing after it (session fixation).
#[test]
fn a_cookie_that_was_planted_before_the_sign_in_is_signed_in_nowhere() {
    let mut nora = Person::new(READY_USER);
    let mut attacker = Browser::default();
    attacker.once(nora.port(MODERN), "/sign-in");
    let planted = attacker.cookie("mip-modern-session");
    nora.browser.plant("mip-modern-session", &planted);
    let page = nora.browser.open(nora.port(MODERN), "/sign-in");
    nora.sign_in(&page);
    assert!(nora.is_in(MODERN));
    assert_ne!(nora.browser.cookie("mip-modern-session"), planted);
    assert!(!attacker.open(nora.port(MODERN), "/").says("Signed in as"));
}

#[test]
fn nobody_else_signs_a_person_out() {
    let mut nora = Person::new(READY_USER);
    let page = nora.browser.open(nora.port(MODERN), "/sign-in");
    nora.sign_in(&page);
    let modern = nora.port(MODERN);
    for fields in [&[("form_token", "")][..], &[("form_token", "made up")]] {
        assert_eq!(nora.browser.post(modern, "/sign-out", fields).status, 400);
    }
    assert_eq!(nora.browser.post(modern, "/sign-out", &[]).status, 422);
    for token in ["", "a.b.c", "eyJhbGciOiJub25lIiwidHlwIjoibG9nb3V0K2p3dCJ9.eyJzdWIiOiI3In0."] {
        assert_eq!(nora.browser.post(modern, "/backchannel-logout", &[("logout_token", token)]).status, 400);
    }
    assert!(nora.is_in(MODERN));
}
