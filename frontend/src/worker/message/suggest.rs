//! What suggestions are made of: three questions, one after the other, each answered by every worker for its chunks.

use super::Tab;
use hunch_rules::{LabelIndex, Plan};
use hunch_suggest::{Measured, Sample, Survey};
use serde::{Deserialize, Serialize};

/// Vote rows of the active rules with the number of documents that have them; -1 where a rule abstains.
pub type Patterns = Vec<(Vec<i16>, u64)>;

/// What labels are judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Gold of the dev split.
    Gold,
    /// What a label model makes of the active rules' votes.
    Model {
        /// How many labels there are.
        labels: usize,
        /// Of the whole corpus: from equal votes every worker makes the same model.
        patterns: Patterns,
    },
    /// The documents of a tab of the draft have the label, others do not.
    Tab {
        /// Which documents.
        tab: Tab,
        /// The label.
        label: LabelIndex,
    },
    /// These documents have the label, others do not.
    Chosen {
        /// By id.
        documents: Vec<String>,
        /// The label.
        label: LabelIndex,
    },
}

/// A question about suggestions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// What a model is made of.
    Patterns,
    /// What could be a condition.
    Survey {
        /// By what labels are judged.
        basis: Basis,
        /// The documents that are read.
        sample: Sample,
    },
    /// What rules would do.
    Measure {
        /// By what labels are judged.
        basis: Basis,
        /// The rules.
        plans: Vec<Plan>,
        /// The documents on which they are held against each other.
        sketch: Sample,
    },
}

/// The answer to an [`Ask`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// In order.
    Patterns(Patterns),
    /// Counts.
    Survey(Survey),
    /// By chunk.
    Measured(Vec<(u32, Measured)>),
}
