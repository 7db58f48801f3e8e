//! Gold by pattern: how many rows of a pattern are known to have which label.

use crate::pattern::PatternTable;
use std::collections::BTreeMap;

/// How many rows of a pattern have a gold label; what models learn from, and what they are judged by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoldCounts(BTreeMap<(u32, u16), u64>);

impl GoldCounts {
    /// One more row of the pattern whose gold is `label`; a negative label is no gold.
    pub fn add(&mut self, pattern: u32, label: i16) {
        if let Ok(label) = u16::try_from(label) {
            self.add_rows(pattern, label, 1);
        }
    }

    /// So many more rows.
    pub fn add_rows(&mut self, pattern: u32, label: u16, rows: u64) {
        if rows > 0 {
            *self.0.entry((pattern, label)).or_default() += rows;
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Rows with gold.
    pub fn rows(&self) -> u64 {
        self.0.values().sum()
    }

    /// Pattern, label and rows, by pattern, then label.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u16, u64)> + '_ {
        self.0.iter().map(|(&(pattern, label), &rows)| (pattern, label, rows))
    }

    /// The counts of one pattern, by label.
    pub(crate) fn of(&self, pattern: u32) -> impl Iterator<Item = (usize, u64)> {
        self.0
            .range((pattern, 0)..=(pattern, u16::MAX))
            .map(|(&(_, label), &count)| (usize::from(label), count))
    }

    /// The gold under other pattern numbers; what has none is left out.
    pub fn renumbered(&self, number: impl Fn(u32) -> Option<u32>) -> Self {
        let mut renumbered = Self::default();
        for (pattern, label, rows) in self.iter() {
            if let Some(pattern) = number(pattern) {
                renumbered.add_rows(pattern, label, rows);
            }
        }
        renumbered
    }

    /// The gold dealt out, row after row, to so many folds: equal rows are spread over them evenly.
    pub fn folds(&self, folds: usize) -> Vec<Self> {
        let mut dealt = vec![Self::default(); folds.max(1)];
        let mut next = 0;
        for (pattern, label, rows) in self.iter() {
            let (all, rest) = (rows / dealt.len() as u64, rows % dealt.len() as u64);
            for fold in &mut dealt {
                fold.add_rows(pattern, label, all);
            }
            for _ in 0..rest {
                dealt[next].add_rows(pattern, label, 1);
                next = (next + 1) % dealt.len();
            }
        }
        dealt
    }

    /// For each source of the table the rows with gold where it is right, and where it votes.
    pub fn right_votes(&self, table: &PatternTable) -> Vec<(u64, u64)> {
        let mut counts = vec![(0, 0); table.sources().len()];
        for (pattern, label, rows) in self.iter() {
            for cell in table.cells_of(pattern) {
                let (right, votes) = &mut counts[cell.source as usize];
                *right += if cell.label == label { rows } else { 0 };
                *votes += rows;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::table;

    #[test]
    fn every_row_is_in_one_fold_and_folds_are_alike() {
        let mut gold = GoldCounts::default();
        for (pattern, label, rows) in [(1, 0, 7), (1, 1, 1), (2, 1, 5), (4, 0, 0)] {
            gold.add_rows(pattern, label, rows);
        }
        let folds = gold.folds(5);
        assert_eq!(folds.iter().map(GoldCounts::rows).collect::<Vec<_>>(), [3, 3, 3, 2, 2]);
        let mut together = GoldCounts::default();
        for (pattern, label, rows) in folds.iter().flat_map(GoldCounts::iter) {
            together.add_rows(pattern, label, rows);
        }
        assert_eq!(together, gold);
        assert_eq!(gold.folds(0), [gold]);
    }

    #[test]
    fn sources_are_judged_where_they_vote() {
        let (table, patterns) = table(2, &["a", "b"], &[vec![0, -1], vec![1, 1], vec![-1, -1]]);
        let mut gold = GoldCounts::default();
        for (row, label) in [(0, 0), (0, 1), (1, 1), (2, 1)] {
            gold.add(patterns[row], label);
        }
        gold.add(9_999, 0);
        assert_eq!(gold.right_votes(&table), [(2, 3), (1, 1)]);
    }
}
