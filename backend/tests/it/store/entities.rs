use super::add_project;
use crate::database::{TestStore, on_both_databases};
use crate::entities::{Anything, no_rule, rule_body, rule_edit};
use anyhow::Result;
use hunch::store::{Pull, Push, Resolution, Seek, StoreError, Write, rule_key};
use hunch_protocol::{Change, Entity, Key, Kind, MergeConflict, Operation, Status};
use hunch_sync::LogError;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

on_both_databases!(
    an_entity_is_read_alone_in_lists_and_through_its_revisions,
    a_devices_operation_is_carried_out_once_and_pulled,
    a_merge_conflict_is_settled_without_a_device,
    a_mark_is_kept_and_ends_all_copies_when_it_must,
);

async fn an_entity_is_read_alone_in_lists_and_through_its_revisions(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    let edits = vec![rule_edit(one, 0, rule_body("one")), rule_edit(two, 0, rule_body("two"))];
    let stored = store.put_entities(project, edits, Arc::new(Anything), Write::at(5)).await?;
    assert_eq!((stored[0].entity.seq, stored[1].entity.seq), (3, 4), "each change has a number of its own");
    assert_eq!(store.get_entity(project, &rule_key(one)).await?, stored[0]);
    let all: Vec<Entity> = stored.iter().map(|stored| stored.entity.clone()).collect();
    assert_eq!(store.entities_of(project, Kind::Rule).await?, all);
    let page = store.list_entities(project, Kind::Rule, Seek { after: None, limit: 1 }).await?;
    assert_eq!((page.items, page.next), (stored[..1].to_vec(), Some(one.to_string())));

    store.put_entities(project, vec![no_rule(one, 1)], Arc::new(Anything), Write::at(6)).await?;
    let gone = store.get_entity(project, &rule_key(one)).await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "rule" })), "{gone:?}");
    let page = store.list_revisions(project, &rule_key(one), Seek::default()).await?;
    let told: Vec<_> =
        page.items.iter().map(|it| (it.revision, it.deleted, it.body["name"].clone())).collect();
    assert_eq!(told, [(2, true, json!("one")), (1, false, json!("one"))]);

    let bad = vec![rule_edit(one, 2, rule_body("two"))];
    let taken = store.put_entities(project, bad, Arc::new(Anything), Write::at(7)).await;
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
    Ok(())
}

fn operation(seq: u64, key: Key, change: Change) -> (Operation, Uuid) {
    let (id, made_at) = (Uuid::now_v7().to_string(), String::new());
    (Operation { id, seq, key, change, made_at }, Uuid::now_v7())
}

async fn a_devices_operation_is_carried_out_once_and_pulled(db: TestStore) -> Result<()> {
    let (store, project, id) = (&db.store, add_project(&db.store).await?, Uuid::now_v7());
    let device = store.add_device(project, id, "local", "a test", 1).await?;
    let unknown = store.add_device(Uuid::nil(), id, "local", "a test", 1).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "project" })), "{unknown:?}");
    let put = Change::Put { base: 0, body: json!(rule_body("one")) };
    let push = |epoch: &str, seq| Push {
        device: id,
        epoch: epoch.to_owned(),
        author: "local".to_owned(),
        operations: vec![operation(seq, rule_key(Uuid::nil()), put.clone())],
    };
    let first = push(&device.epoch, 1);
    let reply = store.push(project, first.clone(), Arc::new(Anything), Write::at(2)).await?;
    assert_eq!((reply.accepted_through, reply.receipts[0].status), (1, Status::Applied));
    assert_eq!(store.push(project, first, Arc::new(Anything), Write::at(3)).await?, reply);
    let gap = store.push(project, push(&device.epoch, 3), Arc::new(Anything), Write::at(4)).await;
    assert!(matches!(gap, Err(StoreError::Log(LogError::Gap { expected: 2, got: 3 }))), "{gap:?}");
    let foreign = store.push(project, push("another", 2), Arc::new(Anything), Write::at(4)).await;
    assert!(matches!(foreign, Err(StoreError::Log(LogError::ResyncRequired))), "{foreign:?}");

    let pull = Pull { device: Some((id, "local".to_owned())), since: 2, limit: 10, anew: false };
    let page = store.pull(project, pull, 5).await?;
    assert_eq!((page.changes.len(), page.cursor, page.acknowledged), (1, 3, 1));
    let nobody = Pull { device: None, since: 0, limit: 1, anew: true };
    let page = store.pull(project, nobody, 5).await?;
    assert_eq!((page.changes.len(), page.cursor, page.more, page.acknowledged), (1, 1, true, 0));
    assert_eq!(store.compact_entities(6).await?, 0);
    Ok(())
}

async fn a_merge_conflict_is_settled_without_a_device(db: TestStore) -> Result<()> {
    let (store, project, id) = (&db.store, add_project(&db.store).await?, Uuid::now_v7());
    let device = store.add_device(project, Uuid::now_v7(), "local", "a test", 1).await?;
    let edits = [(0, "one"), (1, "two")].map(|(base, name)| rule_edit(id, base, rule_body(name)));
    store.put_entities(project, edits.into(), Arc::new(Anything), Write::at(2)).await?;
    let mine = Change::Put { base: 1, body: json!(rule_body("three")) };
    let operations = vec![operation(1, rule_key(id), mine)];
    let push =
        Push { device: device.id.parse()?, epoch: device.epoch, author: "local".to_owned(), operations };
    let reply = store.push(project, push, Arc::new(Anything), Write::at(3)).await?;
    assert_eq!(reply.receipts[0].status, Status::Conflict);
    let open = store.entities_of(project, Kind::MergeConflict).await?;
    assert_eq!(MergeConflict::of(&open[0]).map(|record| record.target()), Some(rule_key(id)));

    let resolution = Resolution {
        conflict: open[0].key.id.parse()?,
        base: 2,
        body: Some(json!(rule_body("three"))),
        author: "local".to_owned(),
    };
    let receipt = store.resolve(project, resolution, Arc::new(Anything), Write::at(4)).await?;
    assert_eq!((receipt.status, receipt.revision), (Status::Applied, Some(3)));
    assert!(store.entities_of(project, Kind::MergeConflict).await?.is_empty());
    Ok(())
}

async fn a_mark_is_kept_and_ends_all_copies_when_it_must(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let epoch = store.add_device(project, Uuid::now_v7(), "local", "a test", 1).await?.epoch;
    assert_eq!(store.database_mark().await?, None);
    store.set_database_mark("one", false).await?;
    assert_eq!(store.database_mark().await?.as_deref(), Some("one"));
    let same = store.add_device(project, Uuid::now_v7(), "local", "a test", 1).await?;
    assert_eq!(same.epoch, epoch);
    store.set_database_mark("two", true).await?;
    let anew = store.add_device(project, Uuid::now_v7(), "local", "a test", 1).await?;
    assert_eq!((store.database_mark().await?.as_deref(), anew.epoch.as_str()), (Some("two"), "two"));
    Ok(())
}
