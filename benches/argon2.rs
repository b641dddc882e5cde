//! Hashes a second on one core: the hasher, whose threads keep their memory, against asking the system for memory each time, in
//! turns in the same run, so that what else the machine does falls on both. Run: `cargo bench --bench argon2`.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints what it found and stops when it cannot run"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use vestibule::hasher::{Cost, Hasher};
use vestibule::model::secret::SecretText;

const COST: Cost = Cost { memory_kib: 19 * 1024, iterations: 2, parallelism: 1 };
const ROUNDS: usize = 10;
const HASHES_A_ROUND: u32 = 20;

fn main() {
    let hasher = Hasher::new(COST, 1, 1).expect("a thread");
    let params = Params::new(COST.memory_kib, COST.iterations, COST.parallelism, Some(32)).expect("parameters");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let (mut kept, mut allocated) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        kept = kept.min(round(|| {
            black_box(hasher.hash(SecretText::new("vivid otter lamp".into()), [1; 16])).expect("a hash");
        }));
        allocated = allocated.min(round(|| {
            let mut output = [0; 32];
            argon2.hash_password_into(b"vivid otter lamp", &[1; 16], black_box(&mut output)).expect("a hash");
        }));
    }
    println!("memory kept: {:.1} hashes a second a core", rate(kept));
    println!("memory asked for each time: {:.1}", rate(allocated));
    println!("ratio: {:.2}", rate(kept) / rate(allocated));
}

fn round(mut hash: impl FnMut()) -> Duration {
    let began = Instant::now();
    for _ in 0..HASHES_A_ROUND {
        hash();
    }
    began.elapsed()
}

fn rate(time: Duration) -> f64 {
    f64::from(HASHES_A_ROUND) / time.as_secs_f64()
}
