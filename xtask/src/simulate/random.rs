//! Numbers that a seed fixes: `SplitMix64` (Steele, Lea & Flood 2014), which has no state worth a dependency.

pub(super) enum Random {
    Seeded(u64),
    /// Numbers chosen elsewhere, the last one first.
    #[cfg(test)]
    Chosen(Vec<u64>),
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self::Seeded(seed)
    }

    /// Whether there are no more numbers that mean something.
    pub(super) fn is_over(&self) -> bool {
        match self {
            Self::Seeded(_) => false,
            #[cfg(test)]
            Self::Chosen(numbers) => numbers.is_empty(),
        }
    }

    fn next(&mut self) -> u64 {
        let state = match self {
            Self::Seeded(state) => state,
            #[cfg(test)]
            Self::Chosen(numbers) => return numbers.pop().unwrap_or_default(),
        };
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, which must not be 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        // Far more bits than ends here have; the bias does not matter.
        usize::try_from(self.next() % end as u64).unwrap_or_default()
    }

    /// True in `percent` of all cases.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
