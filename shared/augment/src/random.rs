//! Random numbers that are a function of what they are for.

/// What random numbers are for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key<'a> {
    pub seed: u64,
    pub document: &'a str,
    pub policy: &'a str,
    /// The column that is changed.
    pub column: &'a str,
    /// Copies of a document, from 1.
    pub copy: u32,
    /// Place of the transformation in the policy.
    pub step: usize,
}

/// A stream of random numbers, begun with the BLAKE3 hash of its key.
#[derive(Debug)]
pub(crate) struct Random(hunch_engine::Random);

/// Separates these hashes from all others; to be changed with anything that changes what a key draws.
const CONTEXT: &str = "hunch augment 1";

impl Random {
    pub(crate) fn new(key: Key<'_>) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(&key.seed.to_le_bytes());
        for text in [key.document, key.policy, key.column] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.update(&key.copy.to_le_bytes());
        hasher.update(&(key.step as u64).to_le_bytes());
        Self(hunch_engine::Random::from_hash(hasher.finalize().as_bytes()))
    }

    fn next(&mut self) -> u64 {
        self.0.number()
    }

    /// A number below `n`, all alike; 0 if there is none.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0.below(n)
    }

    /// An index into something of `length`.
    #[expect(clippy::cast_possible_truncation, reason = "below a length")]
    pub(crate) fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// One of several.
    pub(crate) fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.index(from.len()))
    }

    /// True with this probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        // 53 bits are what an f64 holds exactly.
        ((self.next() >> 11) as f64) < probability * (1_u64 << 53) as f64
    }

    /// How many of `n` a share is: rounded up as often as brings the mean to `share * n`.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and n")]
    pub(crate) fn count(&mut self, share: f64, n: usize) -> usize {
        let exact = share * n as f64;
        let whole = exact.floor();
        (whole as usize + usize::from(self.chance(exact - whole))).min(n)
    }

    /// Ascending places of a share of `n` things, each choice alike (Knuth's algorithm S).
    pub(crate) fn some(&mut self, share: f64, n: usize) -> Vec<usize> {
        let mut wanted = self.count(share, n);
        let mut chosen = Vec::with_capacity(wanted);
        for at in 0..n {
            if wanted == 0 {
                break;
            }
            if self.index(n - at) < wanted {
                chosen.push(at);
                wanted -= 1;
            }
        }
        chosen
    }

    /// Puts things into an order, all alike (Fisher & Yates).
    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for at in (1..things.len()).rev() {
            things.swap(at, self.index(at + 1));
        }
    }

    /// A number of mean 0 and standard deviation 1 whose distribution is near the normal one: the sum of twelve even
    /// ones less 6 (Irwin & Hall). It needs no function that machines calculate differently.
    pub(crate) fn normal(&mut self) -> f64 {
        let sum: u64 = (0..12).map(|_| self.next() >> 32).sum();
        sum as f64 / (1_u64 << 32) as f64 - 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(copy: u32) -> Random {
        Random::new(Key { seed: 7, document: "d", policy: "p", column: "text", copy, step: 0 })
    }

    #[test]
    fn each_part_of_the_key_leads_to_other_numbers() {
        let key = Key { seed: 1, document: "ab", policy: "c", column: "e", copy: 1, step: 0 };
        let keys = [
            key,
            Key { seed: 2, ..key },
            Key { document: "a", policy: "bc", ..key },
            Key { policy: "d", ..key },
            Key { column: "f", ..key },
            Key { copy: 2, ..key },
            Key { step: 1, ..key },
        ];
        let mut first = keys.map(|key| Random::new(key).next());
        first.sort_unstable();
        assert!(first.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn the_numbers_of_a_key_never_change() {
        let mut random = random(1);
        let drawn: Vec<u64> = (0..4).map(|_| random.below(1_000_000)).collect();
        assert_eq!(drawn, [98_813, 561_484, 133_492, 33_467]);
    }

    #[test]
    fn draws_are_even_and_shares_are_met_on_average() {
        let mut random = random(2);
        let mut seen = [0_u32; 5];
        (0..10_000).for_each(|_| seen[random.index(5)] += 1);
        assert!(seen.iter().all(|seen| (1_850..2_150).contains(seen)), "{seen:?}");
        let chosen: usize = (0..1_000).map(|_| random.some(0.25, 10).len()).sum();
        assert!((2_400..2_600).contains(&chosen), "{chosen}");
        assert_eq!(
            (random.some(0.0, 9).len(), random.some(1.0, 9).len(), random.some(0.5, 0).len()),
            (0, 9, 0)
        );
        let normal: Vec<f64> = (0..10_000).map(|_| random.normal()).collect();
        let mean = normal.iter().sum::<f64>() / 1e4;
        let variance = normal.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 1e4;
        assert!(mean.abs() < 0.04 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }
}
