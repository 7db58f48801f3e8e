//! Combined labels and how good they seem.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// `GET /projects/{p}/labels/report`: what the latest combine found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelReport {
    /// The combine job.
    pub job: String,
    /// When it ended.
    pub created_at: Timestamp,
    /// Whether rules, corpus or labels changed since, so that applying again would change something.
    pub stale: bool,
    /// Documents combined.
    pub rows: u64,
    /// Documents with at least one vote.
    pub covered: u64,
    /// Distinct non-empty vote rows.
    pub patterns: u64,
    /// Documents of the dev split with gold, on which models are scored.
    pub gold: u64,
    /// The rules whose votes were combined, in the order of the vote matrix.
    pub sources: Vec<String>,
    /// The people whose annotations were combined, by author.
    #[serde(default)]
    pub people: Vec<PersonReport>,
    /// Annotations that did not count: their document is not there or excluded, or their label is retired.
    #[serde(default)]
    pub ignored_annotations: u64,
    /// Models side by side.
    pub models: Vec<ModelReport>,
}

/// How a person's annotations fared in a combine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonReport {
    /// Who: `local`, `user:…`, `token:…`, `widget:…`.
    pub author: String,
    /// Annotations that counted; skipped documents do not.
    pub annotations: u64,
    /// P(right | voted) as the people's model estimates it, 0 to 1; absent where nobody else, person or rule, voted on the
    /// documents.
    pub accuracy: Option<f64>,
}

/// What a person said of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonLabel {
    /// Who.
    pub author: String,
    /// The label's index; null where the answer is none, as "not this one" of more than two.
    pub label: Option<i16>,
}

/// What one model made of the votes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelReport {
    /// `majority`, `dawid-skene`.
    pub name: String,
    /// Whether its labels are the project's.
    pub default: bool,
    /// P(label) before any vote, by index.
    pub prior: Vec<f64>,
    /// Against gold of the dev split; absent without gold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<ModelScores>,
    /// How right each source is, as the model estimates it.
    pub sources: Vec<SourceAccuracy>,
    /// Documents by most likely label; documents without a vote are in none.
    pub label_rows: Vec<u64>,
}

/// Scores against gold; definitions in `docs/figures.md`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelScores {
    /// Expected accuracy, ties and uncovered rows guessed at random.
    pub accuracy: Option<f64>,
    /// Accuracy on rows with a vote.
    pub accuracy_covered: Option<f64>,
    /// Mean F1 over labels.
    pub macro_f1: Option<f64>,
    /// F1 of label 1; absent unless there are two labels.
    pub f1: Option<f64>,
    /// Mean negative log-likelihood of gold.
    pub log_loss: Option<f64>,
    /// Mean squared distance of probabilities to gold.
    pub brier: Option<f64>,
}

/// A source's estimated accuracy: P(right | voted); absent where it never voted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceAccuracy {
    /// The rule's name.
    pub name: String,
    /// 0 to 1.
    pub accuracy: Option<f64>,
}

/// `GET /projects/{p}/labels`: one document's combined labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentLabels {
    /// The document's id.
    pub id: String,
    /// Its number in the corpus, from 0.
    pub row: u64,
    /// Whether a rule or a person voted; if not, probabilities are the prior and the label is -1.
    pub covered: bool,
    /// The default model's label, -1 if nothing voted.
    pub label: i16,
    /// P(label) by the default model, by index.
    pub probabilities: Vec<f64>,
    /// P(label) by majority vote.
    pub majority: Vec<f64>,
    /// P(label) by Dawid-Skene.
    pub dawid_skene: Vec<f64>,
    /// What people said, by author.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonLabel>,
    /// Gold, on documents of the dev split that have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gold: Option<i16>,
}
