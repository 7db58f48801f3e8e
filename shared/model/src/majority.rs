//! Majority vote: each label's probability is its share of the votes.

use crate::{
    pattern::PatternTable,
    posterior::{Posteriors, normalize},
};

/// Vote shares, as WRENCH takes them; uniform where nothing votes.
pub(crate) fn vote_shares(table: &PatternTable) -> Posteriors {
    Posteriors::of(table, |cells, row| {
        for &cell in cells {
            row[usize::from(table.cells()[cell as usize].label)] += 1.0;
        }
        normalize(row);
    })
}
