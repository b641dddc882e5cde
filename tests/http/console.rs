//! The support console: who gets in, the queue, a case and its conversation, and what an analyst decides.

mod access;
mod case;
mod decide;
mod live;
mod queue;
mod streams;

use vestibule::flow::account::Change;
use vestibule::model::account::Role;
use vestibule::model::support_case::CaseNumber;

use crate::support::*;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";

/// A browser of the person that joined a case.
#[derive(Clone)]
pub struct Joined {
    pub number: CaseNumber,
    pub browser: Browser,
}

/// **Send My Info Now**, from another browser each time.
pub async fn send_info(app: &TestApp, person: &Person) -> Joined {
    let mut browser = app.browser().at("198.51.100.23");
    browser.extra = vec![("user-agent", FIREFOX.to_owned())];
    let link = person.ask_for_new_device(&mut browser).await;
    let page = browser.open(&link).await;
    let page = browser.open(&page.link("Contact Support")).await;
    let page = browser.press(&page, "Send My Info Now").await;
    let at = page.title().find("V-").unwrap_or_else(|| panic!("no case: {}", page.text()));
    let number = CaseNumber::parse(page.title().get(at..at + 8).unwrap()).unwrap();
    Joined { number, browser }
}

impl Joined {
    /// The address of the case in the console.
    pub fn path(&self) -> String {
        format!("/support/cases/{}", self.number)
    }

    /// The person says something.
    pub async fn say(&self, text: &str) {
        let mut browser = self.browser.clone();
        let page = browser.open("/case").await;
        let said = browser.submit(&page, "Send message", &[("Message", text)]).await;
        assert!(said.status == 200 && said.says(text.lines().next().unwrap()), "{}", said.text());
    }
}

/// Somebody with MFA and this role.
pub async fn with_role(app: &TestApp, username: &str, role: Role) -> Person {
    let person = app.with_mfa(username).await;
    app.change(&person, Change::SetRole(role));
    app.mail();
    person
}

/// An analyst who is signed in.
pub async fn analyst(app: &TestApp, username: &str) -> (Person, Browser) {
    let person = with_role(app, username, Role::Analyst).await;
    let mut browser = app.browser();
    browser.sign_in(&person).await;
    app.mail();
    (person, browser)
}

/// Opens **Reset account** of a case, with the passcode that it asks for: the form.
pub async fn confirm_reset(browser: &mut Browser, person: &Person, path: &str) -> Page {
    browser.app().pass(seconds(30));
    let page = browser.open(&format!("{path}/reset")).await;
    assert!(page.says("to reset the account of case"), "{}", page.text());
    let code = person.code(browser.app());
    browser.give_passcode(&page, &code).await
}

/// The whole reset by one analyst: the page that it leads to.
pub async fn reset(browser: &mut Browser, person: &Person, path: &str) -> Page {
    let page = confirm_reset(browser, person, path).await;
    let fields = [("Reason", "Called back at the number on file"), ("I have checked this person's identity", "yes")];
    browser.submit(&page, "Reset account", &fields).await
}
