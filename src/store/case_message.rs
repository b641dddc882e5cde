//! What is said in support cases, and how far each side has read. Texts come and go sealed.

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::id::{AccountId, CaseId, ParticipantId};
use crate::model::time::Timestamp;

/// Who wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A browser of the person.
    Person(ParticipantId),
    /// An analyst.
    Analyst(AccountId),
}

/// A message's row.
#[derive(Clone, Debug)]
pub struct SealedMessage {
    /// Its number in the case, from 1.
    pub seq: i64,
    /// When it was written.
    pub at: Timestamp,
    /// By whom.
    pub author: Author,
    /// The sealed text; gone some time after the case was closed.
    pub body: Option<Vec<u8>>,
}

/// Adds a message to a case of the locked account.
pub fn insert(tx: &mut Tx<'_>, lock: &AccountLock, case: &CaseId, message: &SealedMessage) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO case_message (case_id, seq, at, participant_id, analyst_id, body) \
        SELECT id, $3, $4, $5, $6, $7 FROM support_case WHERE id = $1 AND account_id = $2";
    let (participant, analyst) = match &message.author {
        Author::Person(id) => (Some(id), None),
        Author::Analyst(id) => (None, Some(id)),
    };
    let values = [
        case.into(),
        lock.id().into(),
        message.seq.into(),
        message.at.into(),
        participant.into(),
        analyst.into(),
        message.body.clone().into(),
    ];
    if tx.execute(SQL, &values)? != 1 {
        return Err(Error::Bug("a message for a case of another account".into()));
    }
    Ok(())
}

/// The case's messages after number `after`, oldest first.
pub fn since(tx: &mut Tx<'_>, case: &CaseId, after: i64) -> Result<Vec<SealedMessage>, Error> {
    const SQL: &str = "SELECT seq, at, participant_id, analyst_id, body FROM case_message WHERE case_id = $1 AND seq > $2 \
        ORDER BY seq";
    tx.query(SQL, &[case.into(), after.into()])?.iter().map(message).collect()
}

fn message(row: &Row) -> Result<SealedMessage, Error> {
    let author = match (row.opt_text(2)?, row.opt_text(3)?) {
        (Some(participant), None) => Author::Person(ParticipantId::new(participant)),
        (None, Some(analyst)) => Author::Analyst(AccountId::new(analyst)),
        _ => return Err(Error::Bug("a message has no author".into())),
    };
    Ok(SealedMessage { seq: row.int(0)?, at: row.time(1)?, author, body: row.opt_bytes(4)? })
}

/// When the person's side wrote in the case since `then`, newest first, at most `most`.
pub fn times_of_person(tx: &mut Tx<'_>, case: &CaseId, then: Timestamp, most: u32) -> Result<Vec<Timestamp>, Error> {
    const SQL: &str = "SELECT at FROM case_message WHERE case_id = $1 AND participant_id IS NOT NULL AND at > $2 \
        ORDER BY at DESC LIMIT $3";
    tx.query(SQL, &[case.into(), then.into(), i64::from(most).into()])?.iter().map(|row| row.time(0)).collect()
}

/// When the analyst wrote in any case since `then`, newest first, at most `most`.
pub fn times_of_analyst(
    tx: &mut Tx<'_>,
    analyst: &AccountId,
    then: Timestamp,
    most: u32,
) -> Result<Vec<Timestamp>, Error> {
    const SQL: &str = "SELECT at FROM case_message WHERE analyst_id = $1 AND at > $2 ORDER BY at DESC LIMIT $3";
    tx.query(SQL, &[analyst.into(), then.into(), i64::from(most).into()])?.iter().map(|row| row.time(0)).collect()
}

/// The newest message of an analyst after number `after`: its number, and when it was written.
pub fn newest_of_analysts(tx: &mut Tx<'_>, case: &CaseId, after: i64) -> Result<Option<(i64, Timestamp)>, Error> {
    const SQL: &str = "SELECT seq, at FROM case_message WHERE case_id = $1 AND seq > $2 AND analyst_id IS NOT NULL \
        ORDER BY seq DESC LIMIT 1";
    tx.query_opt(SQL, &[case.into(), after.into()])?.map(|row| Ok((row.int(0)?, row.time(1)?))).transpose()
}

/// Notes how far the analyst has read; never back.
pub fn read_by_analyst(
    tx: &mut Tx<'_>,
    (case, analyst): (&CaseId, &AccountId),
    seq: i64,
    now: Timestamp,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO case_reading (case_id, analyst_id, read_seq, at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (case_id, analyst_id) DO UPDATE SET read_seq = excluded.read_seq, at = excluded.at \
        WHERE case_reading.read_seq < excluded.read_seq";
    tx.execute(SQL, &[case.into(), analyst.into(), seq.into(), now.into()]).map(drop)
}

/// How far the analyst has read.
pub fn read_seq_of_analyst(tx: &mut Tx<'_>, case: &CaseId, analyst: &AccountId) -> Result<i64, Error> {
    const SQL: &str = "SELECT read_seq FROM case_reading WHERE case_id = $1 AND analyst_id = $2";
    tx.query_opt(SQL, &[case.into(), analyst.into()])?.map_or(Ok(0), |row| row.int(0))
}
