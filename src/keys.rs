//! The keyring at work: for each purpose two sub-keys of each living key, one that seals and one that authenticates, derived
//! once by HKDF-SHA-256 (RFC 5869). New things are made with the active key; things made with a previous one are still read.
//! Never hands a key out.

mod derive;
mod file;
mod keyring;
mod mac;
mod seal;

pub use derive::Purpose;
pub use file::FileProblem;
pub use keyring::{KeyState, Keyring, KeyringError};
pub use seal::Unopenable;

use std::fmt;
use std::sync::Arc;

use derive::SubKeys;

/// Every living key, ready for use. Cheap to clone.
#[derive(Clone)]
pub struct Keys(Arc<Living>);

struct Living {
    active: Key,
    /// Newest first.
    previous: Vec<Key>,
}

struct Key {
    kid: u8,
    sub_keys: SubKeys,
}

/// What may be shown of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its number, 1 to 255, which stands before everything that was made with it.
    pub kid: u8,
    /// Whether it still makes new things.
    pub state: KeyState,
}

impl Keys {
    /// Derives all sub-keys of `keyring`.
    pub fn new(keyring: &Keyring) -> Self {
        let derived = |entry: &keyring::Entry| Key { kid: entry.kid, sub_keys: SubKeys::derive(&entry.secret) };
        let active = derived(keyring.active());
        Self(Arc::new(Living { active, previous: keyring.previous().map(derived).collect() }))
    }

    /// Every living key, the active one first, then the newest.
    pub fn list(&self) -> Vec<KeyInfo> {
        let state = |key: &Key| if key.kid == self.0.active.kid { KeyState::Active } else { KeyState::Previous };
        self.living().map(|key| KeyInfo { kid: key.kid, state: state(key) }).collect()
    }

    fn living(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.0.active).chain(&self.0.previous)
    }

    fn find(&self, kid: u8) -> Option<&Key> {
        self.living().find(|key| key.kid == kid)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys").field(&self.list()).finish()
    }
}

#[cfg(test)]
mod tests_support {
    use super::{Keyring, Keys};

    const FIRST: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const SECOND: &str = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn keys(tables: &[(u8, &str, &str)]) -> Keys {
        let table = |(kid, key, state): &(u8, &str, &str)| {
            format!("[[key]]\nkid = {kid}\nkey = \"{key}\"\nstate = \"{state}\"\n")
        };
        Keys::new(&Keyring::parse(&tables.iter().map(table).collect::<String>()).unwrap())
    }

    /// Before a rotation.
    pub(super) fn first_key_only() -> Keys {
        keys(&[(1, FIRST, "active")])
    }

    /// After a rotation.
    pub(super) fn both_keys() -> Keys {
        keys(&[(1, FIRST, "previous"), (2, SECOND, "active")])
    }

    /// After the old key was retired.
    pub(super) fn second_key_only() -> Keys {
        keys(&[(2, SECOND, "active")])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_listed_active_first_and_never_printed() {
        let keys = tests_support::both_keys();
        let listed: Vec<(u8, KeyState)> = keys.list().iter().map(|info| (info.kid, info.state)).collect();
        assert_eq!(listed, [(2, KeyState::Active), (1, KeyState::Previous)]);
        let printed = "Keys([KeyInfo { kid: 2, state: Active }, KeyInfo { kid: 1, state: Previous }])";
        assert_eq!(format!("{keys:?}"), printed);
        assert!(format!("{:?}", Keyring::generate(&[7; 32])).contains("SecretBytes(…)"));
    }
}
