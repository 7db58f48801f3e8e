//! What a set of rules does to a corpus: coverage, overlaps, conflicts and accuracy, as Snorkel's `LFAnalysis` defines them.
//!
//! All are counts of rows by popcount, so the counts of chunks add up to those of the corpus. `docs/figures.md` has
//! the formulas.

mod edit;
mod interval;
mod others;
mod pairs;

pub use edit::{EditCounts, Move};
pub use interval::{Interval, wilson};
pub use others::Others;
pub use pairs::{PairCounts, Pairs};

use std::{collections::BTreeMap, ops::AddAssign};

use hunch_rules::plan::LabelIndex;
use serde::{Deserialize, Serialize};

use crate::{Bitset, RuleVotes};

/// Counts of rows for one rule among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RuleCounts {
    /// Rows the rule votes on.
    pub votes: u64,
    /// Of these, rows that another rule votes on too.
    pub overlaps: u64,
    /// Of these, rows that another rule votes on differently.
    pub conflicts: u64,
    /// Rows with gold on which the rule votes it.
    pub correct: u64,
    /// Rows with gold on which the rule votes another label.
    pub incorrect: u64,
}

/// [`RuleCounts`] as the page and `analyze` show them.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct RuleFigures {
    /// Rows the rule votes on.
    pub votes: u64,
    /// Share of rows the rule votes on; 0 of no rows is 0.
    pub coverage: f64,
    /// Share of rows the rule and another vote on.
    pub overlaps: f64,
    /// Share of rows the rule and another vote on differently.
    pub conflicts: f64,
    /// Rows with gold on which the rule is right.
    pub correct: u64,
    /// Rows with gold on which the rule is wrong.
    pub incorrect: u64,
    /// Correct among correct and incorrect; `None` if there are none.
    pub accuracy: Option<f64>,
}

/// Counts each rule's votes on the rows of `active_rows`; the rules are all active ones, in the order of the result.
///
/// `gold` has a label per row, negative where there is none. To count accuracy on part of the rows only, leave the others'
/// gold negative.
pub fn count(votes: &[&RuleVotes], active_rows: &Bitset, gold: Option<&[i16]>) -> Vec<RuleCounts> {
    let contested = Contested::of(votes, active_rows);
    let gold = RuleVotes::from_votes(gold.unwrap_or_default());
    let known = gold.any();
    let count_rule = |rule: &&RuleVotes| {
        let mut voted = rule.any();
        voted.and(active_rows);
        let right = |(label, rows): &(LabelIndex, Bitset)| {
            let mut rows = rows.clone();
            rows.and(active_rows);
            gold.label(*label).map_or(0, |gold| rows.count_common(gold) as u64)
        };
        let correct = rule.by_label.iter().map(right).sum();
        RuleCounts {
            votes: voted.count_ones() as u64,
            overlaps: voted.count_common(&contested.twice) as u64,
            conflicts: voted.count_common(&contested.differently) as u64,
            correct,
            incorrect: voted.count_common(&known) as u64 - correct,
        }
    };
    votes.iter().map(count_rule).collect()
}

/// The rows voted on by more than one rule, and those that got more than one label.
///
/// If a row got two labels, each of its voters differs from some other one: its own vote is one label only.
struct Contested {
    twice: Bitset,
    differently: Bitset,
}

impl Contested {
    fn of(votes: &[&RuleVotes], active_rows: &Bitset) -> Self {
        let rows = active_rows.len();
        let labels = merge_by_label(votes, rows);
        Self {
            twice: seen_twice(rows, votes.iter().map(|rule| rule.any())),
            differently: seen_twice(rows, labels),
        }
    }
}

fn merge_by_label(votes: &[&RuleVotes], rows: usize) -> impl Iterator<Item = Bitset> + use<> {
    let mut merged = BTreeMap::new();
    for (label, voted) in votes.iter().flat_map(|rule| &rule.by_label) {
        merged.entry(*label).or_insert_with(|| Bitset::new(rows)).or(voted);
    }
    merged.into_values()
}

/// The rows that are in at least two of the sets.
fn seen_twice(rows: usize, sets: impl Iterator<Item = Bitset>) -> Bitset {
    let (mut once, mut twice) = (Bitset::new(rows), Bitset::new(rows));
    for set in sets {
        let mut again = once.clone();
        again.and(&set);
        twice.or(&again);
        once.or(&set);
    }
    twice
}

impl AddAssign for RuleCounts {
    fn add_assign(&mut self, other: Self) {
        self.votes += other.votes;
        self.overlaps += other.overlaps;
        self.conflicts += other.conflicts;
        self.correct += other.correct;
        self.incorrect += other.incorrect;
    }
}

impl RuleCounts {
    /// The figures over a corpus of `rows` active rows.
    pub fn figures(self, rows: u64) -> RuleFigures {
        let share = |count: u64| if rows == 0 { 0.0 } else { count as f64 / rows as f64 };
        let judged = self.correct + self.incorrect;
        RuleFigures {
            votes: self.votes,
            coverage: share(self.votes),
            overlaps: share(self.overlaps),
            conflicts: share(self.conflicts),
            correct: self.correct,
            incorrect: self.incorrect,
            accuracy: (judged > 0).then(|| self.correct as f64 / judged as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Snorkel's definitions, row by row, without a thought for speed.
    fn naive(votes: &[Vec<i16>], active: &[bool], gold: &[i16]) -> Vec<RuleCounts> {
        let mut counts = vec![RuleCounts::default(); votes.len()];
        for row in (0..active.len()).filter(|row| active[*row]) {
            for (j, counts) in counts.iter_mut().enumerate().filter(|(j, _)| votes[*j][row] >= 0) {
                let own = votes[j][row];
                let others: Vec<i16> =
                    (0..votes.len()).filter(|k| *k != j).map(|k| votes[k][row]).filter(|v| *v >= 0).collect();
                counts.votes += 1;
                counts.overlaps += u64::from(!others.is_empty());
                counts.conflicts += u64::from(others.iter().any(|other| *other != own));
                counts.correct += u64::from(gold[row] == own);
                counts.incorrect += u64::from(gold[row] >= 0 && gold[row] != own);
            }
        }
        counts
    }

    proptest! {
        #[test]
        fn counts_are_those_of_the_definitions_and_add_up_over_chunks(
            (votes, active, gold, cut) in (1usize..5, 0usize..150).prop_flat_map(|(rules, rows)| (
                prop::collection::vec(prop::collection::vec(-1i16..3, rows), rules),
                prop::collection::vec(any::<bool>(), rows),
                prop::collection::vec(-1i16..3, rows),
                0..=rows,
            ))
        ) {
            let count_rows = |range: std::ops::Range<usize>| {
                let rules: Vec<_> = votes.iter().map(|votes| RuleVotes::from_votes(&votes[range.clone()])).collect();
                let active = active[range.clone()].iter().copied().collect();
                count(&rules.iter().collect::<Vec<_>>(), &active, Some(&gold[range]))
            };
            let expected = naive(&votes, &active, &gold);
            let mut sum = count_rows(0..cut);
            sum.iter_mut().zip(count_rows(cut..gold.len())).for_each(|(sum, part)| *sum += part);
            prop_assert_eq!(&sum, &expected);
            prop_assert_eq!(count_rows(0..gold.len()), expected);
        }
    }

    #[test]
    fn a_rule_that_never_votes_has_unknown_accuracy() {
        let figures = RuleCounts::default().figures(10);
        assert_eq!((figures.coverage, figures.accuracy), (0.0, None));
        assert_eq!(RuleCounts::default().figures(0).coverage.to_bits(), 0.0f64.to_bits());
    }
}
