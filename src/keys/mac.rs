//! Message authentication codes: HMAC-SHA-256 (RFC 2104) under a purpose's sub-key, with the key's number in front.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;

use super::{Key, Keys, Purpose};
use crate::model::token::Mac;

impl Keys {
    /// The code of `parts` under the active key. Each part's length is authenticated with it, so that `("a", "bc")` and
    /// `("ab", "c")` differ.
    pub fn mac(&self, purpose: Purpose, parts: &[&[u8]]) -> Mac {
        self.0.active.mac(purpose, parts)
    }

    /// The codes of `parts` under every living key, the active one first: what a stored code may be when it is looked up.
    pub fn macs(&self, purpose: Purpose, parts: &[&[u8]]) -> Vec<Mac> {
        self.living().map(|key| key.mac(purpose, parts)).collect()
    }

    /// Whether `stored` is the code of `parts` under the living key that it names. The comparison takes the same time wherever
    /// the codes differ.
    pub fn verify(&self, purpose: Purpose, parts: &[&[u8]], stored: &Mac) -> bool {
        let named = stored.as_bytes().first().and_then(|&kid| self.find(kid));
        named.is_some_and(|key| verify_slices_are_equal(key.mac(purpose, parts).as_bytes(), stored.as_bytes()).is_ok())
    }
}

impl Key {
    fn mac(&self, purpose: Purpose, parts: &[&[u8]]) -> Mac {
        let mut context = hmac::Context::with_key(&self.sub_keys.of(purpose).mac);
        for part in parts {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            context.update(&length.to_be_bytes());
            context.update(part);
        }
        Mac::new([&[self.kid], context.sign().as_ref()].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::{both_keys, first_key_only, second_key_only};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_cannot_be_moved_from_one_to_the_next() {
        let keys = first_key_only();
        let mac = |parts: &[&[u8]]| keys.mac(Purpose::Token, parts);
        let all = [
            mac(&[b"a", b"bc"]),
            mac(&[b"ab", b"c"]),
            mac(&[b"abc"]),
            mac(&[b"abc", b""]),
            mac(&[b"", b"abc"]),
            mac(&[]),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(all.iter().skip(index + 1).all(|other| other != one), "{index}");
        }
    }

    #[test]
    fn a_code_is_good_for_its_purpose_only() {
        let keys = first_key_only();
        let mac = keys.mac(Purpose::Token, &[b"token"]);
        assert!(keys.verify(Purpose::Token, &[b"token"], &mac));
        for other in
            [Purpose::EmailPasscode, Purpose::RecoveryCode, Purpose::KnownBrowser, Purpose::Form, Purpose::Name]
        {
            assert!(!keys.verify(other, &[b"token"], &mac), "{other:?}");
        }
    }

    #[test]
    fn after_a_rotation_old_codes_are_still_good_and_new_ones_name_the_new_key() {
        let old = first_key_only().mac(Purpose::Token, &[b"token"]);
        let keys = both_keys();
        let codes = keys.macs(Purpose::Token, &[b"token"]);
        assert_eq!(codes.len(), 2);
        assert_eq!(codes[0], keys.mac(Purpose::Token, &[b"token"]));
        assert_eq!(codes[1], old);
        assert_eq!(codes.iter().map(|code| code.as_bytes()[0]).collect::<Vec<_>>(), [2, 1]);
        assert!(codes.iter().all(|code| code.as_bytes().len() == 33 && keys.verify(Purpose::Token, &[b"token"], code)));
        assert!(!second_key_only().verify(Purpose::Token, &[b"token"], &old));
    }

    /// Regression 46: a code is good whole and unchanged, or not at all.
    #[test]
    fn r46_no_prefix_no_suffix_and_no_flipped_bit_is_good() {
        let keys = both_keys();
        let good = keys.mac(Purpose::Token, &[b"token"]).as_bytes().to_vec();
        let verify = |bytes: &[u8]| keys.verify(Purpose::Token, &[b"token"], &Mac::new(bytes.to_vec()));
        assert!(verify(&good));
        for end in 0..good.len() {
            assert!(!verify(&good[..end]) && !verify(&good[end + 1..]), "{end}");
        }
        for bit in 0..good.len() * 8 {
            let mut flipped = good.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify(&flipped), "{bit}");
        }
        assert!(!verify(&[good.as_slice(), &[0]].concat()));
    }

    proptest! {
        #[test]
        fn r52_any_stored_bytes_are_looked_at_without_a_panic(stored: Vec<u8>, part: Vec<u8>) {
            prop_assert!(!both_keys().verify(Purpose::Name, &[&part], &Mac::new(stored)));
        }
    }
}
