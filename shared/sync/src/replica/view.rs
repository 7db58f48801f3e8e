//! What a person sees: the server's entities with the outbox over them.

use super::{Pending, PendingState, Replica};
use crate::{Change, Entity, Key, Kind};
use std::collections::BTreeMap;

/// How much is still to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Operations without a receipt.
    pub pending: usize,
    /// Operations the server refused, not yet dismissed.
    pub refused: usize,
    /// Open merge conflicts.
    pub conflicts: usize,
}

impl Replica {
    /// The entities of a kind as they are shown, by id.
    pub fn entities(&self, kind: Kind) -> Vec<Entity> {
        let first = Key::new(kind, "");
        let stored = self.entities.range(first..).take_while(|(key, _)| key.kind == kind);
        let mut shown: BTreeMap<Key, Entity> =
            stored.map(|(key, entity)| (key.clone(), entity.clone())).collect();
        for pending in self.shown() {
            overlay(pending, kind, &mut shown);
        }
        shown.into_values().filter(|entity| !entity.deleted).collect()
    }

    /// An entity as it is shown.
    pub fn entity(&self, key: &Key) -> Option<Entity> {
        let mut shown: BTreeMap<Key, Entity> =
            self.entities.get(key).map(|entity| (key.clone(), entity.clone())).into_iter().collect();
        for pending in self.shown().filter(|pending| pending.target == *key || pending.operation.key == *key)
        {
            overlay(pending, key.kind, &mut shown);
        }
        shown.remove(key).filter(|entity| !entity.deleted)
    }

    /// An entity as the server has it.
    pub fn stored(&self, key: &Key) -> Option<&Entity> {
        self.entities.get(key)
    }

    /// All entities as the server has them, by key.
    pub fn all_stored(&self) -> impl Iterator<Item = &Entity> {
        self.entities.values()
    }

    /// The outbox, in its order.
    pub fn outbox(&self) -> impl Iterator<Item = &Pending> {
        self.outbox.iter()
    }

    /// How much is still to be done.
    pub fn counts(&self) -> Counts {
        let count = |is: fn(&Pending) -> bool| self.outbox.iter().filter(|pending| is(pending)).count();
        Counts {
            pending: count(Pending::unanswered),
            refused: count(|pending| matches!(pending.state, PendingState::Refused(_))),
            conflicts: self.entities(Kind::MergeConflict).len(),
        }
    }

    fn shown(&self) -> impl Iterator<Item = &Pending> {
        self.outbox.iter().filter(|pending| !matches!(pending.state, PendingState::Refused(_)))
    }
}

/// Lays what an operation does to entities of a kind over them.
fn overlay(pending: &Pending, kind: Kind, shown: &mut BTreeMap<Key, Entity>) {
    if kind == Kind::MergeConflict {
        if matches!(pending.operation.change, Change::Resolve { .. }) {
            shown.remove(&pending.operation.key);
        }
        return;
    }
    if pending.target.kind != kind {
        return;
    }
    let before = shown.get(&pending.target);
    // Whatever has been pulled since: the next edit starts from this text, hence from where this one started.
    let revision = match pending.state {
        PendingState::Done { revision: Some(revision), .. } => revision,
        _ => pending.operation.change.base(),
    };
    let body = pending.operation.change.body();
    let entity = Entity {
        key: pending.target.clone(),
        revision,
        seq: before.map_or(0, |entity| entity.seq),
        deleted: body.is_none(),
        body: body.cloned().unwrap_or_default(),
        author: pending.author.clone(),
        updated_at: pending.operation.made_at.clone(),
    };
    shown.insert(pending.target.clone(), entity);
}
