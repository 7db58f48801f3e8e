//! Sync: the words of `hunch-sync` and the bodies of what is synced. `docs/sync.md` is the protocol.

use crate::{ContentHash, Label};
pub use hunch_sync::{
    Base, CHANGES_PER_PULL, Change, Device, Entity, Key, Kind, MergeConflict, Mine, OPERATIONS_PER_PUSH,
    Operation, PUSH_BYTES, PullReply, PushReply, PushRequest, Reason, Receipt, Refusal, Status, Theirs,
};
use serde::{Deserialize, Serialize};

/// The id of the one entity of kind [`Kind::LabelSet`].
pub const LABEL_SET: &str = "labels";
/// The id of the one entity of kind [`Kind::Settings`].
pub const SETTINGS: &str = "settings";
/// Most bytes of terms that an operation may carry; longer lexicons name terms put before.
pub const INLINE_TERM_BYTES: usize = 64 << 10;

/// `POST /projects/{p}/sync/devices`; the answer is a [`Device`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDevice {
    /// What a person would call it, such as `Firefox on Linux`.
    pub name: String,
}

/// Body of [`Kind::Rule`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleBody {
    /// The name its source gives.
    pub name: String,
    /// The rule language: one rule.
    pub source: String,
    /// Inactive rules are kept but neither applied nor counted.
    pub active: bool,
}

/// Body of [`Kind::Policy`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicyBody {
    /// The name its source gives.
    pub name: String,
    /// One `augment` line.
    pub source: String,
}

/// Body of [`Kind::Lexicon`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum LexiconBody {
    /// The terms themselves, at most [`INLINE_TERM_BYTES`] of them; never in a pull.
    Terms(LexiconTerms),
    /// Their address, under which they were put before.
    Address(LexiconAddress),
}

/// A lexicon's terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LexiconTerms {
    /// Whole words and phrases; sorted and deduplicated by the server.
    pub terms: Vec<String>,
}

/// Where a lexicon's terms are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LexiconAddress {
    /// Hash of the terms.
    pub hash: ContentHash,
    /// How many terms.
    pub count: u64,
}

/// Body of [`Kind::LabelSet`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LabelSetBody {
    /// Places are indexes and never given twice: labels are appended and retired, never taken away.
    pub labels: Vec<Label>,
}

/// Body of [`Kind::Settings`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SettingsBody {
    /// What people call the project.
    pub name: String,
    /// Seed of everything random in the project. Given when it is made.
    pub seed: u64,
    /// Terms that suggested rules shall not offer again, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blacklist: Vec<String>,
}

/// Body of [`Kind::Annotation`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AnnotationBody {
    /// The document's id.
    pub document: String,
    /// Who gives the label: must be who sends it.
    pub author: String,
    /// The label's index; null to skip the document.
    pub label: Option<i16>,
    /// P(answer | label) by index, where the answer is not a label: "not this one" of more than two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<Vec<f64>>,
    /// The revision of the guidelines that were shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guidelines: Option<u64>,
}

impl AnnotationBody {
    /// The id of an author's annotation of a document.
    pub fn id(author: &str, document: &str) -> String {
        format!("{author}/{document}")
    }
}

/// Body of [`Kind::Gold`]; the entity's id is the document's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GoldBody {
    /// The label's index.
    pub label: i16,
    /// Who says so.
    pub author: String,
}

/// `POST /projects/{p}/merge-conflicts/{id}/resolve`: what the entity the merge conflict is about shall be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResolveRequest {
    /// The revision of that entity that was looked at.
    pub base: u64,
    /// The whole body; absent to take the entity away.
    #[serde(default)]
    pub body: Option<serde_json::Value>,
}
