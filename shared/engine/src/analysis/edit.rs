//! What an edit of one rule would do: its figures beside the other rules, and the votes that saving it moves.

use std::ops::AddAssign;

use hunch_rules::plan::LabelIndex;
use serde::{Deserialize, Serialize};

use super::{Others, RuleCounts, count};
use crate::{Bitset, RuleVotes};

/// Figures of an edited rule. Those of chunks add up to those of the corpus.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EditCounts {
    /// Rows they are of.
    pub rows: u64,
    /// The edited rule's own.
    pub counts: RuleCounts,
    /// Rows that the edited rule votes on and no other active rule.
    pub adds: u64,
    /// What saving would change, ascending.
    pub moves: Vec<Move>,
}

/// Rows whose vote by a rule changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Move {
    /// The vote as it is; `None` where the rule abstains.
    pub from: Option<LabelIndex>,
    /// The vote as it would be.
    pub to: Option<LabelIndex>,
    /// How many.
    pub rows: u64,
}

impl EditCounts {
    /// Counts on `rows`; `gold` has a label per row of the chunk, negative where there is none.
    ///
    /// Without `before`, the votes that saving would replace, nothing moves. Without `others`, nothing overlaps,
    /// conflicts or is added.
    pub fn count(
        votes: &RuleVotes,
        before: Option<&RuleVotes>,
        others: Option<&Others>,
        rows: &Bitset,
        gold: &[i16],
    ) -> Self {
        let common = |votes: &Bitset| votes.count_common(rows) as u64;
        let mut counts = count(&[votes], rows, Some(gold)).pop().unwrap_or_default();
        let mut adds = 0;
        if let Some(others) = others {
            (counts.overlaps, counts.conflicts) =
                (common(&others.overlaps(votes)), common(&others.conflicts(votes)));
            adds = counts.votes - counts.overlaps;
        }
        let moves = before.map(|before| moves(before, votes, rows)).unwrap_or_default();
        Self { rows: rows.count_ones() as u64, counts, adds, moves }
    }
}

impl AddAssign<&Self> for EditCounts {
    fn add_assign(&mut self, other: &Self) {
        self.rows += other.rows;
        self.counts += other.counts;
        self.adds += other.adds;
        for change in &other.moves {
            match self.moves.binary_search_by_key(&(change.from, change.to), |it| (it.from, it.to)) {
                Ok(place) => self.moves[place].rows += change.rows,
                Err(place) => self.moves.insert(place, *change),
            }
        }
    }
}

/// How many of `rows` change from which vote to which.
fn moves(before: &RuleVotes, after: &RuleVotes, rows: &Bitset) -> Vec<Move> {
    let with_abstain = |votes: &RuleVotes| {
        let mut abstains = votes.any().not();
        abstains.and(rows);
        let labels = votes.by_label.iter().map(|(label, rows)| (Some(*label), rows.clone()));
        std::iter::once((None, abstains)).chain(labels).collect::<Vec<_>>()
    };
    let mut moves = Vec::new();
    for (from, mut was) in with_abstain(before) {
        was.and(rows);
        for (to, is) in with_abstain(after) {
            let rows = was.count_common(&is) as u64;
            if from != to && rows > 0 {
                moves.push(Move { from, to, rows });
            }
        }
    }
    moves
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn figures_of_parts_add_up_and_every_moved_row_is_counted(
            rows in prop::collection::vec((-1_i16..3, -1_i16..3, -1_i16..3, -1_i16..3, any::<bool>()), 0..150),
            cut in 0_usize..150,
        ) {
            let figures = |rows: &[(i16, i16, i16, i16, bool)]| {
                let votes = |of: fn(&(i16, i16, i16, i16, bool)) -> i16| rows.iter().map(of).collect::<Vec<_>>();
                let [was, is, other] = [votes(|row| row.0), votes(|row| row.1), votes(|row| row.2)]
                    .map(|votes| RuleVotes::from_votes(&votes));
                let counted: Bitset = rows.iter().map(|row| row.4).collect();
                let others = Others::of(rows.len(), &[&other]);
                EditCounts::count(&is, Some(&was), Some(&others), &counted, &votes(|row| row.3))
            };
            let whole = figures(&rows);
            let (left, right) = rows.split_at(cut.min(rows.len()));
            let mut sum = figures(left);
            sum += &figures(right);
            prop_assert_eq!(&sum, &whole);
            let of = |wanted: &dyn Fn(i16, i16, i16) -> bool| {
                rows.iter().filter(|row| row.4 && wanted(row.0, row.1, row.2)).count() as u64
            };
            prop_assert_eq!(whole.moves.iter().map(|it| it.rows).sum::<u64>(), of(&|was, is, _| was != is));
            prop_assert_eq!(whole.adds, of(&|_, is, other| is >= 0 && other < 0));
            prop_assert_eq!(whole.counts.conflicts, of(&|_, is, other| is >= 0 && other >= 0 && is != other));
        }
    }
}
