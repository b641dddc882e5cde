//! Recovery codes that were made and are not saved yet, sealed; each goes with its session.

use super::account::AccountLock;
use super::db::Tx;
use super::error::Error;
use crate::model::id::SessionId;

/// Keeps one for a session of the locked account, in the place of the one before it.
pub fn put(tx: &mut Tx<'_>, lock: &AccountLock, session: &SessionId, code: Vec<u8>) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO recovery_code_draft (session_id, created_at, code) VALUES ($1, $2, $3) \
        ON CONFLICT (session_id) DO UPDATE SET created_at = excluded.created_at, code = excluded.code";
    tx.execute(SQL, &[session.into(), lock.now().into(), code.into()])?;
    Ok(())
}

/// The session's.
pub fn of(tx: &mut Tx<'_>, session: &SessionId) -> Result<Option<Vec<u8>>, Error> {
    const SQL: &str = "SELECT code FROM recovery_code_draft WHERE session_id = $1";
    tx.query_opt(SQL, &[session.into()])?.map(|row| row.bytes(0)).transpose()
}

/// Removes the session's.
pub fn delete(tx: &mut Tx<'_>, _lock: &AccountLock, session: &SessionId) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM recovery_code_draft WHERE session_id = $1";
    tx.execute(SQL, &[session.into()])?;
    Ok(())
}
