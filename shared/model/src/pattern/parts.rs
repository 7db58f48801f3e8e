//! Tables made from a part of another.

use super::{PatternCounter, PatternTable};
use crate::gold::GoldCounts;

impl PatternTable {
    /// The most frequent patterns, so many at most besides the one without votes, and of each its number here, ascending;
    /// of equally frequent ones the first.
    pub fn most_frequent(&self, most: usize) -> (Self, Vec<u32>) {
        let mut kept: Vec<u32> = (1..).take(self.len().saturating_sub(1)).collect();
        kept.sort_by_key(|&pattern| std::cmp::Reverse(self.count(pattern)));
        kept.truncate(most);
        kept.push(0);
        kept.sort_unstable();
        let table = self.part(kept.iter().map(|&pattern| (pattern, self.count(pattern))));
        (table, kept)
    }

    /// A table of at most so many patterns besides those with gold, which stands for this one, and of each its number here,
    /// ascending: every nth row in the table's order, counted as n.
    ///
    /// Frequent patterns keep their share exactly; of rare ones so many are left as there are rows to take.
    pub(crate) fn thinned(&self, most: usize, gold: &GoldCounts) -> (Self, Vec<u32>) {
        let every = self.rows().div_ceil(most.max(1) as u64).max(1);
        let (mut before, mut kept) = (0, Vec::new());
        for (pattern, &count) in (0..).zip(&self.counts) {
            let taken = (before + count) / every - before / every;
            let known: u64 = gold.of(pattern).map(|(_, rows)| rows).sum();
            if pattern == 0 || taken > 0 || known > 0 {
                kept.push((pattern, (taken * every).max(known.min(count))));
            }
            before += count;
        }
        (self.part(kept.iter().copied()), kept.into_iter().map(|(pattern, _)| pattern).collect())
    }

    /// Some of the patterns, in order, with counts.
    fn part(&self, kept: impl Iterator<Item = (u32, u64)>) -> Self {
        let mut part = Self {
            labels: self.labels,
            sources: self.sources.clone(),
            cells: self.cells.clone(),
            offsets: vec![0],
            votes: Vec::new(),
            counts: Vec::new(),
        };
        for (pattern, count) in kept {
            part.votes.extend_from_slice(self.pattern_cells(pattern as usize));
            part.offsets.push(part.votes.len());
            part.counts.push(count);
        }
        part
    }

    /// The table as it is without one of the sources, and for each pattern here its number there.
    pub fn without_source(&self, source: usize) -> (Self, Vec<u32>) {
        let mut sources = self.sources.clone();
        sources.remove(source);
        let mut counter = PatternCounter::new(self.labels, &sources);
        let mut provisional: Vec<u32> = Vec::with_capacity(self.len());
        for (pattern, &count) in (0..).zip(&self.counts) {
            let mut row = self.votes(pattern);
            row.remove(source);
            // Rows of a table are as wide as it is, and its votes are labels.
            provisional.push(counter.add_rows(&row, count).unwrap_or_default());
        }
        let (table, order) = counter.finish();
        let number = provisional.into_iter().map(|pattern| order[pattern as usize]).collect();
        (table, number)
    }

    /// For each source the rows on which it votes.
    pub fn source_rows(&self) -> Vec<u64> {
        let mut rows = vec![0; self.sources.len()];
        for (cell, count) in self.cells.iter().zip(self.cell_counts()) {
            rows[cell.source as usize] += count;
        }
        rows
    }

    /// For each label the votes for it.
    pub fn label_votes(&self) -> Vec<u64> {
        let mut votes = vec![0; self.labels];
        for (cell, count) in self.cells.iter().zip(self.cell_counts()) {
            votes[usize::from(cell.label)] += count;
        }
        votes
    }

    /// For each source the rows on which no other votes.
    pub fn unique_rows(&self) -> Vec<u64> {
        let mut rows = vec![0; self.sources.len()];
        for (cells, count) in self.patterns() {
            if let [only] = cells {
                rows[self.cells[*only as usize].source as usize] += count;
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::table;

    #[test]
    fn the_most_frequent_patterns_are_kept_with_their_counts() {
        let rows = [vec![0, 0], vec![0, 1], vec![0, 1], vec![1, -1], vec![1, -1], vec![-1, -1]];
        let (all, patterns) = table(2, &["a", "b"], &rows);
        let (few, kept) = all.most_frequent(2);
        let mut expected = vec![0, patterns[1], patterns[3]];
        expected.sort_unstable();
        assert_eq!(kept, expected);
        for (pattern, &before) in (0..).zip(&kept) {
            assert_eq!((few.votes(pattern), few.count(pattern)), (all.votes(before), all.count(before)));
        }
        assert_eq!((few.rows(), all.most_frequent(100).0), (5, all));
    }

    #[test]
    fn a_table_without_a_source_is_that_of_the_others() {
        let rows = [vec![0, 1, -1], vec![0, -1, -1], vec![1, 1, 0], vec![-1, 1, 0], vec![-1, -1, -1]];
        let (all, patterns) = table(2, &["b", "a", "c"], &rows);
        let others: Vec<Vec<i16>> = rows.iter().map(|row| vec![row[1], row[2]]).collect();
        let (expected, expected_patterns) = table(2, &["a", "c"], &others);
        let (without, number) = all.without_source(0);
        assert_eq!(without, expected);
        for (pattern, expected) in patterns.iter().zip(expected_patterns) {
            assert_eq!(number[*pattern as usize], expected);
        }
        assert_eq!(all.unique_rows(), [1, 0, 0]);
        assert_eq!((all.source_rows(), all.label_votes()), (vec![3, 3, 2], vec![4, 4]));
    }
}
