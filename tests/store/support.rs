//! A fresh database of each engine for each test.

use std::path::PathBuf;

use tempfile::TempDir;
use vestibule::store::Error;
use vestibule::store::db::{Db, Options, Tx};

/// A SQLite file in a folder that goes with it.
pub struct SqliteFile {
    folder: TempDir,
}

impl SqliteFile {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("vestibule.db")
    }

    pub fn options(&self) -> Options {
        Options { url: format!("sqlite:{}", self.path().display()), ..Options::default() }
    }

    pub fn open(&self) -> Db {
        Db::open(&self.options()).unwrap()
    }
}

/// Runs `test` once on each engine.
pub fn each_engine(test: impl Fn(Db)) {
    let file = SqliteFile::new();
    test(file.open());
}

/// Makes the table that most tests use: `item(id, taken_by, count)`.
pub fn create_items(db: &Db) {
    db.write(|tx| tx.execute("CREATE TABLE item (id TEXT PRIMARY KEY, taken_by TEXT, count BIGINT NOT NULL)", &[]))
        .unwrap();
}

pub fn insert(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let inserted =
        tx.execute("INSERT INTO item (id, count) VALUES ($1, 0) ON CONFLICT (id) DO NOTHING", &[id.into()])?;
    assert!(inserted <= 1);
    Ok(())
}

pub fn ids(db: &Db) -> Vec<String> {
    db.read(|tx| tx.query("SELECT id FROM item ORDER BY id", &[])?.iter().map(|row| row.text(0)).collect()).unwrap()
}
