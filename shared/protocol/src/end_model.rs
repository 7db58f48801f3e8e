//! The end model: a classifier that learns from the combined labels and labels what no rule covers.

use crate::{ContentHash, ModelScores, Timestamp};
use serde::{Deserialize, Serialize};

/// The external source that an end model becomes if it is asked to.
pub const END_MODEL: &str = "end-model";

/// `POST /projects/{p}/end-model`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EndModelRequest {
    /// Columns to learn from; all unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Passes over the documents, 1 to 50; chosen by their number unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes: Option<u32>,
    /// Whether its labels and probabilities become the external source [`END_MODEL`], which rules may name; the rules are
    /// applied again then, since the corpus is another.
    #[serde(default)]
    pub as_source: bool,
}

/// `GET /projects/{p}/end-model`: the latest end model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EndModelReport {
    /// The train job.
    pub job: String,
    /// When it ended.
    pub created_at: Timestamp,
    /// The combine job whose labels it learned from.
    pub labels: String,
    /// Whether labels were combined anew since.
    pub stale: bool,
    /// The model's hash.
    pub model: ContentHash,
    /// Bytes of its file.
    pub bytes: u64,
    /// The columns it reads.
    pub columns: Vec<String>,
    /// Documents it saw.
    pub documents: u64,
    /// Documents of the train split with a vote, from which it learned.
    pub labeled: u64,
    /// How well it foretells labels of documents that were held out; absent where too few were.
    pub cross_validation: Option<EndModelValidation>,
    /// Against gold of the dev split, from which it learned nothing; absent without gold.
    pub dev: Option<ModelScores>,
    /// Against gold of the valid split; likewise.
    pub valid: Option<ModelScores>,
    /// Whether its labels are the external source `end-model`.
    pub as_source: bool,
}

/// How well an end model foretells labels of documents that were held out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EndModelValidation {
    /// Documents that were held out.
    pub rows: u64,
    /// Mean probability that the combined labels give to the most likely label.
    pub accuracy: f64,
    /// The most that mean could be.
    pub most_accuracy: f64,
    /// Mean cross-entropy to the combined labels.
    pub log_loss: f64,
    /// The least it could be: their entropy.
    pub least_log_loss: f64,
    /// The temperature that calibrates it to the combined labels; absent where too few documents were held out.
    pub temperature: Option<f64>,
}
