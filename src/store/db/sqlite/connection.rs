//! How each connection to the file is opened.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags};

use super::fault::fault;
use crate::store::Error;

/// How long a connection waits for another one's lock. The command line's writes beside a running server are short.
const BUSY: Duration = Duration::from_secs(5);
/// How long the restart of the WAL may hold the writer back while it waits for readers.
const BUSY_CHECKPOINT: Duration = Duration::from_millis(100);
/// More than the statements that the store has, so that none is prepared twice.
const STATEMENTS: usize = 512;
/// The WAL file is cut to this many bytes whenever it starts afresh.
const WAL_KEPT: i64 = 64 * 1024 * 1024;

/// Creates the file, readable by its owner only, unless it is there. SQLite gives its WAL the same mode.
pub(super) fn create_file(path: &Path) -> Result<(), Error> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    opened.map(drop).map_err(|error| {
        let shown = path.display();
        Error::Unavailable(match error.kind() {
            ErrorKind::NotFound => {
                format!("the folder of {shown} does not exist; create it, owned by the user that runs Vestibule")
            }
            ErrorKind::PermissionDenied => {
                format!("{shown} may not be read and written; give it and its folder to the user that runs Vestibule")
            }
            ErrorKind::ReadOnlyFilesystem => {
                format!("{shown} is on a read-only file system; move it or mount that writable")
            }
            ErrorKind::IsADirectory => format!("{shown} is a folder; name a file in it"),
            _ => format!("{shown} does not open: {error}"),
        })
    })
}

/// The connection that writes.
pub(super) fn for_writing(path: &Path) -> Result<Connection, Error> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    set_up_writer(&connection).map_err(|error| unusable(path, fault(&connection, &error)))?;
    if connection.is_readonly(MAIN_DB) != Ok(false) {
        let why = format!("{} may not be written; give it to the user that runs Vestibule", path.display());
        return Err(Error::Unavailable(why));
    }
    Ok(connection)
}

/// A connection that only reads, beside the one that writes.
pub(super) fn for_reading(path: &Path) -> Result<Connection, Error> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// The connection that copies the WAL into the file.
pub(super) fn for_checkpoints(path: &Path) -> Result<Connection, Error> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(BUSY_CHECKPOINT).map_err(|error| unusable(path, fault(&connection, &error)))?;
    Ok(connection)
}

fn open(path: &Path, access: OpenFlags) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| Error::Unavailable(format!("{} does not open: {error}", path.display())))?;
    set_up(&connection).map_err(|error| unusable(path, fault(&connection, &error)))?;
    Ok(connection)
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)
}

fn set_up_writer(connection: &Connection) -> rusqlite::Result<()> {
    // The mode is a property of the file: readers opened later find it.
    let mode = write_ahead(connection)?;
    if mode != "wal" {
        tracing::warn!(mode, "the file system of the database has no shared memory: reads wait for writes");
    }
    connection.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_size_limit", WAL_KEPT, |_| Ok(()))
}

/// Two processes may open a new file at once, and SQLite does not wait for the lock when it changes the mode.
fn write_ahead(connection: &Connection) -> rusqlite::Result<String> {
    let until = Instant::now() + BUSY;
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0)) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < until => {
                thread::sleep(Duration::from_millis(10));
            }
            mode => return mode,
        }
    }
}

fn unusable(path: &Path, error: Error) -> Error {
    match error {
        Error::Unavailable(why) => Error::Unavailable(format!("{}: {why}", path.display())),
        other => other,
    }
}
