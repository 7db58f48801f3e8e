//! What the cells of the matrix show.

use crate::worker::message::pairs::PairRows;
use hunch_engine::{PairCounts, Pairs};

/// Of two rules that vote so much alike, one is enough.
const NEAR_DUPLICATE: f64 = 0.9;

/// A figure of two rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shown {
    /// How far they vote on the same documents.
    #[default]
    Overlap,
    /// How often they then vote differently.
    Conflict,
    /// How often they then vote alike.
    Agreement,
}

impl Shown {
    /// All, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Overlap, Self::Conflict, Self::Agreement];

    /// Its name, also in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::Conflict => "conflict",
            Self::Agreement => "agreement",
        }
    }

    /// What it means.
    pub fn definition(self) -> &'static str {
        match self {
            Self::Overlap => {
                "Documents on which both rules vote, of those on which at least one of them does."
            }
            Self::Conflict => "Documents on which the rules vote differently, of those on which both vote.",
            Self::Agreement => "Documents on which the rules vote alike, of those on which both vote.",
        }
    }

    /// The figure of a name in an address.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shown| shown.name() == name)
    }

    /// The documents that a cell is about.
    pub fn rows(self) -> PairRows {
        match self {
            Self::Overlap => PairRows::Both,
            Self::Conflict => PairRows::Differ,
            Self::Agreement => PairRows::Alike,
        }
    }

    /// Documents counted, and of how many, for two rules.
    pub fn of(self, pairs: &Pairs, one: usize, other: usize) -> (u64, u64) {
        let counts: PairCounts = pairs.get(one, other);
        match self {
            Self::Overlap => (counts.overlaps, either(pairs, one, other)),
            Self::Conflict => (counts.conflicts(), counts.overlaps),
            Self::Agreement => (counts.agreements, counts.overlaps),
        }
    }
}

/// Documents on which at least one of two rules votes.
fn either(pairs: &Pairs, one: usize, other: usize) -> u64 {
    let votes = |rule| pairs.get(rule, rule).overlaps;
    if one == other { votes(one) } else { votes(one) + votes(other) - pairs.get(one, other).overlaps }
}

/// The pairs of rules that vote alike on nearly all documents on which either votes, with the share, the highest first.
pub fn near_duplicates(pairs: &Pairs) -> Vec<(usize, usize, f64)> {
    let mut found = Vec::new();
    for one in 0..pairs.rules() {
        for other in 0..one {
            let (alike, either) = (pairs.get(one, other).agreements, either(pairs, one, other));
            let share = alike as f64 / either as f64;
            if either > 0 && share >= NEAR_DUPLICATE {
                found.push((other, one, share));
            }
        }
    }
    found.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use hunch_engine::{Bitset, RuleVotes};

    fn pairs() -> Pairs {
        let votes = |rows: &[(u16, &[usize])]| {
            let bits = |set: &[usize]| {
                let mut bits = Bitset::new(20);
                for row in set {
                    bits.set(*row);
                }
                bits
            };
            RuleVotes { rows: 20, by_label: rows.iter().map(|(label, set)| (*label, bits(set))).collect() }
        };
        let (a, b) = (votes(&[(0, &[0, 1, 2, 3])]), votes(&[(0, &[0]), (1, &[1, 9])]));
        Pairs::count(&[&a, &b, &a.clone()], &Bitset::full(20))
    }

    #[test]
    fn each_figure_is_of_what_its_definition_says() {
        let of = |shown: Shown| shown.of(&pairs(), 0, 1);
        assert_eq!((of(Shown::Overlap), of(Shown::Conflict), of(Shown::Agreement)), ((2, 5), (1, 2), (1, 2)));
        assert_eq!(Shown::Overlap.of(&pairs(), 1, 1), (3, 3));
    }

    #[test]
    fn two_rules_that_say_the_same_are_flagged() {
        assert_eq!(near_duplicates(&pairs()), [(0, 2, 1.0)]);
    }
}
