//! Rules and their revisions.

use crate::Timestamp;
use hunch_engine::EditCounts;
use serde::{Deserialize, Serialize};

/// A rule as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rule {
    /// Identifier; it survives renaming.
    pub id: String,
    /// The name its source gives, unique in the project.
    pub name: String,
    /// The rule language.
    pub source: String,
    /// Inactive rules are kept but neither applied nor counted.
    pub active: bool,
    /// Counts revisions from 1; the `ETag`.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the current revision was made.
    pub updated_at: Timestamp,
}

/// `POST /projects/{p}/rules` and `PUT /projects/{p}/rules/{r}`
///
/// The source must hold exactly one rule and compile against the project, else the answer is 422 with every diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveRule {
    /// The rule language: one rule, with the lexicons it brings along.
    pub source: String,
    /// True unless given.
    #[serde(default = "yes")]
    pub active: bool,
}

fn yes() -> bool {
    true
}

/// `POST /projects/{p}/figures`: a rule as it is written, which need not be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EditedRule {
    /// The rule language: one rule, with the lexicons it brings along.
    pub source: String,
    /// The rule it would take the place of; none for a new one.
    #[serde(default)]
    pub replaces: Option<String>,
}

/// A line of the answer to `POST /projects/{p}/figures`: the figures over the documents evaluated so far. The last line
/// is of all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EditFigures {
    /// Documents there are.
    pub total: u64,
    /// The figures, and how many documents they are of.
    #[serde(flatten)]
    pub edit: EditCounts,
}

/// One revision of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RuleRevision {
    /// Counts from 1.
    pub revision: i64,
    /// The name it gave.
    pub name: String,
    /// The rule language.
    pub source: String,
    /// Whether the rule was active.
    pub active: bool,
    /// Whether this revision took the rule away.
    pub deleted: bool,
    /// When it was made.
    pub created_at: Timestamp,
}
