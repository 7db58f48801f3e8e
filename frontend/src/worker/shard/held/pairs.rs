//! How every two saved rules vote on a chunk.

use super::super::super::message::Document;
use super::super::super::message::pairs::PairRows;
use super::Held;
use hunch_engine::{Pairs, Program, RuleVotes};

/// The pairs of some rules, counted.
pub(super) struct Counted {
    /// Of the rules.
    version: u64,
    keys: Vec<Option<String>>,
    pairs: Pairs,
}

impl Held {
    /// Counts the pairs of the rules, all of which must be done; of one rule that changed only its own. `false` if that has
    /// been done.
    pub(in super::super) fn count_pairs(&mut self, version: u64, programs: &[Option<&Program>]) -> bool {
        if self.pairs.as_ref().is_some_and(|counted| counted.version == version) {
            return false;
        }
        let before = self.pairs.take();
        // Rules that vote nowhere.
        let silent = RuleVotes { rows: self.rows(), by_label: Vec::new() };
        let votes = |program: Option<&Program>| program.and_then(|it| self.votes(it)).unwrap_or(&silent);
        let votes: Vec<&RuleVotes> = programs.iter().copied().map(votes).collect();
        let keys: Vec<Option<String>> =
            programs.iter().map(|program| program.map(|it| it.key().to_owned())).collect();
        let before = before.filter(|before| before.keys.len() == keys.len());
        let changed = |before: &Counted| -> Vec<usize> {
            (0..keys.len()).filter(|&rule| before.keys[rule] != keys[rule]).collect()
        };
        let pairs = match before.map(|before| (changed(&before), before.pairs)) {
            Some((changed, mut pairs)) if changed.len() <= 1 => {
                for rule in changed {
                    pairs.recount(rule, &votes, &self.counted);
                }
                pairs
            }
            _ => Pairs::count(&votes, &self.counted),
        };
        self.pairs = Some(Counted { version, keys, pairs });
        true
    }

    /// The pairs as they were counted last.
    pub(in super::super) fn pairs(&self) -> Option<&Pairs> {
        self.pairs.as_ref().map(|counted| &counted.pairs)
    }

    /// The first documents that two rules vote on, of each main text at most so many bytes.
    pub(in super::super) fn pair_documents(
        &self,
        rules: [&Program; 2],
        which: PairRows,
        most: usize,
        bytes: usize,
    ) -> Vec<Document> {
        let [Some(one), Some(other)] = rules.map(|rule| self.votes(rule)) else { return Vec::new() };
        let mut rows = self.counted.clone();
        rows.and(&one.any());
        rows.and(&other.any());
        let fits = |row: &usize| match which {
            PairRows::Both => true,
            PairRows::Differ => one.vote(*row) != other.vote(*row),
            PairRows::Alike => one.vote(*row) == other.vote(*row),
        };
        rows.iter_ones().filter(fits).take(most).filter_map(|row| self.document(row, bytes)).collect()
    }
}
