//! How every two rules vote on the same rows. When one of `m` rules is edited, only its `m - 1` pairs are counted anew.

use std::{borrow::Cow, ops::AddAssign};

use hunch_rules::plan::LabelIndex;
use serde::{Deserialize, Serialize};

use crate::{Bitset, RuleVotes};

/// Counts of rows for two rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PairCounts {
    /// Rows both vote on.
    pub overlaps: u64,
    /// Of these, rows on which they vote alike.
    pub agreements: u64,
}

/// Counts for all pairs of some rules, in the order in which they were given.
///
/// Those of chunks add up to those of the corpus.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pairs {
    rules: usize,
    /// Rule by rule, those with the rules before it and with itself.
    counts: Vec<PairCounts>,
}

impl PairCounts {
    /// Rows on which they vote differently.
    pub fn conflicts(self) -> u64 {
        self.overlaps - self.agreements
    }

    /// Share of the rows both vote on on which they vote alike; `None` if there are none.
    pub fn agreement(self) -> Option<f64> {
        (self.overlaps > 0).then(|| self.agreements as f64 / self.overlaps as f64)
    }
}

impl Pairs {
    /// Counts all pairs on the rows of `active_rows`.
    pub fn count(votes: &[&RuleVotes], active_rows: &Bitset) -> Self {
        let voters: Vec<_> = votes.iter().map(|votes| Voter::new(votes)).collect();
        let mut counts = Vec::with_capacity(place(votes.len(), 0));
        for (index, rule) in votes.iter().enumerate() {
            let rule = active(rule, active_rows);
            let rule = Voter::new(&rule);
            counts.extend(voters[..=index].iter().map(|other| rule.with(other)));
        }
        Self { rules: votes.len(), counts }
    }

    /// Counts the pairs of one rule anew after its votes changed; `votes` are those of all rules, as ever in their order.
    pub fn recount(&mut self, rule: usize, votes: &[&RuleVotes], active_rows: &Bitset) {
        let Some(edited) = votes.get(rule).filter(|_| votes.len() == self.rules) else { return };
        let edited = active(edited, active_rows);
        let edited = Voter::new(&edited);
        for (other, votes) in votes.iter().enumerate() {
            self.counts[place(rule.max(other), rule.min(other))] = edited.with(&Voter::new(votes));
        }
    }

    /// The number of rules.
    pub fn rules(&self) -> usize {
        self.rules
    }

    /// The counts of two rules, which must exist; of one with itself, its votes.
    pub fn get(&self, one: usize, other: usize) -> PairCounts {
        self.counts[place(one.max(other), one.min(other))]
    }
}

impl AddAssign<&Self> for Pairs {
    /// Adds the counts of another chunk, of the same rules; nothing adds to no rules.
    fn add_assign(&mut self, other: &Self) {
        if self.rules == 0 {
            self.clone_from(other);
            return;
        }
        for (counts, more) in self.counts.iter_mut().zip(&other.counts) {
            counts.overlaps += more.overlaps;
            counts.agreements += more.agreements;
        }
    }
}

/// Where the counts of a rule and one that is not after it are kept.
fn place(rule: usize, before: usize) -> usize {
    rule * (rule + 1) / 2 + before
}

fn active(votes: &RuleVotes, active_rows: &Bitset) -> RuleVotes {
    let mut votes = votes.clone();
    votes.by_label.iter_mut().for_each(|(_, rows)| rows.and(active_rows));
    votes
}

/// A rule's votes with the rows that have any.
struct Voter<'a> {
    any: Cow<'a, Bitset>,
    by_label: &'a [(LabelIndex, Bitset)],
}

impl<'a> Voter<'a> {
    fn new(votes: &'a RuleVotes) -> Self {
        let any = match &votes.by_label[..] {
            [(_, rows)] => Cow::Borrowed(rows),
            _ => Cow::Owned(votes.any()),
        };
        Self { any, by_label: &votes.by_label }
    }

    fn with(&self, other: &Self) -> PairCounts {
        let of = |label: LabelIndex| other.by_label.iter().find(|(other, _)| *other == label);
        let alike = |(label, rows): &(LabelIndex, Bitset)| {
            of(*label).map_or(0, |(_, others)| rows.count_common(others) as u64)
        };
        PairCounts {
            overlaps: self.any.count_common(&other.any) as u64,
            agreements: self.by_label.iter().map(alike).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn naive(votes: &[Vec<i16>], active: &[bool], one: usize, other: usize) -> PairCounts {
        let mut counts = PairCounts::default();
        for row in (0..active.len()).filter(|row| active[*row]) {
            let pair = (votes[one][row], votes[other][row]);
            counts.overlaps += u64::from(pair.0 >= 0 && pair.1 >= 0);
            counts.agreements += u64::from(pair.0 >= 0 && pair.0 == pair.1);
        }
        counts
    }

    proptest! {
        #[test]
        fn every_pair_is_counted_and_an_edited_rule_has_the_pairs_it_would_have_had(
            (votes, edited, active, rule, cut) in (1usize..5, 0usize..150).prop_flat_map(|(rules, rows)| (
                prop::collection::vec(prop::collection::vec(-1i16..3, rows), rules),
                prop::collection::vec(-1i16..3, rows),
                prop::collection::vec(any::<bool>(), rows),
                0..rules,
                0..=rows,
            ))
        ) {
            let mut votes = votes;
            let pairs = |votes: &[Vec<i16>], rows: std::ops::Range<usize>| {
                let rules: Vec<_> = votes.iter().map(|votes| RuleVotes::from_votes(&votes[rows.clone()])).collect();
                Pairs::count(&rules.iter().collect::<Vec<_>>(), &active[rows].iter().copied().collect())
            };
            let rows = active.len();
            let mut all = pairs(&votes, 0..rows);
            for (one, other) in (0..votes.len()).flat_map(|one| (0..votes.len()).map(move |other| (one, other))) {
                prop_assert_eq!(all.get(one, other), naive(&votes, &active, one, other));
            }
            let mut sum = Pairs::default();
            sum += &pairs(&votes, 0..cut);
            sum += &pairs(&votes, cut..rows);
            prop_assert_eq!(&sum, &all);
            votes[rule] = edited;
            let rules: Vec<_> = votes.iter().map(|votes| RuleVotes::from_votes(votes)).collect();
            all.recount(rule, &rules.iter().collect::<Vec<_>>(), &active.iter().copied().collect());
            prop_assert_eq!(all, pairs(&votes, 0..rows));
        }
    }
}
