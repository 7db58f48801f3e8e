//! Whether a source's silence means something.

use crate::pattern::PatternTable;

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
    /// People share out the rows among them and choose among all labels: each votes on fewer than half of the rows,
    /// yet nearly every row has a vote, and most votes come from sources that used more than one label.
    /// Rules leave rows uncovered and mostly vote a single label.
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
        let of_several: u64 = votes_of
            .iter()
            .zip(&labels_used)
            .filter(|&(_, &labels)| labels > 1)
            .map(|(votes, _)| votes)
            .sum();
        if votes == 0 {
            (Self::Rules, "there are no votes")
        } else if covered * 20 < rows * 19 {
            (Self::Rules, "more than 5 % of the rows have no vote")
        } else if votes * 2 >= rows * sources as u64 {
            (Self::Rules, "the mean source votes on half of the rows or more")
        } else if of_several * 2 <= votes {
            (Self::Rules, "most votes come from sources that vote a single label")
        } else {
            (
                Self::People,
                "nearly every row has a vote though the mean source votes on fewer than half of the rows, and most votes come from sources that vote several labels",
            )
        }
    }
}
