//! What the workers should know, kept so that a new one can be told all of it.

use crate::worker::message::{ChunkRef, Command, Draft, LexiconRef, SavedRule, Shape, WeightsRef};
use std::collections::BTreeMap;

/// The latest of each command.
#[derive(Debug, Default)]
pub(super) struct Orders {
    /// The whole corpus.
    pub(super) chunks: Vec<ChunkRef>,
    /// Its columns and sources.
    pub(super) shape: Shape,
    /// Lexicons that rules may name.
    pub(super) lexicons: Vec<LexiconRef>,
    /// Where the corpus' term weights are.
    pub(super) weights: Vec<WeightsRef>,
    /// Gold that people gave, by document.
    pub(super) gold: BTreeMap<String, i16>,
    /// Counts sets of saved rules.
    pub(super) version: u64,
    /// The active ones.
    pub(super) rules: Vec<SavedRule>,
    /// Counts drafts.
    pub(super) seq: u64,
    /// What the editor says.
    pub(super) draft: Option<Draft>,
}

/// Which of `workers` has a chunk: round robin, so that what is on screen first is spread as well.
pub(super) fn owner(ordinal: u32, workers: usize) -> usize {
    ordinal as usize % workers.max(1)
}

impl Orders {
    /// A worker's share of the corpus.
    pub(super) fn load(&self, worker: usize, workers: usize) -> Command {
        let own = self.chunks.iter().filter(|chunk| owner(chunk.ordinal, workers) == worker);
        Command::Load { chunks: own.cloned().collect(), shape: self.shape.clone() }
    }

    pub(super) fn lexicons(&self) -> Command {
        Command::Lexicons { lexicons: self.lexicons.clone() }
    }

    pub(super) fn weights(&self) -> Command {
        Command::Weights { weights: self.weights.clone() }
    }

    /// Puts gold in the place of what was given before; what changes by that, if anything does.
    pub(super) fn set_gold(&mut self, gold: BTreeMap<String, i16>) -> Option<Command> {
        let given = gold.iter().filter(|(document, label)| self.gold.get(*document) != Some(*label));
        let withdrawn = self.gold.keys().filter(|document| !gold.contains_key(*document));
        let changes = given.map(|(document, label)| (document.clone(), *label));
        let changes: Vec<_> = changes.chain(withdrawn.map(|document| (document.clone(), -1))).collect();
        self.gold = gold;
        (!changes.is_empty()).then_some(Command::Gold { changes })
    }

    /// All gold, for a worker that knows none.
    pub(super) fn gold(&self) -> Command {
        let given = self.gold.iter().map(|(document, label)| (document.clone(), *label));
        Command::Gold { changes: given.collect() }
    }

    pub(super) fn rules(&self) -> Command {
        Command::Rules { version: self.version, rules: self.rules.clone() }
    }

    pub(super) fn draft(&self) -> Command {
        Command::Draft { seq: self.seq, draft: self.draft.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 200 labels given one after the other must not send 200 lists.
    #[test]
    fn workers_are_told_only_what_changed_of_gold() {
        let list = |given: &[(&str, i16)]| -> Vec<(String, i16)> {
            given.iter().map(|(document, label)| ((*document).to_owned(), *label)).collect()
        };
        let gold = |given| list(given).into_iter().collect();
        let told = |changes| Some(Command::Gold { changes: list(changes) });
        let mut orders = Orders::default();
        assert_eq!(orders.set_gold(BTreeMap::new()), None);
        assert_eq!(orders.set_gold(gold(&[("a", 1)])), told(&[("a", 1)]));
        assert_eq!(orders.set_gold(gold(&[("a", 1), ("b", 0)])), told(&[("b", 0)]));
        assert_eq!(Some(orders.gold()), told(&[("a", 1), ("b", 0)]));
        assert_eq!(orders.set_gold(gold(&[("b", 1)])), told(&[("b", 1), ("a", -1)]));
    }
}
