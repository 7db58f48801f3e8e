//! Random numbers that are the same everywhere.

/// A stream of random numbers: xoshiro256++ 1.0 (Blackman & Vigna), begun with the BLAKE3 hash of a seed and of what
/// the numbers are for.
#[derive(Debug)]
pub(crate) struct Random([u64; 4]);

impl Random {
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(purpose.as_bytes());
        let mut state = [0; 4];
        for (word, bytes) in state.iter_mut().zip(hasher.finalize().as_bytes().chunks_exact(8)) {
            *word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        }
        Self(state)
    }

    fn next(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number below `n`, all alike (Lemire's method); 0 if there is none.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        if n == 0 {
            return 0;
        }
        // Numbers below this would make some results more likely than others.
        let unfair = n.wrapping_neg() % n;
        loop {
            let (low, high) = self.next().carrying_mul(n, 0);
            if low >= unfair {
                return high;
            }
        }
    }
}
