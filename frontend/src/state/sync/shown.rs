//! Bringing what the copy says into the signals that pages read.

use super::{Standing, Sync};
use hunch_sync::{Entity, Key, Kind, Pending, PendingState, Replica};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

impl Sync {
    /// Shows these entities as they are now; all of them for `None`.
    pub(super) fn show(self, keys: Option<Vec<Key>>) {
        let Some(inner) = self.inner() else { return };
        inner.copy.with(|replica| {
            let resyncing = replica.meta().resyncing || replica.meta().device.is_none();
            match keys {
                Some(keys) if !resyncing => self.show_some(replica, &keys),
                // What was there stays shown until everything has arrived again.
                _ if resyncing && self.ready.get_untracked() => {}
                _ => self.show_all(replica),
            }
            if !resyncing && !self.ready.get_untracked() {
                self.show_all(replica);
                self.ready.try_set(true);
            }
            self.count(replica);
        });
    }

    fn show_some(self, replica: &Replica, keys: &[Key]) {
        let mut kinds: BTreeMap<Kind, Vec<&Key>> = BTreeMap::new();
        for key in keys {
            kinds.entry(key.kind).or_default().push(key);
        }
        for (kind, keys) in kinds {
            self.of(kind).try_update(|shown| {
                for key in keys {
                    match replica.entity(key) {
                        Some(entity) => drop(shown.insert(key.id.clone(), entity)),
                        None => drop(shown.remove(&key.id)),
                    }
                }
            });
        }
    }

    fn show_all(self, replica: &Replica) {
        for kind in Kind::ALL {
            let now: BTreeMap<String, Entity> =
                replica.entities(kind).into_iter().map(|entity| (entity.key.id.clone(), entity)).collect();
            let shown = self.of(kind);
            if shown.try_with_untracked(|before| *before != now) == Some(true) {
                shown.try_set(now);
            }
        }
    }

    fn count(self, replica: &Replica) {
        let waiting: BTreeSet<Key> = replica
            .outbox()
            .filter(|pending| pending.unanswered())
            .map(|pending| pending.target.clone())
            .collect();
        let refused: Vec<Pending> = replica
            .outbox()
            .filter(|pending| matches!(pending.state, PendingState::Refused(_)))
            .cloned()
            .collect();
        let counts = replica.counts();
        self.set_standing(|standing| Standing {
            pending: counts.pending,
            failed: counts.refused,
            conflicts: counts.conflicts,
            ..standing
        });
        self.waiting.try_set(waiting);
        if self.refused.try_with_untracked(|before| *before != refused) == Some(true) {
            self.refused.try_set(refused);
        }
    }

    pub(super) fn set_standing(self, change: impl FnOnce(Standing) -> Standing) {
        let Some(before) = self.standing.try_get_untracked() else { return };
        let now = change(before.clone());
        if now != before {
            self.standing.try_set(now);
        }
    }
}
