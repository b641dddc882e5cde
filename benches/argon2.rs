//! Hashes a second on one core: the hasher, whose threads keep their memory, against asking the system for memory each time. Both
//! run on a thread of their own, as they do in the server (on the main thread the allocator keeps what was freed), and in turns,
//! so that what else the machine does falls on both. Run: `cargo bench --bench argon2`.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints what it found and stops when it cannot run"
)]

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use vestibule::hasher::{Cost, Hasher};
use vestibule::model::secret::SecretText;

const COST: Cost = Cost { memory_kib: 19 * 1024, iterations: 2, parallelism: 1 };
const ROUNDS: usize = 10;
const HASHES_A_ROUND: u32 = 20;

fn main() {
    let hasher = Hasher::new(COST, 1, 1).expect("a thread");
    let (mut kept, mut asked) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        kept = kept.min(round(|| hash_with_kept_memory(&hasher)));
        asked = asked.min(round(hash_with_new_memory));
    }
    println!("memory kept: {:.1} hashes a second a core", rate(kept));
    println!("memory asked for each time: {:.1}", rate(asked));
    println!("ratio: {:.2}", rate(kept) / rate(asked));
}

fn hash_with_kept_memory(hasher: &Hasher) {
    let password = SecretText::new("vivid otter lamp".to_owned());
    black_box(hasher.hash(password, [1; 16])).expect("a hash");
}

fn hash_with_new_memory() {
    let params = Params::new(COST.memory_kib, COST.iterations, COST.parallelism, Some(32)).expect("parameters");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut output = [0; 32];
    argon2.hash_password_into(b"vivid otter lamp", &[1; 16], black_box(&mut output)).expect("a hash");
}

/// How long the hashes of one round take on a thread of their own.
fn round(hash: impl Fn() + Sync) -> Duration {
    let timed = || {
        let began = Instant::now();
        (0..HASHES_A_ROUND).for_each(|_| hash());
        began.elapsed()
    };
    thread::scope(|scope| scope.spawn(timed).join()).expect("a round")
}

fn rate(time: Duration) -> f64 {
    f64::from(HASHES_A_ROUND) / time.as_secs_f64()
}
