//! Each operation once, whatever the network does.

use super::{TestDevice, as_program, rule_key, short, state, world};
use crate::database::{TestStore, on_both_databases};
use anyhow::Result;
use hunch_protocol::{Change, Key, Kind, PushReply, PushRequest, Status, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    operations_sent_again_in_any_cut_are_carried_out_once,
    a_number_is_given_once_and_none_is_left_out,
    what_can_never_be_is_refused_and_holds_nothing_up,
    a_push_whose_answer_is_lost_is_safe_to_repeat_at_the_same_time,
    nobody_pushes_through_anothers_device_or_project,
);

async fn operations_sent_again_in_any_cut_are_carried_out_once(store: TestStore) -> Result<()> {
    let (world, _, mut device) = world(store).await?;
    let rules: Vec<Key> = (0..4).map(|_| rule_key()).collect();
    let mut operations = Vec::new();
    for (number, key) in rules.iter().enumerate() {
        operations.push(device.put(key.clone(), 0, short(&format!("r{number}"), 3)));
    }
    operations.push(device.operation(rules[0].clone(), Change::Delete { base: 1 }));
    // As clients send them whose answers were cut off: prefixes, then the same again and more.
    for end in 1..=operations.len() {
        let from = end.saturating_sub(3);
        let receipts = device.push(&operations[from..end]).await?;
        assert!(receipts.iter().all(|receipt| receipt.status == Status::Applied), "{receipts:?}");
        assert_eq!(receipts.last().map(|receipt| receipt.seq), Some(end as u64));
    }
    let (changes, _) = device.pull(0, 1000).await?;
    let state = state(changes);
    let left: Vec<&Key> = state.keys().filter(|key| key.kind == Kind::Rule).collect();
    assert_eq!(
        left,
        rules[1..].iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    );
    assert!(rules[1..].iter().all(|key| state[key].revision == 1));
    world.stop().await
}

async fn a_number_is_given_once_and_none_is_left_out(store: TestStore) -> Result<()> {
    let (world, _, mut device) = world(store).await?;
    let first = device.put(rule_key(), 0, short("one", 3));
    let second = device.put(rule_key(), 0, short("two", 3));
    let third = device.put(rule_key(), 0, short("three", 3));

    let problem = device.send(&[second.clone(), third.clone()]).await?.refused("sequence-gap")?;
    assert_eq!(problem.expected, Some(1));
    let problem = device.send(&[first.clone(), third.clone()]).await?.refused("sequence-gap")?;
    assert_eq!(problem.expected, Some(2));
    assert!(
        device.pull(0, 1000).await?.0.iter().all(|entity| entity.key.kind != Kind::Rule),
        "nothing happened"
    );

    device.push(&[first.clone(), second.clone()]).await?;
    let other = hunch_protocol::Operation { seq: 1, ..third.clone() };
    device.send(&[other]).await?.refused("sequence-reused")?;
    device.push(&[third]).await?;
    let many = vec![first; 501];
    device.send(&many).await?.refused("invalid")?;
    world.stop().await
}

async fn what_can_never_be_is_refused_and_holds_nothing_up(store: TestStore) -> Result<()> {
    let (world, _, mut device) = world(store).await?;
    let operations = [
        device.put(
            rule_key(),
            0,
            short("broken", 3).as_object().map_or(json!(null), |_| json!({"name": "x"})),
        ),
        device.put(
            rule_key(),
            0,
            json!({"name": "a", "source": "rule a:\n  SPAM when txt has \"b\"\n", "active": true}),
        ),
        device.put(
            rule_key(),
            0,
            json!({"name": "b", "source": "rule a:\n  SPAM when text has \"b\"\n", "active": true}),
        ),
        device.put(Key::new(Kind::Rule, "no-uuid"), 0, short("c", 3)),
        device.put(Key::new(Kind::Settings, "settings"), 1, json!({"name": "renamed", "seed": 1})),
        device.operation(Key::new(Kind::LabelSet, "labels"), Change::Delete { base: 1 }),
        device.put(rule_key(), 0, short("fine", 3)),
    ];
    let receipts = device.push(&operations).await?;
    for receipt in &receipts[..6] {
        let problem = receipt.problem.as_ref().expect("a reason");
        assert_eq!((receipt.status, problem.code.as_str()), (Status::Rejected, "invalid"), "{receipt:?}");
        assert!(problem.detail.ends_with('.'), "{problem:?}");
    }
    let detail = receipts[1].problem.as_ref().map(|problem| problem.detail.clone()).unwrap_or_default();
    assert!(detail.contains("txt") && detail.contains("text"), "{detail}");
    assert_eq!((receipts[6].seq, receipts[6].status), (7, Status::Applied));
    world.stop().await
}

async fn a_push_whose_answer_is_lost_is_safe_to_repeat_at_the_same_time(store: TestStore) -> Result<()> {
    let (world, _, mut device) = world(store).await?;
    let key = rule_key();
    let operations =
        [device.put(key.clone(), 0, short("once", 3)), device.put(key.clone(), 1, short("once", 4))];
    let (a, b, c, d) = tokio::join!(
        device.send(&operations),
        device.send(&operations),
        device.send(&operations[..1]),
        device.send(&operations),
    );
    let first: PushReply = a?.ok(StatusCode::OK)?;
    assert_eq!(b?.ok::<PushReply>(StatusCode::OK)?, first);
    assert_eq!(c?.ok::<PushReply>(StatusCode::OK)?.receipts[..], first.receipts[..1]);
    assert_eq!(d?.ok::<PushReply>(StatusCode::OK)?, first);
    let (changes, _) = device.pull(0, 1000).await?;
    assert_eq!(state(changes)[&key].revision, 2);
    world.stop().await
}

async fn nobody_pushes_through_anothers_device_or_project(store: TestStore) -> Result<()> {
    let (world, project, mut device) = world(store).await?;
    let operation = device.put(rule_key(), 0, short("mine", 3));
    let request = |epoch: &str| {
        json!(PushRequest {
            device: device.device.id.clone(),
            epoch: epoch.to_owned(),
            operations: vec![operation.clone()],
        })
    };
    let path = routes::push(&project.id);
    let own = request(&device.device.epoch);
    as_program(&world, Method::POST, &path, &own).await?.refused("resync-required")?;
    world.client.post(&path, &request("another life")).await?.refused("resync-required")?;
    let pull = routes::pull(&project.id, &device.device.id, 0, 10);
    as_program(&world, Method::GET, &pull, &json!(null)).await?.refused("resync-required")?;

    let other = world.client.project().await?;
    world.client.post(&routes::push(&other.id), &own).await?.refused("resync-required")?;
    let stranger = TestDevice::register(&world.client, &other).await?;
    device.push_one(operation.clone()).await?;
    let (seen, _) = stranger.pull(0, 1000).await?;
    let kinds: Vec<Kind> = seen.iter().map(|entity| entity.key.kind).collect();
    assert_eq!(kinds, [Kind::Settings, Kind::LabelSet], "nothing of the other project");
    world.stop().await
}
