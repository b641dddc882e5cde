//! People: what they know, and the phone in their hand.

use data_encoding::BASE32_NOPAD;
use vestibule::flow::account::{self, Added, FirstPassword, NewAccount};
use vestibule::flow::act::Act;
use vestibule::flow::set_up::install::{SetUp, install_known};
use vestibule::model::account::Role;
use vestibule::model::account_name::Username;
use vestibule::model::dice::Dice;
use vestibule::model::email_address::EmailAddress;
use vestibule::model::id::AccountId;
use vestibule::model::recovery_code::RecoveryCode;
use vestibule::model::secret::SecretText;
use vestibule::model::totp::{Secret, Step, code_at};
use vestibule::store::db::Tx;
use vestibule::store::error::Error;

use super::{Browser, Page, TestApp};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// What everybody answers to the first three questions of the list.
pub const RIGHT_ANSWERS: [&str; 3] = ["red", "blue", "green"];

/// A person with an account.
#[derive(Clone)]
pub struct Person {
    pub id: AccountId,
    pub username: String,
    pub email: String,
    pub password: String,
    /// The phone with the app, once it is set up.
    pub phone: Option<Phone>,
    /// As the page showed it.
    pub recovery_code: Option<String>,
}

/// An authenticator app that holds a key.
#[derive(Clone)]
pub struct Phone(Secret);

impl Phone {
    /// Takes the key as a person types it from the page.
    pub fn from_manual_entry_code(page: &Page) -> Self {
        Self::from_text(&page.element("manual-code"))
    }

    /// Takes the key from base32, spaced or not.
    pub fn from_text(text: &str) -> Self {
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        Self(Secret::from_bytes(&BASE32_NOPAD.decode(bare.as_bytes()).unwrap()).unwrap())
    }

    /// The six digits that it shows now.
    pub fn code(&self, app: &TestApp) -> String {
        self.code_of(app, 0)
    }

    /// The six digits of so many 30-second steps from now.
    pub fn code_of(&self, app: &TestApp, steps: i64) -> String {
        let Step(now) = Step::at(app.now());
        code_at(&self.0, Step(now.checked_add_signed(steps).unwrap())).digits().to_owned()
    }

    /// Six digits that are good at no step within 15 minutes.
    pub fn wrong_code(&self, app: &TestApp) -> String {
        let near: Vec<_> = (-30..=30).map(|steps| self.code_of(app, steps)).collect();
        (0..).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
    }
}

impl Person {
    /// Adds the account as the command line does.
    pub fn add(app: &TestApp, username: &str) -> Self {
        let (act, first, new) = (app.app.local_act(), first_password(app), new_account(username));
        let id = app.app.db.write(move |tx| added(tx, (&act, &mut act.dice()), &new, &first)).unwrap();
        Self::called(username, id)
    }

    /// Adds so many accounts at once, each with an app of its own: `person-0`, `person-1`, …
    pub fn crowd(app: &TestApp, count: usize) -> Vec<Self> {
        let (act, first) = (app.app.local_act(), first_password(app));
        let add_all = move |tx: &mut Tx<'_>| {
            let mut dice = act.dice();
            (0..count)
                .map(|number| {
                    let username = format!("person-{number}");
                    let id = added(tx, (&act, &mut dice), &new_account(&username), &first)?;
                    let key = Secret::new(&mut dice);
                    let recovery_code = RecoveryCode::new(&mut dice);
                    let set_up = SetUp { answers: Vec::new(), app: Some((key.clone(), Step(0))), recovery_code };
                    assert!(install_known(tx, (&act, &mut dice), &id, &set_up)?);
                    Ok(Self { phone: Some(Phone(key)), ..Self::called(&username, id) })
                })
                .collect()
        };
        app.app.db.write(add_all).unwrap()
    }

    fn called(username: &str, id: AccountId) -> Self {
        let (username, email) = (username.to_owned(), format!("{username}@example.org"));
        Self { id, username, email, password: PASSWORD.to_owned(), phone: None, recovery_code: None }
    }

    /// The passcode that the phone shows now.
    pub fn code(&self, app: &TestApp) -> String {
        self.phone.as_ref().expect("a phone").code(app)
    }

    /// The passcode that it showed, or will show, so many steps from now.
    pub fn code_of(&self, app: &TestApp, steps: i64) -> String {
        self.phone.as_ref().expect("a phone").code_of(app, steps)
    }

    /// A passcode that is not right.
    pub fn wrong_code(&self, app: &TestApp) -> String {
        self.phone.as_ref().expect("a phone").wrong_code(app)
    }

    /// Walks through the whole set-up, from the password to the last page.
    pub async fn set_up(&mut self, browser: &mut Browser, with_app: bool) -> Page {
        let page = self.open_set_up(browser).await;
        let page = self.answer_questions(browser, &page).await;
        let page = if with_app {
            self.confirm_app(browser, &page).await
        } else {
            browser.press(&page, "I don't have a mobile device").await
        };
        self.keep_recovery_code(browser, &page).await
    }

    /// Asks for the setup email and opens its link: the first page behind it.
    pub async fn open_set_up(&mut self, browser: &mut Browser) -> Page {
        let link = self.ask_for_set_up(browser).await;
        browser.open(&link).await
    }

    /// Asks for the setup email: its link.
    pub async fn ask_for_set_up(&mut self, browser: &mut Browser) -> String {
        let page = browser.give_password(self).await;
        browser.press(&page, "Send me a setup email").await;
        browser.app().newest_mail(&self.email, "set_up_link").link("Start Setup")
    }

    /// Asks for the link to set up a new device: its address.
    pub async fn ask_for_new_device(&self, browser: &mut Browser) -> String {
        let page = browser.give_password(self).await;
        // What was sent at this moment already is told apart from what comes.
        browser.app().mail();
        browser.press(&page, "Set up a new device").await;
        browser.app().newest_mail(&self.email, "new_device_link").link("Set up my new device")
    }

    /// The same, and opens it: the page that offers the ways to prove who it is.
    pub async fn open_new_device(&self, browser: &mut Browser) -> Page {
        let link = self.ask_for_new_device(browser).await;
        browser.open(&link).await
    }

    /// From the page that offers the ways to prove who it is: gives the recovery code.
    pub async fn give_recovery_code(&self, browser: &mut Browser, page: &Page) -> Page {
        let page = browser.open(&page.link("Enter your recovery code")).await;
        let code = self.recovery_code.clone().expect("a recovery code");
        browser.submit(&page, "Verify recovery code", &[("Recovery code", &code)]).await
    }

    /// From the page that offers the ways to prove who it is: gives these three answers.
    pub async fn give_answers(&self, browser: &mut Browser, page: &Page, answers: [&str; 3]) -> Page {
        let page = browser.open(&page.link("Answer your security questions")).await;
        let questions = &browser.app().app.settings.questions.provided.clone();
        let values: Vec<_> = questions.iter().map(String::as_str).zip(answers).collect();
        browser.submit(&page, "Verify answers", &values).await
    }

    /// Asks for the link, opens it and gives the recovery code: the page with the new key.
    pub async fn prove_with_recovery_code(&self, browser: &mut Browser) -> Page {
        let page = self.open_new_device(browser).await;
        self.give_recovery_code(browser, &page).await
    }

    /// The whole way to a new device with the recovery code: its last page.
    pub async fn replace_device(&mut self, browser: &mut Browser, with_app: bool) -> Page {
        let page = self.prove_with_recovery_code(browser).await;
        let page = if with_app {
            self.confirm_app(browser, &page).await
        } else {
            browser.press(&page, "I don't have a mobile device").await
        };
        self.keep_recovery_code(browser, &page).await
    }

    /// The first step: the first three questions of the list (profile strict begins without).
    pub async fn answer_questions(&self, browser: &mut Browser, page: &Page) -> Page {
        if page.offers("Start Setup") {
            return browser.press(page, "Start Setup").await;
        }
        self.choose_questions(browser, page, "Save and continue").await
    }

    /// The form of three questions, filled in with the first three of the list, sent with this button.
    pub async fn choose_questions(&self, browser: &mut Browser, page: &Page, button: &str) -> Page {
        let questions = browser.app().app.settings.questions.provided.clone();
        let answers = [
            ("Question 1", questions[0].as_str()),
            ("Answer 1", "red"),
            ("Question 2", &questions[1]),
            ("Answer 2", "blue"),
            ("Question 3", &questions[2]),
            ("Answer 3", "green"),
        ];
        browser.submit(page, button, &answers).await
    }

    /// The second step: takes the key into the phone and proves it.
    pub async fn confirm_app(&mut self, browser: &mut Browser, page: &Page) -> Page {
        let phone = Phone::from_manual_entry_code(page);
        let code = phone.code(browser.app());
        self.phone = Some(phone);
        browser.submit(page, "Verify and continue", &[("Passcode", &code)]).await
    }

    /// The third step: keeps the recovery code and finishes.
    pub async fn keep_recovery_code(&mut self, browser: &mut Browser, page: &Page) -> Page {
        self.recovery_code = Some(page.element("recovery-code"));
        browser.submit(page, "Finish", &[("I have saved my recovery code", "yes")]).await
    }
}

fn first_password(app: &TestApp) -> FirstPassword {
    FirstPassword::Hash(app.app.hasher.hash(SecretText::new(PASSWORD.into()), [7; 16]).unwrap())
}

fn new_account(username: &str) -> NewAccount {
    NewAccount {
        username: Username::parse(username).unwrap(),
        email: EmailAddress::parse(&format!("{username}@example.org")).unwrap(),
        name: None,
        organization: None,
        role: Role::User,
        groups: Vec::new(),
    }
}

fn added(tx: &mut Tx<'_>, act: (&Act, &mut Dice), new: &NewAccount, first: &FirstPassword) -> Result<AccountId, Error> {
    match account::add(tx, act, new, first)? {
        Added::Done(id) => Ok(id),
        taken => panic!("{taken:?}"),
    }
}
