//! The vote matrix as a table of distinct vote rows and how often each occurs.
//!
//! Real vote matrices have few distinct rows, so models cost as much as there are patterns, not rows,
//! and a whole corpus' table fits into a browser.

mod bytes;
mod counter;
mod parts;

pub use bytes::PatternFormatError;
pub use counter::PatternCounter;

use hunch_engine::ABSTAIN;
use thiserror::Error;

/// A vote that cannot be: said with the source that cast it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VoteError {
    /// The vote is neither -1 nor the index of a label.
    #[error("source `{source_name}` votes {vote}, but labels are numbered 0 to {last}", last = labels.saturating_sub(1))]
    NoSuchLabel {
        /// Name of the source.
        source_name: String,
        /// The vote.
        vote: i16,
        /// Number of labels.
        labels: usize,
    },
    /// A row does not have one vote per source.
    #[error("a row has {found} votes, but there are {expected} sources")]
    Width {
        /// Votes of the row.
        found: usize,
        /// Sources of the table.
        expected: usize,
    },
}

/// One vote that occurs: a source and the label it voted. Models have one set of parameters per cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Index of the source.
    pub(crate) source: u32,
    /// The label it voted.
    pub(crate) label: u16,
}

/// Distinct vote rows with their counts, in an order that depends neither on the order of rows nor of sources.
///
/// Pattern 0 is always the row without a vote; its count may be 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternTable {
    labels: usize,
    sources: Vec<String>,
    /// Votes that occur, by name of the source, then label.
    cells: Vec<Cell>,
    /// Where each pattern's votes start in `votes`; one more than there are patterns.
    offsets: Vec<usize>,
    /// Indexes into `cells`, ascending within a pattern.
    votes: Vec<u32>,
    counts: Vec<u64>,
}

impl PatternTable {
    /// Number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// Names of the sources, in the order they were given.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// Number of patterns, the one without votes among them.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Never: the pattern without votes is always there.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How many rows have the pattern.
    pub fn count(&self, pattern: u32) -> u64 {
        self.counts[pattern as usize]
    }

    /// The pattern as a row of votes, one per source, -1 where it abstains.
    pub fn votes(&self, pattern: u32) -> Vec<i16> {
        let mut row = vec![ABSTAIN; self.sources.len()];
        for &cell in self.pattern_cells(pattern as usize) {
            let Cell { source, label } = self.cells[cell as usize];
            row[source as usize] = i16::try_from(label).unwrap_or(ABSTAIN);
        }
        row
    }

    /// Whether a source votes.
    pub fn is_covered(&self, pattern: u32) -> bool {
        pattern != 0
    }

    /// Rows counted.
    pub fn rows(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Rows counted that have a vote.
    pub fn covered(&self) -> u64 {
        self.counts[1..].iter().sum()
    }

    /// Distinct rows with a vote that were counted.
    pub fn distinct(&self) -> usize {
        self.counts[1..].iter().filter(|&&count| count > 0).count()
    }

    /// How many votes the patterns have together: what a step of a model costs.
    pub fn votes_kept(&self) -> usize {
        self.votes.len()
    }

    /// Votes that occur.
    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Patterns in order: the cells that vote, ascending, and the count.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = (&[u32], u64)> {
        (0..self.len()).map(|pattern| (self.pattern_cells(pattern), self.counts[pattern]))
    }

    /// How many rows have each cell's vote.
    pub(crate) fn cell_counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.cells.len()];
        for (cells, count) in self.patterns() {
            for &cell in cells {
                counts[cell as usize] += count;
            }
        }
        counts
    }

    /// The cells that vote in a pattern; none if there is no such pattern.
    pub(crate) fn cells_of(&self, pattern: u32) -> impl Iterator<Item = Cell> {
        let known = (pattern as usize) < self.len();
        let cells = if known { self.pattern_cells(pattern as usize) } else { &[] };
        cells.iter().map(|&cell| self.cells[cell as usize])
    }

    pub(crate) fn pattern_cells(&self, pattern: usize) -> &[u32] {
        &self.votes[self.offsets[pattern]..self.offsets[pattern + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hunch_engine::{Bitset, RuleVotes};
    use proptest::prelude::*;

    fn table(rows: &[Vec<i16>], sources: &[&str]) -> (PatternTable, Vec<u32>) {
        let mut counter = PatternCounter::new(3, sources);
        let provisional: Vec<u32> = rows.iter().map(|row| counter.add(row).unwrap()).collect();
        let (table, ids) = counter.finish();
        let of_row = provisional.into_iter().map(|id| ids[id as usize]).collect();
        (table, of_row)
    }

    #[test]
    fn a_vote_outside_the_label_set_is_refused_by_name() {
        let mut counter = PatternCounter::new(2, &["a", "b"]);
        let error = counter.add(&[0, 7]).unwrap_err().to_string();
        assert_eq!(error, "source `b` votes 7, but labels are numbered 0 to 1");
        assert!(counter.add(&[0, -2]).is_err());
        assert!(counter.add(&[0]).is_err());
    }

    #[test]
    fn rows_that_are_only_looked_up_are_counted_nowhere() {
        let mut counter = PatternCounter::new(2, &["a"]);
        counter.add(&[1]).unwrap();
        counter.look_up(&[0]).unwrap();
        let (table, _) = counter.finish();
        assert_eq!((table.rows(), table.covered(), table.distinct(), table.len()), (1, 1, 1, 3));
    }

    proptest! {
        #[test]
        fn each_row_finds_its_votes_again(rows in prop::collection::vec(prop::collection::vec(-1i16..3, 3), 0..40)) {
            let (table, ids) = table(&rows, &["b", "c", "a"]);
            prop_assert_eq!(table.rows(), rows.len() as u64);
            prop_assert_eq!(table.covered(), rows.iter().filter(|row| row.iter().any(|vote| *vote >= 0)).count() as u64);
            for (row, id) in rows.iter().zip(ids) {
                prop_assert_eq!(&table.votes(id), row);
                prop_assert_eq!(table.is_covered(id), row.iter().any(|vote| *vote >= 0));
            }
        }

        #[test]
        fn bitsets_count_as_rows_do(rows in prop::collection::vec((prop::collection::vec(-1i16..3, 3), any::<bool>()), 0..100)) {
            let mut active = Bitset::new(rows.len());
            rows.iter().enumerate().filter(|(_, (_, active))| *active).for_each(|(row, _)| active.set(row));
            let column = |source: usize| rows.iter().map(|(votes, _)| votes[source]).collect::<Vec<_>>();
            let votes: Vec<RuleVotes> = (0..3).map(|source| RuleVotes::from_votes(&column(source))).collect();
            let mut counter = PatternCounter::new(3, &["b", "c", "a"]);
            let provisional = counter.add_votes(&votes.iter().collect::<Vec<_>>(), &active).unwrap();
            let (by_bits, ids) = counter.finish();
            for (provisional, (votes, active)) in provisional.iter().zip(&rows) {
                let expected = if *active { votes.clone() } else { vec![-1; 3] };
                prop_assert_eq!(by_bits.votes(ids[*provisional as usize]), expected);
            }
            let counted: Vec<Vec<i16>> = rows.into_iter().filter(|row| row.1).map(|row| row.0).collect();
            prop_assert_eq!(by_bits.rows(), counted.len() as u64);
            prop_assert_eq!(by_bits.distinct(), table(&counted, &["b", "c", "a"]).0.distinct());
        }
    }
}
