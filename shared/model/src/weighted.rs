//! Weighted vote: a vote for a label weighs as much as the label is frequent (WRENCH's `MajorityWeightedVoting`).

use crate::{
    majority::vote_shares,
    pattern::PatternTable,
    posterior::{Posteriors, normalize},
};

/// Vote counts times the prior, normalized; the prior where nothing votes.
pub(crate) fn weighted_shares(table: &PatternTable, prior: &[f64]) -> Posteriors {
    Posteriors::of(table, |cells, row| {
        for &cell in cells {
            let label = usize::from(table.cells()[cell as usize].label);
            row[label] += prior[label];
        }
        normalize(row);
    })
}

/// How frequent each label is by majority vote, over rows with a vote; uniform if there are none.
pub(crate) fn majority_prior(table: &PatternTable) -> Vec<f64> {
    let mut prior = vec![0.0; table.labels()];
    for ((cells, count), shares) in table.patterns().zip(vote_shares(table).rows()) {
        if !cells.is_empty() {
            for (sum, share) in prior.iter_mut().zip(shares) {
                *sum += count as f64 * share;
            }
        }
    }
    normalize(&mut prior);
    prior
}
