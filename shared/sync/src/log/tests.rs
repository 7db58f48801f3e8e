use super::*;
use crate::{Key, Kind};
use proptest::prelude::*;
use std::collections::BTreeMap;

const DAY: i64 = 24 * 60 * 60;

#[test]
fn a_number_is_carried_out_once_and_in_its_turn() {
    assert_eq!(admit(4, 5, None, "x"), Ok(Admission::Next));
    assert_eq!(admit(4, 3, Some("x"), "x"), Ok(Admission::Replay));
    assert_eq!(admit(4, 3, Some("x"), "y"), Err(LogError::Reused { seq: 3 }));
    assert_eq!(admit(4, 6, None, "x"), Err(LogError::Gap { expected: 5, got: 6 }));
    assert_eq!(admit(0, 0, None, "x"), Err(LogError::Gap { expected: 1, got: 0 }));
}

#[test]
fn a_cursor_is_refused_below_the_floor_and_beyond_the_counter() {
    assert_eq!(check_cursor(4, 5, 9), Err(LogError::ResyncRequired));
    assert_eq!(check_cursor(5, 5, 9), Ok(()));
    assert_eq!(check_cursor(10, 5, 9), Err(LogError::ResyncRequired));
}

fn device(id: &str, cursor: u64, seen_at: i64) -> DeviceStanding {
    DeviceStanding { id: id.into(), cursor, seen_at }
}

#[test]
fn tombstones_wait_for_their_age_and_for_every_device_that_is_heard_of() {
    let now = 200 * DAY;
    let tombstones =
        [(3, 10 * DAY), (7, 50 * DAY), (9, 199 * DAY)].map(|(seq, deleted_at)| Tombstone { seq, deleted_at });
    let compaction = compact(0, &tombstones, &[device("a", 5, now), device("silent", 1, DAY)], now);
    assert_eq!(compaction, Compaction { floor: 3, devices: vec!["silent".into()] });
    assert_eq!(compact(0, &tombstones, &[device("a", 9, now)], now).floor, 7, "one is young");
    assert_eq!(compact(8, &tombstones, &[], now).floor, 8, "the floor never sinks");
}

/// The current revision of each entity after some changes, tombstones included.
fn entities(changes: &[(u8, bool)]) -> Vec<Entity> {
    let mut all = BTreeMap::new();
    for (seq, (id, deleted)) in (1..).zip(changes) {
        let entity = Entity {
            key: Key::new(Kind::Rule, id.to_string()),
            revision: seq,
            seq,
            deleted: *deleted,
            body: Value::Null,
            author: String::new(),
            updated_at: String::new(),
        };
        all.insert(*id, entity);
    }
    let mut all: Vec<Entity> = all.into_values().collect();
    all.sort_by_key(|entity| entity.seq);
    all
}

fn pull(entities: &[Entity], since: u64, limit: usize, counter: u64) -> PullReply {
    let rows = entities.iter().filter(|it| it.seq > since).take(limit + 1).cloned().collect();
    page("e", since, limit, counter, 0, rows)
}

/// What a copy holds after it has pulled in pages of this size.
fn follow(
    mut copy: BTreeMap<Key, Entity>,
    entities: &[Entity],
    from: u64,
    limit: usize,
    counter: u64,
) -> (BTreeMap<Key, Entity>, u64) {
    let mut cursor = from;
    loop {
        let reply = pull(entities, cursor, limit, counter);
        for entity in reply.changes {
            if entity.deleted {
                copy.remove(&entity.key);
            } else {
                copy.insert(entity.key.clone(), entity);
            }
        }
        cursor = reply.cursor;
        if !reply.more {
            return (copy, cursor);
        }
    }
}

proptest! {
    /// Pages of every size, from every place, add up to the same copy (empty, partial, exact, one more).
    #[test]
    fn pages_of_every_size_add_up(
        changes in prop::collection::vec((0_u8..6, any::<bool>()), 0..24),
        at in 0_usize..24,
        limit in 1_usize..26,
    ) {
        let counter = changes.len() as u64;
        let at = at.min(changes.len());
        let (whole, end) = follow(BTreeMap::new(), &entities(&changes), 0, 1_000, counter);
        prop_assert_eq!(end, counter);
        let (early, cursor) = follow(BTreeMap::new(), &entities(&changes[..at]), 0, limit, at as u64);
        let (late, _) = follow(early, &entities(&changes), cursor, limit, counter);
        prop_assert_eq!(late, whole);
    }

    /// A copy that stands at or above the floor, or begins anew, misses nothing by compaction.
    #[test]
    fn compaction_changes_no_copy(
        changes in prop::collection::vec((0_u8..6, any::<bool>()), 0..24),
        at in 0_usize..24,
        floor in 0_u64..24,
    ) {
        let counter = changes.len() as u64;
        let at = at.min(changes.len());
        let all = entities(&changes);
        let compacted: Vec<Entity> = all.iter().filter(|it| !it.deleted || it.seq > floor).cloned().collect();
        let (whole, _) = follow(BTreeMap::new(), &all, 0, 1_000, counter);
        let (anew, _) = follow(BTreeMap::new(), &compacted, 0, 3, counter);
        prop_assert_eq!(&anew, &whole);
        let (early, cursor) = follow(BTreeMap::new(), &entities(&changes[..at]), 0, 3, at as u64);
        if check_cursor(cursor, floor.min(counter), counter).is_ok() {
            prop_assert_eq!(follow(early, &compacted, cursor, 3, counter).0, whole);
        }
    }
}
