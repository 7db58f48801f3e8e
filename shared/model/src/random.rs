//! Random numbers that are a function of a seed and of what they are for.

/// A stream of random numbers.
#[derive(Debug)]
pub(crate) struct Random(hunch_engine::Random);

impl Random {
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(purpose.as_bytes());
        Self(hunch_engine::Random::from_hash(hasher.finalize().as_bytes()))
    }

    /// A number below `n`, all alike; 0 if there is none.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0.below(n)
    }
}
