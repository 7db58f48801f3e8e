//! Fitting a model anew in the browser, on the vote patterns of the whole corpus.

use hunch_protocol::{LabelFlip, ModelScores};
use serde::{Deserialize, Serialize};

/// Which model is fitted, and how.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RefitSettings {
    /// Its name.
    pub model: String,
    /// P(label) before any vote; learned if not given.
    pub prior: Option<Vec<f64>>,
    /// Whether it learns from gold of the dev split.
    pub use_gold: bool,
}

/// Two fits to be compared.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RefitOrder {
    /// Where the pattern table is.
    pub url: String,
    /// The combine that counted it: another one has another table.
    pub job: String,
    /// The settings that are in force.
    pub present: RefitSettings,
    /// The settings that are tried.
    pub tried: RefitSettings,
}

/// What came of the two fits.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Refitted {
    /// By the settings that are in force.
    pub present: RefitOutcome,
    /// By the settings that are tried.
    pub tried: RefitOutcome,
    /// Documents whose label differs between the two, most documents first.
    pub moved: Vec<LabelFlip>,
    /// Documents counted in the table.
    pub rows: u64,
    /// Those of them with a vote.
    pub covered: u64,
    /// Distinct vote patterns.
    pub patterns: u64,
    /// Gold in the table.
    pub gold: u64,
    /// Milliseconds that fitting the tried model once took.
    pub fit_ms: f64,
}

/// What a fit makes of the patterns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RefitOutcome {
    /// P(label) before any vote, by index.
    pub prior: Vec<f64>,
    /// Documents by most likely label, as expected where ties are guessed.
    pub label_rows: Vec<u64>,
    /// Covered documents whose label differs from majority vote's, as expected where ties are guessed.
    pub flips: u64,
    /// Against gold of the dev split; five parts of it each by a model that learned from the other four, where it learns.
    pub scores: Option<ModelScores>,
}
