//! What a combine found.

use crate::{PriorFrom, Timestamp};
use serde::{Deserialize, Serialize};

/// `GET /projects/{p}/labels/report`: what the latest combine found.
///
/// Reports that an older server stored lack what has a default here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    /// The model that was asked for.
    #[serde(default)]
    pub chosen: String,
    /// The model whose labels are the project's: the chosen one, or majority vote if that one is below it on gold by more
    /// than noise (warning `below-majority`).
    #[serde(default)]
    pub used: String,
    /// Where the class prior was asked to come from.
    #[serde(default)]
    pub prior: PriorFrom,
    /// Whether models were asked to learn from gold.
    #[serde(default)]
    pub use_gold: bool,
    /// Documents with gold that models learned from: of the train and dev splits.
    #[serde(default)]
    pub evidence: u64,
    /// Whether the chosen model is no better on gold than majority vote by more than noise; unknown without gold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub majority_is_enough: Option<bool>,
    /// What to know before trusting the labels.
    #[serde(default)]
    pub warnings: Vec<LabelWarning>,
    /// What other class priors would change.
    #[serde(default)]
    pub sensitivity: Vec<PriorFlips>,
    /// How far the used model's probabilities are from shares on gold of the valid split, and how they were mended; none
    /// without such gold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// The rules whose votes were combined, in the order of the vote matrix.
    pub sources: Vec<String>,
    /// Each of them: what it alone contributes.
    #[serde(default)]
    pub rules: Vec<SourceReport>,
    /// The people whose annotations were combined, by author.
    #[serde(default)]
    pub people: Vec<PersonReport>,
    /// Annotations that did not count: their document is not there or excluded, or their label is retired.
    #[serde(default)]
    pub ignored_annotations: u64,
    /// Models side by side, simplest first.
    pub models: Vec<ModelReport>,
}

impl LabelReport {
    /// The model whose labels are the project's.
    pub fn used_model(&self) -> Option<&ModelReport> {
        self.models.iter().find(|model| model.used)
    }
}

/// What one model made of the votes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelReport {
    /// `majority`, `weighted`, `dawid-skene`, `one-coin`, `matrix-completion`, `triplet`, `robust`.
    pub name: String,
    /// Whether its labels are the project's.
    #[serde(alias = "default")]
    pub used: bool,
    /// Why it cannot be fitted to these votes; then it has no prior, scores or labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// P(label) before any vote, by index.
    pub prior: Vec<f64>,
    /// Against gold of the dev split; absent without gold. Where models learn from that gold, each of five parts of it is
    /// scored by a model that learned from the other four.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<ModelScores>,
    /// Against gold of the valid split, which no model learns from; absent without gold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<ModelScores>,
    /// Covered documents whose label differs from majority vote's.
    #[serde(default)]
    pub flips: u64,
    /// Documents of the dev and valid splits by gold (outer) and label; empty without gold. Documents without a vote count
    /// as the prior's most likely label.
    #[serde(default)]
    pub confusion: Vec<Vec<u64>>,
    /// How right each source is, as the model estimates it.
    pub sources: Vec<SourceAccuracy>,
    /// Documents by most likely label; documents without a vote are in none.
    pub label_rows: Vec<u64>,
}

/// Scores against gold; definitions in `docs/figures.md`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelScores {
    /// Documents with gold.
    #[serde(default)]
    pub rows: u64,
    /// Expected accuracy, ties and uncovered rows guessed at random.
    pub accuracy: Option<f64>,
    /// Its 95 % Wilson interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_interval: Option<Interval>,
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

impl ModelScores {
    /// Scores on so many documents with gold; `None` on none.
    pub fn of(scores: hunch_model::Scores, rows: u64) -> Option<Self> {
        let hunch_model::Scores { accuracy, accuracy_covered, macro_f1, f1, log_loss, brier } = scores;
        let accuracy_interval =
            accuracy.and_then(|share| hunch_model::share_interval(share, rows)).map(Into::into);
        (rows > 0).then_some(Self {
            rows,
            accuracy,
            accuracy_interval,
            accuracy_covered,
            macro_f1,
            f1,
            log_loss,
            brier,
        })
    }
}

/// Where a share is likely to lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl From<hunch_model::Interval> for Interval {
    fn from(hunch_model::Interval { low, high }: hunch_model::Interval) -> Self {
        Self { low, high }
    }
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

/// What a rule alone contributes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceReport {
    /// The rule's name.
    pub name: String,
    /// Documents it votes on.
    pub votes: u64,
    /// Documents that only it votes on.
    pub unique: u64,
    /// How often it is right on gold of the dev split; unknown where it votes on none.
    pub empirical: Option<EmpiricalAccuracy>,
    /// What it is worth: the used model's expected accuracy on gold of the dev split, less that of the same model fitted
    /// without the rule. Unknown without gold, and where there are too many rules to leave each out.
    pub value: Option<f64>,
}

/// A share of votes that are right.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EmpiricalAccuracy {
    /// Votes that are gold …
    pub right: u64,
    /// … of those on documents with gold.
    pub votes: u64,
    /// The share's 95 % Wilson interval.
    pub interval: Interval,
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

/// Something to know before trusting the labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelWarning {
    /// A stable name of its kind, such as `worse-than-chance`.
    pub name: String,
    /// What is the matter, and why it matters.
    pub reason: String,
    /// What to do about it.
    pub way_out: String,
    /// The rules it is about.
    pub sources: Vec<String>,
}

/// What another class prior would change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PriorFlips {
    /// Where the prior comes from: `uniform`, `votes` (shares of the votes), `gold` (shares of dev gold).
    pub name: String,
    /// The prior, by label index.
    pub prior: Vec<f64>,
    /// Covered documents whose label would be another; people's votes not counted.
    pub rows: u64,
    /// Those by their label and the other, most documents first.
    pub from_to: Vec<LabelFlip>,
}

/// Documents whose label would be another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelFlip {
    /// Their label …
    pub from: i16,
    /// … and what it would be.
    pub to: i16,
    /// How many they are.
    pub rows: u64,
}

/// How probabilities were mended on gold of the valid split, and how reliable they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Calibration {
    /// How.
    pub method: CalibrationMethod,
    /// Why they were not, as a sentence; of `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What logarithms of probabilities were divided by; of `temperature`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Of `isotonic`, the rising curves as points (probability, share): one per label, or one for label 1 of two.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub curves: Vec<Vec<(f64, f64)>>,
    /// Documents of the valid split with gold and a vote.
    pub rows: u64,
    /// As the model gave them.
    pub before: Reliability,
    /// As they are now. Where they were mended, each of five parts of the gold was mended by the other four; absent
    /// where they were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Reliability>,
}

/// A way to mend probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CalibrationMethod {
    /// They are as the model gave them, and to be shown as not calibrated.
    None,
    /// One number makes all of them more or less sure.
    Temperature,
    /// A rising curve per label.
    Isotonic,
}

/// How far confidence in the most likely label is from the share of right ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reliability {
    /// Expected calibration error: the bins' mean distance of confidence and accuracy, by rows.
    pub error: Option<f64>,
    /// What that would be on average if the probabilities were perfect.
    pub error_by_chance: Option<f64>,
    /// Ranges of confidence that have rows, ascending.
    pub bins: Vec<ReliabilityBin>,
}

/// Documents whose confidence lies in one range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReliabilityBin {
    /// The range: above this …
    pub low: f64,
    /// … up to this.
    pub high: f64,
    /// Documents in it.
    pub rows: u64,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of them whose label is gold.
    pub accuracy: f64,
    /// Its 95 % Wilson interval.
    pub interval: Interval,
}
