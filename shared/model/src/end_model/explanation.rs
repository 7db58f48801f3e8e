//! What a prediction comes from.

use super::{EndModel, features::Scratch, grams::Gram};
use crate::posterior::softmax;
use hunch_engine::{ColumnData, is_word};
use std::{collections::BTreeMap, fmt};

/// Something about a document that an end model looks at.
#[derive(Debug, Clone, PartialEq)]
pub enum Feature {
    /// The text has a word.
    Word {
        /// The column.
        column: String,
        /// The word, in lower case.
        word: String,
    },
    /// The text has two words one after the other.
    Phrase {
        /// The column.
        column: String,
        /// The words, in lower case, with a space between them.
        phrase: String,
    },
    /// The text has letters in a row; a space stands for the edge of what white space parts.
    Letters {
        /// The column.
        column: String,
        /// The letters, in lower case.
        letters: String,
    },
    /// An attribute has a value.
    Value {
        /// The column.
        column: String,
        /// The value.
        value: String,
    },
    /// A number, or a date as days since 1970-01-01, by its distance from the mean.
    Number {
        /// The column.
        column: String,
        /// The value.
        value: f64,
    },
    /// There is no value.
    Missing {
        /// The column.
        column: String,
    },
}

impl Feature {
    pub(super) fn of_gram(gram: Gram, column: &str, part: &str) -> Self {
        let column = column.to_owned();
        match gram {
            Gram::Word => Self::Word { column, word: part.to_owned() },
            Gram::Letters => Self::Letters { column, letters: part.to_owned() },
            Gram::Phrase => {
                let words: Vec<&str> = part.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
                Self::Phrase { column, phrase: words.join(" ") }
            }
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word { column, word } => write!(f, "{column} has \"{word}\""),
            Self::Phrase { column, phrase } => write!(f, "{column} has \"{phrase}\""),
            Self::Letters { column, letters } => write!(f, "{column} contains \"{letters}\""),
            Self::Value { column, value } => write!(f, "{column} = {value}"),
            Self::Number { column, value } => write!(f, "{column} = {value}"),
            Self::Missing { column } => write!(f, "{column} is missing"),
        }
    }
}

/// What features that share a number say.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// At least one; several where hashes of the document's features coincide.
    pub features: Vec<Feature>,
    /// What it adds to the log-odds of the label.
    pub log_odds: f64,
}

/// Why a document gets its label, exactly: the prior, all contributions and the rest sum to the natural logarithm of
/// the label's probability over that of the label it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The most likely label; of equally likely ones the first.
    pub label: usize,
    /// Its probability.
    pub probability: f64,
    /// The most likely of the other labels, which the log-odds are against; the label itself if it is the only one.
    pub against: usize,
    /// Log-odds without looking at the document.
    pub prior: f64,
    /// What says most, for or against, largest first.
    pub contributions: Vec<Contribution>,
    /// What all other features add.
    pub rest: f64,
}

pub(super) fn explain(model: &EndModel, columns: &[&ColumnData], row: usize, most: usize) -> Explanation {
    // By what is read, so that names that share a number have an order.
    let mut names: BTreeMap<u32, BTreeMap<String, Feature>> = BTreeMap::new();
    let mut entries = Vec::new();
    model.space.read(columns, row, &mut Scratch::default(), &mut entries, |number, feature| {
        let feature = feature();
        names.entry(number).or_default().insert(feature.to_string(), feature);
    });
    let mut probabilities = vec![0.0; model.labels.len()];
    model.scores(&entries, &mut probabilities);
    softmax(&mut probabilities);
    let (label, against) = two_likeliest(&probabilities);
    let mut by_feature: BTreeMap<u32, f64> = BTreeMap::new();
    for (feature, value) in entries {
        let weights = model.weights_of(feature);
        let log_odds = f64::from(value) * (f64::from(weights[label]) - f64::from(weights[against]));
        *by_feature.entry(feature).or_default() += log_odds / model.temperature;
    }
    let mut contributions: Vec<Contribution> = by_feature
        .into_iter()
        .map(|(number, log_odds)| {
            let features = names.remove(&number).unwrap_or_default().into_values().collect();
            Contribution { features, log_odds }
        })
        .collect();
    // Stable, so that equal ones stay in the order of their numbers.
    contributions.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()));
    let rest = contributions.split_off(most.min(contributions.len()));
    Explanation {
        label,
        probability: probabilities[label],
        against,
        prior: (model.bias[label] - model.bias[against]) / model.temperature,
        contributions,
        rest: rest.iter().map(|contribution| contribution.log_odds).sum(),
    }
}

/// The most likely label and the next one.
fn two_likeliest(probabilities: &[f64]) -> (usize, usize) {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]));
    (order[0], *order.get(1).unwrap_or(&order[0]))
}
