use super::add_project;
use crate::database::{TestStore, on_both_databases};
use crate::entities::{edit_rules, put_lexicon, rule_body, rule_edit};
use anyhow::Result;
use hunch::store::{CorpusUpdate, StoreError, Write};
use hunch_protocol::{ChunkInfo, CorpusColumn, RuleBody};
use hunch_rules::ColumnType;
use uuid::Uuid;

on_both_databases!(
    a_corpus_is_published_whole_and_only_on_the_one_it_is_based_on,
    inputs_are_what_is_active_now,
    uploads_wait_until_they_are_removed,
    votes_are_kept_by_plan_chunk_and_engine,
);

pub(super) fn update(base: i64, hashes: &[&str]) -> CorpusUpdate {
    let column = |name: &str, kind| CorpusColumn::new(name, kind);
    CorpusUpdate {
        base,
        columns: vec![column("stars", ColumnType::Number), column("title", ColumnType::Text)],
        sources: vec!["gpt".into()],
        chunks: (0..)
            .zip(hashes)
            .map(|(ordinal, hash)| ChunkInfo {
                ordinal,
                hash: (*hash).into(),
                rows: 10,
                text_bytes: 1_000,
                excluded: vec![1, 3],
            })
            .collect(),
    }
}

async fn a_corpus_is_published_whole_and_only_on_the_one_it_is_based_on(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let empty = store.get_corpus(project).await?;
    assert_eq!((empty.revision, empty.corpus.chunks.len(), empty.corpus.default_text), (0, 0, None));

    assert_eq!(store.publish_corpus(project, update(0, &["a", "b"]), Write::at(1)).await?, 1);
    let stored = store.get_corpus(project).await?;
    assert_eq!(stored.corpus.chunks, update(0, &["a", "b"]).chunks);
    assert_eq!(stored.corpus.columns, update(0, &[]).columns);
    assert_eq!((stored.corpus.rows, stored.corpus.excluded), (16, 4));
    assert_eq!(stored.corpus.default_text.as_deref(), Some("title"));
    assert_eq!(stored.corpus.sources, ["gpt"]);
    assert_eq!(store.get_project(project).await?.rows, 16);

    let stale = store.publish_corpus(project, update(0, &["c"]), Write::at(2)).await;
    assert!(matches!(stale, Err(StoreError::Stale { revision: 1, .. })), "{stale:?}");
    assert_eq!(store.get_corpus(project).await?, stored);
    assert_eq!(store.publish_corpus(project, update(1, &["c"]), Write::at(3)).await?, 2);
    assert_eq!(store.get_corpus(project).await?.corpus.chunks, update(0, &["c"]).chunks);

    let unknown = store.get_corpus(Uuid::nil()).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "project" })), "{unknown:?}");
    Ok(())
}

async fn inputs_are_what_is_active_now(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let ids: Vec<Uuid> = (0..3).map(|_| Uuid::now_v7()).collect();
    let idle = RuleBody { active: false, ..rule_body("idle") };
    let edits = vec![
        rule_edit(ids[0], 0, rule_body("Z")),
        rule_edit(ids[1], 0, idle),
        rule_edit(ids[2], 0, rule_body("a")),
    ];
    edit_rules(store, project, edits, 1).await?;
    put_lexicon(store, project, "shops", ("h", &["ebay"]), 0, 2).await?;
    store.publish_corpus(project, update(0, &["a"]), Write::at(3)).await?;

    let inputs = store.project_inputs(project).await?;
    assert_eq!(inputs.project, store.get_project(project).await?);
    assert_eq!(inputs.corpus, store.get_corpus(project).await?.corpus);
    assert_eq!(inputs.rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(), ["Z", "a"]);
    assert_eq!(inputs.lexicons, [store.get_lexicon(project, "shops").await?]);
    Ok(())
}

async fn uploads_wait_until_they_are_removed(db: TestStore) -> Result<()> {
    let (store, id) = (&db.store, Uuid::now_v7());
    let upload = store.add_upload(id, "reviews.csv".into(), 12, "user:1".into(), Write::at(5)).await?;
    assert_eq!((upload.name.as_str(), upload.bytes), ("reviews.csv", 12));
    assert_eq!(store.get_upload(id).await?, upload);
    assert_eq!(store.upload_of(id, "user:1").await?, upload);
    let foreign = store.upload_of(id, "user:2").await;
    assert!(matches!(foreign, Err(StoreError::NotFound { what: "upload" })), "{foreign:?}");
    assert!(store.uploads_before(5).await?.is_empty());
    assert_eq!(store.uploads_before(6).await?, [id]);
    store.remove_upload(id).await?;
    let gone = store.get_upload(id).await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "upload" })), "{gone:?}");
    Ok(())
}

async fn votes_are_kept_by_plan_chunk_and_engine(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let blocks = vec![("p1".to_owned(), vec![1]), ("p2".to_owned(), vec![2])];
    store.add_vote_blocks(project, 1, "a", blocks).await?;
    store.add_vote_blocks(project, 1, "b", vec![("p1".into(), vec![3])]).await?;
    store.add_vote_blocks(project, 1, "a", vec![("p1".into(), vec![9]), ("p3".into(), vec![4])]).await?;

    assert_eq!(Vec::from_iter(store.vote_plans(project, 1, "a").await?), ["p1", "p2", "p3"]);
    assert!(store.vote_plans(project, 2, "a").await?.is_empty());
    let asked = ["p1".to_owned(), "p3".to_owned(), "p4".to_owned()];
    let found = store.vote_blocks(project, 1, "a", &asked).await?;
    assert_eq!(Vec::from_iter(found), [("p1".to_owned(), vec![1]), ("p3".to_owned(), vec![4])]);
    assert!(store.vote_blocks(project, 1, "a", &[]).await?.is_empty());
    let elsewhere = add_project(store).await?;
    assert!(store.vote_blocks(elsewhere, 1, "a", &asked).await?.is_empty());
    Ok(())
}
