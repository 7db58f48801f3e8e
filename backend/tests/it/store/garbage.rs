use super::add_project;
use super::corpus::update;
use crate::database::{TestStore, on_both_databases};
use crate::entities::Anything;
use anyhow::Result;
use hunch::store::{EntityEdit, Write};
use hunch_protocol::{Key, Kind};
use serde_json::json;
use std::sync::Arc;

on_both_databases!(
    votes_go_when_their_chunk_or_their_plan_is_out_of_use,
    what_a_corpus_consists_of_is_named,
    gold_that_people_give_is_read_apart_from_the_rules,
);

async fn votes_go_when_their_chunk_or_their_plan_is_out_of_use(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    store.publish_corpus(project, update(0, &["a"]), Write::at(1)).await?;
    for (engine, chunk, plan) in [(1, "a", "used"), (1, "a", "old"), (1, "gone", "used"), (0, "a", "used")] {
        store.add_vote_blocks(project, engine, chunk, vec![(plan.to_owned(), vec![1])]).await?;
    }
    store.use_plans(project, &["used".to_owned(), "old".to_owned()], 10).await?;
    store.use_plans(project, &["used".to_owned()], 20).await?;

    assert_eq!(store.forget_votes(1, 15).await?, 3);
    assert_eq!(Vec::from_iter(store.vote_plans(project, 1, "a").await?), ["used"]);
    assert!(store.vote_plans(project, 0, "a").await?.is_empty());
    assert!(store.vote_plans(project, 1, "gone").await?.is_empty());
    assert_eq!(store.forget_votes(1, 15).await?, 0);
    Ok(())
}

async fn what_a_corpus_consists_of_is_named(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    store.publish_corpus(project, update(0, &["a", "b"]), Write::at(1)).await?;
    let named = store.named_objects().await?.expect("no job runs");
    assert!(named.contains("a") && named.contains("b"), "{named:?}");

    let mut weighed = update(1, &["a"]);
    for column in &mut weighed.columns {
        column.weights = Some(format!("weights of {}", column.name));
    }
    store.publish_corpus(project, weighed.clone(), Write::at(2)).await?;
    assert_eq!(store.get_corpus(project).await?.corpus.columns, weighed.columns);
    let named = store.named_objects().await?.expect("no job runs");
    assert!(
        weighed.columns.iter().all(|column| named.contains(column.weights.as_deref().unwrap_or_default()))
    );
    Ok(())
}

async fn gold_that_people_give_is_read_apart_from_the_rules(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let gold = EntityEdit {
        key: Key { kind: Kind::Gold, id: "d1".to_owned() },
        base: 0,
        body: Some(json!({ "label": 1, "author": "local" })),
        author: "local".to_owned(),
    };
    store.put_entities(project, vec![gold], Arc::new(Anything), Write::at(2)).await?;

    assert_eq!(Vec::from_iter(store.gold_of(project).await?), [("d1".to_owned(), 1)]);
    assert_eq!(store.project_inputs(project).await?.gold.len(), 1);
    assert!(store.rule_inputs(project).await?.gold.is_empty());
    let elsewhere = add_project(store).await?;
    assert!(store.gold_of(elsewhere).await?.is_empty());
    Ok(())
}
