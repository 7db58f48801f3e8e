//! Merge conflicts: the records of two edits that only a person can settle.

use crate::{Entity, Key, Kind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The body of an entity of kind [`Kind::MergeConflict`]. What is current stays so until it is settled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MergeConflict {
    /// The kind of the entity it is about.
    pub kind: Kind,
    /// The id of the entity it is about.
    pub id: String,
    /// What both edits started from; absent if there was nothing, or the server no longer knows.
    pub base: Option<Base>,
    /// What was current when the second edit came; of [`Reason::NameTaken`], the entity that has the name.
    pub theirs: Theirs,
    /// The edit that came second.
    pub mine: Mine,
    /// Why it could not be merged.
    pub reason: Reason,
    /// When, by the server's clock.
    pub made_at: String,
}

impl MergeConflict {
    /// Reads an entity's body; none if it is no open merge conflict.
    pub fn of(entity: &Entity) -> Option<Self> {
        let body = entity.live().filter(|_| entity.key.kind == Kind::MergeConflict)?;
        Self::deserialize(body).ok()
    }

    /// The entity it is about.
    pub fn target(&self) -> Key {
        Key::new(self.kind, self.id.clone())
    }
}

/// The revision two edits started from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Base {
    /// Its number.
    pub revision: u64,
    /// What it said; null if it took the entity away.
    pub body: Value,
}

/// The edit that came first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Theirs {
    /// Its number; 0 if there never was such an entity.
    pub revision: u64,
    /// What it says; absent if it took the entity away.
    pub body: Option<Value>,
    /// Who made it.
    pub author: String,
}

/// The edit that came second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mine {
    /// What it says; absent if it wanted to take the entity away.
    pub body: Option<Value>,
    /// Who made it.
    pub author: String,
    /// From which device; absent for a program.
    pub device: Option<String>,
}

/// Why two edits could not be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Both changed the same part.
    Edited,
    /// One took away what the other edited.
    Deleted,
    /// Another entity has the name; this one is kept inactive.
    NameTaken,
    /// They merge, but what comes of it does not compile.
    DoesNotCompile,
}
