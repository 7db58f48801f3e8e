//! What is removed when nothing names it any more, and what never is.

use crate::database::{TestStore, on_both_databases};
use crate::world::World;
use anyhow::{Context as _, Result};
use bytes::Bytes;
use hunch::store::{JobSpec, NewJob, Write};
use hunch_engine::ENGINE_VERSION;
use hunch_protocol::{Corpus, ExportFormat, Job, JobResult, NewSnapshot, SaveRule, routes};
use reqwest::StatusCode;
use uuid::Uuid;

on_both_databases!(
    what_a_corpus_or_a_snapshot_names_stays_and_the_rest_goes,
    votes_go_when_unused_for_a_week_and_come_back_when_needed,
    nothing_goes_while_a_job_runs,
);

const DAY: i64 = 24 * 3600 * 1_000_000;

async fn freeze(world: &World, project: &str) -> Result<String> {
    let path = routes::snapshots(project);
    let job: Job = world.client.post(&path, &NewSnapshot::default()).await?.ok(StatusCode::ACCEPTED)?;
    match world.client.finish(job).await?.result {
        Some(JobResult::Snapshot { id }) => Ok(id),
        other => anyhow::bail!("not a snapshot: {other:?}"),
    }
}

async fn tail(world: &World, project: &str) -> Result<String> {
    let corpus: Corpus = world.client.get(&routes::corpus(project)).await?.ok(StatusCode::OK)?;
    Ok(corpus.chunks.last().context("a chunk")?.hash.clone())
}

async fn what_a_corpus_or_a_snapshot_names_stays_and_the_rest_goes(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let (client, objects) = (&world.client, &world.state().objects);
    let project = client.project().await?;
    client.import(&project, "id,text\na,my channel\nb,a song\n".to_owned()).await?;
    client.rule(&project, "rule channel:\n  SPAM when text has \"channel\"\n").await?;
    client.apply(&project).await?;
    let snapshot = freeze(&world, &project.id).await?;
    let frozen = tail(&world, &project.id).await?;
    client.import(&project, "id,text\nc,more\n".to_owned()).await?;
    let replaced = tail(&world, &project.id).await?;
    client.import(&project, "id,text\nd,even more\n".to_owned()).await?;
    let current = tail(&world, &project.id).await?;
    let left_over = objects.put(Bytes::from_static(b"left over")).await?;

    world.collect_garbage().await?;
    assert!(objects.get(&left_over).await.is_ok(), "a day has not passed");
    world.clock.advance(2 * DAY);
    world.collect_garbage().await?;
    assert!(objects.get(&left_over).await.is_err());
    assert!(objects.get(&replaced).await.is_err());
    // Column by column, past what is kept in memory.
    let chunks = hunch::corpus::ChunkStore::new(objects.clone());
    let (frozen, current) =
        tokio::task::spawn_blocking(move || (chunks.get(&frozen), chunks.get(&current))).await?;
    assert_eq!((frozen?.rows, current?.rows), (2, 4));
    let export = client.get(&routes::export(&project.id, &snapshot, ExportFormat::Csv)).await?;
    assert!(export.status == StatusCode::OK && export.text().contains("a,SPAM"), "{}", export.text());
    world.stop().await
}

async fn votes_go_when_unused_for_a_week_and_come_back_when_needed(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let (client, store) = (&world.client, &world.state().store);
    let project = client.project().await?;
    client.import(&project, "id,text\na,my channel\nb,a song\n".to_owned()).await?;
    let rule = client.rule(&project, "rule channel:\n  SPAM when text has \"channel\"\n").await?;
    client.apply(&project).await?;
    let save = SaveRule { source: "rule channel:\n  SPAM when text has \"song\"\n".to_owned(), active: true };
    let path = routes::rule(&project.id, &rule.id);
    let edit =
        client.request(reqwest::Method::PUT, &path).header("if-match", format!("\"{}\"", rule.revision));
    assert_eq!(edit.json(&save).send().await?.status(), StatusCode::OK);
    world.clock.advance(4 * DAY);
    client.apply(&project).await?;
    let id: Uuid = project.id.parse()?;
    let tail = tail(&world, &project.id).await?;
    let plans = async || anyhow::Ok(store.vote_plans(id, ENGINE_VERSION, &tail).await?.len());
    assert_eq!(plans().await?, 2);
    world.clock.advance(4 * DAY);
    world.collect_garbage().await?;
    assert_eq!(plans().await?, 1);
    world.clock.advance(8 * DAY);
    world.collect_garbage().await?;
    assert_eq!(plans().await?, 0);
    freeze(&world, &project.id).await?;
    assert_eq!(plans().await?, 1);
    world.stop().await
}

async fn nothing_goes_while_a_job_runs(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    let state = world.state();
    // A job from a time to come, so that the server's runner does not take it up.
    let (later, job, owner) = (i64::MAX / 2, Uuid::now_v7(), Uuid::now_v7());
    let new = NewJob { id: job, spec: JobSpec::Apply, after: None };
    state.store.add_jobs(project.id.parse()?, vec![new], Write::at(later)).await?;
    assert!(state.store.lease_job(owner, later, later + 1).await?.is_some());
    // Only now, because the server collects by itself when it starts.
    let left_over = state.objects.put(Bytes::from_static(b"left over")).await?;
    world.clock.advance(2 * DAY);
    world.collect_garbage().await?;
    assert!(state.objects.get(&left_over).await.is_ok());
    state.store.stop_job(job, owner, None, later).await?;
    world.collect_garbage().await?;
    assert!(state.objects.get(&left_over).await.is_err());
    world.stop().await
}
