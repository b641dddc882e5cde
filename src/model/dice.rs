//! Chance as an argument. A [`Seed`] is drawn once at the edge; a transaction that is run again draws the same numbers again.

use aws_lc_rs::hmac;
use uuid::Uuid;

use super::secret::SecretBytes;
use super::time::Timestamp;

/// 256 random bits, drawn from the operating system at the edge (`app.rs`).
#[derive(Clone, Debug)]
pub struct Seed(SecretBytes);

impl Seed {
    /// Wraps 32 bytes from a cryptographic random source.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(SecretBytes::new(bytes.to_vec()))
    }

    /// Fresh dice: the same seed gives the same numbers in the same order.
    pub fn dice(&self) -> Dice {
        Dice { key: hmac::Key::new(hmac::HMAC_SHA256, self.0.expose()), counter: 0 }
    }
}

/// A stream of random numbers: HMAC-SHA-256 of a counter under the seed.
pub struct Dice {
    key: hmac::Key,
    counter: u64,
}

impl Dice {
    /// The next `N` random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        for chunk in out.chunks_mut(32) {
            let block = hmac::sign(&self.key, &self.counter.to_be_bytes());
            self.counter += 1;
            for (to, from) in chunk.iter_mut().zip(block.as_ref()) {
                *to = *from;
            }
        }
        out
    }

    /// A uniform number below `bound` (rejection sampling, so no value is likelier than another). `bound` must not be zero.
    pub fn below(&mut self, bound: u32) -> u32 {
        let limit = u32::MAX - u32::MAX % bound;
        loop {
            let drawn = u32::from_be_bytes(self.bytes());
            if drawn < limit {
                return drawn % bound;
            }
        }
    }

    /// A new row's id: UUIDv7 (RFC 9562 section 5.7) of `now`, as text.
    pub fn id(&mut self, now: Timestamp) -> String {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid().to_string()
    }

    /// A random UUID without a time in it (RFC 9562 section 5.4), for what is shown to people outside.
    pub fn opaque_id(&mut self) -> String {
        Uuid::from_bytes(uuid::Builder::from_random_bytes(self.bytes()).into_uuid().into_bytes()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_two_seeds_differ() {
        let (one, two) = (Seed::new([1; 32]), Seed::new([2; 32]));
        assert_eq!(one.dice().bytes::<40>(), one.dice().bytes::<40>());
        assert_ne!(one.dice().bytes::<40>(), two.dice().bytes::<40>());
    }

    /// Regression 16: codes are uniform. Chi-square over ten bins of 10^6 draws; 27.9 is the 0.1 % point at nine degrees of freedom.
    #[test]
    fn r16_a_million_codes_are_uniform() {
        let mut dice = Seed::new([7; 32]).dice();
        let mut bins = [0u32; 10];
        for _ in 0..1_000_000 {
            let code = dice.below(1_000_000);
            bins[usize::try_from(code / 100_000).unwrap()] += 1;
        }
        let chi: f64 = bins.iter().map(|&seen| (f64::from(seen) - 100_000.0).powi(2) / 100_000.0).sum();
        assert!(chi < 27.9, "chi-square {chi}, bins {bins:?}");
    }
}
