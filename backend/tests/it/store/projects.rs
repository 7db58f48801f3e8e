use super::{add_project, draft, label, told};
use crate::database::{TestStore, on_both_databases};
use crate::entities::{Anything, edit_rules, put_lexicon, rule_body, rule_edit};
use anyhow::Result;
use hunch::store::{
    EntityEdit, JobSpec, NewJob, Receipt, Seek, Store, StoreError, StoreResult, Write, settings_key,
};
use hunch_protocol::{Changed, Project, SettingsBody};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

on_both_databases!(
    a_project_is_kept_listed_and_updated_only_from_its_current_revision,
    a_repeated_request_finds_its_receipt_and_what_failed_leaves_none,
    a_removed_project_takes_all_that_is_in_it_along,
    a_caller_that_hangs_up_does_not_undo_its_write,
    changes_are_numbered_without_gaps_and_told_after_the_commit,
);

async fn a_project_is_kept_listed_and_updated_only_from_its_current_revision(db: TestStore) -> Result<()> {
    let store = &db.store;
    let (first, second) = (add_project(store).await?, add_project(store).await?);

    let project = store.get_project(first).await?;
    assert_eq!((project.seed, project.revision, project.seq), (u64::MAX, 1, 2));
    assert_eq!((project.rows, project.rules), (0, 0));
    assert_eq!(project.labels, [label("HAM"), label("SPAM")]);
    assert_eq!(project.created_at, "1970-01-01T00:00:01.000000Z");

    let page = store.list_projects(Seek { after: None, limit: 1 }).await?;
    assert_eq!((page.items[0].id.clone(), page.next.clone()), (first.to_string(), Some(first.to_string())));
    let page = store.list_projects(Seek { after: Some(first), limit: 1 }).await?;
    assert_eq!((page.items[0].id.clone(), page.next), (second.to_string(), None));

    let updated = edit_project(store, first, "mail", 1).await?;
    assert_eq!((updated.name.as_str(), updated.revision, updated.seq), ("mail", 2, 3));
    assert_eq!(updated.updated_at, "1970-01-01T00:00:02.000000Z");
    let stale = edit_project(store, first, "post", 1).await;
    let Err(StoreError::Stale { revision: 2, .. }) = stale else { panic!("{stale:?}") };
    assert_eq!(store.get_project(first).await?.seq, 3, "what was refused moves nothing");

    let taken = store.add_project(first, draft(vec![label("HAM")], 0), Write::at(4)).await;
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
    let unknown = store.get_project(Uuid::nil()).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "project" })), "{unknown:?}");
    let unknown = edit_project(store, Uuid::nil(), "mail", 1).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "project" })), "{unknown:?}");
    Ok(())
}

async fn edit_project(store: &Arc<dyn Store>, id: Uuid, name: &str, base: u64) -> StoreResult<Project> {
    let body = Some(json!(SettingsBody { name: name.to_owned(), seed: u64::MAX, ..SettingsBody::default() }));
    let edit = EntityEdit { key: settings_key(), base, body, author: "local".to_owned() };
    store.put_entities(id, vec![edit], Arc::new(Anything), Write::at(2_000_000)).await?;
    store.get_project(id).await
}

async fn a_repeated_request_finds_its_receipt_and_what_failed_leaves_none(db: TestStore) -> Result<()> {
    let store = &db.store;
    let receipt = Receipt { scope: "POST /projects".into(), key: "k1".into(), request_hash: "h1".into() };
    let draft = draft(vec![label("HAM")], 7);
    assert_eq!(store.find_receipt("POST /projects", "k1").await?, None);

    let id = Uuid::now_v7();
    let write = Write::at(10).with_receipt(Some(receipt.clone()));
    let project = store.add_project(id, draft.clone(), write.clone()).await?;
    let found = store.find_receipt("POST /projects", "k1").await?.expect("it was recorded");
    assert_eq!(found.request_hash, "h1");
    assert_eq!(serde_json::from_value::<Project>(found.response)?, project);
    assert_eq!(store.find_receipt("another", "k1").await?, None);

    // Two requests with one key at once: the second does nothing.
    let twice = store.add_project(Uuid::now_v7(), draft.clone(), write).await;
    assert!(matches!(twice, Err(StoreError::Repeated)), "{twice:?}");
    assert_eq!(store.list_projects(Seek::default()).await?.items.len(), 1);

    let failing = Receipt { key: "k2".into(), ..receipt };
    let taken = store.add_project(id, draft, Write::at(11).with_receipt(Some(failing))).await;
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
    assert_eq!(store.find_receipt("POST /projects", "k2").await?, None);

    assert_eq!(store.forget_receipts(10).await?, 0);
    assert_eq!(store.forget_receipts(11).await?, 1);
    assert_eq!(store.find_receipt("POST /projects", "k1").await?, None);
    Ok(())
}

async fn changes_are_numbered_without_gaps_and_told_after_the_commit(db: TestStore) -> Result<()> {
    let mut events = db.events.subscribe();
    let project = add_project(&db.store).await?;
    let writes = (0..20).map(|number| {
        let store = db.store.clone();
        tokio::spawn(async move {
            put_lexicon(&store, project, &format!("list{number}"), ("hash", &["term"]), 0, 1).await
        })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await??;
    }
    assert_eq!(db.store.get_project(project).await?.seq, 22);
    let mut told = told(&mut events);
    told.sort_by_key(|(seq, _)| *seq);
    assert_eq!(told.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), (2..=22).collect::<Vec<_>>());

    let poke = db.store.changes_since(project, 0).await?;
    assert_eq!((poke.seq, poke.changed), (22, vec![Changed::Project, Changed::Lexicons]));
    assert_eq!(db.store.changes_since(project, 2).await?.changed, [Changed::Lexicons]);
    assert_eq!(db.store.changes_since(project, 22).await?.changed, []);
    Ok(())
}

async fn a_caller_that_hangs_up_does_not_undo_its_write(db: TestStore) -> Result<()> {
    let (store, id) = (&db.store, Uuid::now_v7());
    let draft = draft(vec![label("HAM")], 7);
    let mut write = store.add_project(id, draft, Write::at(1));
    assert!(futures::poll!(&mut write).is_pending());
    drop(write);
    while store.get_project(id).await.is_err() {
        tokio::task::yield_now().await;
    }
    Ok(())
}

async fn a_removed_project_takes_all_that_is_in_it_along(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let (first, second, rule) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let jobs =
        [(first, None), (second, Some(first))].map(|(id, after)| NewJob { id, spec: JobSpec::Apply, after });
    store.add_jobs(project, jobs.into(), Write::at(1)).await?;
    edit_rules(store, project, vec![rule_edit(rule, 0, rule_body("a"))], 1).await?;
    store.add_vote_blocks(project, 1, "chunk", vec![("plan".into(), vec![1])]).await?;

    let stale = store.remove_project(project, 2, Write::at(2)).await;
    assert!(matches!(stale, Err(StoreError::Stale { revision: 1, .. })), "{stale:?}");
    store.remove_project(project, 1, Write::at(2)).await?;
    let gone = store.get_job(project, first).await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "job" })), "{gone:?}");
    let gone = store.get_rule(project, rule).await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "rule" })), "{gone:?}");
    assert!(store.vote_plans(project, 1, "chunk").await?.is_empty());
    store.ping().await?;
    Ok(())
}
