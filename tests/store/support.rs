//! A fresh database of each engine for each test.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};

use postgres::{Client, NoTls};
use tempfile::TempDir;
use vestibule::store::Error;
use vestibule::store::db::{Db, Options, Tx};

use crate::database::{Database, server};

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
pub struct PostgresDatabase(Database);

impl PostgresDatabase {
    pub fn new() -> Self {
        Self(Database::new("store"))
    }

    pub fn url(&self) -> String {
        self.0.url()
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
        server().query(sql, &[&self.0.name]).unwrap();
    }

    /// Lets nobody in any more, or again.
    pub fn allow_connections(&self, allowed: bool) {
        server().batch_execute(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS {allowed}", self.0.name)).unwrap();
    }
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
