//! What is synced: entities, named by their keys.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// What an entity is; its body's shape and how two edits of it merge follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A rule; its id is a UUID.
    Rule,
    /// A list of terms; its id is its name.
    Lexicon,
    /// An augmentation policy; its id is a UUID.
    Policy,
    /// The project's labels; its id is `labels`.
    LabelSet,
    /// The project's name and the like; its id is `settings`.
    Settings,
    /// A label given by a person; its id is `author/document`.
    Annotation,
    /// The truth about a document; its id is the document's.
    Gold,
    /// Two edits of one thing that a person must settle; its id is a UUID, and only the server makes it.
    MergeConflict,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Rule,
        Self::Lexicon,
        Self::Policy,
        Self::LabelSet,
        Self::Settings,
        Self::Annotation,
        Self::Gold,
        Self::MergeConflict,
    ];

    /// Its name on the wire, such as `label_set`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Lexicon => "lexicon",
            Self::Policy => "policy",
            Self::LabelSet => "label_set",
            Self::Settings => "settings",
            Self::Annotation => "annotation",
            Self::Gold => "gold",
            Self::MergeConflict => "merge_conflict",
        }
    }

    /// The kind of a name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Names an entity within its project.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Key {
    /// What it is.
    pub kind: Kind,
    /// Which one.
    pub id: String,
}

impl Key {
    /// The key of a kind and an id.
    pub fn new(kind: Kind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// A revision of an entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entity {
    /// Which entity.
    #[serde(flatten)]
    pub key: Key,
    /// Counts the entity's revisions from 1.
    pub revision: u64,
    /// The project's counter when this revision was made: what pulls are ordered by.
    pub seq: u64,
    /// Whether this revision took the entity away; it is then called a tombstone.
    pub deleted: bool,
    /// What it says, as its kind wants it; null if deleted.
    pub body: Value,
    /// Who made the revision.
    pub author: String,
    /// When, by the server's clock.
    pub updated_at: String,
}

impl Entity {
    /// What it says, unless it is deleted.
    pub fn live(&self) -> Option<&Value> {
        (!self.deleted).then_some(&self.body)
    }
}
