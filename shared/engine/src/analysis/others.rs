//! One rule among others, when only that one changes: the others' votes are united once, and the rule is held against
//! the union. Says the same as [`crate::count`] does for all rules at once.

use crate::{Bitset, RuleVotes};
use hunch_rules::plan::LabelIndex;
use std::collections::BTreeMap;

/// The votes of all other active rules on a chunk, united.
#[derive(Debug, Clone)]
pub struct Others {
    covered: Bitset,
    by_label: BTreeMap<LabelIndex, Bitset>,
}

impl Others {
    /// Unites votes on a chunk of `rows` rows.
    pub fn of(rows: usize, votes: &[&RuleVotes]) -> Self {
        let mut others = Self { covered: Bitset::new(rows), by_label: BTreeMap::new() };
        for (label, voted) in votes.iter().flat_map(|votes| &votes.by_label) {
            others.covered.or(voted);
            others.by_label.entry(*label).or_insert_with(|| Bitset::new(rows)).or(voted);
        }
        others
    }

    /// The rows that any of them votes on.
    pub fn covered(&self) -> &Bitset {
        &self.covered
    }

    /// The rows that the rule and another vote on.
    pub fn overlaps(&self, rule: &RuleVotes) -> Bitset {
        let mut rows = rule.any();
        rows.and(&self.covered);
        rows
    }

    /// The rows that the rule and another vote on differently.
    pub fn conflicts(&self, rule: &RuleVotes) -> Bitset {
        let mut rows = Bitset::new(self.covered.len());
        for (label, voted) in &rule.by_label {
            for (_, other) in self.by_label.iter().filter(|(other, _)| *other != label) {
                let mut both = voted.clone();
                both.and(other);
                rows.or(&both);
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_edited_rule_gets_the_figures_it_has_once_saved(
            votes in (1_usize..5, 0_usize..150)
                .prop_flat_map(|(rules, rows)| prop::collection::vec(prop::collection::vec(-1_i16..3, rows), rules))
        ) {
            let rows = votes[0].len();
            let rules: Vec<RuleVotes> = votes.iter().map(|votes| RuleVotes::from_votes(votes)).collect();
            let rules: Vec<&RuleVotes> = rules.iter().collect();
            let counts = count(&rules, &Bitset::full(rows), None);
            let others = Others::of(rows, &rules[1..]);
            prop_assert_eq!(others.overlaps(rules[0]).count_ones() as u64, counts[0].overlaps);
            prop_assert_eq!(others.conflicts(rules[0]).count_ones() as u64, counts[0].conflicts);
            prop_assert_eq!(others.covered().count_ones(), (0..rows).filter(|row| votes[1..].iter().any(|votes| votes[*row] >= 0)).count());
        }
    }
}
