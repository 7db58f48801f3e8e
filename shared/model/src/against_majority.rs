//! Which labels differ from majority vote's.

use crate::{fit::Fitted, majority::vote_shares, pattern::PatternTable, ties::most_likely};
use std::collections::BTreeMap;

/// Documents to which majority vote gives one label and a model another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moved {
    /// Majority vote's label.
    pub from: u16,
    /// The model's.
    pub to: u16,
    /// How many documents, as expected where ties are guessed.
    pub rows: f64,
}

/// The documents with a vote whose label differs from majority vote's, by both labels.
///
/// Equal ties of both are broken alike and differ nowhere.
pub fn moved_from_majority(table: &PatternTable, fitted: &Fitted) -> Vec<Moved> {
    let majority = vote_shares(table);
    let mut moved: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for (pattern, (_, rows)) in (0..).zip(table.patterns()).skip(1).filter(|(_, (_, rows))| *rows > 0) {
        let (before, after) =
            (most_likely(majority.row(pattern as usize)), most_likely(fitted.posterior(pattern)));
        if before == after {
            continue;
        }
        let share = rows as f64 / (before.len() * after.len()) as f64;
        for &from in &before {
            for &to in after.iter().filter(|to| **to != from) {
                *moved.entry((from, to)).or_default() += share;
            }
        }
    }
    let index = |label| u16::try_from(label).unwrap_or(u16::MAX);
    moved.into_iter().map(|((from, to), rows)| Moved { from: index(from), to: index(to), rows }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FitOptions, ModelKind, Prior, fit, tests::table};

    #[test]
    fn only_what_differs_from_majority_vote_is_counted() {
        let mut rows = vec![vec![0, 1, -1]; 10];
        rows.extend(vec![vec![0, 0, -1]; 40]);
        rows.extend(vec![vec![-1, 1, 1]; 40]);
        rows.extend(vec![vec![-1, -1, -1]; 5]);
        let (table, _) = table(2, &["a", "b", "c"], &rows);
        let options = FitOptions { prior: Prior::Given(vec![0.9, 0.1]), ..FitOptions::default() };
        let weighted = fit(ModelKind::Weighted, &table, &options).unwrap();
        // The ten ties go to label 0; half of them would have gone to 1.
        assert_eq!(moved_from_majority(&table, &weighted), [Moved { from: 1, to: 0, rows: 5.0 }]);
        let majority = fit(ModelKind::Majority, &table, &options).unwrap();
        assert_eq!(moved_from_majority(&table, &majority), []);
    }
}
