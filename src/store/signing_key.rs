//! The keys that tokens are signed with: the public half as a JWK, the private half sealed.

use super::db::{Row, Tx};
use super::error::Error;
use crate::model::signing_algorithm::SigningAlgorithm;
use crate::model::time::Timestamp;

/// A signing key's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// Its name in headers and in the published set.
    pub kid: String,
    /// The one algorithm that it is used with.
    pub algorithm: SigningAlgorithm,
    /// The public half, JSON.
    pub public_jwk: String,
    /// The private half, sealed.
    pub private_key: Vec<u8>,
    /// When it was made, and published with that.
    pub created_at: Timestamp,
    /// From when on it signs.
    pub first_use_at: Timestamp,
}

/// A new key; `false` where it is there already.
pub fn insert(tx: &mut Tx<'_>, key: &SigningKey) -> Result<bool, Error> {
    const SQL: &str = "INSERT INTO signing_key (kid, algorithm, public_jwk, private_key, created_at, first_use_at) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let values = [
        key.kid.as_str().into(),
        key.algorithm.as_str().into(),
        key.public_jwk.as_str().into(),
        key.private_key.as_slice().into(),
        key.created_at.into(),
        key.first_use_at.into(),
    ];
    Ok(tx.execute(SQL, &values)? == 1)
}

/// Every key, the ones of an algorithm from the oldest to the newest.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<SigningKey>, Error> {
    const SQL: &str = "SELECT kid, algorithm, public_jwk, private_key, created_at, first_use_at FROM signing_key \
        ORDER BY algorithm, first_use_at, kid";
    tx.query(SQL, &[])?.iter().map(signing_key).collect()
}

fn signing_key(row: &Row) -> Result<SigningKey, Error> {
    let algorithm = row.text(1)?;
    Ok(SigningKey {
        kid: row.text(0)?,
        algorithm: SigningAlgorithm::parse(&algorithm)
            .ok_or_else(|| Error::Bug(format!("a signing key has the algorithm {algorithm:?}")))?,
        public_jwk: row.text(2)?,
        private_key: row.bytes(3)?,
        created_at: row.time(4)?,
        first_use_at: row.time(5)?,
    })
}

/// Deletes a key; `false` when it was gone.
pub fn remove(tx: &mut Tx<'_>, kid: &str) -> Result<bool, Error> {
    const SQL: &str = "DELETE FROM signing_key WHERE kid = $1";
    Ok(tx.execute(SQL, &[kid.into()])? == 1)
}
