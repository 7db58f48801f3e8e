use super::{Bench, COMMENTS, assert_state, ended};
use crate::database::{TestStore, on_both_databases};
use crate::entities::{edit_rules, no_rule};
use anyhow::Result;
use hunch::clock::SystemIds;
use hunch::jobs::{Runner, apply_then_combine, run_until_idle};
use hunch::labels;
use hunch::store::{JobSpec, Seek, Store, StoreError};
use hunch_engine::ENGINE_VERSION;
use hunch_protocol::{CombineRequest, JobResult, JobState, NewSnapshot};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use uuid::Uuid;

on_both_databases!(
    an_apply_that_dies_midway_resumes_and_ends_with_the_same_votes,
    a_server_that_stops_puts_its_job_back_for_the_next,
    a_cancelled_job_leaves_nothing_and_takes_those_behind_it_along,
    an_import_that_fails_changes_nothing_and_says_why,
    a_nul_character_in_a_file_reaches_the_report_and_not_the_database,
    what_may_work_later_is_tried_again_and_in_the_end_given_up,
    rules_that_do_not_compile_are_named,
    a_snapshot_of_stale_labels_is_refused,
);

/// Enough that an apply does not end before it is looked at.
const CHUNKS: u32 = 150;

async fn votes(store: &Arc<dyn Store>, project: Uuid) -> Result<Vec<(String, Vec<u8>)>> {
    let mut all = Vec::new();
    for chunk in store.get_corpus(project).await?.corpus.chunks {
        let plans = Vec::from_iter(store.vote_plans(project, ENGINE_VERSION, &chunk.hash).await?);
        all.extend(store.vote_blocks(project, ENGINE_VERSION, &chunk.hash, &plans).await?);
    }
    Ok(all)
}

/// Returns when some votes are there.
async fn begun(store: &Arc<dyn Store>, project: Uuid) -> Result<()> {
    let chunks = store.get_corpus(project).await?.corpus.chunks;
    while store.vote_plans(project, ENGINE_VERSION, &chunks[0].hash).await?.is_empty() {
        tokio::task::yield_now().await;
    }
    Ok(())
}

async fn an_apply_that_dies_midway_resumes_and_ends_with_the_same_votes(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let (project, undisturbed) = (bench.add_project().await?, bench.add_project().await?);
    for project in [project, undisturbed] {
        bench.add_rules(project).await?;
        bench.publish(project, CHUNKS).await?;
    }
    let id = bench.queue(project, apply_then_combine(&SystemIds, CombineRequest::default())).await?[0];
    // What is dropped does nothing more, as if the server had been killed.
    tokio::select! {
        ended = run_until_idle(&bench.context) => panic!("it was to be dropped midway: {ended:?}"),
        begun = begun(bench.store(), project) => begun?,
    }
    assert_state(&bench.store().get_job(project, id).await?, JobState::Running);

    run_until_idle(&bench.context).await?;
    let job = bench.store().get_job(project, id).await?;
    assert_state(&job, JobState::Done);
    assert_eq!(job.attempts, 2);
    let Some(JobResult::Apply(report)) = job.result else { panic!("{job:?}") };
    assert!(report.cached > 0, "votes that were there are not made again");
    assert_eq!(report.evaluated + report.cached, u64::from(CHUNKS) * 3);
    let combine = &bench.store().list_jobs(project, Seek::default()).await?.items[0];
    assert_state(combine, JobState::Done);

    assert_state(&bench.run(undisturbed, JobSpec::Apply).await?, JobState::Done);
    assert_eq!(votes(bench.store(), project).await?, votes(bench.store(), undisturbed).await?);
    Ok(())
}

async fn a_server_that_stops_puts_its_job_back_for_the_next(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = bench.add_project().await?;
    bench.add_rules(project).await?;
    bench.publish(project, CHUNKS).await?;
    let runner = Runner::start(bench.context.clone()).await?;
    let id = bench.queue(project, apply_then_combine(&SystemIds, CombineRequest::default())).await?[0];
    begun(bench.store(), project).await?;
    runner.stop().await;
    let job = bench.store().get_job(project, id).await?;
    assert!(matches!(job.state, JobState::Queued | JobState::Done), "{job:?}");
    run_until_idle(&bench.context).await?;
    assert_state(&bench.store().get_job(project, id).await?, JobState::Done);
    Ok(())
}

async fn a_cancelled_job_leaves_nothing_and_takes_those_behind_it_along(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = bench.add_project().await?;
    bench.add_rules(project).await?;
    bench.publish(project, CHUNKS).await?;
    let ids = bench.queue(project, apply_then_combine(&SystemIds, CombineRequest::default())).await?;
    let work = async {
        begun(bench.store(), project).await?;
        let asked = bench.store().cancel_job(project, ids[0], 5).await?;
        assert!(asked.cancel_requested);
        ended(&bench, project, ids[0]).await
    };
    let (idle, job) = tokio::join!(run_until_idle(&bench.context), work);
    idle?;
    assert_state(&job?, JobState::Cancelled);
    assert_state(&bench.store().get_job(project, ids[1]).await?, JobState::Cancelled);
    assert_eq!(bench.store().label_report(project).await?, None);
    Ok(())
}

async fn an_import_that_fails_changes_nothing_and_says_why(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = bench.add_project().await?;
    let JobSpec::Import(mut request) = bench.upload(Some("id,text,gold,split\na,b,EGGS,dev\n")).await? else {
        panic!("an import")
    };
    request.on_bad_row = hunch_protocol::OnBadRow::Stop;
    let job = bench.run(project, JobSpec::Import(request.clone())).await?;
    assert_state(&job, JobState::Failed);
    let why = job.error.unwrap_or_default();
    assert!(why.contains("comments.csv") && why.contains("line 2") && why.contains("EGGS"), "{why}");
    assert_eq!(bench.store().get_corpus(project).await?.revision, 0);
    bench.store().get_upload(request.upload.parse()?).await?;

    request.upload = Uuid::nil().to_string();
    let job = bench.run(project, JobSpec::Import(request)).await?;
    assert_eq!((job.state, job.error.as_deref()), (JobState::Failed, Some("there is no such upload")));
    Ok(())
}

async fn a_nul_character_in_a_file_reaches_the_report_and_not_the_database(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = bench.add_project().await?;
    let content = "id,text,gold,split\na,b,\0EGGS,dev\nb,c,HAM,dev\n";
    let JobSpec::Import(mut request) = bench.upload(Some(content)).await? else { panic!("an import") };
    request.format = Some(hunch_protocol::FileFormat::Csv);
    let job = bench.run(project, JobSpec::Import(request.clone())).await?;
    assert_state(&job, JobState::Done);
    let Some(JobResult::Import(report)) = job.result else { panic!("{job:?}") };
    assert_eq!((report.added, report.skipped), (1, 1));
    assert!(report.bad_rows[0].reason.contains("EGGS"), "{report:?}");

    let JobSpec::Import(again) = bench.upload(Some(content)).await? else { panic!("an import") };
    request.upload = again.upload;
    request.on_bad_row = hunch_protocol::OnBadRow::Stop;
    assert_state(&bench.run(project, JobSpec::Import(request)).await?, JobState::Failed);
    Ok(())
}

async fn what_may_work_later_is_tried_again_and_in_the_end_given_up(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = bench.add_project().await?;
    let late = bench.upload(None).await?;
    let JobSpec::Import(request) = &late else { panic!("an import") };
    let path = bench.context.data.upload(request.upload.parse()?);
    let job = bench.run(project, late.clone()).await?;
    assert_eq!((job.state, job.attempts), (JobState::Queued, 1));
    assert!(job.error.is_some_and(|why| why.contains("comments.csv")));
    std::fs::write(path, COMMENTS)?;
    run_until_idle(&bench.context).await?;
    let waiting = bench.store().get_job(project, job.id.parse()?).await?;
    assert_eq!(waiting.attempts, 1, "it waits before the next attempt");
    bench.clock.0.fetch_add(2_000_000, Ordering::Relaxed);
    run_until_idle(&bench.context).await?;
    let done = bench.store().get_job(project, job.id.parse()?).await?;
    assert_state(&done, JobState::Done);
    assert_eq!((done.attempts, done.error), (2, None));

    let never = bench.run(project, bench.upload(None).await?).await?;
    for _ in 0..4 {
        bench.clock.0.fetch_add(3_600_000_000, Ordering::Relaxed);
        run_until_idle(&bench.context).await?;
    }
    let never = bench.store().get_job(project, never.id.parse()?).await?;
    assert_state(&never, JobState::Failed);
    assert_eq!(never.attempts, 5);
    Ok(())
}

async fn rules_that_do_not_compile_are_named(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = bench.add_project().await?;
    bench.publish(project, 1).await?;
    bench.add_rule(project, "stars", "rule stars:\n  SPAM when stars > 3\n").await?;
    let job = bench.run(project, JobSpec::Apply).await?;
    assert_state(&job, JobState::Failed);
    let why = job.error.unwrap_or_default();
    assert!(why.contains("rule `stars`") && why.contains("line 2"), "{why}");
    Ok(())
}

async fn a_snapshot_of_stale_labels_is_refused(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = bench.add_project().await?;
    bench.publish(project, 2).await?;
    let rule = bench.add_rule(project, "song", "rule song:\n  HAM when text has \"song\"\n").await?;
    let snapshot = || JobSpec::Snapshot(NewSnapshot::default());
    let early = bench.run(project, snapshot()).await?;
    assert_state(&early, JobState::Failed);
    assert!(early.error.is_some_and(|why| why.contains("apply the rules first")));

    bench.queue(project, apply_then_combine(&SystemIds, CombineRequest::default())).await?;
    run_until_idle(&bench.context).await?;
    assert_state(&bench.run(project, snapshot()).await?, JobState::Done);
    edit_rules(bench.store(), project, vec![no_rule(rule, 1)], 5).await?;
    let report = labels::report(bench.store().as_ref(), project).await?;
    assert!(report.is_some_and(|report| report.stale));
    let late = bench.run(project, snapshot()).await?;
    assert_state(&late, JobState::Failed);
    assert!(late.error.is_some_and(|why| why.contains("apply them again")));
    let unknown = bench.store().get_snapshot(project, "").await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })), "{unknown:?}");
    Ok(())
}
