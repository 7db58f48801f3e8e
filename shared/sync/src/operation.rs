//! What a device sends: numbered operations; and what it is answered: receipts.

use crate::{Entity, Key};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most operations of one push.
pub const OPERATIONS_PER_PUSH: usize = 500;
/// Most bytes of one push's JSON.
pub const PUSH_BYTES: usize = 1 << 20;
/// Most changes of one page of a pull.
pub const CHANGES_PER_PULL: usize = 1_000;

/// One change a device wants, made once and for ever: sent again, it must be the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Operation {
    /// UUID version 7, made by the device.
    pub id: String,
    /// The device's number for it: 1, 2, 3, … without a gap.
    pub seq: u64,
    /// What it changes; of a resolution, the merge conflict. Not flattened: it has an `id` of its own.
    pub key: Key,
    /// How.
    #[serde(flatten)]
    pub change: Change,
    /// By the device's clock: shown, never used for order.
    pub made_at: String,
}

/// What an operation does to its entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Change {
    /// Says what the entity shall be.
    Put {
        /// The revision the edit started from; 0 for a new entity.
        base: u64,
        /// The whole body.
        body: Value,
    },
    /// Takes the entity away.
    Delete {
        /// The revision that was looked at.
        base: u64,
    },
    /// Settles a merge conflict: says what the entity it is about shall be.
    Resolve {
        /// The revision of that entity that was looked at.
        base: u64,
        /// The whole body; absent to take the entity away.
        #[serde(default)]
        body: Option<Value>,
    },
}

impl Change {
    /// The revision the change started from.
    pub fn base(&self) -> u64 {
        match self {
            Self::Put { base, .. } | Self::Delete { base } | Self::Resolve { base, .. } => *base,
        }
    }

    /// The body it wants; none to take the entity away.
    pub fn body(&self) -> Option<&Value> {
        match self {
            Self::Put { body, .. } => Some(body),
            Self::Resolve { body, .. } => body.as_ref(),
            Self::Delete { .. } => None,
        }
    }
}

/// What became of an operation. Sent again, an operation gets the receipt it got first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// The operation's number.
    pub seq: u64,
    /// What became of it.
    pub status: Status,
    /// The revision that says what was sent; the base of what the device edits next. Of a merge this is the revision
    /// before the current one. Absent where what was sent is not a revision of the entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// The project's counter once it had been carried out: a pull that reaches it brings all effects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_seq: Option<u64>,
    /// The id of the merge conflict it made or changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge_conflict: Option<String>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Refusal>,
}

/// What became of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// What was sent is current.
    Applied,
    /// What was sent became a revision, and it and what others had done were merged into the current one.
    Merged,
    /// It asked for what is so already.
    Unchanged,
    /// It could not be merged: what was current stays so, and what was sent is kept in a merge conflict.
    Conflict,
    /// It can never be carried out; nothing changed. The device's number still advances.
    Rejected,
}

/// Why an operation can never be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{detail}")]
pub struct Refusal {
    /// A stable name, such as `does-not-compile`.
    pub code: String,
    /// A sentence for people: what is wrong and what to do.
    pub detail: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code: code.into(), detail: detail.into() }
    }
}

/// A browser or program that syncs, as the server knows it. Answer to `POST …/sync/devices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Device {
    /// UUID, given by the server.
    pub id: String,
    /// Names this life of the project's data: another one after a backup was restored.
    pub epoch: String,
    /// The highest number of the device that was carried out.
    pub acknowledged: u64,
}

/// `POST …/sync/push`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PushRequest {
    /// Who sends.
    pub device: String,
    /// The life of the project the device knows.
    pub epoch: String,
    /// In the order of their numbers; at most [`OPERATIONS_PER_PUSH`] in at most [`PUSH_BYTES`].
    pub operations: Vec<Operation>,
}

/// Answer to a push. It never moves a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PushReply {
    /// The highest number of the device that was carried out.
    pub accepted_through: u64,
    /// One for each operation, in their order.
    pub receipts: Vec<Receipt>,
}

/// A page of a pull, or of a snapshot of all entities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PullReply {
    /// The life of the project these changes belong to.
    pub epoch: String,
    /// The current revision of each entity that changed, ascending by `seq`.
    pub changes: Vec<Entity>,
    /// Where the next pull goes on.
    pub cursor: u64,
    /// Whether there is more right now.
    pub more: bool,
    /// The highest number of the asking device that was carried out; 0 if no device asked.
    pub acknowledged: u64,
}

#[cfg(test)]
mod tests;
