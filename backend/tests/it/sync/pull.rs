//! Cursors, pages, tombstones, epochs.

use super::{TestDevice, as_program, rule_key, short, state, world};
use crate::database::{TestStore, on_both_databases};
use anyhow::Result;
use hunch_protocol::{Change, Entity, Key, Kind, Page, PullReply, Rule, SaveRule, routes};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    pages_of_any_size_bring_the_same,
    a_rest_write_is_pulled_like_any_other,
    gold_beyond_the_dev_split_stays_on_the_server,
    a_forgotten_tombstone_never_brings_anything_back,
    a_database_that_was_set_back_is_noticed,
    a_listener_is_poked_once_for_a_push_and_learns_where_to_go_on,
);

const DAY: i64 = 24 * 3600 * 1_000_000;

async fn pages_of_any_size_bring_the_same(store: TestStore) -> Result<()> {
    let (world, _, mut device) = world(store).await?;
    let keys: Vec<Key> = (0..4).map(|_| rule_key()).collect();
    for (number, key) in keys.iter().enumerate() {
        device.apply(key, 0, short(&format!("r{number}"), 3)).await?;
    }
    let (_, middle) = device.pull(0, 1000).await?;
    device.apply(&keys[1], 1, short("r1", 4)).await?;
    let end = device.operation(keys[2].clone(), Change::Delete { base: 1 });
    device.push_one(end).await?;

    // Settings, label set, three rules and a tombstone.
    let (whole, last) = device.pull(0, 1000).await?;
    assert_eq!(whole.len(), 6);
    assert!(whole.is_sorted_by_key(|entity| entity.seq));
    for limit in 1..=7 {
        assert_eq!(device.pull(0, limit).await?, (whole.clone(), last), "pages of {limit}");
        // What was pulled before, and what came after, are together what there is.
        let (after, cursor) = device.pull(middle, limit).await?;
        assert_eq!((after.len(), cursor), (2, last), "pages of {limit}");
        let before: Vec<Entity> = whole.iter().filter(|entity| entity.seq <= middle).cloned().collect();
        assert_eq!(state(before.into_iter().chain(after).collect()), state(whole.clone()));
    }
    let exact: PullReply = device.page(0, 6).await?.ok(StatusCode::OK)?;
    assert!(!exact.more);
    let empty: PullReply = device.page(last, 1).await?.ok(StatusCode::OK)?;
    assert_eq!((empty.changes.len(), empty.cursor, empty.more), (0, last, false));
    assert_eq!(empty.acknowledged, 6);
    for (since, limit) in [(0, 0), (0, 1001)] {
        device.page(since, limit).await?.refused("invalid")?;
    }
    device.page(last + 1, 10).await?.refused("resync-required")?;
    world.stop().await
}

async fn a_rest_write_is_pulled_like_any_other(store: TestStore) -> Result<()> {
    let (world, project, device) = world(store).await?;
    let (_, cursor) = device.pull(0, 1000).await?;
    let made = world.client.rule(&project, "rule short:\n  HAM when words(text) < 6\n").await?;
    let save = SaveRule { source: "rule short:\n  HAM when words(text) < 5\n".into(), active: false };
    let path = routes::rule(&project.id, &made.id);
    world.client.change(Method::PUT, &path, 1, &save).await?.ok::<Rule>(StatusCode::OK)?;
    let rename = json!({"name": "renamed"});
    world.client.change(Method::PATCH, &routes::project(&project.id), 1, &rename).await?;
    let terms = json!({"terms": ["etsy", "ebay"]});
    let lexicon = world.client.request(Method::PUT, &routes::lexicon(&project.id, "shops"));
    lexicon.header("if-none-match", "*").json(&terms).send().await?.error_for_status()?;

    let (changes, _) = device.pull(cursor, 1000).await?;
    let told: Vec<(Kind, u64, &Value)> =
        changes.iter().map(|entity| (entity.key.kind, entity.revision, &entity.body)).collect();
    assert_eq!(told[0], (Kind::Rule, 2, &json!({"name": "short", "source": save.source, "active": false})));
    assert_eq!(told[1], (Kind::Settings, 2, &json!({"name": "renamed", "seed": 0})));
    assert_eq!((told[2].0, told[2].1, &told[2].2["count"]), (Kind::Lexicon, 1, &json!(2)));
    assert!(changes.iter().all(|entity| entity.author == "local"));
    world.stop().await
}

async fn gold_beyond_the_dev_split_stays_on_the_server(store: TestStore) -> Result<()> {
    let (world, project, mut device) = world(store).await?;
    let gold = |id: &str| Key::new(Kind::Gold, id);
    for (id, label) in [("a", 0), ("c", 1)] {
        device.apply(&gold(id), 0, json!({"label": label, "author": "local"})).await?;
    }
    // Whoever gave it knows it; for all others, `c` is a document of the test split.
    let path =
        format!("{}?since=0", routes::pull(&project.id, "", 0, 1).split('?').next().unwrap_or_default());
    let told = async || -> Result<(Vec<String>, bool)> {
        let page: PullReply =
            as_program(&world, Method::GET, &path, &json!(null)).await?.ok(StatusCode::OK)?;
        let conflicts = page.changes.iter().any(|it| it.key.kind == Kind::MergeConflict);
        let gold = page.changes.into_iter().filter(|it| it.key.kind == Kind::Gold);
        Ok((gold.map(|entity| entity.key.id).collect(), conflicts))
    };
    assert_eq!(told().await?, (vec!["a".to_owned()], false));
    assert_eq!(device.body(&gold("c")).await?["label"], 1);

    let mut other = TestDevice::register(&world.client, &project).await?;
    let unlike = other.put(gold("c"), 0, json!({"label": 0, "author": "local"}));
    other.push_one(unlike).await?.merge_conflict.expect("a merge conflict");
    assert_eq!(told().await?, (vec!["a".to_owned()], false), "it would tell the gold");
    let list = routes::merge_conflicts(&project.id);
    let list = as_program(&world, Method::GET, &list, &json!(null)).await?;
    assert_eq!(list.ok::<Page<Entity>>(StatusCode::OK)?.items, []);
    world.stop().await
}

async fn a_forgotten_tombstone_never_brings_anything_back(store: TestStore) -> Result<()> {
    let (world, project, mut device) = world(store).await?;
    let (gone, stays, key) = (rule_key(), rule_key(), rule_key());
    for (name, key) in [("gone", &gone), ("stays", &stays), ("late", &key)] {
        device.apply(key, 0, short(name, 3)).await?;
    }
    let absent = TestDevice::register(&world.client, &project).await?;
    let (copy, early) = absent.pull(0, 1000).await?;
    let end = device.operation(gone.clone(), Change::Delete { base: 1 });
    device.push_one(end).await?;
    let (whole, cursor) = device.pull(0, 1000).await?;
    device.page(cursor, 1000).await?.ok::<PullReply>(StatusCode::OK)?;
    absent.page(early, 1).await?.ok::<PullReply>(StatusCode::OK)?;
    world.forget_old().await?;
    assert_eq!(device.pull(0, 1000).await?.0, whole, "nothing is forgotten before its time");

    // The other device is heard of, but does not have the tombstone.
    world.clock.advance(89 * DAY);
    absent.page(early, 1).await?.ok::<PullReply>(StatusCode::OK)?;
    world.clock.advance(2 * DAY);
    device.page(cursor, 1).await?.ok::<PullReply>(StatusCode::OK)?;
    world.forget_old().await?;
    let (later, _) = absent.pull(early, 1000).await?;
    assert!(!state(copy.into_iter().chain(later).collect()).contains_key(&gone));

    // It stays away for 90 days: it must begin anew.
    world.clock.advance(91 * DAY);
    device.page(cursor, 1).await?.ok::<PullReply>(StatusCode::OK)?;
    world.forget_old().await?;
    absent.page(early, 1000).await?.refused("resync-required")?;
    let (compacted, last) = device.pull(cursor, 1000).await?;
    assert_eq!((state(compacted), last), (state(vec![]), cursor));
    let anew = TestDevice::register(&world.client, &project).await?;
    anew.page(early, 1000).await?.refused("resync-required")?;
    let path = routes::sync_snapshot(&project.id, &anew.device.id, 0, 1000);
    let snapshot: PullReply = world.client.get(&path).await?.ok(StatusCode::OK)?;
    assert_eq!((state(snapshot.changes), snapshot.cursor), (state(whole), cursor));

    // What is made anew under the id goes on counting.
    let again = device.apply(&gone, 0, short("again", 3)).await?;
    assert_eq!(again.revision, Some(3));
    world.stop().await
}

async fn a_database_that_was_set_back_is_noticed(store: TestStore) -> Result<()> {
    let kept = store.store.clone();
    let (world, project, mut device) = world(store).await?;
    device.apply(&rule_key(), 0, short("before", 3)).await?;
    assert!(kept.database_mark().await?.is_some());
    kept.set_database_mark("of a backup", false).await?;
    world.renew_mark().await?;

    let operation = device.put(rule_key(), 0, short("after", 3));
    device.send(&[operation]).await?.refused("resync-required")?;
    device.page(0, 10).await?.refused("resync-required")?;
    let mut anew = TestDevice::register(&world.client, &project).await?;
    assert_ne!(anew.device.epoch, device.device.epoch);
    anew.apply(&rule_key(), 0, short("after", 3)).await?;
    // An ordinary start or hour changes nothing.
    world.renew_mark().await?;
    anew.apply(&rule_key(), 0, short("later", 3)).await?;
    world.stop().await
}

async fn a_listener_is_poked_once_for_a_push_and_learns_where_to_go_on(store: TestStore) -> Result<()> {
    let (world, project, mut device) = world(store).await?;
    let (_, cursor) = device.pull(0, 1000).await?;
    let mut events = world.client.events(&project.id, Some(cursor.cast_signed())).await?;
    let operations = [
        device.put(rule_key(), 0, short("a", 3)),
        device.put(rule_key(), 0, short("b", 3)),
        device.put(Key::new(Kind::Gold, "a"), 0, json!({"label": 0, "author": "local"})),
    ];
    device.push(&operations).await?;
    let poke = loop {
        let event = events.next().await?.expect("the stream goes on");
        if event.kind == "poke" {
            break event;
        }
    };
    assert_eq!(poke.data, format!("{{\"seq\":{},\"changed\":[\"rules\",\"gold\"]}}", cursor + 3));
    assert_eq!(poke.id, (cursor + 3).to_string());
    assert_eq!(device.pull(cursor, 1000).await?.1, cursor + 3);
    world.stop().await
}
