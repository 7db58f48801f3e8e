//! Projects and their label sets.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// One labeling task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Project {
    /// Identifier.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The ordered label set; a label's index is its place here and is never given twice.
    pub labels: Vec<Label>,
    /// Seed of everything random in the project, the split of documents for one.
    pub seed: u64,
    /// Terms that suggested rules shall not offer again, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blacklist: Vec<String>,
    /// Moves with every change of these fields; the `ETag`.
    pub revision: i64,
    /// Moves with every change of anything in the project; the id of `poke` events.
    pub seq: i64,
    /// Documents that are not excluded.
    pub rows: u64,
    /// Rules, active or not.
    pub rules: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When these fields last changed.
    pub updated_at: Timestamp,
}

/// One class of a project's task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Label {
    /// Name, unique in the project.
    pub name: String,
    /// `#rrggbb`, or empty for the next colour of the standard set.
    #[serde(default)]
    pub color: String,
    /// One key, or empty.
    #[serde(default)]
    pub hotkey: String,
    /// When to give the label.
    #[serde(default)]
    pub description: String,
    /// Retired labels keep their index and can no longer be given.
    #[serde(default)]
    pub retired: bool,
}

impl Project {
    /// The names of the labels by index, as the language wants them; retired ones are empty.
    pub fn label_names(&self) -> Vec<String> {
        label_names(&self.labels)
    }
}

/// The names of labels by index, as the language wants them; retired ones are empty, which no rule can write.
pub fn label_names(labels: &[Label]) -> Vec<String> {
    labels.iter().map(|label| if label.retired { String::new() } else { label.name.clone() }).collect()
}

/// `POST /projects`: either an empty project with a name and labels, or the sample project.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    /// Required unless `sample`.
    #[serde(default)]
    pub name: String,
    /// At least one unless `sample`.
    #[serde(default)]
    pub labels: Vec<Label>,
    /// Seed of the project; 0 unless given.
    #[serde(default)]
    pub seed: u64,
    /// Make the sample project, corpus and rules and all.
    #[serde(default)]
    pub sample: bool,
}

/// `PATCH /projects/{p}`: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateProject {
    /// New name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The whole label set. Places are indexes: existing labels keep theirs, new ones are appended, and a label is
    /// taken away by `retired`. Renaming or retiring a label that rules use is refused with the rules' names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<Label>>,
    /// The whole list of terms that suggested rules shall not offer again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blacklist: Option<Vec<String>>,
}
