//! Whether a source's silence means something.

use crate::pattern::PatternTable;

/// Votes from which a source that votes a single label does so on purpose.
const BUSY: u64 = 10;
/// Dense sources in such numbers are read as people.
const MANY: usize = 20;

/// How sources came to abstain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// Sources that looked at every row, such as rules and whole columns: abstaining is a sign of its own,
    /// often the only one that a rule for a single label gives.
    #[default]
    Rules,
    /// Sources that saw some rows only, such as annotators: silence says nothing.
    People,
}

impl SourceKind {
    /// Guesses from the votes alone, and says why.
    ///
    /// People choose among all labels, and share out the rows so that nearly every one has a vote, though each of them
    /// votes on fewer than half; rules leave rows uncovered and mostly vote a single label.
    /// Where [`MANY`] sources or more vote nearly everywhere, silence plays no part, and they are read as people too, because
    /// expectation maximization then has enough to go by to run until it settles.
    pub fn detect(table: &PatternTable) -> (Self, &'static str) {
        let (rows, covered) = (table.rows(), table.covered());
        let sources = table.sources().len();
        let mut labels_used = vec![0_u32; sources];
        let mut votes_of = vec![0_u64; sources];
        for (cell, count) in table.cells().iter().zip(table.cell_counts()) {
            labels_used[cell.source as usize] += u32::from(count > 0);
            votes_of[cell.source as usize] += count;
        }
        let votes: u64 = votes_of.iter().sum();
        let busy = votes_of.iter().zip(&labels_used).filter(|(votes, _)| **votes >= BUSY);
        let (busy, of_several) = busy
            .fold((0_u64, 0_u64), |(all, several), (_, labels)| (all + 1, several + u64::from(*labels > 1)));
        let cells = rows * sources as u64;
        if votes == 0 {
            (Self::Rules, "there are no votes")
        } else if covered * 20 < rows * 19 {
            (Self::Rules, "more than 5 % of the rows have no vote")
        } else if of_several * 4 < busy * 3 {
            (Self::Rules, "more than a quarter of the sources vote a single label")
        } else if votes * 2 < cells {
            (
                Self::People,
                "nearly every row has a vote, though the mean source votes on few, and on several labels",
            )
        } else if votes * 20 >= cells * 19 && sources >= MANY {
            (Self::People, "twenty sources or more vote on nearly every row, so silence plays no part")
        } else {
            (Self::Rules, "the mean source votes on half of the rows or more")
        }
    }
}
