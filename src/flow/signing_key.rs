//! The keys that tokens are signed with. An algorithm's first key is made when it is needed and signs at once; each next one is
//! published a day before it signs, so that no product that keeps our keys for a while meets one that it has not seen; each one
//! before stays published for as long as something signed with it may be shown to us or to a product.
//!
//! A key is not drawn from the act's dice, so it is made outside of the transaction that keeps it (`App::make_signing_keys`).

use std::collections::BTreeSet;
use std::time::Duration;

use super::{act::Act, audit};
use crate::keys::Purpose;
use crate::model::audit::Event;
use crate::model::signing_algorithm::SigningAlgorithm;
use crate::model::time::Timestamp;
use crate::oidc::jose::{Generated, PrivateKey, PublicJwk};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::signing_key::{self, SigningKey};
use crate::store::{installation, product};

/// How long a key signs. It lies sealed in the database and never leaves it, so this only bounds what one that was lost is worth.
pub const LIFE: Duration = Duration::from_secs(90 * 86_400);
/// How long a key is published before it signs: longer than anyone keeps a set of keys without asking again.
pub const PUBLISHED_BEFORE: Duration = Duration::from_secs(86_400);
/// How much longer than a session a key stays published after its last use. ID tokens come back as hints as long as the session
/// lives; nothing else that is signed is good for as long.
const PUBLISHED_AFTER: Duration = Duration::from_secs(86_400);

/// What a key is used for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is published and does not sign yet.
    Next,
    /// It signs.
    Current,
    /// It has signed, and is still published.
    Previous,
}

/// A key as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub kid: String,
    /// Its algorithm.
    pub algorithm: SigningAlgorithm,
    /// What it is used for.
    pub used: Use,
    /// From when on it signs, or signed.
    pub first_use_at: Timestamp,
}

/// The key that signs now; `None` where there is none of this algorithm yet.
pub fn current(tx: &mut Tx<'_>, act: &Act, algorithm: SigningAlgorithm) -> Result<Option<PrivateKey>, Error> {
    let keys = of(tx, algorithm)?;
    keys.get(signing(&keys, act.now)).map(|key| opened(act, key)).transpose()
}

/// Every key that something still good may be signed with, or will be.
pub fn published(tx: &mut Tx<'_>) -> Result<Vec<PublicJwk>, Error> {
    let read = |key: &SigningKey| {
        PublicJwk::parse(&key.public_jwk).map_err(|problem| Error::Bug(format!("signing key {}: {problem}", key.kid)))
    };
    signing_key::list(tx)?.iter().map(read).collect()
}

/// Which of these algorithms want a key now: the first, or the next to be published.
pub fn wanted(tx: &mut Tx<'_>, act: &Act, algorithms: &[SigningAlgorithm]) -> Result<Vec<SigningAlgorithm>, Error> {
    let mut wanted = Vec::new();
    for algorithm in algorithms {
        if first_use(&of(tx, *algorithm)?, act.now).is_some() {
            wanted.push(*algorithm);
        }
    }
    Ok(wanted)
}

/// The same of the algorithms that products have chosen.
pub fn due(tx: &mut Tx<'_>, act: &Act) -> Result<Vec<SigningAlgorithm>, Error> {
    let chosen: BTreeSet<_> = product::list(tx)?.into_iter().map(|product| product.algorithm).collect();
    wanted(tx, act, &chosen.into_iter().collect::<Vec<_>>())
}

/// Keeps a new key, if one is still wanted. Two nodes that have made one each come here one after the other.
pub fn add(tx: &mut Tx<'_>, act: &Act, made: &Generated) -> Result<bool, Error> {
    installation::lock(tx)?;
    let (public, algorithm) = (&made.public, made.public.algorithm());
    let Some(first_use_at) = first_use(&of(tx, algorithm)?, act.now) else { return Ok(false) };
    let public_jwk = serde_json::to_string(public).map_err(|error| Error::Bug(format!("a public key: {error}")))?;
    let private_key = act.keys.seal(Purpose::SigningKey, &place(public.kid()), made.pkcs8.expose(), &mut act.dice());
    let kid = public.kid().to_owned();
    let key = SigningKey { kid, algorithm, public_jwk, private_key, created_at: act.now, first_use_at };
    audit::record_of_installation(tx, act, Event::SigningKeyMade(algorithm))?;
    signing_key::insert(tx, &key)
}

/// Deletes the keys whose successors have signed for so long that nothing of theirs is good any more.
pub fn sweep(tx: &mut Tx<'_>, act: &Act) -> Result<u64, Error> {
    let then = act.now.minus(act.settings.sessions.absolute + PUBLISHED_AFTER);
    let mut removed = 0;
    for algorithm in SigningAlgorithm::ALL {
        let keys = of(tx, algorithm)?;
        for key in keys.iter().take(signing(&keys, then)) {
            removed += u64::from(signing_key::remove(tx, &key.kid)?);
        }
    }
    Ok(removed)
}

/// Every key, for a list.
pub fn list(tx: &mut Tx<'_>, act: &Act) -> Result<Vec<Listed>, Error> {
    let mut listed = Vec::new();
    for algorithm in SigningAlgorithm::ALL {
        let keys = of(tx, algorithm)?;
        let current = signing(&keys, act.now);
        for (index, SigningKey { kid, first_use_at, .. }) in keys.into_iter().enumerate() {
            let used = match index.cmp(&current) {
                std::cmp::Ordering::Less => Use::Previous,
                std::cmp::Ordering::Equal => Use::Current,
                std::cmp::Ordering::Greater => Use::Next,
            };
            listed.push(Listed { kid, algorithm, used, first_use_at });
        }
    }
    Ok(listed)
}

/// The keys of one algorithm from the oldest to the newest.
fn of(tx: &mut Tx<'_>, algorithm: SigningAlgorithm) -> Result<Vec<SigningKey>, Error> {
    Ok(signing_key::list(tx)?.into_iter().filter(|key| key.algorithm == algorithm).collect())
}

/// Which of the keys signs: the last whose time has come; by a clock that is behind the first one's maker, that one.
fn signing(keys: &[SigningKey], now: Timestamp) -> usize {
    keys.iter().rposition(|key| key.first_use_at <= now).unwrap_or(0)
}

/// From when on a new key would sign; `None` where none is wanted.
fn first_use(keys: &[SigningKey], now: Timestamp) -> Option<Timestamp> {
    let Some(newest) = keys.last() else { return Some(now) };
    let ends_at = newest.first_use_at.plus(LIFE);
    (now >= ends_at.minus(PUBLISHED_BEFORE)).then(|| ends_at.max(now.plus(PUBLISHED_BEFORE)))
}

fn place(kid: &str) -> String {
    format!("signing_key.private_key {kid}")
}

fn opened(act: &Act, key: &SigningKey) -> Result<PrivateKey, Error> {
    let unusable = |why: &str| Error::Bug(format!("signing key {}: {why}", key.kid));
    let pkcs8 = act
        .keys
        .open(Purpose::SigningKey, &place(&key.kid), &key.private_key)
        .map_err(|why| unusable(&why.to_string()))?;
    PrivateKey::from_pkcs8(key.algorithm, pkcs8.expose()).ok_or_else(|| unusable("it is none of its algorithm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000).plus(Duration::from_secs(86_400) * number)
    }

    fn keys(first_uses: &[Timestamp]) -> Vec<SigningKey> {
        let key = |(index, first_use_at): (usize, &Timestamp)| SigningKey {
            kid: index.to_string(),
            algorithm: SigningAlgorithm::Es256,
            public_jwk: String::new(),
            private_key: Vec::new(),
            created_at: *first_use_at,
            first_use_at: *first_use_at,
        };
        first_uses.iter().enumerate().map(key).collect()
    }

    #[test]
    fn a_key_signs_from_its_first_use_until_that_of_the_next() {
        let three = keys(&[day(0), day(90), day(180)]);
        let at = |now| signing(&three, now);
        assert_eq!((at(day(0)), at(day(89)), at(day(90)), at(day(179)), at(day(500))), (0, 0, 1, 1, 2));
        assert_eq!(at(day(0).minus(Duration::from_secs(1))), 0);
    }

    #[test]
    fn the_next_key_is_published_a_day_before_it_signs_however_late_it_is_made() {
        assert_eq!(first_use(&[], day(3)), Some(day(3)));
        let one = keys(&[day(0)]);
        assert_eq!(first_use(&one, day(89).minus(Duration::from_millis(1))), None);
        assert_eq!(first_use(&one, day(89)), Some(day(90)));
        assert_eq!(first_use(&one, day(200)), Some(day(201)));
        assert_eq!(first_use(&keys(&[day(0), day(90)]), day(90)), None);
    }
}
