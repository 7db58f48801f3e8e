use super::add_project;
use crate::database::{TestStore, on_both_databases};
use anyhow::Result;
use hunch::events::News;
use hunch::store::{CorpusUpdate, JobEnding, JobSpec, NewJob, Seek, StoreError, Write};
use hunch_protocol::{ApplyReport, CombineRequest, JobProgress, JobResult, JobState};
use uuid::Uuid;

on_both_databases!(
    a_job_is_leased_renewed_and_done_by_its_owner_only,
    a_job_behind_another_waits_for_it_and_is_cancelled_with_it,
    a_lease_that_ran_out_goes_to_the_next_and_a_restart_puts_all_back,
    a_write_that_ends_a_job_happens_once_and_not_after_a_cancellation,
);

const DONE: JobResult = JobResult::Apply(ApplyReport { rows: 1, rules: 2, evaluated: 3, cached: 4 });

fn ending(job: Uuid, owner: Uuid) -> JobEnding {
    JobEnding { job, owner, progress: JobProgress::default(), result: DONE }
}

fn apply(id: Uuid) -> NewJob {
    NewJob { id, spec: JobSpec::Apply, after: None }
}

async fn a_job_is_leased_renewed_and_done_by_its_owner_only(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let (id, owner, stranger) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let mut events = db.events.subscribe();
    let jobs = store.add_jobs(project, vec![apply(id)], Write::at(10)).await?;
    assert_eq!((jobs[0].state, jobs[0].attempts), (JobState::Queued, 0));
    assert_eq!(store.get_job(project, id).await?, jobs[0]);
    let twice = store.add_jobs(project, vec![apply(id)], Write::at(10)).await;
    assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
    let unknown = store.add_jobs(Uuid::nil(), vec![apply(Uuid::now_v7())], Write::at(10)).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "project" })), "{unknown:?}");

    assert_eq!(store.lease_job(owner, 9, 100).await?, None, "not before its time");
    let leased = store.lease_job(owner, 10, 100).await?.expect("it may start");
    assert_eq!((leased.spec, leased.job.state, leased.job.attempts), (JobSpec::Apply, JobState::Running, 1));
    assert_eq!(store.lease_job(stranger, 10, 100).await?, None);

    let progress = JobProgress { done: 1, total: 2, rows: 3 };
    assert_eq!(store.renew_job(id, owner, 200, progress).await?.progress, progress);
    let refused = store.renew_job(id, stranger, 200, progress).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");
    let refused = store.retry_job(id, stranger, None, 1).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");
    let refused = store.stop_job(id, stranger, None, 1).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");

    store.retry_job(id, owner, Some("the disk is full"), 300).await?;
    assert_eq!(store.lease_job(owner, 299, 400).await?, None, "it backs off");
    let leased = store.lease_job(owner, 300, 400).await?.expect("the next attempt");
    assert_eq!((leased.job.attempts, leased.job.error.as_deref()), (2, Some("the disk is full")));

    let progress = JobProgress { done: 2, total: 2, rows: 5 };
    let ended = |owner| JobEnding { progress, ..ending(id, owner) };
    let refused = store.end_job(Write::at(350).ending(ended(stranger))).await;
    assert!(matches!(refused, Err(StoreError::TooLate { .. })), "{refused:?}");
    store.end_job(Write::at(350).ending(ended(owner))).await?;
    let done = store.get_job(project, id).await?;
    assert_eq!((done.state, done.result, done.error), (JobState::Done, Some(DONE), None));
    assert_eq!(done.progress, progress);
    assert_eq!(done.finished_at.as_deref(), Some("1970-01-01T00:00:00.000350Z"));
    let over = store.cancel_job(project, id, 400).await;
    assert!(matches!(over, Err(StoreError::TooLate { .. })), "{over:?}");

    let mut states = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let News::Job(job) = event.news {
            states.push(job.state);
        }
    }
    let expected = ["queued", "running", "running", "queued", "running", "done"];
    assert_eq!(serde_json::to_value(states)?, serde_json::json!(expected));
    Ok(())
}

async fn a_job_behind_another_waits_for_it_and_is_cancelled_with_it(db: TestStore) -> Result<()> {
    let (store, project, owner) = (&db.store, add_project(&db.store).await?, Uuid::now_v7());
    let chain = || {
        let ids: Vec<Uuid> = (0..3).map(|_| Uuid::now_v7()).collect();
        let combine =
            |id, after| NewJob { id, spec: JobSpec::Combine(CombineRequest::default()), after: Some(after) };
        let jobs = vec![apply(ids[0]), combine(ids[1], ids[0]), combine(ids[2], ids[1])];
        (ids, jobs)
    };

    let (ids, jobs) = chain();
    store.add_jobs(project, jobs, Write::at(1)).await?;
    store.lease_job(owner, 1, 100).await?.expect("the first");
    assert_eq!(store.lease_job(owner, 1, 100).await?, None, "the second waits");
    store.end_job(Write::at(2).ending(ending(ids[0], owner))).await?;
    let second = store.lease_job(owner, 2, 100).await?.expect("the second");
    assert_eq!(
        (second.job.id.clone(), second.job.after.clone()),
        (ids[1].to_string(), Some(ids[0].to_string()))
    );
    store.stop_job(ids[1], owner, Some("it went wrong"), 3).await?;
    let failed = store.get_job(project, ids[1]).await?;
    assert_eq!((failed.state, failed.error.as_deref()), (JobState::Failed, Some("it went wrong")));
    let behind = store.get_job(project, ids[2]).await?;
    assert_eq!(behind.state, JobState::Cancelled);
    assert!(behind.error.is_some_and(|error| error.contains("before")));

    let (ids, jobs) = chain();
    store.add_jobs(project, jobs, Write::at(4)).await?;
    assert_eq!(store.cancel_job(project, ids[0], 5).await?.state, JobState::Cancelled);
    assert_eq!(store.get_job(project, ids[2]).await?.state, JobState::Cancelled);

    let (ids, jobs) = chain();
    store.add_jobs(project, jobs, Write::at(6)).await?;
    store.lease_job(owner, 6, 100).await?.expect("the first");
    let asked = store.cancel_job(project, ids[0], 7).await?;
    assert_eq!((asked.state, asked.cancel_requested), (JobState::Running, true));
    assert!(store.renew_job(ids[0], owner, 100, JobProgress::default()).await?.cancel_requested);
    store.stop_job(ids[0], owner, None, 8).await?;
    for id in &ids {
        assert_eq!(store.get_job(project, *id).await?.state, JobState::Cancelled);
    }

    let page = store.list_jobs(project, Seek { after: None, limit: 2 }).await?;
    assert_eq!(
        page.items.iter().map(|job| job.id.clone()).collect::<Vec<_>>(),
        [ids[2].to_string(), ids[1].to_string()]
    );
    let next = page.next.expect("there are more").parse()?;
    assert_eq!(store.list_jobs(project, Seek { after: Some(next), limit: 50 }).await?.items.len(), 7);
    Ok(())
}

async fn a_lease_that_ran_out_goes_to_the_next_and_a_restart_puts_all_back(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let (id, first, second) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    store.add_jobs(project, vec![apply(id)], Write::at(1)).await?;
    store.lease_job(first, 1, 100).await?.expect("it may start");
    assert_eq!(store.lease_job(second, 100, 200).await?, None);
    let taken = store.lease_job(second, 101, 200).await?.expect("the lease ran out");
    assert_eq!(taken.job.attempts, 2);
    let late = store.renew_job(id, first, 300, JobProgress::default()).await;
    assert!(matches!(late, Err(StoreError::NotFound { .. })), "{late:?}");
    assert_eq!(store.requeue_jobs(first, 150).await?, 0, "another's jobs are left alone");
    assert_eq!(store.requeue_jobs(second, 150).await?, 1);
    assert_eq!(store.get_job(project, id).await?.state, JobState::Queued);
    store.lease_job(first, 150, 300).await?.expect("it may start at once");

    // Many take at once: each job goes to one.
    let ids: Vec<Uuid> = (0..10).map(|_| Uuid::now_v7()).collect();
    store.add_jobs(project, ids.iter().copied().map(apply).collect(), Write::at(200)).await?;
    let takers: Vec<_> = (0..30)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.lease_job(Uuid::now_v7(), 200, 400).await })
        })
        .collect();
    let mut taken = Vec::new();
    for taker in takers {
        taken.extend(taker.await??.map(|leased| leased.job.id));
    }
    let count = taken.len();
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), count, "no job is leased twice");
    Ok(())
}

async fn a_write_that_ends_a_job_happens_once_and_not_after_a_cancellation(db: TestStore) -> Result<()> {
    let (store, project, owner) = (&db.store, add_project(&db.store).await?, Uuid::now_v7());
    let (done, cancelled) = (Uuid::now_v7(), Uuid::now_v7());
    let update = |base| CorpusUpdate { base, columns: vec![], sources: vec![], chunks: vec![] };
    let write = |job| Write::at(5).ending(ending(job, owner));
    store.add_jobs(project, vec![apply(done), apply(cancelled)], Write::at(1)).await?;
    store.lease_job(owner, 1, 100).await?.expect("the first");
    store.lease_job(owner, 1, 100).await?.expect("the second");

    store.publish_corpus(project, update(0), write(done)).await?;
    assert_eq!(store.get_job(project, done).await?.state, JobState::Done);
    let again = store.publish_corpus(project, update(1), write(done)).await;
    assert!(matches!(again, Err(StoreError::TooLate { .. })), "{again:?}");

    store.cancel_job(project, cancelled, 4).await?;
    let late = store.publish_corpus(project, update(1), write(cancelled)).await;
    assert!(matches!(late, Err(StoreError::TooLate { .. })), "{late:?}");
    assert_eq!(store.get_corpus(project).await?.revision, 1);
    Ok(())
}
