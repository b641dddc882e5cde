//! One thread's Argon2 memory. It is kept between hashes: asking the system for 19 MiB of zeroed pages each time takes about a
//! quarter of the time (`benches/argon2.rs`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::{Algorithm, Argon2, Block, Params, Version};

use super::Cost;
use super::phc::{OUTPUT_BYTES, Output};

/// The blocks of one thread, and the pool's count of hashes.
pub(super) struct Memory {
    blocks: Vec<Block>,
    usual: usize,
    hashes: Arc<AtomicU64>,
}

impl Memory {
    /// Memory for hashes of `cost`.
    pub(super) fn new(cost: Cost, hashes: Arc<AtomicU64>) -> Self {
        let usual = params(cost).map_or(0, |params| params.block_count());
        Self { blocks: vec![Block::new(); usual], usual, hashes }
    }

    /// One hash. `None` when the cost or the salt is not one that Argon2 takes.
    pub(super) fn argon2id(&mut self, cost: Cost, password: &[u8], salt: &[u8]) -> Option<Output> {
        let params = params(cost)?;
        if self.blocks.len() < params.block_count() {
            self.blocks.resize(params.block_count(), Block::new());
        }
        let mut output = Output::default();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let result = argon2.hash_password_into_with_memory(password, salt, &mut *output, &mut self.blocks);
        self.hashes.fetch_add(1, Ordering::Relaxed);
        self.shrink();
        result.is_ok().then_some(output)
    }

    /// What an old, dearer hash needed is given back.
    fn shrink(&mut self) {
        if self.blocks.len() > self.usual {
            self.blocks.truncate(self.usual);
            self.blocks.shrink_to_fit();
        }
    }
}

fn params(cost: Cost) -> Option<Params> {
    let allowed = cost.is_allowed();
    allowed.then(|| Params::new(cost.memory_kib, cost.iterations, cost.parallelism, Some(OUTPUT_BYTES)).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Cost = Cost { memory_kib: 64, iterations: 1, parallelism: 1 };

    #[test]
    fn used_memory_does_not_change_a_hash() {
        let mut used = Memory::new(SMALL, Arc::default());
        for password in ["one", "two", "three"] {
            let fresh = Memory::new(SMALL, Arc::default()).argon2id(SMALL, password.as_bytes(), b"saltsaltsaltsalt");
            let again = used.argon2id(SMALL, password.as_bytes(), b"saltsaltsaltsalt");
            assert_eq!(fresh.map(|output| *output), again.map(|output| *output));
        }
    }

    #[test]
    fn memory_for_a_dearer_hash_is_given_back() {
        let mut memory = Memory::new(SMALL, Arc::default());
        let dear = Cost { memory_kib: 256, ..SMALL };
        assert!(memory.argon2id(dear, b"password", b"saltsaltsaltsalt").is_some());
        assert_eq!(memory.blocks.len(), 64);
        assert!(memory.argon2id(Cost { memory_kib: 2 * 1024 * 1024, ..SMALL }, b"", b"saltsaltsaltsalt").is_none());
    }
}
