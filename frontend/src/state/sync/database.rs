//! A project's copy in the browser's database, shared by all tabs of the browser.
//!
//! | store | key | value |
//! |---|---|---|
//! | `entities` | `kind/id` | the entity as the server has it |
//! | `outbox` | place | an operation and how it stands |
//! | `meta` | `meta` | device, epoch, cursor |
//! | | `stamp` | moves with every change, so that a tab knows when its copy in memory is old |
//!
//! The algebra decides ([`Replica`]); a transition happens inside one transaction that first makes sure the copy in
//! memory is what is stored, and ends before anyone is told. So tabs never give one place or number twice.

use super::idb::{self, DatabaseFailure, Transaction};
use hunch_sync::{Entity, Key, Meta, Patch, Pending, Replica};
use serde::{Serialize, de::DeserializeOwned};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use web_sys::IdbDatabase;

const VERSION: u32 = 1;
const ENTITIES: &str = "entities";
const OUTBOX: &str = "outbox";
const META: &str = "meta";
const STORES: [&str; 3] = [ENTITIES, OUTBOX, META];
const STAMP: &str = "stamp";

/// The copy in memory, and the database it is of.
pub(super) struct LocalCopy {
    database: IdbDatabase,
    held: RefCell<Held>,
}

struct Held {
    replica: Replica,
    /// The stamp of what is in memory; none if that is not what is stored.
    stamp: Option<u64>,
}

/// What a change came to.
pub(super) struct Changed<T> {
    /// What the change returned.
    pub(super) value: T,
    /// The entities that may show differently now; none if that may be all of them.
    pub(super) keys: Option<Vec<Key>>,
}

impl LocalCopy {
    /// Opens the copy of a project and reads it.
    pub(super) async fn open(project: &str) -> Result<Self, DatabaseFailure> {
        let database = idb::open(&name(project), VERSION, &STORES).await?;
        let copy = Self { database, held: RefCell::new(Held { replica: Replica::default(), stamp: None }) };
        copy.refresh().await?;
        Ok(copy)
    }

    /// Reads the copy in memory.
    pub(super) fn with<T>(&self, read: impl FnOnce(&Replica) -> T) -> T {
        read(&self.held.borrow().replica)
    }

    /// Takes in what other tabs wrote; says whether they did.
    pub(super) async fn refresh(&self) -> Result<bool, DatabaseFailure> {
        let transaction = Transaction::reading(&self.database, &STORES)?;
        self.catch_up(&transaction).await
    }

    /// Carries out a transition; it is kept when this returns.
    pub(super) async fn change<T>(
        &self,
        change: impl FnOnce(&mut Replica) -> (Patch, T),
    ) -> Result<Changed<T>, DatabaseFailure> {
        let transaction = Transaction::writing(&self.database, &STORES)?;
        let caught_up = self.catch_up(&transaction).await?;
        let (value, keys, stamp) = {
            let held = &mut *self.held.borrow_mut();
            let outbox = held.replica.outbox();
            let before: Vec<(u64, Key)> =
                outbox.map(|pending| (pending.place, pending.target.clone())).collect();
            let (patch, value) = change(&mut held.replica);
            let keys = (!caught_up && !patch.clear).then(|| touched(&patch, &before));
            if patch.is_empty() {
                return Ok(Changed { value, keys });
            }
            // Until the transaction has ended, what is in memory is only hoped for.
            let stamp = held.stamp.take().unwrap_or_default() + 1;
            write(&transaction, &patch, stamp)?;
            (value, keys, stamp)
        };
        transaction.end().await?;
        self.held.borrow_mut().stamp = Some(stamp);
        Ok(Changed { value, keys })
    }

    /// Makes the copy in memory what is stored; says whether it was not.
    async fn catch_up(&self, transaction: &Transaction) -> Result<bool, DatabaseFailure> {
        let stored =
            transaction.get(META, &STAMP.into()).await?.and_then(|stamp| stamp.parse().ok()).unwrap_or(0);
        if self.held.borrow().stamp == Some(stored) {
            return Ok(false);
        }
        let meta = transaction.get(META, &META.into()).await?;
        let meta = meta.and_then(|json| serde_json::from_str::<Meta>(&json).ok()).unwrap_or_default();
        let entities: Vec<Entity> = read_all(transaction, ENTITIES).await?;
        let outbox: Vec<Pending> = read_all(transaction, OUTBOX).await?;
        *self.held.borrow_mut() =
            Held { replica: Replica::load(meta, entities, outbox), stamp: Some(stored) };
        Ok(true)
    }
}

/// Forgets a copy, outbox and all.
pub(super) async fn forget(project: &str) -> Result<(), DatabaseFailure> {
    idb::delete(&name(project)).await
}

/// The projects that this browser has copies of.
pub(super) async fn all() -> Vec<String> {
    let names = idb::names().await.unwrap_or_default();
    names.iter().filter_map(|name| name.strip_prefix(PREFIX).map(str::to_owned)).collect()
}

const PREFIX: &str = "hunch.";

fn name(project: &str) -> String {
    format!("{PREFIX}{project}")
}

fn entity_key(key: &Key) -> JsValue {
    format!("{}/{}", key.kind, key.id).into()
}

/// Places are counted from 1 and stay far below 2⁵³.
fn place_key(place: u64) -> JsValue {
    (place as f64).into()
}

fn write(transaction: &Transaction, patch: &Patch, stamp: u64) -> Result<(), DatabaseFailure> {
    if patch.clear {
        transaction.clear(ENTITIES)?;
    }
    for entity in &patch.entities {
        transaction.put(ENTITIES, &entity_key(&entity.key), &json(entity))?;
    }
    for key in &patch.removed {
        transaction.delete(ENTITIES, &entity_key(key))?;
    }
    for pending in &patch.pending {
        transaction.put(OUTBOX, &place_key(pending.place), &json(pending))?;
    }
    for place in &patch.dropped {
        transaction.delete(OUTBOX, &place_key(*place))?;
    }
    if let Some(meta) = &patch.meta {
        transaction.put(META, &META.into(), &json(meta))?;
    }
    transaction.put(META, &STAMP.into(), &stamp.to_string())
}

fn json<T: Serialize>(value: &T) -> String {
    // What the protocol defines always has a JSON form.
    serde_json::to_string(value).unwrap_or_default()
}

/// What cannot be read was written by a newer version of the app and stays where it is.
async fn read_all<T: DeserializeOwned>(
    transaction: &Transaction,
    store: &str,
) -> Result<Vec<T>, DatabaseFailure> {
    let values = transaction.all(store).await?;
    Ok(values.iter().filter_map(|json| serde_json::from_str(json).ok()).collect())
}

/// The entities that a patch may make show differently.
fn touched(patch: &Patch, outbox: &[(u64, Key)]) -> Vec<Key> {
    let entities = patch.entities.iter().map(|entity| &entity.key);
    let pending = patch.pending.iter().flat_map(|pending| [&pending.target, &pending.operation.key]);
    let dropped = outbox.iter().filter(|(place, _)| patch.dropped.contains(place)).map(|(_, target)| target);
    let mut keys: Vec<Key> = entities.chain(&patch.removed).chain(pending).chain(dropped).cloned().collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use hunch_sync::Kind;

    #[test]
    fn an_entity_whose_change_has_arrived_or_was_let_go_is_shown_anew() {
        let key = |id: &str| Key::new(Kind::Rule, id);
        let outbox = [(1, key("a")), (2, key("b"))];
        let patch = Patch { removed: vec![key("c"), key("a")], dropped: vec![2], ..Patch::default() };
        assert_eq!(touched(&patch, &outbox), [key("a"), key("b"), key("c")]);
    }
}
