use super::{Bench, COMMENTS, assert_state, ended};
use crate::database::{TestStore, on_both_databases};
use anyhow::{Context as _, Result};
use hunch::clock::SystemIds;
use hunch::jobs::{Runner, apply_then_combine, run_until_idle};
use hunch::labels::{self, LabelBlock, LabelFilter};
use hunch::store::{JobSpec, Seek};
use hunch_protocol::{CombineRequest, Job, JobResult, JobState, NewSnapshot};
use hunch_rules::canonical_hash;
use uuid::Uuid;

on_both_databases!(
    a_file_becomes_labels_and_a_snapshot,
    equal_inputs_give_the_same_snapshot_wherever_and_whenever,
    a_server_starts_jobs_as_they_are_queued_and_combines_when_it_has_applied,
);

/// All models, simplest first.
const MODELS: [&str; 7] =
    ["majority", "weighted", "dawid-skene", "one-coin", "matrix-completion", "triplet", "robust"];

pub(super) async fn import_apply_combine(bench: &Bench) -> Result<Uuid> {
    let project = bench.add_project().await?;
    let import = bench.run(project, bench.upload(Some(COMMENTS)).await?).await?;
    assert_state(&import, JobState::Done);
    bench.add_rules(project).await?;
    bench.queue(project, apply_then_combine(&SystemIds, CombineRequest::default())).await?;
    run_until_idle(&bench.context).await?;
    Ok(project)
}

async fn freeze(bench: &Bench, project: Uuid, name: &str) -> Result<String> {
    let job = bench
        .run(project, JobSpec::Snapshot(NewSnapshot { name: name.to_owned(), ..NewSnapshot::default() }))
        .await?;
    assert_state(&job, JobState::Done);
    match job.result {
        Some(JobResult::Snapshot { id }) => Ok(id),
        other => anyhow::bail!("not a snapshot: {other:?}"),
    }
}

async fn a_file_becomes_labels_and_a_snapshot(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let store = bench.store();
    let project = import_apply_combine(&bench).await?;
    let jobs: Vec<Job> = store.list_jobs(project, Seek::default()).await?.items;
    let import = jobs.last().context("the import")?;
    let Some(JobResult::Import(report)) = &import.result else { panic!("{import:?}") };
    assert_eq!((report.rows, report.added, report.skipped), (5, 5, 0));
    assert_eq!(import.progress.done, import.progress.total);
    assert!(store.uploads_before(i64::MAX).await?.is_empty(), "an imported upload is cleared away");
    let Some(JobResult::Apply(applied)) = &jobs[1].result else { panic!("{:?}", jobs[1]) };
    assert_eq!((applied.rows, applied.rules, applied.evaluated, applied.cached), (5, 3, 3, 0));
    assert_eq!(jobs[0].result, Some(JobResult::Combine { rows: 5 }));

    let report = labels::report(store.as_ref(), project).await?.context("a report")?;
    assert_eq!((report.rows, report.covered, report.patterns, report.gold), (5, 4, 3, 3));
    assert_eq!(report.sources, ["channel", "mine", "song"]);
    assert!(!report.stale);
    let majority = &report.models[0];
    assert_eq!((majority.name.as_str(), majority.used), ("majority", false));
    let used = report.used_model().context("a model in use")?;
    assert_eq!(
        (used.name.as_str(), report.chosen.as_str(), report.used.as_str()),
        ("robust", "robust", "robust")
    );
    assert_eq!(report.models.iter().map(|model| model.name.as_str()).collect::<Vec<_>>(), MODELS);
    // Gold of a, b, c, d and e; that of the train split scores nothing.
    assert_eq!(report.evidence, 5);
    assert_eq!(majority.label_rows, [1, 3]);
    // Of a, b and e in the dev split, e is taken for spam.
    let scores = majority.scores.as_ref().context("scores")?;
    assert_eq!((scores.accuracy, scores.accuracy_covered), (Some(2.0 / 3.0), Some(2.0 / 3.0)));

    let page =
        labels::documents(store.as_ref(), &bench.context.chunks, project, 0, 3, LabelFilter::default())
            .await?;
    let page = page.context("labels")?;
    assert_eq!(page.next.as_deref(), Some("3"));
    let documents: Vec<_> = page.items.iter().map(|d| (d.id.as_str(), d.row, d.label, d.gold)).collect();
    assert_eq!(documents, [("a", 0, 1, Some(1)), ("b", 1, 0, Some(0)), ("c", 2, 1, None)]);
    assert_eq!(page.items[0].majority, [0.0, 1.0]);
    let rest =
        labels::documents(store.as_ref(), &bench.context.chunks, project, 3, 3, LabelFilter::default())
            .await?;
    let rest = rest.context("labels")?;
    assert_eq!(rest.next, None);
    assert_eq!((rest.items[0].id.as_str(), rest.items[0].covered, rest.items[0].label), ("d", false, -1));

    let id = freeze(&bench, project, "").await?;
    let manifest = store.snapshot_manifest(project, &id).await?;
    assert_eq!(canonical_hash(&manifest), id);
    assert_eq!((manifest.rows, manifest.covered, manifest.seed), (5, 4, 7));
    assert_eq!(manifest.rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(), report.sources);
    assert_eq!((manifest.model.name.as_str(), &manifest.model.prior), ("robust", &used.prior));
    assert_eq!((manifest.model.evidence, manifest.model.calibration), (5, None));
    let block = bench.context.objects.get(&manifest.chunks[0].labels).await?;
    let block = LabelBlock::decode(&block)?;
    assert_eq!(block.labels, [1, 0, 1, -1, 1]);
    for row in 0..5 {
        assert!((block.row(row).iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
    assert_eq!(block.row(0), page.items[0].probabilities);
    assert_eq!(store.get_snapshot(project, &id).await?.name, "1970-01-01T00:00:01.000000Z");
    Ok(())
}

async fn equal_inputs_give_the_same_snapshot_wherever_and_whenever(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = import_apply_combine(&bench).await?;
    let id = freeze(&bench, project, "first").await?;
    assert_eq!(freeze(&bench, project, "again").await?, id);
    let all = bench.store().list_snapshots(project, Seek::default()).await?.items;
    assert_eq!(all.iter().map(|snapshot| snapshot.name.as_str()).collect::<Vec<_>>(), ["first"]);

    bench.clock.0.store(9_000_000, std::sync::atomic::Ordering::Relaxed);
    let twin = import_apply_combine(&bench).await?;
    assert_eq!(freeze(&bench, twin, "twin").await?, id);

    bench.add_rule(twin, "voice", "rule voice:\n  HAM when text has \"voice\"\n").await?;
    bench.queue(twin, apply_then_combine(&SystemIds, CombineRequest::default())).await?;
    run_until_idle(&bench.context).await?;
    assert_ne!(freeze(&bench, twin, "changed").await?, id);
    Ok(())
}

async fn a_server_starts_jobs_as_they_are_queued_and_combines_when_it_has_applied(
    db: TestStore,
) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = bench.add_project().await?;
    bench.add_rules(project).await?;
    bench.publish(project, 3).await?;
    let runner = Runner::start(bench.context.clone()).await?;
    let request = CombineRequest { model: Some("majority".to_owned()), ..CombineRequest::default() };
    let ids = bench.queue(project, apply_then_combine(&SystemIds, request)).await?;
    assert_state(&ended(&bench, project, ids[1]).await?, JobState::Done);
    runner.stop().await;
    let report = labels::report(bench.store().as_ref(), project).await?.context("a report")?;
    assert_eq!(report.used_model().context("a model")?.name, "majority");
    assert_eq!((report.rows, report.covered), (12, 9));
    Ok(())
}
