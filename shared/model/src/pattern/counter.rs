//! Counting rows of votes into a table.
//!
//! Where votes are dense nearly every row is a pattern of its own, so a new one costs a copy and no allocation: patterns lie
//! one behind the other, and the table of ids holds their hashes and nothing that must be looked up elsewhere.

use super::{Cell, PatternTable, VoteError};
use foldhash::fast::RandomState;
use hashbrown::{HashTable, hash_table::Entry};
use hunch_engine::{ABSTAIN, Bitset, RuleVotes};
use std::hash::BuildHasher;

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
    seen: Seen,
}

impl PatternCounter {
    /// A counter for votes on `labels` labels by the named sources; names are unique.
    pub fn new(labels: usize, sources: &[impl AsRef<str>]) -> Self {
        let sources: Vec<String> = sources.iter().map(|name| name.as_ref().to_owned()).collect();
        let mut by_name: Vec<u32> = (0..).take(sources.len()).collect();
        by_name.sort_by_key(|&source| &sources[source as usize]);
        Self {
            labels,
            cell_of: vec![Vec::new(); sources.len()],
            sources,
            by_name,
            cells: Vec::new(),
            seen: Seen::new(),
        }
    }

    /// Counts a row, one vote per source, -1 where it abstains; gives the provisional id of its pattern.
    pub fn add(&mut self, votes: &[i16]) -> Result<u32, VoteError> {
        self.add_rows(votes, 1)
    }

    /// As [`PatternCounter::add`], for so many rows alike.
    pub fn add_rows(&mut self, votes: &[i16], rows: u64) -> Result<u32, VoteError> {
        self.check_width(votes.len())?;
        let mut row = Vec::new();
        for at in 0..self.by_name.len() {
            let source = self.by_name[at];
            let vote = votes[source as usize];
            if vote != ABSTAIN {
                row.push(self.cell(source, vote)?);
            }
        }
        Ok(self.seen.add(&row, rows))
    }

    /// As [`PatternCounter::add`], without counting the row: models say what they make of it, but do not learn from it.
    pub fn look_up(&mut self, votes: &[i16]) -> Result<u32, VoteError> {
        self.add_rows(votes, 0)
    }

    /// Counts the rows of a chunk, given each source's votes on it; one provisional id per row.
    ///
    /// Rows outside `active` are not counted and get the pattern without votes.
    pub fn add_votes(&mut self, votes: &[&RuleVotes], active: &Bitset) -> Result<Vec<u32>, VoteError> {
        self.check_width(votes.len())?;
        let mut planes: Vec<(u32, &[u64])> = Vec::new();
        for at in 0..self.by_name.len() {
            let source = self.by_name[at];
            for (label, voted) in &votes[source as usize].by_label {
                let cell = self.cell(source, i16::try_from(*label).unwrap_or(i16::MAX))?;
                planes.push((cell, voted.words()));
            }
        }
        let mut ids = Vec::with_capacity(active.len());
        // The votes of 64 rows at a time, side by side: no row has more than there are planes.
        let width = planes.len();
        let mut block = vec![0; 64 * width];
        for (at, &mask) in active.words().iter().enumerate() {
            let mut lengths = [0; 64];
            for (cell, words) in &planes {
                let mut rows = words.get(at).map_or(0, |word| word & mask);
                while rows != 0 {
                    let row = rows.trailing_zeros() as usize;
                    block[row * width + lengths[row]] = *cell;
                    lengths[row] += 1;
                    rows &= rows - 1;
                }
            }
            for (row, length) in lengths.into_iter().enumerate().take(active.len() - ids.len()) {
                ids.push(self.seen.add(&block[row * width..][..length], mask >> row & 1));
            }
        }
        Ok(ids)
    }

    /// The table in its final order, and for each provisional id the final one.
    pub fn finish(self) -> (PatternTable, Vec<u32>) {
        let Self { labels, sources, by_name, mut cells, seen, .. } = self;
        let Seen { mut votes, offsets, counts, ids, .. } = seen;
        drop(ids);
        let mut rank = vec![0; sources.len()];
        for (place, &source) in by_name.iter().enumerate() {
            rank[source as usize] = place;
        }
        let mut order: Vec<u32> = (0..).take(cells.len()).collect();
        order.sort_unstable_by_key(|&cell| {
            let cell = cells[cell as usize];
            (rank[cell.source as usize], cell.label)
        });
        cells = order.iter().map(|&cell| cells[cell as usize]).collect();
        let final_cell = inverse(&order);
        for vote in &mut votes {
            *vote = final_cell[*vote as usize];
        }

        let pattern = |pattern: u32| &votes[offsets[pattern as usize]..offsets[pattern as usize + 1]];
        let order = sorted(counts.len(), cells.len(), pattern);
        let mut table = PatternTable {
            labels,
            sources,
            cells,
            offsets: Vec::with_capacity(offsets.len()),
            votes: Vec::with_capacity(votes.len()),
            counts: order.iter().map(|&pattern| counts[pattern as usize]).collect(),
        };
        table.offsets.push(0);
        for &at in &order {
            table.votes.extend_from_slice(pattern(at));
            table.offsets.push(table.votes.len());
        }
        (table, inverse(&order))
    }

    fn check_width(&self, found: usize) -> Result<(), VoteError> {
        let expected = self.sources.len();
        if found == expected { Ok(()) } else { Err(VoteError::Width { found, expected }) }
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
}

/// Patterns in the order in which they were seen first, the one without votes before all.
#[derive(Debug)]
struct Seen {
    /// Provisional cells, pattern after pattern.
    votes: Vec<u32>,
    /// Where each pattern's votes start in `votes`; one more than there are patterns.
    offsets: Vec<usize>,
    counts: Vec<u64>,
    /// Ids with half of their pattern's hash.
    ids: HashTable<(u32, u32)>,
    hasher: RandomState,
}

impl Seen {
    fn new() -> Self {
        Self {
            votes: Vec::new(),
            offsets: vec![0, 0],
            counts: vec![0],
            ids: HashTable::new(),
            hasher: RandomState::default(),
        }
    }

    /// Counts rows of a pattern; gives its id.
    fn add(&mut self, row: &[u32], rows: u64) -> u32 {
        let id = self.id_of(row);
        self.counts[id as usize] += rows;
        id
    }

    fn id_of(&mut self, row: &[u32]) -> u32 {
        if row.is_empty() {
            return 0;
        }
        let hash = u32::try_from(self.hasher.hash_one(row) >> 32).unwrap_or_default();
        let (votes, offsets) = (&self.votes, &self.offsets);
        let is_row = |&(other, id): &(u32, u32)| {
            other == hash && &votes[offsets[id as usize]..offsets[id as usize + 1]] == row
        };
        match self.ids.entry(spread(hash), is_row, |(hash, _)| spread(*hash)) {
            Entry::Occupied(entry) => entry.get().1,
            Entry::Vacant(entry) => {
                let id = u32::try_from(self.counts.len()).unwrap_or(u32::MAX);
                entry.insert((hash, id));
                self.votes.extend_from_slice(row);
                self.offsets.push(self.votes.len());
                self.counts.push(0);
                id
            }
        }
    }
}

/// Half a hash over all bits of a whole one, of which the table reads both ends.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The patterns in order: like lists of their cells. All are different.
fn sorted<'p>(patterns: usize, cells: usize, pattern: impl Fn(u32) -> &'p [u32]) -> Vec<u32> {
    // As many of a pattern's first cells as fit into a word decide nearly always, without a look at the pattern.
    let bits = usize::BITS - cells.leading_zeros();
    let fitting = (u64::BITS / bits.max(1)) as usize;
    let key = |id: u32| {
        let cells = pattern(id);
        (0..fitting).fold(0, |key, at| key << bits | cells.get(at).map_or(0, |cell| u64::from(*cell) + 1))
    };
    let mut keyed: Vec<(u64, u32)> = (0..).take(patterns).map(|id| (key(id), id)).collect();
    keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| pattern(a.1).cmp(pattern(b.1))));
    keyed.into_iter().map(|(_, id)| id).collect()
}

/// For each item its place in `order`.
fn inverse(order: &[u32]) -> Vec<u32> {
    let mut places = vec![0; order.len()];
    for (place, &item) in (0..).zip(order) {
        places[item as usize] = place;
    }
    places
}
