//! Drawing rows: the same ones everywhere for the same seed, each kind of row by its share.

use super::{ABSTAIN, Chunk};

/// Where a document stands in the order of a draw. Even, not secret: FNV-1a with a final mix.
pub fn draw_order(seed: u64, id: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = id.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

impl Chunk {
    /// `take` of the rows, ascending, or all if there are no more.
    ///
    /// The rows are put in order by split, then by gold, then by [`draw_order`], and taken at equal distances from a start that
    /// the seed chooses. So every split and every label has its share, to the row, and each row the same chance.
    pub fn sample(&self, take: usize, seed: u64) -> Vec<usize> {
        if take >= self.rows {
            return (0..self.rows).collect();
        }
        let gold = |row: usize| self.gold.as_ref().map_or(ABSTAIN, |gold| gold[row]);
        let id = |row: usize| self.ids.get(row).unwrap_or_default();
        let mut order: Vec<_> =
            (0..self.rows).map(|row| (self.splits[row], gold(row), draw_order(seed, id(row)), row)).collect();
        order.sort_unstable();
        let start = order.first().map_or(0, |(.., row)| draw_order(seed, id(*row)) % self.rows as u64);
        #[expect(clippy::cast_possible_truncation, reason = "below the number of rows")]
        let start = start as usize;
        let mut rows: Vec<usize> =
            (0..take).map(|place| order[(place * self.rows + start) / take].3).collect();
        rows.sort_unstable();
        rows
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Split, TextColumn};

    fn chunk(golds: &[i16]) -> Chunk {
        Chunk {
            rows: golds.len(),
            ids: TextColumn::from_rows((0..golds.len()).map(|row| Some(row.to_string()))).unwrap(),
            splits: (0..golds.len()).map(|row| Split::ALL[row % 4]).collect(),
            gold: Some(golds.to_vec()),
            ..Chunk::default()
        }
    }

    proptest! {
        #[test]
        fn a_sample_has_every_split_and_label_by_its_share(
            golds in prop::collection::vec(-1_i16..3, 1..300), share in 1_usize..100, seed: u64
        ) {
            let chunk = chunk(&golds);
            let take = (golds.len() * share).div_ceil(100);
            let rows = chunk.sample(take, seed);
            prop_assert_eq!(rows.len(), take);
            prop_assert!(rows.is_sorted_by(|one, next| one < next));
            prop_assert_eq!(&rows, &chunk.sample(take, seed));
            for split in Split::ALL {
                for gold in -1..3 {
                    let same = |row: &usize| chunk.splits[*row] == split && golds[*row] == gold;
                    let (all, drawn) = ((0..golds.len()).filter(same).count(), rows.iter().copied().filter(same).count());
                    // Two rows at most: one at either end of the kind's stretch.
                    prop_assert!((drawn * golds.len()).abs_diff(all * take) <= 2 * golds.len(), "{} of {}", drawn, all);
                }
            }
        }
    }

    #[test]
    fn another_seed_draws_other_rows_and_all_rows_are_drawn_alike() {
        let chunk = chunk(&[-1; 1_000]);
        let mut drawn = vec![0; 1_000];
        for seed in 0..400 {
            chunk.sample(250, seed).into_iter().for_each(|row| drawn[row] += 1);
        }
        // 100 each are expected, with a deviation of less than 9.
        assert!(drawn.iter().all(|times| (60..140).contains(times)), "{drawn:?}");
        assert_eq!(chunk.sample(2_000, 1).len(), 1_000);
        assert!(chunk.sample(0, 1).is_empty());
    }
}
