//! What one browser has done behind a setup or new-device link. Every secret in it is sealed, and gone when set-up is finished.

use super::account::AccountLock;
use super::db::Tx;
use super::error::Error;
use crate::model::id::{LinkId, VisitId};
use crate::model::rescue::Identity;
use crate::model::token::Mac;
use crate::model::totp::Step;

/// One browser's progress.
#[derive(Debug)]
pub struct SetUpVisit {
    /// Its id.
    pub id: VisitId,
    /// What proved the person before it was made; none behind a setup link.
    pub identity: Option<Identity>,
    /// The three questions and answers' hashes, sealed; none before step 1 is done.
    pub answers: Option<Vec<u8>>,
    /// The app's key, sealed; none before step 2 was shown.
    pub secret: Option<Vec<u8>>,
    /// The step of the first right passcode; none before it.
    pub confirmed_step: Option<Step>,
    /// The person has no mobile device.
    pub without_app: bool,
    /// The recovery code, sealed; none before step 3 was shown.
    pub recovery_code: Option<Vec<u8>>,
}

/// A new visit with nothing done, besides what proved the person.
pub fn insert(
    tx: &mut Tx<'_>,
    lock: &AccountLock,
    (id, link): (&VisitId, &LinkId),
    token: &Mac,
    identity: Option<Identity>,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO set_up_visit (id, link_id, token_mac, created_at, identity, without_app) \
        VALUES ($1, $2, $3, $4, $5, 0)";
    let identity = identity.map(|identity| identity.as_str().to_owned());
    tx.execute(SQL, &[id.into(), link.into(), token.into(), lock.now().into(), identity.into()])?;
    Ok(())
}

/// The visit whose token has one of these codes.
pub fn find(tx: &mut Tx<'_>, tokens: &[Mac]) -> Result<Option<SetUpVisit>, Error> {
    const SQL: &str = "SELECT id, answers, secret, confirmed_step, without_app, recovery_code, identity FROM set_up_visit \
        WHERE token_mac = $1";
    for token in tokens {
        let Some(row) = tx.query_opt(SQL, &[token.into()])? else { continue };
        return Ok(Some(SetUpVisit {
            id: VisitId::new(row.text(0)?),
            answers: row.opt_bytes(1)?,
            secret: row.opt_bytes(2)?,
            confirmed_step: row.opt_int(3)?.map(|step| Step(u64::try_from(step).unwrap_or(0))),
            without_app: row.flag(4)?,
            recovery_code: row.opt_bytes(5)?,
            identity: row.opt_text(6)?.and_then(|text| Identity::parse(&text)),
        }));
    }
    Ok(None)
}

/// Saves what was done.
pub fn save(tx: &mut Tx<'_>, _lock: &AccountLock, visit: &SetUpVisit) -> Result<(), Error> {
    const SQL: &str = "UPDATE set_up_visit SET answers = $2, secret = $3, confirmed_step = $4, without_app = $5, \
        recovery_code = $6 WHERE id = $1";
    let step = visit.confirmed_step.map(|step| i64::try_from(step.0).unwrap_or(i64::MAX));
    let values = [
        (&visit.id).into(),
        visit.answers.clone().into(),
        visit.secret.clone().into(),
        step.into(),
        visit.without_app.into(),
        visit.recovery_code.clone().into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// Deletes the visits behind the locked account's links that this proof began.
pub fn delete_proved_by(tx: &mut Tx<'_>, lock: &AccountLock, identity: Identity) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM set_up_visit WHERE identity = $2 AND link_id IN \
        (SELECT id FROM link WHERE account_id = $1)";
    tx.execute(SQL, &[lock.id().into(), identity.as_str().into()]).map(drop)
}

/// Deletes all visits behind the locked account's links.
pub fn delete_all(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM set_up_visit WHERE link_id IN (SELECT id FROM link WHERE account_id = $1)";
    tx.execute(SQL, &[lock.id().into()]).map(drop)
}

/// Deletes all visits behind the link.
pub fn delete_of(tx: &mut Tx<'_>, _lock: &AccountLock, link: &LinkId) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM set_up_visit WHERE link_id = $1";
    tx.execute(SQL, &[link.into()])?;
    Ok(())
}
