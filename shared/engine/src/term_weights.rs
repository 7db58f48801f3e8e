//! How much the words of a text column weigh when texts are compared: frozen, named by hash, the same for all who compare.

mod counter;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};

pub use counter::TermCounter;

/// The term weights that plans refer to, by hash.
pub type Weights = BTreeMap<String, Arc<TermWeights>>;

/// At most so many words have a weight of their own: those that most documents have.
pub(crate) const WEIGHED_TERMS: usize = 100_000;

/// The weights of words by the number of documents that have them; by default all weigh alike.
///
/// A word that `d` of `n` documents have weighs `ln((1 + n) / (1 + d)) + 1` (the smoothed inverse document frequency of
/// scikit-learn's `TfidfVectorizer`); one that is not listed weighs as if one document had it.
#[derive(Debug)]
pub struct TermWeights {
    weights: HashMap<Box<str>, f64, RandomState>,
    other: f64,
}

/// What is stored: its canonical JSON is the object whose BLAKE3 names the weights.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Frequencies {
    /// Texts counted.
    documents: u64,
    /// By word, folded: the number of documents that have it, at least 2.
    terms: BTreeMap<String, u64>,
}

/// Bytes that are no term weights.
#[derive(Debug, thiserror::Error)]
pub enum TermWeightsError {
    /// Not the JSON it must be.
    #[error("the term weights cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A number that cannot be right.
    #[error("the term weights say that {found} of {documents} documents have the word {term:?}")]
    Frequency {
        /// The word.
        term: String,
        /// Documents that are said to have it.
        found: u64,
        /// Documents in all.
        documents: u64,
    },
}

impl TermWeights {
    /// Reads an object that [`TermCounter::finish`] made.
    pub fn from_object(bytes: &[u8]) -> Result<Self, TermWeightsError> {
        let Frequencies { documents, terms } = serde_json::from_slice(bytes)?;
        if let Some((term, found)) = terms.iter().find(|(_, found)| **found > documents) {
            return Err(TermWeightsError::Frequency { term: term.clone(), found: *found, documents });
        }
        let weights = terms.into_iter().map(|(term, found)| (term.into(), weight(documents, found)));
        Ok(Self { weights: weights.collect(), other: weight(documents, documents.min(1)) })
    }

    /// The weight of a folded word.
    pub(crate) fn weight(&self, term: &str) -> f64 {
        self.weights.get(term).copied().unwrap_or(self.other)
    }
}

impl Default for TermWeights {
    fn default() -> Self {
        Self { weights: HashMap::default(), other: 1.0 }
    }
}

/// The weight of a word that `found` of `documents` have.
fn weight(documents: u64, found: u64) -> f64 {
    libm::log((1.0 + documents as f64) / (1.0 + found as f64)) + 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_weigh_as_in_the_formula_and_rare_ones_as_if_one_document_had_them() {
        let weights = TermWeights::from_object(br#"{"documents":7,"terms":{"the":7,"win":3}}"#).unwrap();
        assert_eq!(weights.weight("the").to_bits(), 1.0f64.to_bits());
        assert!((weights.weight("win") - (2.0f64.ln() + 1.0)).abs() < 1e-15);
        assert!((weights.weight("rare") - (4.0f64.ln() + 1.0)).abs() < 1e-15);
    }

    #[test]
    fn bytes_that_are_no_weights_are_refused() {
        let error = |bytes: &str| TermWeights::from_object(bytes.as_bytes()).unwrap_err().to_string();
        assert!(error("{}").starts_with("the term weights cannot be read"));
        assert!(
            error(r#"{"documents":2,"terms":{"a":3}}"#).ends_with("3 of 2 documents have the word \"a\"")
        );
    }
}
