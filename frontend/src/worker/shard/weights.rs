//! Term weights, by which rules compare texts with examples: fetched when a rule first needs them.

use super::Shard;
use crate::worker::message::{Report, WeightsRef};
use hunch_engine::{TermWeights, TermWeightsError, Weights};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The term weights of the corpus' columns.
#[derive(Debug, Default)]
pub(super) struct KnownWeights {
    /// Where they are.
    places: Vec<WeightsRef>,
    /// Those that are here.
    pub(super) here: Weights,
    /// Hashes of those that are on their way.
    asked: BTreeSet<String>,
}

impl Shard {
    /// Tells where the corpus' term weights are; others are dropped.
    pub fn set_weights(&mut self, places: Vec<WeightsRef>) {
        self.weights.here.retain(|hash, _| places.iter().any(|place| place.hash == *hash));
        self.weights.places = places;
    }

    /// The term weights that a rule or the draft waits for and nobody fetches yet; from now on the caller does.
    pub fn ask_for_weights(&mut self) -> Vec<WeightsRef> {
        let KnownWeights { places, here, asked } = &mut self.weights;
        let plans = self.rules.iter().chain(&self.draft).filter_map(|entry| entry.plan.as_ref());
        let wanted: BTreeSet<&str> = plans.flat_map(|plan| plan.weights()).collect();
        let missing = places.iter().filter(|place| {
            wanted.contains(place.hash.as_str())
                && !here.contains_key(&place.hash)
                && !asked.contains(&place.hash)
        });
        let missing: Vec<WeightsRef> = missing.cloned().collect();
        asked.extend(missing.iter().map(|place| place.hash.clone()));
        missing
    }

    /// Takes in term weights as they are stored; what waited for them goes on.
    pub fn add_weights(&mut self, hash: &str, object: &[u8]) -> Result<Vec<Report>, TermWeightsError> {
        self.weights.asked.remove(hash);
        self.weights.here.insert(hash.to_owned(), Arc::new(TermWeights::from_object(object)?));
        Ok(self.go_on())
    }

    /// They could not be fetched, and may be asked for again.
    pub fn give_up_weights(&mut self, hash: &str) {
        self.weights.asked.remove(hash);
    }

    /// Compiles what waited for something that is here now.
    pub(super) fn go_on(&mut self) -> Vec<Report> {
        let stored = hunch_engine::Stored { lexicons: &self.lexicons, weights: &self.weights.here };
        let waiting = self.rules.iter_mut().chain(&mut self.draft).filter(|entry| entry.waits());
        let refused = waiting.filter_map(|entry| entry.compile(stored)).collect();
        self.combine_programs();
        refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::message::{Draft, SavedRule};
    use hunch_rules::plan::{
        Clause, CompareOp, Condition, Examples, Likeness, Plan, Predicate, Scalar, Value,
    };

    #[test]
    fn a_rule_that_compares_texts_waits_for_the_weights_it_names_and_for_no_others() {
        let mut shard = Shard::new(|| 0.0);
        let place = |hash: &str| WeightsRef { hash: hash.to_owned(), url: format!("/{hash}") };
        shard.set_weights(vec![place("w1"), place("w2")]);
        assert_eq!(shard.ask_for_weights(), []);

        let examples = Examples::Texts { weights: "w1".to_owned(), texts: vec!["win".to_owned()] };
        let left = Scalar::Similar(Likeness { column: "text".to_owned(), examples, best: 1 });
        let right = Scalar::Const(Value::Number(0.5));
        let when = Condition::Is(Predicate::Compare { left, op: CompareOp::Greater, right });
        let plan = Plan { name: "r".to_owned(), clauses: vec![Clause { label: 0, when }] };
        shard.set_rules(1, vec![SavedRule { id: "a".to_owned(), plan: Some(plan.clone()) }]);
        shard.set_draft(1, Some(Draft { replaces: None, plan }));
        assert_eq!(shard.ask_for_weights(), [place("w1")]);
        assert_eq!(shard.ask_for_weights(), [], "they are on their way");
        shard.give_up_weights("w1");
        assert_eq!(shard.ask_for_weights(), [place("w1")]);
        assert_eq!(shard.add_weights("w1", br#"{"documents":1,"terms":{}}"#).unwrap(), []);
        assert!(shard.rules.iter().chain(&shard.draft).all(|entry| entry.program().is_some()));
        assert_eq!(shard.ask_for_weights(), []);
    }
}
