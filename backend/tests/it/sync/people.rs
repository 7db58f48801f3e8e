//! Annotations, gold, lexicons, and changes that other entities have a say in.

use super::{TestDevice, rule, rule_key, short, world};
use crate::database::{TestStore, on_both_databases};
use anyhow::Result;
use hunch_protocol::{AnnotationBody, Change, Key, Kind, LexiconAddress, Receipt, Status, routes};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    an_annotation_is_its_authors_and_the_newest_counts,
    gold_that_agrees_is_one_and_gold_that_does_not_waits_for_a_person,
    a_renamed_rule_takes_along_those_that_name_it,
    a_label_or_lexicon_that_rules_use_stays,
    a_lexicon_comes_with_its_terms_or_by_their_hash_and_merges,
    a_policy_is_one_augment_line_under_its_name,
);

fn refusal(receipt: &Receipt) -> (&str, &str) {
    let problem = receipt.problem.as_ref();
    problem.map(|problem| (problem.code.as_str(), problem.detail.as_str())).unwrap_or_default()
}

fn annotation(author: &str, document: &str, label: Option<i16>) -> (Key, Value) {
    let key = Key::new(Kind::Annotation, AnnotationBody::id(author, document));
    (key, json!({"document": document, "author": author, "label": label}))
}

async fn an_annotation_is_its_authors_and_the_newest_counts(store: TestStore) -> Result<()> {
    let kept = store.store.clone();
    let (world, project, mut device) = world(store).await?;
    let mut other = TestDevice::register(&world.client, &project).await?;
    let (key, first) = annotation("local", "a", Some(0));
    device.apply(&key, 0, first).await?;
    // Made from a base that is long gone: the newest counts all the same.
    other.apply(&key, 0, annotation("local", "a", Some(1)).1).await?;
    device.apply(&key, 1, annotation("local", "a", None).1).await?;
    let likelihood = json!({"document": "b", "author": "local", "label": null, "likelihood": [1.0, 0.25]});
    device.apply(&annotation("local", "b", None).0, 0, likelihood.clone()).await?;
    let inputs = kept.project_inputs(project.id.parse()?).await?;
    let labels: Vec<Option<i16>> = inputs.annotations.iter().map(|annotation| annotation.label).collect();
    assert_eq!((labels, device.conflicts().await?), (vec![None, None], vec![]));

    let (foreign, body) = annotation("user:1", "a", Some(0));
    let (unknown, no_document) = annotation("local", "zzz", Some(0));
    let (third, no_label) = annotation("local", "c", Some(2));
    let unlike = json!({"document": "b", "author": "local", "label": null, "likelihood": [0.5]});
    let operations = [
        device.put(foreign, 0, body),
        device.put(unknown, 0, no_document),
        device.put(third.clone(), 0, no_label),
        device.put(key, 3, annotation("user:1", "a", Some(0)).1),
        device.put(annotation("local", "b", None).0, 1, unlike),
        device.put(third, 0, json!({"document": "c", "author": "local", "label": 0, "surprise": 1})),
    ];
    let receipts = device.push(&operations).await?;
    let codes: Vec<&str> = receipts.iter().map(|receipt| refusal(receipt).0).collect();
    assert_eq!(codes, ["forbidden", "not-found", "invalid", "invalid", "invalid", "invalid"], "{receipts:?}");
    world.stop().await
}

async fn gold_that_agrees_is_one_and_gold_that_does_not_waits_for_a_person(store: TestStore) -> Result<()> {
    let kept = store.store.clone();
    let (world, project, mut device) = world(store).await?;
    let mut other = TestDevice::register(&world.client, &project).await?;
    let key = Key::new(Kind::Gold, "a");
    let gold = |label: i16| json!({"label": label, "author": "local"});
    device.apply(&key, 0, gold(1)).await?;
    let same = other.put(key.clone(), 0, gold(1));
    assert_eq!(other.push_one(same).await?.status, Status::Unchanged);
    let unlike = other.put(key.clone(), 0, gold(0));
    let receipt = other.push_one(unlike).await?;
    assert_eq!(receipt.status, Status::Conflict);
    let id = receipt.merge_conflict.unwrap_or_default();
    let settle =
        device.operation(Key::new(Kind::MergeConflict, id), Change::Resolve { base: 1, body: Some(gold(0)) });
    assert_eq!(device.push_one(settle).await?.status, Status::Applied);
    let inputs = kept.project_inputs(project.id.parse()?).await?;
    assert_eq!(Vec::from_iter(inputs.gold), [("a".to_owned(), 0)]);
    let withdraw = device.operation(key.clone(), Change::Delete { base: 2 });
    assert_eq!(device.push_one(withdraw).await?.status, Status::Applied);
    assert_eq!(other.body(&key).await?, Value::Null);

    let foreign = device.put(key, 3, json!({"label": 1, "author": "user:1"}));
    assert_eq!(refusal(&device.push_one(foreign).await?).0, "forbidden");
    world.stop().await
}

async fn a_renamed_rule_takes_along_those_that_name_it(store: TestStore) -> Result<()> {
    let (world, _, mut device) = world(store).await?;
    let (named, user) = (rule_key(), rule_key());
    device.apply(&named, 0, short("short", 3)).await?;
    let names = |name: &str| rule("user", &[&format!("HAM when vote({name}) = HAM and text has \"love\"")]);
    device.apply(&user, 0, names("short")).await?;
    let receipt = device.apply(&named, 1, short("brief", 3)).await?;
    assert_eq!(device.body(&user).await?, names("brief"));
    assert_eq!(receipt.server_seq, Some(device.pull(0, 1000).await?.1), "a pull that reaches it brings all");

    let end = device.operation(named.clone(), Change::Delete { base: 2 });
    let refused = device.push_one(end).await?;
    assert_eq!(refusal(&refused).0, "in-use");
    assert!(refusal(&refused).1.contains("user"), "{refused:?}");
    world.stop().await
}

async fn a_label_or_lexicon_that_rules_use_stays(store: TestStore) -> Result<()> {
    let (world, _, mut device) = world(store).await?;
    let shops = Key::new(Kind::Lexicon, "shops");
    device.apply(&shops, 0, json!({"terms": ["etsy"]})).await?;
    device.apply(&rule_key(), 0, rule("r", &["SPAM when text has @shops"])).await?;
    let end = device.operation(shops, Change::Delete { base: 1 });
    let labels = Key::new(Kind::LabelSet, "labels");
    let mut retired = device.body(&labels).await?;
    retired["labels"][1]["retired"] = json!(true);
    let retire = device.put(labels, 1, retired);
    for receipt in device.push(&[end, retire]).await? {
        assert_eq!((receipt.status, refusal(&receipt).0), (Status::Rejected, "in-use"));
        assert!(refusal(&receipt).1.contains(": r."), "{receipt:?}");
    }
    world.stop().await
}

async fn a_lexicon_comes_with_its_terms_or_by_their_hash_and_merges(store: TestStore) -> Result<()> {
    let (world, project, mut device) = world(store).await?;
    let mut other = TestDevice::register(&world.client, &project).await?;
    let key = Key::new(Kind::Lexicon, "shops");
    device.apply(&key, 0, json!({"terms": ["etsy", "ebay", "etsy"]})).await?;
    device.apply(&key, 1, json!({"terms": ["etsy", "ebay", "otto"]})).await?;
    let mine = other.put(key.clone(), 1, json!({"terms": ["amazon", "ebay"]}));
    assert_eq!(other.push_one(mine).await?.status, Status::Merged);
    let address: LexiconAddress = serde_json::from_value(device.body(&key).await?)?;
    assert_eq!(address.count, 3);
    let terms = routes::lexicon_terms(&project.id, &address.hash);
    let terms: Value = world.client.get(&terms).await?.ok(StatusCode::OK)?;
    assert_eq!(terms, json!({"terms": ["amazon", "ebay", "otto"]}));

    let many: Vec<String> = (0..20_000).map(|term| format!("term{term:06}")).collect();
    let inline = other.put(key.clone(), 4, json!({"terms": many}));
    assert_eq!(refusal(&other.push_one(inline).await?).0, "invalid");
    let hash = hunch_rules::lexicon_hash(&many);
    let unknown = other.put(key.clone(), 4, json!({"hash": hash, "count": many.len()}));
    assert_eq!(refusal(&other.push_one(unknown).await?).0, "not-found");
    let path = routes::lexicon_terms(&project.id, &hash);
    let put = async |path: &str| {
        let request = world.client.request(Method::PUT, path).json(&json!({"terms": many}));
        crate::world::SendExt::answer(request).await
    };
    put(&routes::lexicon_terms(&project.id, "another")).await?.refused("invalid")?;
    let address: LexiconAddress = put(&path).await?.ok(StatusCode::OK)?;
    other.apply(&key, 4, json!(address)).await?;
    world.stop().await
}

async fn a_policy_is_one_augment_line_under_its_name(store: TestStore) -> Result<()> {
    let kept = store.store.clone();
    let (world, project, mut device) = world(store).await?;
    let policy = |name: &str, source: &str| json!({"name": name, "source": source});
    let key = || Key::new(Kind::Policy, rule_key().id);
    let line = "augment careful train: 2 copies of typo(0.05) then swap(1)\n";
    device.apply(&key(), 0, policy("careful", line)).await?;
    let inputs = kept.project_inputs(project.id.parse()?).await?;
    assert_eq!(inputs.policies.iter().map(|policy| policy.name.as_str()).collect::<Vec<_>>(), ["careful"]);
    let operations = [
        device.put(key(), 0, policy("other", line)),
        device.put(key(), 0, policy("careful", "augment careful train: 2 copies of tpyo(0.05)\n")),
        device.put(key(), 0, policy("r", "rule r:\n  HAM when words(text) < 2\n")),
    ];
    for receipt in device.push(&operations).await? {
        assert_eq!((receipt.status, refusal(&receipt).0), (Status::Rejected, "invalid"), "{receipt:?}");
    }
    let again = device.put(key(), 0, policy("careful", line));
    assert_eq!(device.push_one(again).await?.status, Status::Conflict, "the name is taken");
    world.stop().await
}
