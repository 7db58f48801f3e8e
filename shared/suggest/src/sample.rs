//! Documents drawn by their ids, so that the draw depends neither on their order nor on how they are spread.

use serde::{Deserialize, Serialize};

/// A share of all documents: those whose id has a small hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    below: u64,
}

impl Sample {
    /// About `wanted` of `rows` documents; all of them if they are no more.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the quotient is below 2^64 where rows exceed what is wanted"
    )]
    pub fn of(rows: u64, wanted: u64) -> Self {
        let below = if rows <= wanted {
            u64::MAX
        } else {
            (u128::from(wanted) * u128::from(u64::MAX) / u128::from(rows)) as u64
        };
        Self { below }
    }

    /// Whether the document is drawn.
    pub fn takes(self, id: &str) -> bool {
        self.below == u64::MAX || hash(id) < self.below
    }
}

/// FNV-1a with a final mix: what is drawn must be even, not secret.
fn hash(id: &str) -> u64 {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_about_as_large_as_wanted_and_all_where_there_are_few() {
        let drawn = |sample: Sample| (0..20_000).filter(|id| sample.takes(&id.to_string())).count();
        assert_eq!(drawn(Sample::of(20_000, 20_000)), 20_000);
        assert!((1_800..2_200).contains(&drawn(Sample::of(20_000, 2_000))));
        assert_eq!(drawn(Sample::of(20_000, 0)), 0);
    }
}
