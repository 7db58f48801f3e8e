//! Term weights: made by the first import, kept by the others, renewed when asked for.

use crate::database::{TestStore, on_both_databases};
use crate::world::World;
use anyhow::{Context as _, Result, bail};
use hunch_protocol::{
    Corpus, DocumentLabels, Job, JobResult, LabelReport, Manifest, NewSnapshot, Page, Project, routes,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both_databases!(term_weights_are_frozen_by_the_first_import_and_renewed_when_asked_for);

const FIRST: &str = "id,text\na,check out my channel\nb,i love this song\nc,check my song\n";

/// The hash of the text column's term weights.
async fn hash(world: &World, project: &Project) -> Result<String> {
    let corpus: Corpus = world.client.get(&routes::corpus(&project.id)).await?.ok(StatusCode::OK)?;
    corpus.columns.into_iter().find_map(|column| column.weights).context("no term weights")
}

async fn labels(world: &World, project: &Project) -> Result<Vec<i16>> {
    world.client.apply(project).await?;
    let page: Page<DocumentLabels> =
        world.client.get(&routes::labels(&project.id)).await?.ok(StatusCode::OK)?;
    // By majority: -1 where no rule votes.
    let label = |row: &DocumentLabels| if row.label < 0 { -1 } else { i16::from(row.majority[1] > 0.5) };
    Ok(page.items.iter().map(label).collect())
}

async fn term_weights_are_frozen_by_the_first_import_and_renewed_when_asked_for(
    store: TestStore,
) -> Result<()> {
    let world = World::start(store).await?;
    let client = &world.client;
    let project = client.project().await?;
    let id = &project.id;
    client.import(&project, FIRST.into()).await?;
    let first = hash(&world, &project).await?;

    let answer = client.get(&routes::weights(id, &first)).await?;
    assert!(answer.header("cache-control").contains("immutable"));
    assert_eq!(blake3::hash(&answer.body).to_hex().to_string(), first);
    let object: Value = answer.ok(StatusCode::OK)?;
    assert_eq!(object, json!({ "documents": 3, "terms": { "check": 2, "my": 2, "song": 2 } }));
    client.get(&routes::weights(id, &"0".repeat(64))).await?.refused("not-found")?;

    client.rule(&project, "rule alike:\n  SPAM when similar(text, (\"check my channel\")) > 0.7\n").await?;
    client
        .rule(&project, "rule song:\n  HAM when nearest(text, (\"the channel\", \"this song\")) = 2\n")
        .await?;
    assert_eq!(labels(&world, &project).await?, [1, 0, 0]);

    // What comes later is compared by the same weights; a retried import counts nothing anew.
    client.import(&project, "id,text\nd,check check\ne,a song\nf,a song\n".into()).await?;
    assert_eq!(hash(&world, &project).await?, first);
    assert_eq!(labels(&world, &project).await?, [1, 0, 0, -1, 0, 0]);

    let job: Job =
        client.post(&routes::snapshots(id), &NewSnapshot::default()).await?.ok(StatusCode::ACCEPTED)?;
    let Some(JobResult::Snapshot { id: snapshot }) = client.finish(job).await?.result else { bail!("none") };
    let manifest: Manifest = client.get(&routes::snapshot(id, &snapshot)).await?.ok(StatusCode::OK)?;
    let named: Vec<_> = manifest.weights.iter().map(|it| (it.column.as_str(), it.hash.as_str())).collect();
    assert_eq!(named, [("text", first.as_str())]);

    let job: Job = client.post(&routes::weigh(id), &json!({})).await?.ok(StatusCode::ACCEPTED)?;
    let Some(JobResult::Weigh { columns }) = client.finish(job).await?.result else { bail!("no result") };
    assert_eq!(columns, ["text"]);
    let second = hash(&world, &project).await?;
    assert_ne!(second, first);
    let report: LabelReport = client.get(&routes::report(id)).await?.ok(StatusCode::OK)?;
    assert!(report.stale, "rules mean something else now");
    labels(&world, &project).await?;

    // The snapshot names the first weights, the corpus the second: both stay.
    world.clock.advance(2 * 24 * 3600 * 1_000_000);
    world.collect_garbage().await?;
    for hash in [&first, &second] {
        world.state().objects.get(hash).await?;
    }
    let job: Job = client.post(&routes::weigh(id), &json!({})).await?.ok(StatusCode::ACCEPTED)?;
    let Some(JobResult::Weigh { columns }) = client.finish(job).await?.result else { bail!("no result") };
    assert!(columns.is_empty(), "nothing has changed since");
    world.stop().await
}
