//! The keyring as text: TOML, one `[[key]]` table a key.
//!
//! ```toml
//! [[key]]
//! kid = 1
//! key = "…32 bytes in base 64…"
//! state = "active"      # or "previous": reads what it made, makes nothing new
//! ```

use std::fmt;

use data_encoding::BASE64;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::FileProblem;
use crate::model::secret::{SecretBytes, SecretText};

const KEY_BYTES: usize = 32;

/// The keys of an installation: exactly one active, any number of previous ones. `Debug` does not print them.
#[derive(Clone, Debug)]
pub struct Keyring {
    active: Entry,
    /// Newest first.
    previous: Vec<Entry>,
}

/// One key of the ring.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) kid: u8,
    pub(super) secret: SecretBytes,
}

/// What a key is still used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Makes new things and reads its own.
    Active,
    /// Reads its own.
    Previous,
}

/// Why there is no keyring. Each is a sentence that says what to do, and none repeats a key.
#[derive(Debug)]
pub enum KeyringError {
    /// The text is not a keyring; the line where that shows, if it is known.
    Malformed(Option<usize>),
    /// A key's number is 0 or above 255.
    KeyNumber(i64),
    /// Two keys have this number.
    SameNumber(u8),
    /// The key of this number is not 32 bytes in base 64.
    KeyLength(u8),
    /// So many keys are active, where one must be.
    ActiveKeys(usize),
    /// The file is not fit to hold a keyring.
    File(FileProblem),
}

impl fmt::Display for KeyringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(Some(line)) => {
                write!(f, "Line {line} of the keyring cannot be read. Put back the file that `vestibule init` made.")
            }
            Self::Malformed(None) => {
                f.write_str("The keyring cannot be read. Put back the file that `vestibule init` made.")
            }
            Self::KeyNumber(kid) => write!(f, "A key of the keyring has kid = {kid}. Give it a number from 1 to 255."),
            Self::SameNumber(kid) => write!(f, "Two keys of the keyring have kid = {kid}. Give each its own number."),
            Self::KeyLength(kid) => {
                write!(f, "Key {kid} of the keyring is not 32 bytes in base 64. Put back the line from your backup.")
            }
            Self::ActiveKeys(count) => {
                write!(f, "{count} keys of the keyring are active. Set state = \"active\" for exactly one of them.")
            }
            Self::File(problem) => problem.fmt(f),
        }
    }
}

impl std::error::Error for KeyringError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    key: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    kid: i64,
    key: String,
    state: KeyState,
}

impl Keyring {
    /// A keyring of one active key, number 1. `secret` comes from a cryptographic random source.
    pub fn generate(secret: &[u8; KEY_BYTES]) -> Self {
        Self { active: Entry { kid: 1, secret: SecretBytes::new(secret.to_vec()) }, previous: Vec::new() }
    }

    /// Reads the text of a keyring file.
    ///
    /// # Errors
    /// The first [`KeyringError`] found, never [`KeyringError::File`].
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let document: Document =
            toml::from_str(text).map_err(|error| KeyringError::Malformed(line_of(text, &error)))?;
        let (mut active, mut previous) = (Vec::new(), Vec::new());
        for table in document.key {
            let state = table.state;
            let entry = Entry::read(table)?;
            if active.iter().chain(&previous).any(|other: &Entry| other.kid == entry.kid) {
                return Err(KeyringError::SameNumber(entry.kid));
            }
            match state {
                KeyState::Active => active.push(entry),
                KeyState::Previous => previous.push(entry),
            }
        }
        previous.sort_by_key(|entry| std::cmp::Reverse(entry.kid));
        let count = active.len();
        match active.pop() {
            Some(active) if count == 1 => Ok(Self { active, previous }),
            _ => Err(KeyringError::ActiveKeys(count)),
        }
    }

    /// The text of a keyring file, as [`Keyring::parse`] reads it.
    pub fn to_text(&self) -> SecretText {
        let mut text = String::from(
            "# The keys of this installation. Whoever reads this file can read its secrets; without it nobody can.\n\
             # Keep a copy where the database's backups are not.\n",
        );
        text.push_str(&self.active.table("active"));
        for entry in &self.previous {
            text.push_str(&entry.table("previous"));
        }
        SecretText::new(text)
    }

    pub(super) fn active(&self) -> &Entry {
        &self.active
    }

    pub(super) fn previous(&self) -> impl Iterator<Item = &Entry> {
        self.previous.iter()
    }
}

impl Entry {
    fn read(table: Table) -> Result<Self, KeyringError> {
        let text = Zeroizing::new(table.key);
        let kid = u8::try_from(table.kid).ok().filter(|&kid| kid > 0).ok_or(KeyringError::KeyNumber(table.kid))?;
        let secret = BASE64.decode(text.as_bytes()).map(SecretBytes::new).ok();
        let secret = secret.filter(|secret| secret.expose().len() == KEY_BYTES).ok_or(KeyringError::KeyLength(kid))?;
        Ok(Self { kid, secret })
    }

    fn table(&self, state: &str) -> String {
        let key = Zeroizing::new(BASE64.encode(self.secret.expose()));
        format!("\n[[key]]\nkid = {}\nkey = \"{}\"\nstate = \"{state}\"\n", self.kid, *key)
    }
}

/// Where the text went wrong. The parser's own words are not used: they quote the text, and so a key.
fn line_of(text: &str, error: &toml::de::Error) -> Option<usize> {
    let before = text.get(..error.span()?.start)?;
    Some(before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn table(kid: &str, key: &str, state: &str) -> String {
        format!("[[key]]\nkid = {kid}\nkey = \"{key}\"\nstate = \"{state}\"\n")
    }

    #[test]
    fn a_new_keyring_is_read_as_it_was_written() {
        let made = Keyring::generate(&[7; 32]);
        let read = Keyring::parse(made.to_text().expose()).unwrap();
        assert_eq!((read.active.kid, &read.active.secret, read.previous.len()), (1, &made.active.secret, 0));
    }

    #[test]
    fn exactly_one_key_is_active_and_every_number_is_its_own() {
        let error = |text: String| Keyring::parse(&text).map(|_| ()).unwrap_err();
        let (one, two) = (table("1", KEY, "active"), table("2", KEY, "active"));
        assert!(matches!(error(String::new()), KeyringError::ActiveKeys(0)));
        assert!(matches!(error(table("1", KEY, "previous")), KeyringError::ActiveKeys(0)));
        assert!(matches!(error(format!("{one}{two}")), KeyringError::ActiveKeys(2)));
        assert!(matches!(error(format!("{one}{}", table("1", KEY, "previous"))), KeyringError::SameNumber(1)));
        for kid in ["0", "256", "-1"] {
            assert!(matches!(error(table(kid, KEY, "active")), KeyringError::KeyNumber(_)), "{kid}");
        }
        for key in ["", "AAEC", &KEY.replace('=', ""), &format!("{KEY}AAAA"), "not base 64"] {
            assert!(matches!(error(table("1", key, "active")), KeyringError::KeyLength(1)), "{key}");
        }
    }

    #[test]
    fn an_error_names_the_line_and_never_a_key() {
        for text in [
            format!("[[key]]\nkid = \"{KEY}\"\nkey = 1\nstate = \"active\"\n"),
            format!("[[key]]\nkid = 1\n{KEY} = \"\"\n"),
            format!("[[key]]\nkid = 1\nkey = \"{KEY}\"\nstate = \"{KEY}\"\n"),
            table("1", KEY, "retired"),
            format!("{}colour = \"{KEY}\"\n", table("1", KEY, "active")),
        ] {
            let error = Keyring::parse(&text).unwrap_err();
            assert!(matches!(error, KeyringError::Malformed(_)), "{error}");
            assert!(!format!("{error} {error:?}").contains(KEY), "{error}");
        }
        let error = Keyring::parse("[[key]]\nkid = 1\nkey = 5\n").unwrap_err();
        assert!(error.to_string().starts_with("Line 3 "), "{error}");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(kids in prop::collection::hash_set(1u8..=255, 1..6), secret: [u8; 32]) {
            let mut entries: Vec<Entry> =
                kids.iter().map(|&kid| Entry { kid, secret: SecretBytes::new(secret.to_vec()) }).collect();
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.kid));
            let keyring = Keyring { active: entries.pop().unwrap(), previous: entries };
            let read = Keyring::parse(keyring.to_text().expose()).unwrap();
            prop_assert_eq!(read.to_text(), keyring.to_text());
        }

        #[test]
        fn r52_any_text_is_read_without_a_panic(text: String, almost in "(\\[\\[key\\]\\]\n|kid = [0-9]{1,4}\n|key = \"[A-Z=]{0,44}\"\n|state = \"active\"\n){0,8}") {
            let _ = (Keyring::parse(&text), Keyring::parse(&almost));
        }
    }
}
