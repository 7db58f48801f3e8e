//! Snapshots: immutable, content-addressed sets of labels with their lineage.

use crate::{Calibration, CalibrationMethod, ContentHash, PriorFrom, Timestamp};
use serde::{Deserialize, Serialize};

/// A snapshot in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Snapshot {
    /// BLAKE3 of the manifest's canonical JSON.
    pub id: ContentHash,
    /// What people call it; not part of the id.
    pub name: String,
    /// Documents labeled.
    pub rows: u64,
    /// Documents with at least one vote.
    pub covered: u64,
    /// When it was made; not part of the id.
    pub created_at: Timestamp,
}

/// `POST /projects/{p}/snapshots`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSnapshot {
    /// What people call it; the time unless given.
    #[serde(default)]
    pub name: String,
    /// Names of the policies by which the snapshot carries changed copies of train documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
}

/// Everything a snapshot's labels follow from. Equal inputs give an equal manifest, hence an equal id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Manifest {
    /// Version of this layout.
    pub format: u32,
    /// Engine semantic version the votes were made with.
    pub engine: u32,
    /// Documents labeled.
    pub rows: u64,
    /// Documents with at least one vote.
    pub covered: u64,
    /// Seed of the project.
    pub seed: u64,
    /// Label names by index; retired ones are empty.
    pub labels: Vec<String>,
    /// The corpus, chunk by chunk. Ids, gold, splits and external columns are columns of the chunks.
    pub chunks: Vec<ManifestChunk>,
    /// Active rules in the order of the vote matrix.
    pub rules: Vec<ManifestRule>,
    /// Lexicons the rules name.
    pub lexicons: Vec<ManifestLexicon>,
    /// Term weights by which rules compare texts with examples. Absent if none does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<ManifestWeights>,
    /// External sources the rules may name.
    pub sources: Vec<String>,
    /// Hash of the people's annotations, an object: a JSON list by document and author. Absent if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<ContentHash>,
    /// Hash of the gold that people gave, an object: a JSON object of label by document id. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gold: Option<ContentHash>,
    /// How votes were combined.
    pub model: ManifestModel,
    /// Policies whose copies of train documents it carries, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<ManifestPolicy>,
}

/// Term weights in a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ManifestWeights {
    /// The text column whose words they weigh.
    pub column: String,
    /// Their hash, an object.
    pub hash: ContentHash,
}

/// A policy in a manifest, and the copies made by it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ManifestPolicy {
    /// Its name.
    pub name: String,
    /// Its text.
    pub source: String,
    /// Hash of what it means.
    pub key: ContentHash,
    /// Of its random numbers.
    pub seed: u64,
    /// What was measured on the train documents for it.
    pub parameters: serde_json::Value,
    /// Lexicons it names.
    pub lexicons: Vec<ManifestLexicon>,
    /// Copies of each document.
    pub copies: u32,
    /// The copies, in the order of the documents.
    pub blocks: Vec<ManifestBlock>,
}

/// Copies of some documents of a chunk: all copies of the first train document that is not excluded, then of the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ManifestBlock {
    /// The chunk of the documents.
    pub chunk: ContentHash,
    /// The chunk of the copies: their ids and the columns that the policy changes.
    pub hash: ContentHash,
    /// Rows of it.
    pub rows: u32,
}

/// A chunk in a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ManifestChunk {
    /// The chunk's name.
    pub hash: ContentHash,
    /// Rows of the chunk.
    pub rows: u32,
    /// Rows that are excluded, ascending.
    pub excluded: Vec<u32>,
    /// Hash of the votes of all rules on the chunk, in rule order.
    pub votes: ContentHash,
    /// Hash of the block of labels.
    pub labels: ContentHash,
}

/// A rule in a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ManifestRule {
    /// Its name.
    pub name: String,
    /// Its text.
    pub source: String,
    /// Key of its plan: what it means.
    pub plan: ContentHash,
}

/// A lexicon in a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ManifestLexicon {
    /// Its name.
    pub name: String,
    /// Hash of its terms.
    pub hash: ContentHash,
}

/// How votes were combined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ManifestModel {
    /// The model whose labels these are.
    pub name: String,
    /// The class prior it ended with, by label index.
    pub prior: Vec<f64>,
    /// The class prior it was given, if any.
    pub balance: Option<Vec<f64>>,
    /// `uniform` if that was asked for; else the prior was given or learned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior_from: Option<PriorFrom>,
    /// Documents with gold of the train and dev splits that it learned from.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub evidence: u64,
    /// How its probabilities were mended on gold of the valid split; absent if they were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<ManifestCalibration>,
    /// How ties are broken: `id-hash`.
    pub ties: String,
    /// How the votes of people were combined; absent if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<ManifestPeople>,
}

fn is_zero<T: Default + PartialEq>(count: &T) -> bool {
    *count == T::default()
}

/// How probabilities were mended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ManifestCalibration {
    /// How.
    pub method: CalibrationMethod,
    /// Documents with gold from which that was learned.
    pub rows: u64,
    /// What logarithms of probabilities were divided by; of `temperature`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Of `isotonic`, the rising curves as points (probability, share).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub curves: Vec<Vec<(f64, f64)>>,
}

impl ManifestCalibration {
    /// What a report says of it, if anything was mended.
    pub fn of(calibration: &Calibration) -> Option<Self> {
        let Calibration { method, rows, temperature, curves, .. } = calibration;
        let mended = *method != CalibrationMethod::None;
        mended.then(|| Self {
            method: *method,
            rows: *rows,
            temperature: *temperature,
            curves: curves.clone(),
        })
    }
}

/// How the votes of people were combined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ManifestPeople {
    /// Version of the people's model; moves whenever a probability could.
    pub version: u32,
    /// Annotations that counted.
    pub annotations: u64,
}

/// Formats a snapshot can be downloaded in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Apache Parquet.
    #[default]
    Parquet,
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object per line.
    Jsonl,
}

impl ExportFormat {
    /// The file name's ending and the query's value.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }
}
