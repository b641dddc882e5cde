//! Values that must not be printed and are wiped when dropped.

use std::fmt;

use serde::Deserialize;
use zeroize::Zeroizing;

/// Secret bytes: `Debug` prints a fixed word, the memory is zeroed on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes the bytes over.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves, for a cryptographic operation.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(…)")
    }
}

/// Secret text: `Debug` prints a fixed word, the memory is zeroed on drop.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct SecretText(#[serde(deserialize_with = "wiped")] Zeroizing<String>);

impl SecretText {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself, to be hashed, sealed or shown to its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

fn wiped<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(deserializer).map(Zeroizing::new)
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_prints_what_it_holds() {
        let printed = format!("{:?} {:?}", SecretBytes::new(b"hunter2".to_vec()), SecretText::new("hunter2".into()));
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}
