//! The server: a database that a crash sets back to its last commit, and answers decided by `hunch_sync`.

use super::oracle::{self, Cells, Oracle};
use hunch_sync::{
    Admission, Context, Device, DeviceStanding, Entity, Key, Kind, LogError, MergeConflict, Operation,
    PullReply, PushReply, PushRequest, Reads, Receipt, Refusal, Status, Tombstone, Verdict, admit, carry_out,
    check_cursor, compact, page, target,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is committed. A backup is a copy of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Database {
    pub(super) epoch: u64,
    pub(super) counter: u64,
    floor: u64,
    pub(super) entities: BTreeMap<Key, Entity>,
    pub(super) revisions: BTreeMap<(Key, u64), Entity>,
    deleted_at: BTreeMap<Key, i64>,
    devices: BTreeMap<String, DeviceRow>,
    /// What the oracle makes of the same operations in the same order.
    pub(super) oracle: Oracle,
    /// Entities whose numbers are not visible yet, in the mistaken server that takes them from a sequence.
    pub(super) invisible: BTreeSet<Key>,
}

#[derive(Debug, Clone)]
struct DeviceRow {
    epoch: u64,
    acknowledged: u64,
    cursor: u64,
    seen_at: i64,
    receipts: BTreeMap<u64, (String, Receipt)>,
}

/// The server process.
#[derive(Debug, Clone, Default)]
pub(super) struct Server {
    pub(super) database: Database,
    /// Seconds since 1970; it jumps.
    pub(super) clock: i64,
    /// Devices and merge conflicts ever made: ids come from here.
    ids: u64,
}

impl Server {
    pub(super) fn register(&mut self) -> Device {
        self.ids += 1;
        let id = format!("device-{}", self.ids);
        let epoch = self.database.epoch;
        let row =
            DeviceRow { epoch, acknowledged: 0, cursor: 0, seen_at: self.clock, receipts: BTreeMap::new() };
        self.database.devices.insert(id.clone(), row);
        Device { id, epoch: epoch.to_string(), acknowledged: 0 }
    }

    /// One transaction: what is wrong with any operation undoes all.
    pub(super) fn push(&mut self, request: &PushRequest) -> Result<(PushReply, Vec<Status>), Stop> {
        let mut transaction = self.database.clone();
        let mut device = transaction.device(&request.device)?;
        device.seen_at = self.clock;
        let mut receipts = Vec::new();
        let mut news = Vec::new();
        for operation in &request.operations {
            let sent = operation.canonical();
            let stored = device.receipts.get(&operation.seq);
            match admit(device.acknowledged, operation.seq, stored.map(|(sent, _)| sent.as_str()), &sent)? {
                Admission::Replay => receipts.extend(stored.map(|(_, receipt)| receipt.clone())),
                Admission::Next => {
                    self.ids += 1;
                    let conflict_id = format!("conflict-{}", self.ids);
                    let receipt =
                        transaction.carry_out(&request.device, operation, &conflict_id, self.clock)?;
                    device.acknowledged = operation.seq;
                    device.receipts.insert(operation.seq, (sent, receipt.clone()));
                    news.push(receipt.status);
                    receipts.push(receipt);
                }
            }
        }
        let accepted_through = device.acknowledged;
        transaction.devices.insert(request.device.clone(), device);
        self.database = transaction;
        Ok((PushReply { accepted_through, receipts }, news))
    }

    pub(super) fn pull(
        &mut self,
        id: &str,
        since: u64,
        limit: usize,
        snapshot: bool,
    ) -> Result<PullReply, Stop> {
        let mut device = self.database.device(id)?;
        let floor = if snapshot { 0 } else { self.database.floor };
        check_cursor(since, floor, self.database.counter)?;
        device.cursor = since;
        device.seen_at = self.clock;
        let acknowledged = device.acknowledged;
        self.database.devices.insert(id.to_owned(), device);
        let visible = self.database.entities.values().filter(|it| !self.database.invisible.contains(&it.key));
        let mut rows: Vec<Entity> = visible.filter(|entity| entity.seq > since).cloned().collect();
        rows.sort_by_key(|entity| entity.seq);
        rows.truncate(limit + 1);
        let epoch = self.database.epoch.to_string();
        Ok(page(&epoch, since, limit, self.database.counter, acknowledged, rows))
    }

    /// Forgets what may be forgotten.
    pub(super) fn compact(&mut self) {
        let database = &mut self.database;
        let deleted = database.entities.values().filter(|entity| entity.deleted);
        let tombstones: Vec<Tombstone> = deleted
            .map(|entity| Tombstone { seq: entity.seq, deleted_at: database.deleted_at[&entity.key] })
            .collect();
        let devices: Vec<DeviceStanding> = database
            .devices
            .iter()
            .map(|(id, row)| DeviceStanding { id: id.clone(), cursor: row.cursor, seen_at: row.seen_at })
            .collect();
        let compaction = compact(database.floor, &tombstones, &devices, self.clock);
        database.floor = compaction.floor;
        database.entities.retain(|_, entity| !entity.deleted || entity.seq > compaction.floor);
        for id in compaction.devices {
            database.devices.remove(&id);
        }
    }

    /// Puts a backup in the place of the database: another life of the project.
    pub(super) fn restore(&mut self, backup: Database) {
        let epoch = self.database.epoch + 1;
        self.database = Database { epoch, ..backup };
    }
}

/// Why there is no answer, or that the oracle thinks otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    Refused(LogError),
    Wrong(String),
}

impl From<LogError> for Stop {
    fn from(error: LogError) -> Self {
        Self::Refused(error)
    }
}

impl Database {
    fn device(&self, id: &str) -> Result<DeviceRow, LogError> {
        let row = self.devices.get(id).filter(|row| row.epoch == self.epoch);
        row.cloned().ok_or(LogError::ResyncRequired)
    }

    fn carry_out(
        &mut self,
        device: &str,
        operation: &Operation,
        conflict_id: &str,
        now: i64,
    ) -> Result<Receipt, Stop> {
        let conflict = self.conflict(&operation.key);
        let key = target(operation, conflict.as_ref());
        let reads =
            key.as_ref().map_or_else(Reads::default, |key| self.reads(key, operation, device, conflict));
        let author = operation.id.clone();
        let time = now.to_string();
        let context =
            Context { author: &author, device: Some(device), now: &time, seq: self.counter, conflict_id };
        let outcome = carry_out(operation, &reads, &context, &mut |body| match (&key, body) {
            (Some(key), Some(body)) => self.check(key, body),
            _ => Verdict::Fine,
        });
        for written in outcome.writes {
            let entity = written.entity;
            let known = self.revisions.insert((entity.key.clone(), entity.revision), entity.clone());
            if known.is_some() {
                return Err(Stop::Wrong(format!(
                    "revision {} of {} was made twice",
                    entity.revision, entity.key
                )));
            }
            if written.current {
                self.deleted_at.insert(entity.key.clone(), now);
                self.entities.insert(entity.key.clone(), entity);
            }
        }
        self.counter = outcome.seq;
        if let Some(key) = key {
            self.compare(&key, operation, &outcome.receipt)?;
        }
        Ok(outcome.receipt)
    }

    fn reads(&self, key: &Key, operation: &Operation, device: &str, conflict: Option<Entity>) -> Reads {
        let base = (key.clone(), operation.change.base());
        let own = |entity: &&Entity| {
            MergeConflict::of(entity)
                .is_some_and(|it| it.target() == *key && it.mine.device.as_deref() == Some(device))
        };
        Reads {
            current: self.entities.get(key).cloned().or_else(|| self.latest(key)),
            ancestor: self.revisions.get(&base).map(|entity| entity.body.clone()),
            conflict,
            open: self.entities.values().find(own).cloned(),
        }
    }

    /// The last revision of what may have been compacted away.
    fn latest(&self, key: &Key) -> Option<Entity> {
        let of = (key.clone(), 0)..=(key.clone(), u64::MAX);
        self.revisions.range(of).next_back().map(|(_, entity)| entity.clone())
    }

    /// A merge conflict; a settled one with what it said last.
    fn conflict(&self, key: &Key) -> Option<Entity> {
        let latest = self.latest(key).filter(|_| key.kind == Kind::MergeConflict)?;
        let said = &self.revisions.get(&(key.clone(), latest.revision - 1));
        Some(match (latest.deleted, said) {
            (true, Some(said)) => Entity { body: said.body.clone(), ..latest },
            _ => latest,
        })
    }

    fn check(&self, key: &Key, body: &Value) -> Verdict {
        if oracle::bad(&oracle::cells(key.kind, body)) {
            return Verdict::Refused(Refusal::new("does-not-compile", "a bad word"));
        }
        let named = |entity: &&Entity| {
            entity.key.kind == Kind::Rule
                && entity.key != *key
                && entity.body["active"] == true
                && entity.body["name"] == body["name"]
        };
        let holder = self.entities.values().filter(|_| key.kind == Kind::Rule).find(named);
        holder.map_or(Verdict::Fine, |holder| Verdict::NameTaken(Box::new(holder.clone())))
    }

    /// Asks the oracle about the same operation.
    fn compare(&mut self, key: &Key, operation: &Operation, receipt: &Receipt) -> Result<(), Stop> {
        let want = operation.change.body().map(|body| oracle::cells(key.kind, body));
        let expected = self.oracle.edit(key.kind, &key.id, operation.change.base(), want);
        if expected == receipt.status {
            return Ok(());
        }
        Err(Stop::Wrong(format!(
            "{key}: the server says {:?}, the oracle {expected:?} to {operation:?}",
            receipt.status
        )))
    }

    /// What there is, as the oracle sees things.
    pub(super) fn cells(&self) -> BTreeMap<(Kind, String), Cells> {
        cells(self.entities.values())
    }
}

/// Entities as the oracle sees things.
pub(super) fn cells<'a>(entities: impl Iterator<Item = &'a Entity>) -> BTreeMap<(Kind, String), Cells> {
    entities
        .filter(|entity| !entity.deleted && entity.key.kind != Kind::MergeConflict)
        .map(|it| ((it.key.kind, it.key.id.clone()), oracle::cells(it.key.kind, &it.body)))
        .collect()
}
