//! `kill -9` of the real server in the middle of its work.

use crate::postgres;
use crate::process::Hunch;
use crate::world::TestClient;
use anyhow::{Result, bail, ensure};
use hunch_protocol::{ApplyReport, Job, JobResult, JobState, Project, routes};
use reqwest::StatusCode;
use serde_json::json;
use std::fmt::Write as _;
use tempfile::TempDir;

/// Enough that an apply takes seconds: several chunks, and rules that no prefilter makes fast.
const ROWS: usize = 120_000;
const RULES: usize = 40;

#[tokio::test]
async fn an_apply_that_is_killed_ends_with_the_same_votes_on_sqlite() -> Result<()> {
    an_apply_that_is_killed_ends_with_the_same_votes(None, None).await
}

#[tokio::test]
async fn an_apply_that_is_killed_ends_with_the_same_votes_on_postgres() -> Result<()> {
    let (killed, whole) = (postgres::Database::create().await?, postgres::Database::create().await?);
    an_apply_that_is_killed_ends_with_the_same_votes(Some(killed.url()), Some(whole.url())).await
}

async fn an_apply_that_is_killed_ends_with_the_same_votes(
    killed: Option<String>,
    whole: Option<String>,
) -> Result<()> {
    let folder = TempDir::new()?;
    let mut server = Hunch::start(folder.path(), killed.as_deref()).await?;
    let project = prepare(&server.client).await?;
    let path = routes::apply(&project.id);
    let apply: Job = server.client.post(&path, &json!({})).await?.ok(StatusCode::ACCEPTED)?;
    let mut events = server.client.events(&project.id, None).await?;
    // A chunk's votes are kept before its rows count as done.
    let seen = events.job(&apply.id, |job| job.progress.rows > 0).await?;
    ensure!(seen.state == JobState::Running, "too fast to be killed in the middle: {seen:?}");
    server.kill().await?;

    let server = Hunch::start(folder.path(), killed.as_deref()).await?;
    let resumed = server.client.finish(apply).await?;
    ensure!(resumed.attempts > 1, "it was not interrupted: {resumed:?}");
    let Some(JobResult::Apply(ApplyReport { cached, .. })) = resumed.result else {
        bail!("no report: {resumed:?}")
    };
    ensure!(cached > 0, "what was done before the crash was done again");
    let survivor = snapshot(&server.client, &project).await?;

    let folder = TempDir::new()?;
    let server = Hunch::start(folder.path(), whole.as_deref()).await?;
    let project = prepare(&server.client).await?;
    server.client.apply(&project).await?;
    // A snapshot's id is the hash of all that it follows from, the votes among them.
    assert_eq!(survivor, snapshot(&server.client, &project).await?);
    Ok(())
}

/// A project with many rows and many rules that are slow enough.
async fn prepare(client: &TestClient) -> Result<Project> {
    let project = client.project().await?;
    let mut csv = String::from("id,text\n");
    for row in 0..ROWS {
        let (a, b) = (row % 97, row * 31 % 89);
        writeln!(
            csv,
            "d{row},document {row} {}speaks of thing {a} and of thing {b}",
            "once and again ".repeat(10)
        )?;
    }
    client.import(&project, csv).await?;
    for rule in 0..RULES {
        let label = if rule % 2 == 0 { "SPAM" } else { "HAM" };
        // No literal to look for first, so every row is read to its end; no two rules are alike.
        let (words, digit) = (rule % 10 + 1, rule / 10);
        let source = format!("rule r{rule}:\n  {label} when text ~ /(\\w+ ){{{words}}}.*[{digit}-9]$/i\n");
        client.rule(&project, &source).await?;
    }
    Ok(project)
}

async fn snapshot(client: &TestClient, project: &Project) -> Result<String> {
    let jobs: hunch_protocol::Page<Job> = client.get(&routes::jobs(&project.id)).await?.ok(StatusCode::OK)?;
    for job in jobs.items {
        client.finish(job).await?;
    }
    let path = routes::snapshots(&project.id);
    let job: Job = client.post(&path, &json!({})).await?.ok(StatusCode::ACCEPTED)?;
    match client.finish(job).await?.result {
        Some(JobResult::Snapshot { id }) => Ok(id),
        other => bail!("no snapshot: {other:?}"),
    }
}
