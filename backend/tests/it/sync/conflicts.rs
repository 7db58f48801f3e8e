//! Two edits of one thing: what merges, what becomes a merge conflict, and how it is settled.

use super::{TestDevice, rule, rule_key, short, world};
use crate::database::{TestStore, on_both_databases};
use anyhow::{Context as _, Result};
use hunch_protocol::{
    Change, Entity, Key, Kind, MergeConflict, Page, Project, Reason, Receipt, ResolveRequest, Status, routes,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both_databases!(
    edits_of_different_lines_merge,
    two_edits_of_one_line_wait_for_a_person_who_settles_them,
    an_edit_and_a_removal_wait_for_a_person,
    a_merge_that_does_not_compile_waits_for_a_person,
    a_name_given_twice_leaves_the_loser_inactive,
    labels_merge_unless_both_append,
    a_program_settles_a_merge_conflict,
);

const ONE: &str = "HAM when text has \"one\"";
const TWO: &str = "SPAM when text has \"two\"";
const THREE: &str = "HAM when text has \"three\"";

/// Another device of the project.
async fn other(world: &crate::world::World, project: &Project) -> Result<TestDevice> {
    TestDevice::register(&world.client, project).await
}

async fn edits_of_different_lines_merge(store: TestStore) -> Result<()> {
    let (world, project, mut first) = world(store).await?;
    let (mut second, key) = (other(&world, &project).await?, rule_key());
    first.apply(&key, 0, rule("r", &[ONE, TWO, THREE])).await?;
    first.apply(&key, 1, rule("r", &["HAM when text has \"uno\"", TWO, THREE])).await?;
    let mine = second.put(key.clone(), 1, rule("r", &[ONE, TWO, "HAM when text has \"tre\""]));
    let receipt = second.push_one(mine).await?;
    assert_eq!((receipt.status, receipt.revision), (Status::Merged, Some(3)));
    let both = rule("r", &["HAM when text has \"uno\"", TWO, "HAM when text has \"tre\""]);
    assert_eq!(first.body(&key).await?, both);

    // What two devices change alike is no change, and one field each merges as well.
    let same = second.put(key.clone(), 1, both.clone());
    assert_eq!(second.push_one(same).await?.status, Status::Unchanged);
    let mut off = both.clone();
    off["active"] = json!(false);
    first.apply(&key, 4, off).await?;
    let edited = rule("r", &["HAM when text has \"ein\"", TWO, "HAM when text has \"tre\""]);
    let edit = second.put(key.clone(), 4, edited.clone());
    assert_eq!(second.push_one(edit).await?.status, Status::Merged);
    let merged = first.body(&key).await?;
    assert_eq!((&merged["active"], &merged["source"]), (&json!(false), &edited["source"]));
    world.stop().await
}

async fn two_edits_of_one_line_wait_for_a_person_who_settles_them(store: TestStore) -> Result<()> {
    let (world, project, mut first) = world(store).await?;
    let (mut second, key) = (other(&world, &project).await?, rule_key());
    first.apply(&key, 0, short("r", 3)).await?;
    first.apply(&key, 1, short("r", 4)).await?;
    let mine = second.put(key.clone(), 1, short("r", 5));
    let receipt = second.push_one(mine).await?;
    assert_eq!(receipt.status, Status::Conflict);
    assert_eq!(first.body(&key).await?, short("r", 4), "what is current stays so");

    let (conflict, record) = only_conflict(&first).await?;
    assert_eq!(receipt.merge_conflict.as_ref(), Some(&conflict.key.id));
    assert_eq!((record.target(), record.reason), (key.clone(), Reason::Edited));
    assert_eq!(record.base.map(|base| (base.revision, base.body)), Some((1, short("r", 3))));
    assert_eq!((record.theirs.revision, record.theirs.body), (2, Some(short("r", 4))));
    let from = second.device.id.clone();
    assert_eq!((record.mine.body, record.mine.device), (Some(short("r", 5)), Some(from)));
    // The device goes on editing: still one merge conflict, with its latest.
    let more = second.put(key.clone(), 1, short("r", 6));
    second.push_one(more).await?;
    assert_eq!(only_conflict(&first).await?.1.mine.body, Some(short("r", 6)));

    // Someone settles it, after it has moved on, hence in vain; then upon what is current.
    let key_of_conflict = conflict.key.clone();
    first.apply(&key, 2, short("r", 7)).await?;
    let stale =
        first.operation(key_of_conflict.clone(), Change::Resolve { base: 2, body: Some(short("r", 8)) });
    assert_eq!(first.push_one(stale).await?.status, Status::Conflict);
    let settle =
        first.operation(key_of_conflict.clone(), Change::Resolve { base: 3, body: Some(short("r", 8)) });
    assert_eq!(first.push_one(settle).await?.status, Status::Applied);
    assert_eq!(second.body(&key).await?, short("r", 8));
    assert_eq!(second.conflicts().await?, []);
    assert_eq!(first.pull(0, 2).await?, second.pull(0, 3).await?);
    world.stop().await
}

async fn an_edit_and_a_removal_wait_for_a_person(store: TestStore) -> Result<()> {
    let (world, project, mut first) = world(store).await?;
    let (mut second, key) = (other(&world, &project).await?, rule_key());
    first.apply(&key, 0, short("r", 3)).await?;
    let removal = first.operation(key.clone(), Change::Delete { base: 1 });
    assert_eq!(first.push_one(removal).await?.status, Status::Applied);
    let edit = second.put(key.clone(), 1, short("r", 4));
    assert_eq!(second.push_one(edit).await?.status, Status::Conflict);
    let (conflict, record) = only_conflict(&second).await?;
    assert_eq!((record.reason, record.theirs.body), (Reason::Deleted, None));
    let keep = second.operation(conflict.key, Change::Resolve { base: 2, body: Some(short("r", 4)) });
    assert_eq!(second.push_one(keep).await?.status, Status::Applied);
    assert_eq!(first.body(&key).await?, short("r", 4));

    first.apply(&key, 3, short("r", 5)).await?;
    let removal = second.operation(key.clone(), Change::Delete { base: 3 });
    assert_eq!(second.push_one(removal).await?.status, Status::Conflict);
    let (conflict, record) = only_conflict(&second).await?;
    assert_eq!((record.reason, record.mine.body), (Reason::Deleted, None));
    let remove = second.operation(conflict.key, Change::Resolve { base: 4, body: None });
    assert_eq!(second.push_one(remove).await?.status, Status::Applied);
    assert_eq!((first.body(&key).await?, first.conflicts().await?), (Value::Null, vec![]));
    world.stop().await
}

async fn a_merge_that_does_not_compile_waits_for_a_person(store: TestStore) -> Result<()> {
    let (world, project, mut first) = world(store).await?;
    let (mut second, key) = (other(&world, &project).await?, rule_key());
    let with = |before: &str, after: &str| {
        let mut body = rule("r", &[ONE, TWO]);
        let source = body["source"].as_str().map(|source| format!("{before}{source}{after}"));
        body["source"] = json!(source);
        body
    };
    first.apply(&key, 0, with("", "")).await?;
    first.apply(&key, 1, with("lexicon shops = (\"etsy\")\n", "")).await?;
    let mine = second.put(key.clone(), 1, with("", "lexicon shops = (\"ebay\")\n"));
    assert_eq!(second.push_one(mine).await?.status, Status::Conflict);
    assert_eq!(only_conflict(&first).await?.1.reason, Reason::DoesNotCompile);
    world.stop().await
}

async fn a_name_given_twice_leaves_the_loser_inactive(store: TestStore) -> Result<()> {
    let (world, project, mut first) = world(store).await?;
    let (mut second, winner, loser) = (other(&world, &project).await?, rule_key(), rule_key());
    first.apply(&winner, 0, short("r", 3)).await?;
    let mine = second.put(loser.clone(), 0, short("r", 4));
    assert_eq!(second.push_one(mine).await?.status, Status::Conflict);
    let (conflict, record) = only_conflict(&second).await?;
    assert_eq!((record.reason, record.theirs.body), (Reason::NameTaken, Some(short("r", 3))));
    let kept = first.body(&loser).await?;
    assert_eq!((&kept["active"], &kept["source"]), (&json!(false), &short("r", 4)["source"]));
    world.client.get(&routes::rule(&project.id, &loser.id)).await?.ok::<Value>(StatusCode::OK)?;

    let rename = second.operation(conflict.key, Change::Resolve { base: 1, body: Some(short("s", 4)) });
    assert_eq!(second.push_one(rename).await?.status, Status::Applied);
    assert_eq!((first.body(&loser).await?, first.conflicts().await?), (short("s", 4), vec![]));
    world.stop().await
}

async fn labels_merge_unless_both_append(store: TestStore) -> Result<()> {
    let (world, project, mut first) = world(store).await?;
    let (mut second, key) = (other(&world, &project).await?, Key::new(Kind::LabelSet, "labels"));
    let start = first.body(&key).await?;
    let with = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut body = start.clone();
        body["labels"].as_array_mut().map(change);
        body
    };
    first.apply(&key, 1, with(&|labels| labels[0]["color"] = json!("#112233"))).await?;
    let mine = second.put(key.clone(), 1, with(&|labels| labels[1]["hotkey"] = json!("s")));
    assert_eq!(second.push_one(mine).await?.status, Status::Merged);
    let merged = first.body(&key).await?;
    assert_eq!(
        (&merged["labels"][0]["color"], &merged["labels"][1]["hotkey"]),
        (&json!("#112233"), &json!("s"))
    );

    let third = |name: &str| {
        let mut body = merged.clone();
        let label = json!({"name": name, "color": "", "hotkey": "", "description": "", "retired": false});
        if let Some(labels) = body["labels"].as_array_mut() {
            labels.push(label);
        }
        body
    };
    first.apply(&key, 3, third("NEWS")).await?;
    let mine = second.put(key.clone(), 3, third("OTHER"));
    assert_eq!(second.push_one(mine).await?.status, Status::Conflict, "one index, two labels");
    world.stop().await
}

async fn a_program_settles_a_merge_conflict(store: TestStore) -> Result<()> {
    let (world, project, mut first) = world(store).await?;
    let (mut second, key) = (other(&world, &project).await?, rule_key());
    first.apply(&key, 0, short("r", 3)).await?;
    first.apply(&key, 1, short("r", 4)).await?;
    let mine = second.put(key.clone(), 1, short("r", 5));
    second.push_one(mine).await?;
    let list = routes::merge_conflicts(&project.id);
    let open: Page<Entity> = world.client.get(&list).await?.ok(StatusCode::OK)?;
    let path = routes::resolve(&project.id, &open.items[0].key.id);

    let settle = |base, body| ResolveRequest { base, body: Some(body) };
    let stale = world.client.post(&path, &settle(1, short("r", 6))).await?.refused("changed-meanwhile")?;
    assert_eq!(stale.current.context("no current")?["kind"], "merge_conflict");
    let broken = json!({"name": "r", "source": "rule r:\n  X when\n", "active": true});
    world.client.post(&path, &settle(2, broken)).await?.refused("invalid")?;
    let settled = world.client.post(&path, &settle(2, short("r", 5))).await?;
    assert_eq!(settled.ok::<Receipt>(StatusCode::OK)?.status, Status::Applied);
    world.client.post(&path, &settle(3, short("r", 7))).await?.refused("not-found")?;
    assert_eq!(second.body(&key).await?, short("r", 5));
    world.stop().await
}

async fn only_conflict(device: &TestDevice) -> Result<(Entity, MergeConflict)> {
    let conflicts = device.conflicts().await?;
    anyhow::ensure!(conflicts.len() == 1, "{conflicts:?}");
    let record = MergeConflict::of(&conflicts[0]).context("no merge conflict")?;
    Ok((conflicts[0].clone(), record))
}
