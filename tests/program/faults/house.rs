//! An installation whose server is started again and again on the same data.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use vestibule::app::{App, Clock};
use vestibule::config::Settings;
use vestibule::flow::link::{self, Older};
use vestibule::keys::Keyring;
use vestibule::model::link::Purpose;
use vestibule::model::secret::SecretText;
use vestibule::store::account::with_lock;

use super::person::{PASSWORD, Person};
use crate::browser::Browser;
use crate::process::{Running, free_ports, until, vestibule};

/// It goes with the value.
pub struct House {
    folder: TempDir,
    port: u16,
    settings: Vec<(String, String)>,
    made: AtomicUsize,
}

impl House {
    /// On the database that `init` makes.
    pub fn on_sqlite() -> Self {
        Self::new(&[])
    }

    /// On an empty PostgreSQL database.
    pub fn on_postgres(url: &str) -> Self {
        let house = Self::new(&[("VESTIBULE_DATABASE__URL", url)]);
        assert!(house.command(&["migrate"]).output().unwrap().status.success());
        house
    }

    fn new(more: &[(&str, &str)]) -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_ports());
        let mut init = vestibule(folder.path());
        init.arg("init").arg(folder.path().join("v")).args(["--public-url", &format!("http://localhost:{port}")]);
        assert!(init.output().unwrap().status.success());
        let address = format!("127.0.0.1:{port}");
        let pairs = [
            ("VESTIBULE_LISTEN__ADDRESS", address.as_str()),
            ("VESTIBULE_METRICS__ADDRESS", ""),
            // Everyone comes from one address, and tries that a fault cuts short are not given back.
            ("VESTIBULE_LIMITS__ADDRESS_BURST", "1000"),
            ("VESTIBULE_PASSWORDS__MEMORY_KIB", "1024"),
            ("VESTIBULE_PASSWORDS__ITERATIONS", "1"),
        ];
        let settings =
            pairs.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { folder, port, settings, made: AtomicUsize::new(0) }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("v").join(name)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The embedded database's file.
    pub fn database_file(&self) -> PathBuf {
        self.file("data/vestibule.db")
    }

    /// A command on this installation.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = vestibule(self.folder.path());
        command.args(arguments).arg("--config").arg(self.file("vestibule.toml"));
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// A server that is ready.
    pub fn serve(&self) -> Running {
        let server = Running::start(&mut self.command(&["serve"]));
        self.wait_until_ready();
        server
    }

    pub fn wait_until_ready(&self) {
        until("the server is ready", || self.browser().try_open("/health/ready").filter(|page| page.status == 200));
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.port)
    }

    /// Looks at the installation as the command line does, beside the server or without it.
    pub fn look<T>(&self, act: impl FnOnce(&App) -> T) -> T {
        let settings = Settings::load(Some(&self.file("vestibule.toml")), self.settings.iter().cloned()).unwrap();
        let keyring = Keyring::load(&settings.keyring.file, settings.data_folder()).unwrap();
        let app = App::open(settings, &keyring, Clock::system()).unwrap();
        let seen = act(&app);
        app.db.close();
        seen
    }

    /// So many new accounts, with an app each or without MFA.
    pub fn people(&self, app: &App, count: usize, with_app: bool) -> Vec<Person> {
        let phc = app.hasher.hash(SecretText::new(PASSWORD.into()), [7; 16]).unwrap();
        let name = || format!("person-{}", self.made.fetch_add(1, Ordering::Relaxed));
        (0..count).map(|_| Person::add(app, &name(), &phc, with_app)).collect()
    }

    /// The path of a new setup link.
    pub fn set_up_link(&self, app: &App, person: &Person) -> String {
        let (act, id, life) = (app.local_act(), person.id.clone(), Duration::from_secs(3_600));
        let made = app.db.write(move |tx| {
            with_lock(tx, &id, act.now, |tx, lock| {
                let token = link::make(tx, (&act, &mut act.dice()), lock, (Purpose::SetUp, life), Older::End)?;
                Ok(link::address(&act, Purpose::SetUp, &token))
            })
        });
        let address = made.unwrap().unwrap();
        address.expose().strip_prefix(&format!("http://localhost:{}", self.port)).unwrap().to_owned()
    }
}
