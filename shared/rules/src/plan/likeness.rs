//! Examples that rows are compared with.

use serde::{Deserialize, Serialize};

/// What `similar` and `nearest` compare a row with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Likeness {
    /// The column compared.
    pub column: String,
    /// What it is compared with; never empty.
    pub examples: Examples,
    /// How many of the most similar examples count, or which of them is asked for: from 1 to the number of examples.
    pub best: u32,
}

/// Examples, with all that comparing a row with them needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Examples {
    /// Texts, compared by the weights of the words they have in common.
    Texts {
        /// The hash of the term weights, which the evaluator is given separately; empty where all words weigh alike.
        weights: String,
        /// Folded; sorted unless their places matter.
        texts: Vec<String>,
    },
}

impl Examples {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Texts { texts, .. } => texts.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
