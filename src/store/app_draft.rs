//! Apps that are being added: one a session, until its first passcode.

use super::account::AccountLock;
use super::db::Tx;
use super::error::Error;
use crate::model::id::{AppId, SessionId};
use crate::model::own_app::AppName;

/// An app that waits for its first passcode.
#[derive(Debug)]
pub struct AppDraft {
    /// The id that the app will have.
    pub id: AppId,
    /// What the person calls it.
    pub name: String,
    /// Its key, sealed as the app's will be.
    pub secret: Vec<u8>,
}

/// The session's.
pub fn of(tx: &mut Tx<'_>, session: &SessionId) -> Result<Option<AppDraft>, Error> {
    const SQL: &str = "SELECT app_id, name, secret FROM app_draft WHERE session_id = $1";
    let draft =
        |row: super::db::Row| Ok(AppDraft { id: AppId::new(row.text(0)?), name: row.text(1)?, secret: row.bytes(2)? });
    tx.query_opt(SQL, &[session.into()])?.map(draft).transpose()
}

/// Begins one in a session of the locked account.
pub fn insert(
    tx: &mut Tx<'_>,
    lock: &AccountLock,
    session: &SessionId,
    (id, name, secret): (&AppId, &AppName, Vec<u8>),
) -> Result<(), Error> {
    const SQL: &str =
        "INSERT INTO app_draft (session_id, app_id, name, secret, created_at) VALUES ($1, $2, $3, $4, $5)";
    tx.execute(SQL, &[session.into(), id.into(), name.as_str().into(), secret.into(), lock.now().into()]).map(drop)
}

/// Gives the session's another name.
pub fn rename(tx: &mut Tx<'_>, session: &SessionId, name: &AppName) -> Result<(), Error> {
    const SQL: &str = "UPDATE app_draft SET name = $2 WHERE session_id = $1";
    tx.execute(SQL, &[session.into(), name.as_str().into()]).map(drop)
}
