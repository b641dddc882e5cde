//! The person's browsers that joined support cases.

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::id::{CaseId, ParticipantId};
use crate::model::time::Timestamp;
use crate::model::token::Mac;

macro_rules! columns {
    () => {
        "id, case_id, epoch, joined_at, joined_seq, address, browser, read_seq"
    };
}

/// A browser that joined.
#[derive(Clone, Debug)]
pub struct Participant {
    /// Its id.
    pub id: ParticipantId,
    /// Which case it joined.
    pub case: CaseId,
    /// The account's epoch when it did; a reset takes it along.
    pub epoch: i64,
    /// When it joined.
    pub joined_at: Timestamp,
    /// The newest message then: it reads what comes after.
    pub joined_seq: i64,
    /// From which network address.
    pub address: String,
    /// With which browser, in words.
    pub browser: String,
    /// How far it has read.
    pub read_seq: i64,
}

/// A browser joins a case of the locked account.
pub fn insert(tx: &mut Tx<'_>, lock: &AccountLock, participant: &Participant, token: &Mac) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO case_participant (id, case_id, token_mac, epoch, joined_at, joined_seq, address, \
        browser, read_seq) SELECT $3, id, $4, $5, $6, $7, $8, $9, $10 FROM support_case WHERE id = $1 AND account_id = $2";
    let values = [
        (&participant.case).into(),
        lock.id().into(),
        (&participant.id).into(),
        token.into(),
        participant.epoch.into(),
        participant.joined_at.into(),
        participant.joined_seq.into(),
        participant.address.as_str().into(),
        participant.browser.as_str().into(),
        participant.read_seq.into(),
    ];
    if tx.execute(SQL, &values)? != 1 {
        return Err(Error::Bug("a browser joined a case of another account".into()));
    }
    Ok(())
}

/// The browser whose token has one of these codes.
pub fn find(tx: &mut Tx<'_>, tokens: &[Mac]) -> Result<Option<Participant>, Error> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM case_participant WHERE token_mac = $1");
    for token in tokens {
        if let Some(row) = tx.query_opt(SQL, &[token.into()])? {
            return participant(&row).map(Some);
        }
    }
    Ok(None)
}

/// The browsers that joined the case, in their order.
pub fn of(tx: &mut Tx<'_>, case: &CaseId) -> Result<Vec<Participant>, Error> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM case_participant WHERE case_id = $1 ORDER BY joined_at, id");
    tx.query(SQL, &[case.into()])?.iter().map(participant).collect()
}

fn participant(row: &Row) -> Result<Participant, Error> {
    Ok(Participant {
        id: ParticipantId::new(row.text(0)?),
        case: CaseId::new(row.text(1)?),
        epoch: row.int(2)?,
        joined_at: row.time(3)?,
        joined_seq: row.int(4)?,
        address: row.text(5)?,
        browser: row.text(6)?,
        read_seq: row.int(7)?,
    })
}

/// Notes how far the browser has read; never back.
pub fn read(tx: &mut Tx<'_>, id: &ParticipantId, seq: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE case_participant SET read_seq = $2 WHERE id = $1 AND read_seq < $2";
    tx.execute(SQL, &[id.into(), seq.into()]).map(drop)
}

/// Takes the case's browsers of epoch `from` along into the locked account's epoch: they see how the case ended.
pub fn take_along(tx: &mut Tx<'_>, lock: &AccountLock, case: &CaseId, from: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE case_participant SET epoch = $3 WHERE case_id = $1 AND epoch = $2";
    tx.execute(SQL, &[case.into(), from.into(), lock.account.epoch.into()]).map(drop)
}
