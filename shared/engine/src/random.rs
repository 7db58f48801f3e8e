//! Random numbers that are the same everywhere.

/// A stream of random numbers: xoshiro256++ 1.0 (Blackman & Vigna).
#[derive(Debug, Clone)]
pub struct Random([u64; 4]);

impl Random {
    /// Begins with the words of a hash of what the numbers are for, little-endian.
    pub fn from_hash(hash: &[u8; 32]) -> Self {
        let mut state = [0; 4];
        for (word, bytes) in state.iter_mut().zip(hash.chunks_exact(8)) {
            *word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        }
        Self(state)
    }

    /// The next number, all alike.
    pub fn number(&mut self) -> u64 {
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
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 {
            return 0;
        }
        loop {
            // The lower and the upper half of the product.
            let (low, high) = self.number().carrying_mul(n, 0);
            // Of the lowest numbers some would make some results more likely than others; finding out how many takes a
            // division, which is rarely needed.
            if low >= n || low >= n.wrapping_neg() % n {
                return high;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Snapshots hang on them.
    #[test]
    fn the_numbers_of_a_hash_never_change() {
        let mut hash = [0; 32];
        (0..4).for_each(|word| hash[word * 8] = u8::try_from(word).unwrap() + 1);
        let mut random = Random::from_hash(&hash);
        // The first numbers of the reference implementation from the state 1, 2, 3, 4.
        assert_eq!(
            [random.number(), random.number(), random.number()],
            [41_943_041, 58_720_359, 3_588_806_011_781_223]
        );
    }
}
