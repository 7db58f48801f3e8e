//! Takes jobs from the store and sees them through.

use super::error::{JobError, storable};
use super::task::Task;
use super::{Context, apply, collect, combine, import, snapshot, train, weigh};
use crate::events::News;
use crate::store::{JobSpec, LeasedJob, StoreError, StoreResult};
use futures::FutureExt as _;
use hunch_protocol::{JobProgress, JobState};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Jobs worked on at a time; each spreads over all cores.
const WORKERS: usize = 2;

/// How often progress is written and a cancellation looked for.
const BEAT: Duration = Duration::from_millis(500);

/// How long a job stays with a server that gives no sign of life.
const LEASE: Duration = Duration::from_mins(1);

/// How often to look for jobs that were put back, or whose server died; of new ones the events tell.
const POLL: Duration = Duration::from_secs(2);

/// Attempts after which an error is final.
const ATTEMPTS: u32 = 5;

/// Attempts after which a job is given up that never comes to its end, because it takes the server down with it.
const INTERRUPTIONS: u32 = 50;

/// Works on jobs until it is stopped. Dropping it without [`Runner::stop`] leaves jobs as a crash would.
pub struct Runner {
    stop: CancellationToken,
    workers: JoinSet<()>,
}

impl Runner {
    /// Puts back what a predecessor left behind, and starts to work.
    pub async fn start(context: Context) -> StoreResult<Self> {
        let (stop, mut workers) = (CancellationToken::new(), JoinSet::new());
        recover(&context).await?;
        for _ in 0..WORKERS {
            workers.spawn(worker(context.clone(), stop.clone()));
        }
        Ok(Self { stop, workers })
    }

    /// Puts the jobs at hand back for the next start, and ends.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.workers.join_next().await.is_some() {}
    }
}

/// Works on jobs, one after another, until none can be started now.
pub async fn run_until_idle(context: &Context) -> StoreResult<()> {
    recover(context).await?;
    let never = CancellationToken::new();
    while let Some(leased) = lease(context).await? {
        work(context, leased, never.clone()).await;
    }
    Ok(())
}

async fn recover(context: &Context) -> StoreResult<()> {
    let found = context.store.requeue_jobs(context.data.id(), context.clock.now()).await?;
    if found > 0 {
        tracing::info!(jobs = found, "resuming jobs that were interrupted");
    }
    Ok(())
}

async fn lease(context: &Context) -> StoreResult<Option<LeasedJob>> {
    let now = context.clock.now();
    context.store.lease_job(context.data.id(), now, later(now, LEASE)).await
}

fn later(now: i64, by: Duration) -> i64 {
    now.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX))
}

async fn worker(context: Context, stop: CancellationToken) {
    let mut events = context.events.subscribe();
    while !stop.is_cancelled() {
        match lease(&context).await {
            Ok(Some(leased)) => {
                work(&context, leased, stop.clone()).await;
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "cannot look for jobs"),
        }
        let queued = async {
            loop {
                match events.recv().await {
                    Ok(event) if !matches!(&event.news, News::Job(job) if job.state == JobState::Queued) => {}
                    // A job was queued, or events were missed.
                    _ => break,
                }
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = queued => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Sees one job through to its end, or to where it is put back. Dropping the future drops the job as a crash would.
async fn work(context: &Context, leased: LeasedJob, shutdown: CancellationToken) {
    let LeasedJob { id, project, job, spec } = leased;
    let task = Task::new(context, id, project, context.data.id());
    let _stops_with_this = task.stop.clone().drop_guard();

    let result = if job.cancel_requested {
        Err(JobError::Interrupted)
    } else if job.attempts > INTERRUPTIONS {
        Err(JobError::Refused(format!("the job was interrupted {INTERRUPTIONS} times and is given up")))
    } else {
        attend(&task, spec, shutdown.clone()).await
    };
    if let Err(error) = result
        && let Err(error) = settle(&task, job.attempts, error, shutdown.is_cancelled()).await
    {
        // The lease runs out, and the job is tried again.
        tracing::error!(job = %id, %error, "cannot write how a job ended");
    }
}

/// Runs the job's function, renews its lease, and tells it to stop when it has to.
async fn attend(task: &Arc<Task>, spec: JobSpec, shutdown: CancellationToken) -> Result<(), JobError> {
    let mut body = Box::pin(AssertUnwindSafe(run(task, spec)).catch_unwind());
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = Told::default();
    loop {
        tokio::select! {
            result = &mut body => {
                return result.unwrap_or_else(|panic| Err(JobError::Refused(bug(panic.as_ref()))));
            }
            () = shutdown.cancelled(), if !task.stop.is_cancelled() => task.stop.cancel(),
            _ = beat.tick() => match told.tell(task).await {
                Ok(true) => {}
                Ok(false) | Err(StoreError::NotFound { .. }) => task.stop.cancel(),
                Err(error) => tracing::warn!(job = %task.id, %error, "cannot renew a job's lease"),
            },
        }
    }
}

async fn run(task: &Arc<Task>, spec: JobSpec) -> Result<(), JobError> {
    match spec {
        JobSpec::Import(request) => import::run(task, request).await,
        JobSpec::Apply => apply::run(task).await,
        JobSpec::Combine(request) => combine::run(task, request).await,
        JobSpec::Snapshot(request) => snapshot::run(task, request).await,
        JobSpec::Collect => collect::run(task).await,
        JobSpec::Weigh => weigh::run(task).await,
        JobSpec::Train(request) => train::run(task, request).await,
    }
}

fn bug(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    format!("this is a bug in hunch, please report it: {text}")
}

/// What the store knows of a job's progress.
#[derive(Default)]
struct Told {
    progress: JobProgress,
    at: i64,
}

impl Told {
    /// Writes progress that is new, renews the lease when a third of it is over, and finds out whether to go on.
    async fn tell(&mut self, task: &Task) -> StoreResult<bool> {
        let (store, now, progress) = (&task.context.store, task.context.clock.now(), task.progress());
        let job = if progress != self.progress || now > later(self.at, LEASE / 3) {
            (self.progress, self.at) = (progress, now);
            store.renew_job(task.id, task.owner, later(now, LEASE), progress).await?
        } else {
            store.get_job(task.project, task.id).await?
        };
        Ok(job.state == JobState::Running && !job.cancel_requested)
    }
}

/// Writes how a job ended that did not end well.
async fn settle(task: &Task, attempts: u32, error: JobError, shutdown: bool) -> StoreResult<()> {
    let (store, now) = (&task.context.store, task.context.clock.now());
    let settled = match error {
        JobError::Interrupted if shutdown => store.retry_job(task.id, task.owner, None, now).await,
        JobError::Interrupted => store.stop_job(task.id, task.owner, None, now).await,
        JobError::Failed(why) if attempts < ATTEMPTS => {
            let at = later(now, Duration::from_secs(1 << attempts));
            store.retry_job(task.id, task.owner, Some(&storable(&why)), at).await
        }
        JobError::Failed(why) | JobError::Refused(why) => {
            store.stop_job(task.id, task.owner, Some(&storable(&why)), now).await
        }
    };
    match settled {
        // Someone else works on it now, or the project is gone.
        Err(StoreError::NotFound { .. }) => Ok(()),
        settled => settled,
    }
}
