//! Policies: what a checked `augment` line means, free of its spelling.

use crate::diagnostic::Span;
use crate::plan::{Terms, canonical_hash};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The name of a policy whose line gives none.
pub const DEFAULT_NAME: &str = "augment";

/// How changed copies of train documents are made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// It stands in the copies' ids.
    pub name: String,
    /// Copies of each document.
    pub copies: u32,
    /// What is done to each copy, one after the other.
    pub steps: Vec<PolicyStep>,
}

/// A transformation. Shares lie in 0..=1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyStep {
    /// Changes a text.
    Text {
        /// Text or category column.
        column: String,
        /// How.
        change: TextChange,
    },
    /// `drop(0.1, stars)`: takes away a share of the cells.
    Drop {
        /// Of the cells.
        share: f64,
        /// Attributes; not empty.
        columns: Vec<String>,
    },
    /// `jitter(stars, 0.1)`: adds normal noise.
    Jitter {
        /// Number column.
        column: String,
        /// The noise's standard deviation, in standard deviations of the column.
        spread: f64,
    },
    /// `resample(country)`: draws a value from the column's own distribution.
    Resample {
        /// Category column.
        column: String,
    },
}

/// A change of a text. `docs/augmentation.md` defines each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextChange {
    /// `swap(1)`: two words change places.
    Swap(Amount),
    /// `delete(0.1)`: words are left out.
    Delete {
        /// Of the words.
        share: f64,
    },
    /// `insert(0.1, @brands)`: terms are put between words.
    Insert {
        /// Of the number of words.
        share: f64,
        /// What is inserted.
        terms: Terms,
    },
    /// `replace(0.1, @brands)`: a term gives way to another of its group.
    Replace {
        /// Of the terms in the text.
        share: f64,
        /// Groups of terms.
        terms: Terms,
    },
    /// `typo(0.05)`: letters are mistyped.
    Typo {
        /// Of the letters.
        share: f64,
    },
    /// `case(0.1)`: words change between capitals and small letters.
    Case {
        /// Of the words.
        share: f64,
    },
    /// `punctuation(0.1)`: marks are added, doubled or left out.
    Punctuation {
        /// Of the places behind words.
        share: f64,
    },
    /// `shuffle()`: sentences change places.
    Shuffle,
    /// `eda(0.1, @synonyms)`: one of the four operations of Wei & Zou 2019.
    Eda {
        /// Of the words.
        alpha: f64,
        /// Groups of synonyms; without them only two of the operations are possible.
        synonyms: Option<Terms>,
    },
}

/// How much.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// So many times.
    Times(u32),
    /// So many times per word.
    Share(f64),
}

/// A number in an `augment` line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PolicyNumber {
    /// Where it is written.
    pub span: Span,
    /// The step it belongs to; none for the number of copies.
    pub step: Option<usize>,
    /// Its value.
    pub value: f64,
    /// What it counts.
    pub kind: NumberKind,
}

/// What a number of a policy counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberKind {
    /// Copies of each document.
    Copies,
    /// Times.
    Times,
    /// A share in 0..=1.
    Share,
    /// Standard deviations, in 0..=10.
    Spread,
}

/// Most standard deviations of a `jitter`.
pub const MAX_SPREAD: f64 = 10.0;

/// Most times of a `swap`.
pub const MAX_TIMES: u32 = 100;

impl Policy {
    /// The content address of what the policy means: BLAKE3 (hex) of its canonical JSON.
    pub fn key(&self) -> String {
        canonical_hash(self)
    }

    /// Name and hash of every stored lexicon whose terms carrying out the policy needs.
    pub fn lexicons(&self) -> BTreeSet<(&str, &str)> {
        let terms = self.steps.iter().filter_map(PolicyStep::terms);
        terms
            .filter_map(|terms| match terms {
                Terms::Lexicon { name, hash } => Some((name.as_str(), hash.as_str())),
                Terms::List(_) => None,
            })
            .collect()
    }

    /// The policy of one step alone.
    pub fn alone(&self, step: usize) -> Self {
        let steps = self.steps.get(step).cloned().into_iter().collect();
        Self { name: self.name.clone(), copies: self.copies, steps }
    }
}

impl PolicyStep {
    /// The terms it uses.
    pub fn terms(&self) -> Option<&Terms> {
        match self {
            Self::Text { change, .. } => match change {
                TextChange::Insert { terms, .. } | TextChange::Replace { terms, .. } => Some(terms),
                TextChange::Eda { synonyms, .. } => synonyms.as_ref(),
                _ => None,
            },
            _ => None,
        }
    }
}
