//! A fresh database of each engine for each test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};

use postgres::{Client, NoTls};
use tempfile::TempDir;
use vestibule::store::Error;
use vestibule::store::db::{Db, Options, Tx};

/// A SQLite file in a folder that goes with it.
pub struct SqliteFile(TempDir);

impl SqliteFile {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().join("vestibule.db")
    }

    pub fn options(&self) -> Options {
        Options { url: format!("sqlite:{}", self.path().display()), ..Options::default() }
    }
}

/// A PostgreSQL database that goes with the value.
pub struct PostgresDatabase {
    name: String,
}

impl PostgresDatabase {
    pub fn new() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let mut server = server();
        server.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
        server.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        Self { name }
    }

    pub fn url(&self) -> String {
        let url = server_url();
        format!("{}/{}", url.rsplit_once('/').unwrap().0, self.name)
    }

    pub fn options(&self) -> Options {
        Options { url: self.url(), ..Options::default() }
    }

    /// A connection of the test's own, past the store.
    pub fn client(&self) -> Client {
        Client::connect(&self.url(), NoTls).unwrap()
    }

    /// Ends every connection to the database.
    pub fn disconnect_all(&self) {
        let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1";
        server().query(sql, &[&self.name]).unwrap();
    }

    /// Lets nobody in any more, or again.
    pub fn allow_connections(&self, allowed: bool) {
        server().batch_execute(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS {allowed}", self.name)).unwrap();
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let _ = server().batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

pub fn server_url() -> String {
    std::env::var("VESTIBULE_TEST_POSTGRES")
        .expect("set VESTIBULE_TEST_POSTGRES to the URL that `scripts/postgres.sh start` prints")
}

fn server() -> Client {
    Client::connect(&server_url(), NoTls).unwrap()
}

/// Runs `test` once on each engine, with the default options.
pub fn each_engine(test: impl Fn(Db)) {
    each_engine_with(|options| test(Db::open(&options).unwrap()));
}

/// Runs `test` once for each engine with the options that lead to a fresh database.
pub fn each_engine_with(test: impl Fn(Options)) {
    let file = SqliteFile::new();
    test(file.options());
    let database = PostgresDatabase::new();
    test(database.options());
}

/// Makes the table that most tests use.
pub fn create_items(db: &Db) {
    db.write(|tx| tx.execute("CREATE TABLE item (id TEXT PRIMARY KEY, taken_by TEXT, count BIGINT NOT NULL)", &[]))
        .unwrap();
}

pub fn insert(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    tx.execute("INSERT INTO item (id, count) VALUES ($1, 0)", &[id.into()]).map(drop)
}

/// The ids of all items, sorted.
pub fn ids(db: &Db) -> Vec<String> {
    db.read(|tx| tx.query("SELECT id FROM item ORDER BY id", &[])?.iter().map(|row| row.text(0)).collect()).unwrap()
}

/// Keeps one writing thread of `db` busy from now on until the answer is sent something or dropped.
pub fn occupy(db: &Db) -> Sender<()> {
    let (started, running) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    db.write_then(
        move |_| {
            started.send(()).unwrap();
            // An error is a release too.
            let _ = released.recv();
            Ok(())
        },
        drop,
    );
    running.recv().unwrap();
    release
}

/// Starts a write; its outcome arrives in the receiver.
pub fn start<T: Send + 'static>(
    db: &Db,
    closure: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Receiver<Result<T, Error>> {
    let (sender, receiver) = mpsc::channel();
    db.write_then(closure, move |outcome| sender.send(outcome).unwrap());
    receiver
}
