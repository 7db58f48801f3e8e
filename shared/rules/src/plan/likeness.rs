//! Examples that rows are compared with.

use serde::{Deserialize, Serialize};

/// What `similar` and `nearest` compare a row with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Likeness {
    /// The column compared.
    pub column: String,
    /// What it is compared with; never empty, but for a stored lexicon.
    pub examples: Examples,
    /// How many of the most similar examples count, or which of them is asked for: from 1 to the number of examples; where a
    /// stored lexicon has fewer, all of them count.
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
    /// Vectors of the column's length, none of them zero, compared by their angle; sorted unless their places matter.
    Vectors(Vec<Vec<f32>>),
    /// The terms of a stored lexicon, which the evaluator is given separately.
    Lexicon(Box<LexiconExamples>),
}

/// A stored lexicon whose terms are examples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LexiconExamples {
    /// Its name, for messages only; not serialized, because renaming a lexicon changes no vote.
    #[serde(skip_serializing, default)]
    pub name: String,
    /// BLAKE3 of its terms, hex: see [`crate::lexicon_hash`].
    pub hash: String,
    /// What its terms are read as.
    pub of: ExampleKind,
}

/// What examples of a stored lexicon are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExampleKind {
    /// Texts, compared by these weights: see [`Examples::Texts`].
    Texts {
        /// The hash of the term weights; empty where all words weigh alike.
        weights: String,
    },
    /// Vectors, written as [`crate::parse_vector`] reads them.
    Vectors {
        /// Numbers of each.
        length: u32,
    },
}

impl Examples {
    /// How many there are; unknown of a stored lexicon.
    pub(crate) fn known_count(&self) -> Option<usize> {
        match self {
            Self::Texts { texts, .. } => Some(texts.len()),
            Self::Vectors(vectors) => Some(vectors.len()),
            Self::Lexicon(_) => None,
        }
    }

    /// How much of a plan they take up, in the parts that its size is counted in.
    pub(crate) fn parts(&self) -> usize {
        match self {
            Self::Texts { texts, .. } => texts.len(),
            Self::Vectors(vectors) => {
                vectors.iter().map(|vector| 1 + vector.len() / crate::limits::PART_NUMBERS).sum()
            }
            Self::Lexicon(_) => 1,
        }
    }
}
