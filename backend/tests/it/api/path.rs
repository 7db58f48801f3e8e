//! The main job from a file to a download, over HTTP.

use crate::database::{TestStore, on_both_databases};
use crate::world::{SendExt as _, World};
use anyhow::{Result, bail};
use hunch_protocol::{
    Corpus, DocumentLabels, ExportFormat, Job, JobKind, JobResult, JobState, LabelReport, Manifest,
    NewProject, Page, Project, Rule, Snapshot, routes,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    a_file_becomes_labels_that_can_be_downloaded,
    the_sample_project_has_something_on_every_page,
    what_has_to_come_first_is_said,
    a_job_that_waits_or_runs_can_be_cancelled,
    answers_are_compressed_where_it_helps,
);

const FILE: &str = "id,text,label\na,check out my channel,SPAM\nb,I love this song,HAM\nc,please subscribe,SPAM\nd,nothing,\n";

async fn a_file_becomes_labels_that_can_be_downloaded(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let client = &world.client;
    let project = client.project().await?;
    let id = &project.id;
    client.import(&project, FILE.into()).await?;
    client.rule(&project, "rule check:\n  SPAM when text ~ /check.*out/i\n").await?;
    client.rule(&project, "rule please:\n  SPAM when text has \"please\"\n").await?;
    client.rule(&project, "rule song:\n  HAM when text contains \"song\"\n").await?;

    let apply = client.apply(&project).await?;
    let Some(JobResult::Apply(report)) = apply.result else { bail!("no report: {apply:?}") };
    assert_eq!((report.rows, report.rules, report.evaluated, report.cached), (4, 3, 3, 0));
    let Some(JobResult::Apply(again)) = client.apply(&project).await?.result else { bail!("no report") };
    assert_eq!((again.evaluated, again.cached), (0, 3));

    let report: LabelReport = client.get(&routes::report(id)).await?.ok(StatusCode::OK)?;
    assert_eq!((report.rows, report.covered, report.stale), (4, 3, false));
    let models: Vec<&str> = report.models.iter().map(|model| model.name.as_str()).collect();
    assert_eq!((models.len(), models[0], report.used.as_str()), (7, "majority", "robust"));

    let first: Page<DocumentLabels> =
        client.get(&routes::page(&routes::labels(id), None, Some(3))).await?.ok(StatusCode::OK)?;
    let rest = routes::page(&routes::labels(id), first.next.as_deref(), Some(3));
    let rest: Page<DocumentLabels> = client.get(&rest).await?.ok(StatusCode::OK)?;
    let rows: Vec<_> = first.items.iter().chain(&rest.items).collect();
    let labels: Vec<(&str, i16)> = rows.iter().map(|row| (row.id.as_str(), row.label)).collect();
    assert_eq!(labels, [("a", 1), ("b", 0), ("c", 1), ("d", -1)]);
    assert_eq!(rest.next, None);
    for row in rows {
        for probabilities in [&row.probabilities, &row.majority] {
            assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{row:?}");
        }
    }

    let job: Job =
        client.post(&routes::snapshots(id), &json!({"name": "first"})).await?.ok(StatusCode::ACCEPTED)?;
    let Some(JobResult::Snapshot { id: snapshot }) = client.finish(job).await?.result else {
        bail!("no snapshot")
    };
    let list: Page<Snapshot> = client.get(&routes::snapshots(id)).await?.ok(StatusCode::OK)?;
    assert_eq!(
        (list.items.len(), list.items[0].id.as_str(), list.items[0].name.as_str()),
        (1, &*snapshot, "first")
    );
    let answer = client.get(&routes::snapshot(id, &snapshot)).await?;
    assert!(answer.header("cache-control").contains("immutable"));
    let manifest: Manifest = answer.ok(StatusCode::OK)?;
    assert_eq!((manifest.rows, manifest.covered, manifest.rules.len()), (4, 3, 3));

    for format in [ExportFormat::Parquet, ExportFormat::Csv, ExportFormat::Jsonl] {
        let answer = client.get(&routes::export(id, &snapshot, format)).await?;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let disposition = answer.header("content-disposition");
        assert!(
            disposition.starts_with("attachment; filename=") && disposition.contains(format.name()),
            "{disposition}"
        );
        match format {
            ExportFormat::Parquet => {
                assert!(answer.body.starts_with(b"PAR1") && answer.body.ends_with(b"PAR1"));
            }
            ExportFormat::Csv => assert_eq!(answer.text().lines().count(), 5),
            ExportFormat::Jsonl => assert_eq!(answer.text().lines().count(), 4),
        }
    }
    client
        .get(&format!("{}/export?format=xls", routes::snapshot(id, &snapshot)))
        .await?
        .refused("bad-request")?;

    client.rule(&project, "rule love:\n  HAM when text has \"love\"\n").await?;
    let report: LabelReport = client.get(&routes::report(id)).await?.ok(StatusCode::OK)?;
    assert!(report.stale);
    world.stop().await
}

async fn the_sample_project_has_something_on_every_page(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let sample = NewProject { sample: true, ..NewProject::default() };
    let request = || {
        let request =
            world.client.request(Method::POST, &routes::projects()).header("idempotency-key", "once");
        request.json(&sample)
    };
    let project: Project = request().answer().await?.ok(StatusCode::CREATED)?;
    let again: Project = request().answer().await?.ok(StatusCode::CREATED)?;
    assert_eq!((project.rows, &project.id), (2_000, &again.id));

    let jobs: Page<Job> = world.client.get(&routes::jobs(&project.id)).await?.ok(StatusCode::OK)?;
    assert_eq!(jobs.items.iter().map(|job| job.kind).collect::<Vec<_>>(), [JobKind::Combine, JobKind::Apply]);
    for job in jobs.items {
        world.client.finish(job).await?;
    }
    let rules: Page<Rule> = world.client.get(&routes::rules(&project.id)).await?.ok(StatusCode::OK)?;
    let report: LabelReport = world.client.get(&routes::report(&project.id)).await?.ok(StatusCode::OK)?;
    assert_eq!(report.sources.len(), rules.items.len());
    assert!(report.gold > 0 && report.covered > 0, "{report:?}");
    world.stop().await
}

async fn what_has_to_come_first_is_said(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    world.client.post(&routes::apply(&project.id), &json!({})).await?.refused("not-ready")?;
    world.client.post(&routes::snapshots(&project.id), &json!({})).await?.refused("not-ready")?;
    let combine = routes::combine(&project.id);
    for body in [
        json!({"model": "guess"}),
        json!({"prior": "given"}),
        json!({"prior": "uniform", "balance": [0.5, 0.5]}),
        json!({"balance": [0.5]}),
        json!({"balance": [0.5, 0.6]}),
        json!({"balance": [1.5, -0.5]}),
    ] {
        world.client.post(&combine, &body).await?.refused("invalid")?;
    }
    world.client.post(&routes::apply(&project.id), &json!({"all": true})).await?.refused("invalid")?;
    world.stop().await
}

async fn a_job_that_waits_or_runs_can_be_cancelled(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    world.client.import(&project, FILE.into()).await?;
    let apply = world.client.apply(&project).await?;
    let late = world.client.post(&routes::cancel(&project.id, &apply.id), &json!({})).await?;
    late.refused("too-late")?;

    let job: Job =
        world.client.post(&routes::apply(&project.id), &json!({})).await?.ok(StatusCode::ACCEPTED)?;
    let jobs: Page<Job> = world.client.get(&routes::jobs(&project.id)).await?.ok(StatusCode::OK)?;
    let Some(combine) = jobs.items.iter().find(|it| it.after.as_ref() == Some(&job.id)) else {
        bail!("{jobs:?}")
    };
    let answer = world.client.post(&routes::cancel(&project.id, &combine.id), &json!({})).await?;
    // Either the combine still waited, or it was too fast for us.
    if answer.status == StatusCode::ACCEPTED {
        let mut events = world.client.events(&project.id, None).await?;
        let ended = events.job(&combine.id, |job| job.state.ended()).await?;
        assert!(matches!(ended.state, JobState::Cancelled | JobState::Done), "{ended:?}");
    } else {
        answer.refused("too-late")?;
    }
    world.stop().await
}

async fn answers_are_compressed_where_it_helps(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let sample = NewProject { sample: true, ..NewProject::default() };
    let project: Project = world.client.post(&routes::projects(), &sample).await?.ok(StatusCode::CREATED)?;
    let jobs: Page<Job> = world.client.get(&routes::jobs(&project.id)).await?.ok(StatusCode::OK)?;
    for job in jobs.items {
        world.client.finish(job).await?;
    }
    let job: Job =
        world.client.post(&routes::snapshots(&project.id), &json!({})).await?.ok(StatusCode::ACCEPTED)?;
    let Some(JobResult::Snapshot { id }) = world.client.finish(job).await?.result else {
        bail!("no snapshot")
    };
    let corpus: Corpus = world.client.get(&routes::corpus(&project.id)).await?.ok(StatusCode::OK)?;

    for (path, encoding) in [
        (routes::chunk(&project.id, &corpus.chunks[0].hash), "br"),
        (routes::labels(&project.id), "br"),
        (routes::export(&project.id, &id, ExportFormat::Csv), "br"),
        (routes::export(&project.id, &id, ExportFormat::Parquet), ""),
    ] {
        let request = world.client.request(Method::GET, &path).header("accept-encoding", "gzip, br");
        let answer = request.answer().await?;
        assert_eq!(answer.header("content-encoding"), encoding, "{path}");
    }
    let events =
        world.client.request(Method::GET, &routes::events(&project.id)).header("accept-encoding", "gzip, br");
    let events = events.send().await?;
    assert!(events.headers().get("content-encoding").is_none());
    world.stop().await
}
