//! A whole installation: its database in a folder (or a PostgreSQL database) that goes with it, and a clock that stands still.

use std::net::IpAddr;
use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use tempfile::TempDir;
use tokio::sync::Notify;
use vestibule::app::{App, Clock, database_options, draw};
use vestibule::config::{DatabaseUrl, Profile, PublicUrl, Settings};
use vestibule::flow::account::{self, Change};
use vestibule::flow::invitation;
use vestibule::hasher::{Cost, Hasher};
use vestibule::keys::Keyring;
use vestibule::model::account::Account;
use vestibule::model::reason::Reason;
use vestibule::model::time::Timestamp;
use vestibule::store::db::Db;
use vestibule::store::{self, migrate};
use vestibule::web::router::router;

use super::postgres;
use super::{Browser, Person};
use crate::database;

/// Where the installation is.
pub const PUBLIC_URL: &str = "https://id.example.org";

/// Clones share it; it goes with the last one.
#[derive(Clone)]
pub struct TestApp(Arc<Parts>);

pub struct Parts {
    pub app: App,
    pub router: Router,
    clock: Arc<Mutex<Timestamp>>,
    database: Arc<Database>,
}

enum Database {
    Folder { folder: TempDir },
    Postgres(database::Database),
}

/// The same installation on each engine, for stories in which the engine matters.
pub fn both_engines() -> [TestApp; 2] {
    both_engines_with(|_| {})
}

/// With other settings.
pub fn both_engines_with(change: fn(&mut Settings)) -> [TestApp; 2] {
    [TestApp::with(change), TestApp::on_postgres(change)]
}

impl Deref for TestApp {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl TestApp {
    /// Default settings but for a cheap hash, on a fresh SQLite file.
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// Profile strict.
    pub fn strict() -> Self {
        Self::with(|settings| settings.profile = Profile::Strict)
    }

    /// With other settings.
    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("vestibule.db").display());
        Self::open(&url, Database::Folder { folder }, change)
    }

    /// On a fresh PostgreSQL database of the server that `VESTIBULE_TEST_POSTGRES` names.
    pub fn on_postgres(change: impl FnOnce(&mut Settings) + Send) -> Self {
        // The driver refuses to run on a thread of the test's runtime.
        let open = || {
            let database = database::Database::new("http");
            let url = database.url();
            Self::open(&url, Database::Postgres(database), change)
        };
        std::thread::scope(|scope| scope.spawn(open).join().unwrap())
    }

    fn open(url: &str, database: Database, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::defaults(PublicUrl::parse(PUBLIC_URL).unwrap());
        settings.database.url = DatabaseUrl::parse(url, Path::new("")).unwrap();
        (settings.passwords.memory_kib, settings.passwords.iterations) = (8, 1);
        change(&mut settings);
        // 12:00 in UTC, at the beginning of a 30-second step.
        let clock = Arc::new(Mutex::new(Timestamp::from_millis(1_800_014_400_000)));
        let read = Arc::clone(&clock);
        let clock_of_app = Clock::from_fn(move || *read.lock().unwrap());
        let app = App::open(settings, &Keyring::generate(&draw()), clock_of_app).unwrap().with_places().unwrap();
        migrate::run(&app.db, app.clock.now()).unwrap();
        assert!(app.keys_belong_here().unwrap());
        let router = router(app.clone(), Arc::new(Notify::new()), None);
        Self(Arc::new(Parts { app, router, clock, database: Arc::new(database) }))
    }

    /// The same installation in another process, as after a restart or on a second node: nothing is shared but the database,
    /// the keys and the clock.
    pub fn restarted(&self) -> Self {
        let old = &self.app;
        let passwords = &old.settings.passwords;
        let cost = Cost {
            memory_kib: passwords.memory_kib,
            iterations: passwords.iterations,
            parallelism: passwords.parallelism,
        };
        let db = Db::open(&database_options(&old.settings)).unwrap();
        let app = App { db, hasher: Hasher::new(cost, 1, 64).unwrap(), ..old.clone() };
        let router = router(app.clone(), Arc::new(Notify::new()), None);
        let (clock, database) = (Arc::clone(&self.clock), Arc::clone(&self.database));
        Self(Arc::new(Parts { app, router, clock, database }))
    }

    /// Everything that the database holds, as bytes: its files, or all rows of all tables.
    pub fn database_bytes(&self) -> Vec<u8> {
        match &*self.database {
            Database::Folder { folder } => {
                let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
                files.flat_map(|path| std::fs::read(path).unwrap()).collect()
            }
            Database::Postgres(database) => postgres::bytes(database),
        }
    }

    /// Whether it is on PostgreSQL.
    pub fn is_on_postgres(&self) -> bool {
        matches!(*self.database, Database::Postgres(_))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        *self.clock.lock().unwrap()
    }

    /// Moves the clock on.
    pub fn pass(&self, span: Duration) {
        let mut now = self.clock.lock().unwrap();
        *now = now.plus(span);
    }

    /// Sets the clock, backwards too.
    pub fn set_clock(&self, now: Timestamp) {
        *self.clock.lock().unwrap() = now;
    }

    /// The account's row as it stands.
    pub fn account_row(&self, person: &Person) -> Account {
        let id = person.id.clone();
        self.app.db.read(move |tx| store::account::load(tx, &id)).unwrap().unwrap()
    }

    /// The wrong passcodes that were compared, as the audit trail has them.
    pub fn wrong_passcodes(&self) -> usize {
        let events = self.app.db.read(|tx| store::audit::page(tx, None, 10_000)).unwrap();
        events.iter().filter(|event| event.act == "passcode" && event.outcome == "wrong").count()
    }

    /// A browser without cookies, at an address where no other test's traffic is.
    pub fn browser(&self) -> Browser {
        Browser::new(self, "203.0.113.7".parse::<IpAddr>().unwrap())
    }

    /// An account with a password and no MFA; its email address is `NAME@example.org`.
    pub fn account(&self, username: &str) -> Person {
        Person::add(self, username)
    }

    /// An account that has set up MFA with an app, in a browser that is gone. The mail of it is taken out, and the passcode of
    /// the set-up is of an earlier step.
    pub async fn with_mfa(&self, username: &str) -> Person {
        let mut person = self.account(username);
        let done = person.set_up(&mut self.browser(), true).await;
        assert!(done.says("You're set up"), "{}", done.text());
        self.after_set_up(person)
    }

    /// The same without an app: passcodes come by email.
    pub async fn with_mail_mfa(&self, username: &str) -> Person {
        let mut person = self.account(username);
        let done = person.set_up(&mut self.browser(), false).await;
        assert!(done.says("You're set up"), "{}", done.text());
        self.after_set_up(person)
    }

    /// What the command line does to an account.
    pub fn change(&self, person: &Person, change: Change) {
        let (act, id) = (self.app.local_act(), person.id.clone());
        self.app.db.write(move |tx| account::change(tx, &act, &id, change)).unwrap().unwrap();
    }

    /// The same with `account reset-mfa`.
    pub fn reset_mfa(&self, person: &Person) {
        let (act, id) = (self.app.local_act(), person.id.clone());
        let reason = Reason::parse("lost telephone").unwrap();
        self.app.db.write(move |tx| account::reset_mfa(tx, &act, &id, &reason)).unwrap().unwrap();
    }

    /// The address behind which the first administrator is made; none where there is one.
    pub fn first_administrator_link(&self) -> Option<String> {
        let act = self.app.local_act();
        let link = self.app.db.write(move |tx| invitation::first_administrator(tx, &act)).unwrap();
        link.map(|link| link.expose().to_owned())
    }

    fn after_set_up(&self, person: Person) -> Person {
        self.mail();
        self.pass(super::seconds(60));
        person
    }
}
