//! What an error of SQLite means to the store.

use rusqlite::{Connection, ErrorCode, MAIN_DB, ffi};

use crate::store::Error;

/// Sorts an error of SQLite. A failed fsync ends the process: what the kernel has dropped since the last one that worked is
/// unknown, and only reading the file again, as a new process does, tells what is on the disk.
pub(super) fn fault(connection: &Connection, error: &rusqlite::Error) -> Error {
    let Some(failure) = error.sqlite_error() else { return Error::Bug(error.to_string()) };
    if matches!(failure.extended_code, ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC) {
        tracing::error!(%error, "fsync failed: the process ends, so that nothing is answered that is not on the disk");
        std::process::abort();
    }
    match failure.code {
        ErrorCode::DiskFull => Error::Unavailable(format!("the disk is full; make room ({error})")),
        ErrorCode::DatabaseBusy => Error::Unavailable(format!("another process holds the database's lock ({error})")),
        ErrorCode::ReadOnly if connection.is_readonly(MAIN_DB) == Ok(true) => {
            Error::Bug(format!("a read wrote: {error}"))
        }
        ErrorCode::NotADatabase => {
            Error::Unavailable(format!("the file is no SQLite database; name another one or move it away ({error})"))
        }
        ErrorCode::DatabaseCorrupt => {
            Error::Unavailable(format!("the database file is damaged; restore a backup ({error})"))
        }
        ErrorCode::ReadOnly
        | ErrorCode::SystemIoFailure
        | ErrorCode::OutOfMemory
        | ErrorCode::CannotOpen
        | ErrorCode::PermissionDenied
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::DatabaseLocked => Error::Unavailable(error.to_string()),
        _ => Error::Bug(error.to_string()),
    }
}
