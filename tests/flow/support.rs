//! An installation on a fresh database, with a clock in hand and an account whose app is at hand too.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use vestibule::app::{App, Clock};
use vestibule::config::{DatabaseUrl, PublicUrl, Settings};
use vestibule::flow::account::{self, Added, FirstPassword, NewAccount};
use vestibule::flow::act::{Act, Origin};
use vestibule::flow::set_up::install::{SetUp, install_known};
use vestibule::flow::set_up::steps::Answered;
use vestibule::flow::sign_in::finish::Browser;
use vestibule::flow::sign_in::passcode::{self, Submitted};
use vestibule::flow::sign_in::password::{self, Begun, Settled, Typed};
use vestibule::keys::{Keyring, Purpose};
use vestibule::model::account::{Account, Role};
use vestibule::model::account_name::Username;
use vestibule::model::email_address::EmailAddress;
use vestibule::model::id::{AccountId, AppId};
use vestibule::model::passcode::Passcode;
use vestibule::model::proof::PasswordProof;
use vestibule::model::recovery_code::RecoveryCode;
use vestibule::model::secret::SecretText;
use vestibule::model::time::Timestamp;
use vestibule::model::token::PlainToken;
use vestibule::model::totp::{self, Secret, Step};
use vestibule::store::account::with_lock;
use vestibule::store::error::Error;
use vestibule::store::migrate;
use vestibule::store::totp_app::{self, SealedApp};

use crate::database::Database;

const START: i64 = 1_800_000_000_000;

/// Where the database lives; gone with the value.
#[expect(dead_code, reason = "kept until the test ends")]
enum Place {
    Folder(TempDir),
    Server(Database),
}

/// An installation.
pub struct House {
    pub app: App,
    time: Arc<AtomicI64>,
    _place: Place,
}

/// An account with MFA set up, and its app.
#[derive(Clone)]
pub struct Person {
    pub account: AccountId,
    pub username: String,
    secret: Arc<Secret>,
}

impl House {
    pub fn on_sqlite() -> Self {
        // In memory where the machine has such a folder: no test here loses power, and every commit waits for its disk.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("vestibule.db"));
        Self::open(url, Place::Folder(folder))
    }

    pub fn on_postgres() -> Self {
        let database = Database::new("flow");
        Self::open(DatabaseUrl::Postgres(SecretText::new(database.url())), Place::Server(database))
    }

    fn open(url: DatabaseUrl, place: Place) -> Self {
        let mut settings = Settings::defaults(PublicUrl::parse("https://id.example.org").unwrap());
        settings.database.url = url;
        settings.passwords.memory_kib = 1024;
        settings.passwords.iterations = 1;
        let time = Arc::new(AtomicI64::new(START));
        let read = Arc::clone(&time);
        let clock = Clock::from_fn(move || Timestamp::from_millis(read.load(Ordering::SeqCst)));
        let app = App::open(settings, &Keyring::generate(&[7; 32]), clock).unwrap();
        migrate::run(&app.db, app.clock.now()).unwrap();
        assert!(app.keys_belong_here().unwrap());
        Self { app, time, _place: place }
    }

    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    pub fn wait(&self, span: Duration) {
        self.time.fetch_add(i64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub fn act(&self) -> Act {
        let origin = Origin {
            address: Some("203.0.113.9".parse().unwrap()),
            user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0".into(),
            request_id: "test".into(),
            actor: None,
        };
        self.app.act(origin)
    }

    /// An account whose MFA is set up with an app.
    pub fn person(&self, username: &str) -> Person {
        let person = self.newcomer(username);
        self.set_up(&person);
        person
    }

    /// The same with three answers and a recovery code, as a finished set-up leaves it.
    pub fn person_with_rescue(&self, username: &str) -> (Person, RecoveryCode) {
        let (person, act) = (self.newcomer(username), self.act());
        let recovery_code = RecoveryCode::new(&mut act.dice());
        let answered = |number| Answered {
            question: format!("Question {number}?"),
            phc: SecretText::new(format!("hash {number}")),
        };
        let app = Some(((*person.secret).clone(), Step(0)));
        let set_up = SetUp { answers: (1..=3).map(answered).collect(), app, recovery_code: recovery_code.clone() };
        let id = person.account.clone();
        let installed = self.app.db.write(move |tx| install_known(tx, (&act, &mut act.dice()), &id, &set_up));
        assert!(installed.unwrap());
        (person, recovery_code)
    }

    fn newcomer(&self, username: &str) -> Person {
        let new = NewAccount {
            username: Username::parse(username).unwrap(),
            email: EmailAddress::parse(&format!("{username}@example.org")).unwrap(),
            name: None,
            organization: None,
            role: Role::User,
            groups: Vec::new(),
        };
        let act = self.act();
        let phc = self.app.hasher.hash(SecretText::new("open sesame, please".into()), [3; 16]).unwrap();
        let first = FirstPassword::Hash(phc);
        let made = self.app.db.write(move |tx| account::add(tx, (&act, &mut act.dice()), &new, &first)).unwrap();
        let Added::Done(account) = made else { panic!("{made:?}") };
        let secret = Arc::new(Secret::new(&mut self.act().dice()));
        Person { account, username: username.to_owned(), secret }
    }

    fn set_up(&self, person: &Person) {
        let (act, person) = (self.act(), person.clone());
        let done = self.app.db.write(move |tx| {
            with_lock(tx, &person.account, act.now, |tx, lock| {
                let mut dice = act.dice();
                let id = AppId::new(dice.id(act.now));
                let aad = passcode::secret_aad(person.account.as_str(), id.as_str());
                let secret = act.keys.seal(Purpose::TotpSeal, &aad, person.secret.bytes(), &mut dice);
                lock.account.mfa_set_up_at = Some(act.now);
                let (name, last_used_at) = ("app".to_owned(), act.now);
                totp_app::insert(
                    tx,
                    lock,
                    &SealedApp { id, name, secret, last_step: Step(0), last_used_at, mailed: false },
                )
            })
        });
        assert!(done.unwrap().is_some());
    }

    /// The right password, from a browser that holds these known-browser tokens.
    pub fn right_password(&self, person: &Person, known_browsers: &[PlainToken]) -> PlainToken {
        let typed = Typed {
            name: Some(person.username.clone()),
            known_browsers: known_browsers.to_vec(),
            request: None,
            within: None,
        };
        let act = self.act();
        let begun = self.app.db.write(move |tx| password::begin(tx, &act, &typed)).unwrap();
        let Begun::Check(check) = begun else { panic!("{begun:?}") };
        let (act, verdict) = (self.act(), PasswordProof::from_verdict(true, self.now()));
        let settled = self.app.db.write(move |tx| password::settle(tx, &act, &check, verdict, None)).unwrap();
        let Settled::Right(attempt, true) = settled else { panic!("{settled:?}") };
        let (act, shown) = (self.act(), attempt.clone());
        self.app.db.write(move |tx| passcode::view(tx, &act, &shown)).unwrap();
        attempt
    }

    pub fn submit(&self, attempt: &PlainToken, typed: &Passcode) -> Result<Submitted, Error> {
        self.submit_in(&Browser::default(), attempt, typed)
    }

    /// The same from a browser that holds this.
    pub fn submit_in(&self, browser: &Browser, attempt: &PlainToken, typed: &Passcode) -> Result<Submitted, Error> {
        let (act, browser, attempt, typed) = (self.act(), browser.clone(), attempt.clone(), typed.clone());
        self.app.db.write(move |tx| passcode::submit(tx, &act, &attempt, &typed, &browser))
    }

    /// The account's row as it stands.
    pub fn row(&self, person: &Person) -> Account {
        let id = person.account.clone();
        self.app.db.read(move |tx| vestibule::store::account::load(tx, &id)).unwrap().unwrap()
    }

    /// How many events of this act and outcome the account has.
    pub fn events(&self, person: &Person, act: &str, outcome: &str) -> usize {
        let search = vestibule::store::audit::Search {
            account: person.account.as_str().to_owned(),
            act: act.to_owned(),
            since: None,
            most: 100_000,
        };
        let found = self.app.db.read(move |tx| vestibule::store::audit::search(tx, &search)).unwrap();
        found.iter().filter(|event| event.outcome == outcome).count()
    }
}

impl Person {
    /// What the app shows now.
    pub fn right_passcode(&self, house: &House) -> Passcode {
        totp::code_at(&self.secret, Step::at(house.now()))
    }

    /// A passcode that is none of those that are right now or were lately; `salt` makes others.
    pub fn wrong_passcode(&self, house: &House, salt: u32) -> Passcode {
        let now = Step::at(house.now()).0;
        let right: Vec<String> =
            (now - 12..=now + 2).map(|step| totp::code_at(&self.secret, Step(step)).digits().to_owned()).collect();
        let mut candidates = (salt..).map(|number| format!("{:06}", number % 1_000_000));
        Passcode::parse(&candidates.find(|digits| !right.contains(digits)).unwrap()).unwrap()
    }
}

/// The same story on both engines.
pub fn on_each_engine(story: impl Fn(House)) {
    story(House::on_sqlite());
    story(House::on_postgres());
}
