//! The pattern table, for fitting models anew in the browser.

use serde::{Deserialize, Serialize};

/// `GET /projects/{p}/labels/patterns`: what the latest combine counted, most frequent patterns first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelPatterns {
    /// Whether rules, corpus or labels changed since.
    pub stale: bool,
    /// How many labels there are, retired ones too.
    pub labels: u32,
    /// The rules, in the order of the vote matrix.
    pub sources: Vec<String>,
    /// Votes that occur: the rule's place in `sources`, and the label it votes.
    pub cells: Vec<(u32, u16)>,
    /// Per pattern, the places in `cells` of its votes; the pattern without votes is among them if rows have it.
    pub patterns: Vec<Vec<u32>>,
    /// Documents of each pattern.
    pub counts: Vec<u64>,
    /// Gold of the dev split: place in `patterns`, label, documents.
    pub gold: Vec<(u32, u16, u64)>,
    /// Distinct patterns that were left out because there are more than [`crate::limits::PATTERNS`].
    pub truncated: u64,
}
