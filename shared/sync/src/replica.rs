//! A device's copy of a project: entities as the server has them, the outbox over them, and the cursor.
//!
//! Every transition changes the copy in memory and returns a [`Patch`]: what to keep, in one transaction, before
//! anything else is done. A device that dies in between goes on from what it kept.

mod outbox;
#[cfg(test)]
mod tests;
mod view;

pub use view::Counts;

use crate::{Change, Device, Entity, Key, MergeConflict, Operation, PUSH_BYTES, PullReply, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};

/// A device's copy of a project.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Replica {
    meta: Meta,
    entities: BTreeMap<Key, Entity>,
    outbox: VecDeque<Pending>,
}

/// Who the device is and how far it has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// The device's id; absent until it is registered.
    pub device: Option<String>,
    /// The life of the project that the copy is of.
    pub epoch: String,
    /// The highest number given to an operation.
    pub numbered: u64,
    /// The highest place given in the outbox.
    pub placed: u64,
    /// Everything up to here has arrived. Only pulls move it.
    pub cursor: u64,
    /// Whether everything is being fetched anew: by snapshot pages from the cursor instead of pulls.
    pub resyncing: bool,
    /// Whether the outbox's bases are revisions of another life of the project.
    pub foreign_bases: bool,
}

/// An operation in the outbox: until its effect has arrived, or its refusal has been seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// Its place in the outbox; never given twice.
    pub place: u64,
    /// The operation; its number is 0 until it is sent.
    pub operation: Operation,
    /// The entity it changes: of a resolution, the one the merge conflict is about.
    pub target: Key,
    /// What the target said in the operation's base, as far as the device knew.
    pub base_body: Option<Value>,
    /// Who made it.
    pub author: String,
    /// Whether it was made beside the operation before it and not from it: it keeps its base, and the server merges.
    #[serde(default)]
    pub apart: bool,
    /// How it stands.
    pub state: PendingState,
}

/// How an operation in the outbox stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingState {
    /// It was never sent.
    Waiting,
    /// It was sent, perhaps; it must not change any more.
    Sent,
    /// It was carried out; it is shown until the cursor reaches its effect.
    Done {
        /// The project's counter that the cursor must reach.
        server_seq: u64,
        /// The revision that says what was sent.
        revision: Option<u64>,
    },
    /// It was refused; it is kept until the person has seen why.
    Refused(Refusal),
}

/// A change a person made.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// A new UUID version 7.
    pub id: String,
    /// What it changes; of a resolution, the merge conflict.
    pub key: Key,
    /// How.
    pub change: Change,
    /// The fields of the body that the person had before them when they began, if that may be something else than the
    /// copy shows now: another tab may have saved meanwhile.
    pub seen: Option<Value>,
    /// Who made it.
    pub author: String,
    /// By the device's clock.
    pub made_at: String,
}

/// Why a change cannot be taken into the outbox.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The merge conflict is not here.
    #[error("this merge conflict is not here any more; it may have been settled")]
    NoSuchMergeConflict,
    /// It could never be sent.
    #[error("this is {bytes} bytes long; at most {most} can be sent at once")]
    TooLarge {
        /// Its size as JSON.
        bytes: usize,
        /// The most.
        most: usize,
    },
}

/// Room in a push for what is around the operations.
const ENVELOPE_BYTES: usize = 1 << 10;
const OPERATION_BYTES: usize = PUSH_BYTES - ENVELOPE_BYTES;

/// What to keep, all of it or nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch {
    /// First forget all entities.
    pub clear: bool,
    /// Entities to keep, each over what was there under its key.
    pub entities: Vec<Entity>,
    /// Entities to forget.
    pub removed: Vec<Key>,
    /// Operations to keep, each over what was there at its place.
    pub pending: Vec<Pending>,
    /// Places to empty.
    pub dropped: Vec<u64>,
    /// Over what was there.
    pub meta: Option<Meta>,
}

impl Patch {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Replica {
    /// The copy that was kept.
    pub fn load(meta: Meta, entities: Vec<Entity>, mut outbox: Vec<Pending>) -> Self {
        outbox.sort_by_key(|pending| pending.place);
        Self {
            meta,
            entities: entities.into_iter().map(|entity| (entity.key.clone(), entity)).collect(),
            outbox: outbox.into(),
        }
    }

    /// Who the device is and how far it has come.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Takes a new identity from the server: at first, and after any 410. Everything is then fetched anew, and what was
    /// not known to be carried out is numbered anew and sent again: where it was, the server finds nothing to change.
    pub fn register(&mut self, device: Device) -> Patch {
        self.meta.foreign_bases |= !self.meta.epoch.is_empty() && self.meta.epoch != device.epoch;
        self.meta.epoch = device.epoch;
        self.meta.device = Some(device.id);
        self.meta.numbered = device.acknowledged;
        self.meta.cursor = 0;
        self.meta.resyncing = true;
        self.entities.clear();
        let mut patch = Patch { clear: true, ..self.unsend() };
        patch.meta = Some(self.meta.clone());
        patch
    }

    /// Takes a page of a pull, or of a snapshot while resyncing, that was asked for from `since`. A page that came late
    /// or twice changes nothing.
    pub fn take_pull(&mut self, since: u64, reply: PullReply) -> Patch {
        let mut patch = Patch::default();
        if since != self.meta.cursor || reply.epoch != self.meta.epoch {
            return patch;
        }
        for entity in reply.changes {
            if entity.deleted {
                self.entities.remove(&entity.key);
                patch.removed.push(entity.key);
            } else {
                self.entities.insert(entity.key.clone(), entity.clone());
                patch.entities.push(entity);
            }
        }
        self.meta.cursor = reply.cursor;
        // A copy that was set back must not give numbers again.
        self.meta.numbered = self.meta.numbered.max(reply.acknowledged);
        if self.meta.resyncing && !reply.more {
            self.meta.resyncing = false;
            if std::mem::take(&mut self.meta.foreign_bases) {
                self.forget_foreign_bases(&mut patch);
            }
        }
        self.drop_arrived(&mut patch);
        patch.meta = Some(self.meta.clone());
        patch
    }

    /// The entity a change is about.
    fn target(&self, key: &Key, change: &Change) -> Option<Key> {
        match change {
            Change::Put { .. } | Change::Delete { .. } => Some(key.clone()),
            Change::Resolve { .. } => {
                self.entities.get(key).and_then(MergeConflict::of).map(|it| it.target())
            }
        }
    }
}
