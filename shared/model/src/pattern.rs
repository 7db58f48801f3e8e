//! The vote matrix as a table of distinct vote rows and how often each occurs.
//!
//! Real vote matrices have few distinct rows, so models cost as much as there are patterns, not rows,
//! and a whole corpus' table fits into a browser.

mod bytes;
mod parts;

pub use bytes::PatternFormatError;

use hunch_engine::{ABSTAIN, Bitset, RuleVotes};
use std::{cmp::Ordering, collections::HashMap, sync::Arc};
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

    fn pattern_cells(&self, pattern: usize) -> &[u32] {
        &self.votes[self.offsets[pattern]..self.offsets[pattern + 1]]
    }
}

/// Builds a [`PatternTable`] row by row.
///
/// Ids are provisional until [`PatternCounter::finish`] has put the patterns in order.
#[derive(Debug)]
pub struct PatternCounter {
    labels: usize,
    sources: Vec<String>,
    /// Sources by name: the order in which a pattern's votes stand and are summed.
    by_name: Vec<u32>,
    cells: Vec<Cell>,
    /// For each source, the provisional index of each label's cell, plus one; 0 where it has not occurred.
    cell_of: Vec<Vec<u32>>,
    ids: HashMap<Arc<[u32]>, u32>,
    patterns: Vec<Arc<[u32]>>,
    counts: Vec<u64>,
    /// The row at hand, as cells.
    row: Vec<u32>,
}

impl PatternCounter {
    /// A counter for votes on `labels` labels by the named sources; names are unique.
    pub fn new(labels: usize, sources: &[impl AsRef<str>]) -> Self {
        let sources: Vec<String> = sources.iter().map(|name| name.as_ref().to_owned()).collect();
        let mut by_name: Vec<u32> = (0..).take(sources.len()).collect();
        by_name.sort_by_key(|&source| &sources[source as usize]);
        let empty: Arc<[u32]> = Arc::new([]);
        Self {
            labels,
            cell_of: vec![Vec::new(); sources.len()],
            sources,
            by_name,
            cells: Vec::new(),
            ids: HashMap::from([(empty.clone(), 0)]),
            patterns: vec![empty],
            counts: vec![0],
            row: Vec::new(),
        }
    }

    /// Counts a row, one vote per source, -1 where it abstains; gives the provisional id of its pattern.
    pub fn add(&mut self, votes: &[i16]) -> Result<u32, VoteError> {
        self.add_rows(votes, 1)
    }

    /// As [`PatternCounter::add`], for so many rows alike.
    pub fn add_rows(&mut self, votes: &[i16], rows: u64) -> Result<u32, VoteError> {
        let id = self.look_up(votes)?;
        self.counts[id as usize] += rows;
        Ok(id)
    }

    /// As [`PatternCounter::add`], without counting the row: models say what they make of it, but do not learn from it.
    pub fn look_up(&mut self, votes: &[i16]) -> Result<u32, VoteError> {
        if votes.len() != self.sources.len() {
            return Err(VoteError::Width { found: votes.len(), expected: self.sources.len() });
        }
        self.row.clear();
        for at in 0..self.by_name.len() {
            let source = self.by_name[at];
            let vote = votes[source as usize];
            if vote != ABSTAIN {
                let cell = self.cell(source, vote)?;
                self.row.push(cell);
            }
        }
        Ok(self.id_of_row())
    }

    /// Counts the rows of a chunk, given each source's votes on it; one provisional id per row.
    ///
    /// Rows outside `active` are not counted and get the pattern without votes.
    pub fn add_votes(&mut self, votes: &[&RuleVotes], active: &Bitset) -> Result<Vec<u32>, VoteError> {
        if votes.len() != self.sources.len() {
            return Err(VoteError::Width { found: votes.len(), expected: self.sources.len() });
        }
        let mut rows = vec![Vec::new(); active.len()];
        for at in 0..self.by_name.len() {
            let source = self.by_name[at];
            for (label, voted) in &votes[source as usize].by_label {
                let cell = self.cell(source, i16::try_from(*label).unwrap_or(i16::MAX))?;
                voted.iter_ones().filter(|&row| active.get(row)).for_each(|row| rows[row].push(cell));
            }
        }
        let mut ids = Vec::with_capacity(rows.len());
        for (row, cells) in rows.into_iter().enumerate() {
            self.row = cells;
            let id = self.id_of_row();
            self.counts[id as usize] += u64::from(active.get(row));
            ids.push(id);
        }
        Ok(ids)
    }

    /// The table in its final order, and for each provisional id the final one.
    pub fn finish(self) -> (PatternTable, Vec<u32>) {
        let Self { labels, sources, by_name, mut cells, patterns, counts, .. } = self;
        let mut rank = vec![0; sources.len()];
        for (place, &source) in by_name.iter().enumerate() {
            rank[source as usize] = place;
        }
        let order = sorted_order(&cells, |a, b| {
            (rank[a.source as usize], a.label).cmp(&(rank[b.source as usize], b.label))
        });
        let final_cell = inverse(&order);
        cells = order.iter().map(|&cell| cells[cell as usize]).collect();

        let patterns: Vec<Vec<u32>> = patterns
            .iter()
            .map(|pattern| pattern.iter().map(|&cell| final_cell[cell as usize]).collect())
            .collect();
        let order = sorted_order(&patterns, Ord::cmp);
        let mut table =
            PatternTable { labels, sources, cells, offsets: vec![0], votes: Vec::new(), counts: Vec::new() };
        for &pattern in &order {
            table.votes.extend(&patterns[pattern as usize]);
            table.offsets.push(table.votes.len());
            table.counts.push(counts[pattern as usize]);
        }
        (table, inverse(&order))
    }

    /// The provisional cell of a source's vote.
    fn cell(&mut self, source: u32, vote: i16) -> Result<u32, VoteError> {
        let label = usize::try_from(vote).ok().filter(|&label| label < self.labels);
        let (Some(label), Ok(index)) = (label, u16::try_from(vote)) else {
            let source_name = self.sources[source as usize].clone();
            return Err(VoteError::NoSuchLabel { source_name, vote, labels: self.labels });
        };
        let of_source = &mut self.cell_of[source as usize];
        if of_source.len() <= label {
            of_source.resize(label + 1, 0);
        }
        if of_source[label] == 0 {
            self.cells.push(Cell { source, label: index });
            of_source[label] = u32::try_from(self.cells.len()).unwrap_or(u32::MAX);
        }
        Ok(of_source[label] - 1)
    }

    /// The provisional id of `self.row`, new if the pattern is.
    fn id_of_row(&mut self) -> u32 {
        if let Some(&id) = self.ids.get(self.row.as_slice()) {
            return id;
        }
        let id = u32::try_from(self.patterns.len()).unwrap_or(u32::MAX);
        let pattern: Arc<[u32]> = self.row.as_slice().into();
        self.ids.insert(pattern.clone(), id);
        self.patterns.push(pattern);
        self.counts.push(0);
        id
    }
}

/// The indexes of `items`, which are all different, in order.
fn sorted_order<T>(items: &[T], compare: impl Fn(&T, &T) -> Ordering) -> Vec<u32> {
    let mut order: Vec<u32> = (0..).take(items.len()).collect();
    order.sort_unstable_by(|&a, &b| compare(&items[a as usize], &items[b as usize]));
    order
}

/// For each item its place in `order`.
fn inverse(order: &[u32]) -> Vec<u32> {
    let mut places = vec![0; order.len()];
    for (place, &item) in (0..).zip(order) {
        places[item as usize] = place;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
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
