//! Sealing: AES-256-GCM-SIV (RFC 8452), which forgives a nonce that comes twice, under a purpose's sub-key. What is sealed opens
//! only in the place named by its associated data, so a row that is moved to another account does not open.
//!
//! A sealed value is: one byte version (1), one byte key number, 12 bytes nonce, the ciphertext, 16 bytes tag. The first two are
//! authenticated too.

use std::fmt;

use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};

use super::{Keys, Purpose};
use crate::model::dice::Dice;
use crate::model::secret::SecretBytes;

const VERSION: u8 = 1;

/// Why a sealed value does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unopenable {
    /// It does not have the shape of a sealed value of this version.
    Malformed,
    /// It was sealed with a key that the keyring no longer has.
    UnknownKey(u8),
    /// It was changed, or it belongs to another place or purpose, or another key has this number.
    Altered,
}

impl fmt::Display for Unopenable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not a sealed value of a known version"),
            Self::UnknownKey(kid) => write!(f, "sealed with key {kid}, which the keyring does not have"),
            Self::Altered => f.write_str("the sealed value was changed or belongs elsewhere"),
        }
    }
}

impl std::error::Error for Unopenable {}

impl Keys {
    /// Seals `plain` with the active key. `place` (associated data) names table, column, account and credential.
    #[expect(
        clippy::expect_used,
        reason = "the cipher refuses only texts beyond 2^36 bytes, which no form or row can hold"
    )]
    pub fn seal(&self, purpose: Purpose, place: &str, plain: &[u8], dice: &mut Dice) -> Vec<u8> {
        let key = &self.0.active;
        let nonce: [u8; NONCE_LEN] = dice.bytes();
        let associated = Aad::from(associated(key.kid, place));
        let mut text = plain.to_vec();
        let sealing = &key.sub_keys.of(purpose).seal;
        sealing
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), associated, &mut text)
            .expect("a text shorter than 2^36 bytes");
        [[VERSION, key.kid].as_slice(), &nonce, &text].concat()
    }

    /// Opens what [`Keys::seal`] made for the same purpose and place.
    ///
    /// # Errors
    /// [`Unopenable`], which tells why, for the log. To everyone else it is one and the same failure.
    pub fn open(&self, purpose: Purpose, place: &str, sealed: &[u8]) -> Result<SecretBytes, Unopenable> {
        let (&[version, kid], rest) = sealed.split_first_chunk().ok_or(Unopenable::Malformed)?;
        let (&nonce, text) = rest.split_first_chunk::<NONCE_LEN>().ok_or(Unopenable::Malformed)?;
        if version != VERSION {
            return Err(Unopenable::Malformed);
        }
        let key = self.find(kid).ok_or(Unopenable::UnknownKey(kid))?;
        let mut text = zeroize::Zeroizing::new(text.to_vec());
        let opening = &key.sub_keys.of(purpose).seal;
        let opened = opening
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(associated(kid, place)), &mut text)
            .map_err(|_| Unopenable::Altered)?;
        Ok(SecretBytes::new(opened.to_vec()))
    }
}

fn associated(kid: u8, place: &str) -> Vec<u8> {
    [[VERSION, kid].as_slice(), place.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::{both_keys, first_key_only, second_key_only};
    use super::*;
    use crate::model::dice::Seed;
    use proptest::prelude::*;

    fn sealed(keys: &Keys, plain: &[u8]) -> Vec<u8> {
        keys.seal(Purpose::TotpSeal, "app.secret a1", plain, &mut Seed::new([4; 32]).dice())
    }

    #[test]
    fn it_opens_in_its_own_place_and_for_its_own_purpose_only() {
        let keys = first_key_only();
        let value = sealed(&keys, b"secret");
        assert_eq!(keys.open(Purpose::TotpSeal, "app.secret a1", &value).unwrap().expose(), b"secret");
        assert_eq!(keys.open(Purpose::TotpSeal, "app.secret a2", &value), Err(Unopenable::Altered));
        assert_eq!(keys.open(Purpose::Pepper, "app.secret a1", &value), Err(Unopenable::Altered));
    }

    #[test]
    fn after_a_rotation_old_values_open_and_new_ones_name_the_new_key() {
        let old = sealed(&first_key_only(), b"secret");
        let new = sealed(&both_keys(), b"secret");
        assert_eq!((old[1], new[1]), (1, 2));
        assert!(both_keys().open(Purpose::TotpSeal, "app.secret a1", &old).is_ok());
        assert_eq!(second_key_only().open(Purpose::TotpSeal, "app.secret a1", &old), Err(Unopenable::UnknownKey(1)));
    }

    #[test]
    fn one_text_sealed_twice_is_two_values() {
        let (keys, mut dice) = (first_key_only(), Seed::new([4; 32]).dice());
        let mut seal = || keys.seal(Purpose::Pepper, "place", b"same", &mut dice);
        assert_ne!(seal(), seal());
    }

    #[test]
    fn r46_no_flipped_bit_and_no_part_of_it_opens() {
        let keys = both_keys();
        let value = sealed(&keys, b"secret");
        for bit in 0..value.len() * 8 {
            let mut flipped = value.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(keys.open(Purpose::TotpSeal, "app.secret a1", &flipped).is_err(), "{bit}");
        }
        for end in 0..value.len() {
            assert!(keys.open(Purpose::TotpSeal, "app.secret a1", &value[..end]).is_err(), "{end}");
        }
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(plain: Vec<u8>, place: String, seed: [u8; 32]) {
            let keys = both_keys();
            let value = keys.seal(Purpose::Outbox, &place, &plain, &mut Seed::new(seed).dice());
            prop_assert_eq!(value.len(), plain.len() + 30);
            let opened = keys.open(Purpose::Outbox, &place, &value).unwrap();
            prop_assert_eq!(opened.expose(), plain);
        }

        #[test]
        fn r52_any_bytes_are_refused_without_a_panic(head in prop::option::of(0u8..3), bytes: Vec<u8>) {
            let bytes = head.map_or(bytes.clone(), |kid| [&[VERSION, kid], bytes.as_slice()].concat());
            prop_assert!(both_keys().open(Purpose::Outbox, "place", &bytes).is_err());
        }
    }
}
