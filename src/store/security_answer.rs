//! Security questions with the sealed hashes of their answers.

use super::account::AccountLock;
use super::db::{Row, Tx};
use super::error::Error;
use crate::model::id::AccountId;

/// One question and its answer's sealed Argon2id hash.
#[derive(Debug)]
pub struct SealedAnswer {
    /// 1, 2 or 3.
    pub position: i64,
    /// As the person chose or wrote it.
    pub question: String,
    /// Sealed.
    pub answer_hash: Vec<u8>,
    /// The rule by which the answer was made canonical.
    pub rule_version: i64,
}

/// Adds one.
pub fn insert(tx: &mut Tx<'_>, lock: &AccountLock, answer: &SealedAnswer) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO security_answer (account_id, position, question, answer_hash, rule_version) \
        VALUES ($1, $2, $3, $4, $5)";
    let values = [
        lock.id().into(),
        answer.position.into(),
        answer.question.as_str().into(),
        answer.answer_hash.clone().into(),
        answer.rule_version.into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

/// The account's questions with their answers, in their order.
pub fn of(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<SealedAnswer>, Error> {
    const SQL: &str = "SELECT position, question, answer_hash, rule_version FROM security_answer \
        WHERE account_id = $1 ORDER BY position";
    let answer = |row: &Row| {
        Ok(SealedAnswer {
            position: row.int(0)?,
            question: row.text(1)?,
            answer_hash: row.bytes(2)?,
            rule_version: row.int(3)?,
        })
    };
    tx.query(SQL, &[account.into()])?.iter().map(answer).collect()
}

/// The account's questions in their order.
pub fn questions(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<String>, Error> {
    const SQL: &str = "SELECT question FROM security_answer WHERE account_id = $1 ORDER BY position";
    tx.query(SQL, &[account.into()])?.iter().map(|row| row.text(0)).collect()
}

/// What tells the account's answers from any others; empty where it has none.
pub fn mark(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<u8>, Error> {
    const SQL: &str = "SELECT answer_hash FROM security_answer WHERE account_id = $1 ORDER BY position";
    let mut hashes = Vec::new();
    for row in tx.query(SQL, &[account.into()])? {
        hashes.extend(row.bytes(0)?);
    }
    Ok(hashes)
}

/// Removes all of the locked account.
pub fn delete_all(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM security_answer WHERE account_id = $1";
    tx.execute(SQL, &[lock.id().into()])?;
    Ok(())
}
