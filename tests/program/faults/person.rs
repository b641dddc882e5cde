//! People, and what the database knows of them.

use vestibule::app::{App, Clock, draw};
use vestibule::flow::account::{self, Added, FirstPassword, NewAccount};
use vestibule::flow::set_up::install::{SetUp, install_known};
use vestibule::mail::outgoing::Outgoing;
use vestibule::model::account::{Account, Role};
use vestibule::model::account_name::Username;
use vestibule::model::email_address::EmailAddress;
use vestibule::model::id::{AccountId, MailId};
use vestibule::model::recovery_code::RecoveryCode;
use vestibule::model::secret::SecretText;
use vestibule::model::totp::{Secret, Step, code_at};
use vestibule::store;
use vestibule::store::db::Row;

use crate::browser::{Browser, Page};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// Someone with an account, and the key of their app.
pub struct Person {
    pub id: AccountId,
    pub username: String,
    key: [u8; 20],
}

impl Person {
    pub fn add(app: &App, username: &str, phc: &SecretText, with_app: bool) -> Self {
        let new = NewAccount {
            username: Username::parse(username).unwrap(),
            email: EmailAddress::parse(&format!("{username}@example.org")).unwrap(),
            name: None,
            organization: None,
            role: Role::User,
            groups: Vec::new(),
        };
        let (act, phc) = (app.local_act(), phc.clone());
        let key: [u8; 20] = *draw().first_chunk().unwrap();
        let id = app.db.write(move |tx| {
            let mut dice = act.dice();
            let added = account::add(tx, (&act, &mut dice), &new, &FirstPassword::Hash(phc.clone()))?;
            let Added::Done(id) = added else { panic!("{added:?}") };
            let app = Some((Secret::from_bytes(&key).unwrap(), Step(0)));
            let set_up = SetUp { answers: Vec::new(), app, recovery_code: RecoveryCode::new(&mut dice) };
            assert!(!with_app || install_known(tx, (&act, &mut dice), &id, &set_up)?);
            Ok(id)
        });
        Self { id: id.unwrap(), username: username.to_owned(), key }
    }

    /// What the app shows now, and of which step it is.
    pub fn code(&self) -> (Step, String) {
        let step = Step::at(Clock::system().now());
        (step, code_of(&self.key, step))
    }

    /// Six digits that are wrong for minutes.
    pub fn wrong_code(&self) -> String {
        let Step(now) = Step::at(Clock::system().now());
        let near: Vec<_> = (now - 30..now + 30).map(|step| code_of(&self.key, Step(step))).collect();
        (0..).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
    }

    /// The page behind the right password; nothing where an answer does not come or says that the database is away.
    pub fn give_password(&self, browser: &mut Browser) -> Option<Page> {
        let page = told(browser.try_open("/sign-in")?)?;
        let fields = [("username", self.username.as_str()), ("password", PASSWORD)];
        let answer = told(browser.try_send(&page, "/sign-in", &fields)?)?;
        assert_eq!(answer.status, 303, "{answer:?}");
        told(browser.follow(answer)?)
    }

    /// The account's row as it stands.
    pub fn row(&self, app: &App) -> Account {
        let id = self.id.clone();
        app.db.read(move |tx| store::account::load(tx, &id)).unwrap().unwrap()
    }

    /// The newest step whose passcode was used; none where no app is set up.
    pub fn last_step(&self, app: &App) -> Option<Step> {
        let id = self.id.clone();
        let apps = app.db.read(move |tx| store::totp_app::of(tx, &id)).unwrap();
        apps.first().map(|app| app.last_step)
    }

    /// How many rows of theirs are in this table.
    pub fn rows(&self, app: &App, table: &str) -> u32 {
        // Statements of the store live as long as the program.
        let sql: &'static str = format!("SELECT count(*) FROM {table} WHERE account_id = $1").leak();
        let id = self.id.clone();
        app.db.read(move |tx| tx.query_opt(sql, &[(&id).into()])?.unwrap().count(0)).unwrap()
    }

    /// How many mails of this kind wait for them in the outbox.
    pub fn mails(&self, app: &App, kind: &'static str) -> u32 {
        let rows = app.db.read(move |tx| tx.query("SELECT id, body FROM outbox WHERE kind = $1", &[kind.into()]));
        let address = format!("{}@example.org", self.username);
        let is_theirs = |row: &&Row| {
            let (id, body) = (MailId::new(row.text(0).unwrap()), row.bytes(1).unwrap());
            Outgoing::open(&app.keys, &id, &body).unwrap().to == address
        };
        u32::try_from(rows.unwrap().iter().filter(is_theirs).count()).unwrap()
    }

    /// How many events of this act and outcome the trail has.
    pub fn events(&self, app: &App, act: &str, outcome: &str) -> u32 {
        let act = act.to_owned();
        let search = store::audit::Search { account: self.id.as_str().to_owned(), act, since: None, most: 1000 };
        let found = app.db.read(move |tx| store::audit::search(tx, &search)).unwrap();
        u32::try_from(found.iter().filter(|event| event.outcome == outcome).count()).unwrap()
    }
}

fn code_of(key: &[u8], step: Step) -> String {
    code_at(&Secret::from_bytes(key).unwrap(), step).digits().to_owned()
}

/// What the app shows now whose key was shown as base 32.
pub fn code_of_base32(key: &str) -> (Step, String) {
    let step = Step::at(Clock::system().now());
    (step, code_of(&data_encoding::BASE32_NOPAD.decode(key.as_bytes()).unwrap(), step))
}

/// The answer, unless it is that the database is away: that one is a page, and says when to come back.
pub fn told(answer: Page) -> Option<Page> {
    if answer.status != 503 {
        return Some(answer);
    }
    assert_eq!(answer.heading().replace("&#39;", "’"), "We can’t do that right now");
    assert!(answer.header("retry-after").is_some() && !answer.html.contains("Sign out"), "{answer:?}");
    None
}
