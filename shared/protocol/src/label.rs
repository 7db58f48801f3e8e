//! Combined labels: how they are asked for, document by document, and how good they seem.

mod report;

pub use report::*;

use serde::{Deserialize, Serialize};

/// `POST /projects/{p}/combine`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CombineRequest {
    /// The model whose labels are to be the project's, such as `majority` or `dawid-skene`; `robust` unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Where the class prior comes from; given if there is a `balance`, else learned, unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior: Option<PriorFrom>,
    /// The class prior, one share per label, 0 for a retired one; goes with `prior: given`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Vec<f64>>,
    /// Whether models learn from gold of the train and dev splits.
    #[serde(default = "yes")]
    pub use_gold: bool,
}

impl Default for CombineRequest {
    fn default() -> Self {
        Self { model: None, prior: None, balance: None, use_gold: true }
    }
}

fn yes() -> bool {
    true
}

/// Where P(label) before any vote comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PriorFrom {
    /// From the votes, by models that learn; all labels alike for majority vote, which does not.
    #[default]
    Learned,
    /// All labels that are not retired are equally likely.
    Uniform,
    /// From the request's `balance`.
    Given,
}

/// The query of `GET /projects/{p}/labels`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelsQuery {
    /// Where to start; absent for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many items at most: 1 to [`crate::limits::PAGE_MAX`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Only documents whose label differs from majority vote's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flipped: Option<bool>,
    /// Only documents with this label; -1 for those without a vote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<i16>,
    /// Only documents whose label is, or is not, gold; gold is that of the dev split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gold: Option<GoldFilter>,
}

/// How a document's label stands to gold of the dev split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GoldFilter {
    /// It is gold.
    Right,
    /// Gold is another.
    Wrong,
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
    /// Its vote pattern, by its place in the pattern table; documents that people annotated have one of their own behind it.
    pub pattern: u32,
    /// The label by the model whose labels are the project's, -1 if nothing voted.
    pub label: i16,
    /// P(label) by that model, by index; calibrated if [`LabelReport::calibration`] says so.
    pub probabilities: Vec<f64>,
    /// P(label) by majority vote.
    pub majority: Vec<f64>,
    /// The label compared with in `explanation`: the most likely other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rival: Option<i16>,
    /// What speaks for the label rather than its rival; the terms add up to ln(P(label) / P(rival)). Empty where nothing
    /// voted, and for models whose probabilities are no sums of log-odds, such as majority vote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explanation: Vec<ExplanationTerm>,
    /// What people said, by author.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonLabel>,
    /// Gold, on documents of the dev split that have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gold: Option<i16>,
}

/// One summand of the log-odds of a label against its rival.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExplanationTerm {
    /// What it stands for.
    pub of: ExplanationKind,
    /// The rule's name or the person's, of a vote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What was voted, of a vote; null where a person's answer is no label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<i16>,
    /// For the label if positive, for its rival if negative.
    pub log_odds: f64,
}

/// What a summand of the log-odds stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExplanationKind {
    /// The class prior, before any vote.
    Prior,
    /// All rules that did not vote, where silence is a sign.
    Silence,
    /// All votes agree, and nothing known makes that worth less than it says.
    Unanimity,
    /// A rule's vote.
    Vote,
    /// A person's vote.
    Person,
    /// People contradict the rules, so those count for what they turned out to be worth.
    Contradiction,
    /// The probabilities were mended on gold.
    Calibration,
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
