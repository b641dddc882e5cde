//! The stored form of a hash: the PHC string format for Argon2id, read strictly. What another program wrote within these bounds
//! is read; what is not written exactly so is not, and no stored number can make a hash cost more than [`Cost::is_allowed`].

use aws_lc_rs::constant_time::verify_slices_are_equal;
use data_encoding::BASE64_NOPAD;
use zeroize::Zeroizing;

use super::Cost;
use crate::model::secret::SecretText;

/// Bytes of output, 256 bits.
pub(super) const OUTPUT_BYTES: usize = 32;

/// The output of one hash, wiped when dropped.
pub(super) type Output = Zeroizing<[u8; OUTPUT_BYTES]>;

/// A hash with everything that is needed to compute it again.
pub(super) struct Phc {
    cost: Cost,
    salt: Vec<u8>,
    output: Output,
}

impl Phc {
    /// A hash that was just computed.
    pub(super) fn new(cost: Cost, salt: Vec<u8>, output: Output) -> Self {
        Self { cost, salt, output }
    }

    /// What stands in for the hash of a name that does not exist: the present cost, and an output that says nothing.
    pub(super) fn dummy(cost: Cost) -> Self {
        Self::new(cost, b"no such account.".to_vec(), Output::default())
    }

    /// Reads `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, base 64 without padding, salt of 8 to 64 bytes, hash of 32 bytes.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut fields = text.strip_prefix("$argon2id$v=19$")?.split('$');
        let cost = parse_cost(fields.next()?)?;
        let salt = BASE64_NOPAD.decode(fields.next()?.as_bytes()).ok()?;
        let output = Zeroizing::new(BASE64_NOPAD.decode(fields.next()?.as_bytes()).ok()?);
        if fields.next().is_some() || !(8..=64).contains(&salt.len()) {
            return None;
        }
        Some(Self::new(cost, salt, Zeroizing::new(output.as_slice().try_into().ok()?)))
    }

    /// The text that [`Phc::parse`] reads.
    pub(super) fn to_text(&self) -> SecretText {
        let Cost { memory_kib, iterations, parallelism } = self.cost;
        let salt = BASE64_NOPAD.encode(&self.salt);
        let output = Zeroizing::new(BASE64_NOPAD.encode(&*self.output));
        SecretText::new(format!("$argon2id$v=19$m={memory_kib},t={iterations},p={parallelism}${salt}${}", *output))
    }

    pub(super) fn cost(&self) -> Cost {
        self.cost
    }

    pub(super) fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// Whether `output` is this hash's, in the same time wherever they differ.
    pub(super) fn is_output(&self, output: &Output) -> bool {
        verify_slices_are_equal(&*self.output, &**output).is_ok()
    }
}

fn parse_cost(field: &str) -> Option<Cost> {
    let mut parameters = field.split(',');
    let mut next = |prefix: &str| number(parameters.next()?.strip_prefix(prefix)?);
    let cost = Cost { memory_kib: next("m=")?, iterations: next("t=")?, parallelism: next("p=")? };
    (parameters.next().is_none() && cost.is_allowed()).then_some(cost)
}

/// A decimal number in its one spelling: digits only, no leading zero.
fn number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SALT: &str = "c2FsdHNhbHRzYWx0c2FsdA";
    const OUTPUT: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    #[test]
    fn what_is_not_written_exactly_so_is_not_read() {
        let good = format!("$argon2id$v=19$m=19456,t=2,p=1${SALT}${OUTPUT}");
        assert_eq!(Phc::parse(&good).unwrap().to_text().expose(), good);
        for (from, to) in [
            ("argon2id", "argon2i"),
            ("argon2id", "Argon2id"),
            ("v=19", "v=16"),
            ("$v=19", ""),
            ("m=19456", "m=019456"),
            ("m=19456", "m=+19456"),
            ("m=19456", "m=1048577"),
            ("m=19456", "m=7"),
            ("m=19456", "m=4294967297"),
            ("m=19456", "m=１９"),
            ("t=2", "t=0"),
            ("t=2", "t=65"),
            ("t=2", "t="),
            ("p=1", "p=0"),
            ("p=1", "p=17"),
            ("p=1", "p=1,data=AAAA"),
            ("t=2,p=1", "p=1,t=2"),
            (",p=1", ""),
            (SALT, "c2FsdA"),
            (SALT, ""),
            (SALT, "c2FsdHNhbHRzYWx0c2FsdB"),
            (OUTPUT, "AAEC"),
            (OUTPUT, ""),
            ("Hh8", "Hh8="),
            ("Hh8", "Hh8$"),
            ("Hh8", "Hh8 "),
            ("Hh8", "Hh9"),
            ("$argon2id", " $argon2id"),
            ("$argon2id", "argon2id"),
        ] {
            let text = good.replacen(from, to, 1);
            assert_ne!(text, good);
            assert!(Phc::parse(&text).is_none(), "{text}");
        }
        let dear = Phc::parse(&good.replace("m=19456,t=2,p=1", "m=1048576,t=64,p=16"));
        assert_eq!(dear.unwrap().cost(), Cost { memory_kib: 1_048_576, iterations: 64, parallelism: 16 });
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(memory_kib in 128u32..=1_048_576, iterations in 1u32..=64, parallelism in 1u32..=16, salt in prop::collection::vec(any::<u8>(), 8..=64), output: [u8; 32]) {
            let phc = Phc::new(Cost { memory_kib, iterations, parallelism }, salt, Zeroizing::new(output));
            let text = phc.to_text();
            let read = Phc::parse(text.expose()).unwrap();
            prop_assert_eq!(read.to_text(), text);
            prop_assert!(read.cost() == phc.cost() && read.salt() == phc.salt() && read.is_output(&phc.output));
        }

        #[test]
        fn r52_any_text_is_read_without_a_panic_and_has_one_spelling(any: String, almost in "\\$argon2id\\$v=19\\$m=[0-9+]{0,9},t=[0-9]{0,2},p=[0-9]{0,2}\\$[A-Za-z0-9+/=]{0,24}\\$[A-Za-z0-9+/]{43}") {
            for text in [any, almost] {
                prop_assert!(Phc::parse(&text).is_none_or(|phc| phc.to_text().expose() == text));
            }
        }
    }
}
