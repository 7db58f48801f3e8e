//! The server's log of a project: numbers of devices, pages of a pull, and the end of tombstones.

use crate::{Entity, Operation, PullReply};
use serde_json::Value;

/// How long a tombstone is kept, and how long a device that is not heard of is waited for: 90 days, in seconds.
pub const KEPT_SECONDS: i64 = 90 * 24 * 60 * 60;

/// Why a push or a pull cannot be answered. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// 409 `sequence-gap`.
    #[error("operation {got} came where {expected} was expected: send the operations before it first")]
    Gap {
        /// The number that comes next.
        expected: u64,
        /// The number that came.
        got: u64,
    },
    /// 422 `sequence-reused`.
    #[error("operation {seq} was sent before and said something else: a number is given once")]
    Reused {
        /// The number.
        seq: u64,
    },
    /// 410 `resync-required`: the epoch or the device is unknown, or the cursor is below the floor.
    #[error("this copy is of another life of the project, or too old to follow: fetch everything anew")]
    ResyncRequired,
}

/// Whether an operation is to be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Yes: it is the next one.
    Next,
    /// It was before: its stored receipt is the answer.
    Replay,
}

/// Admits an operation of a device of which all numbers up to `acknowledged` were carried out. `stored` is the
/// [`Operation::canonical`] text that came under this number, or a hash of it; `sent` is the same of the operation.
pub fn admit(acknowledged: u64, seq: u64, stored: Option<&str>, sent: &str) -> Result<Admission, LogError> {
    match seq {
        _ if seq == acknowledged + 1 => Ok(Admission::Next),
        _ if seq > acknowledged || seq == 0 => Err(LogError::Gap { expected: acknowledged + 1, got: seq }),
        _ if stored == Some(sent) => Ok(Admission::Replay),
        _ => Err(LogError::Reused { seq }),
    }
}

impl Operation {
    /// The operation as JSON with sorted keys: equal for equal operations, whoever wrote them down.
    pub fn canonical(&self) -> String {
        // What the protocol defines always has a JSON form.
        let mut value = serde_json::to_value(self).unwrap_or_default();
        value.sort_all_objects();
        Value::to_string(&value)
    }
}

/// A page of a pull. `entities` are the project's current revisions with `seq > since`, ascending by it, tombstones
/// included; one more than `limit` tells that there is more. `counter` is the project's counter, read in the same
/// transaction as they or before it: read later, it could name changes that are not among them.
pub fn page(
    epoch: &str,
    since: u64,
    limit: usize,
    counter: u64,
    acknowledged: u64,
    mut entities: Vec<Entity>,
) -> PullReply {
    let more = entities.len() > limit;
    entities.truncate(limit);
    let last = entities.last().map_or(since, |entity| entity.seq);
    let cursor = if more { last } else { last.max(counter) };
    PullReply { epoch: epoch.to_owned(), changes: entities, cursor, more, acknowledged }
}

/// Refuses a pull from a cursor below the floor, beyond which tombstones may be gone, or one that the project has not
/// reached. A snapshot's pages are pages of a pull from 0 that are not refused below the floor: whoever begins with
/// nothing misses no tombstone.
pub fn check_cursor(since: u64, floor: u64, counter: u64) -> Result<(), LogError> {
    if since < floor || since > counter {
        return Err(LogError::ResyncRequired);
    }
    Ok(())
}

/// What the server knows of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceStanding {
    /// Which device.
    pub id: String,
    /// The cursor of its latest pull: it holds everything up to there.
    pub cursor: u64,
    /// When it was last heard of, in seconds since 1970.
    pub seen_at: i64,
}

/// An entity that was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tombstone {
    /// The project's counter when it was.
    pub seq: u64,
    /// When it was, in seconds since 1970.
    pub deleted_at: i64,
}

/// What may be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compaction {
    /// Tombstones with a `seq` up to this one; it becomes the floor below which pulls are refused.
    pub floor: u64,
    /// Devices not heard of for [`KEPT_SECONDS`], with their receipts: they must fetch everything anew.
    pub devices: Vec<String>,
}

/// Decides what may be forgotten: tombstones that are [`KEPT_SECONDS`] old and held by every device that was heard of
/// since. Revisions stay, so that an entity made anew goes on counting. `floor` is where it stands.
pub fn compact(floor: u64, tombstones: &[Tombstone], devices: &[DeviceStanding], now: i64) -> Compaction {
    let old = |at: i64| now - at >= KEPT_SECONDS;
    let (forgotten, heard): (Vec<_>, Vec<_>) = devices.iter().partition(|device| old(device.seen_at));
    let held = heard.iter().map(|device| device.cursor).min().unwrap_or(u64::MAX);
    // A younger tombstone ends the run: below the floor there are none.
    let mut ordered = tombstones.to_vec();
    ordered.sort_unstable_by_key(|tombstone| tombstone.seq);
    let ready = ordered.iter().take_while(|it| old(it.deleted_at) && it.seq <= held);
    Compaction {
        floor: ready.last().map_or(floor, |it| it.seq.max(floor)),
        devices: forgotten.into_iter().map(|device| device.id.clone()).collect(),
    }
}

#[cfg(test)]
mod tests;
