//! Jobs: what there is to do, who does it and how far it is.

mod row;

use super::connection::{Pools, Write, Writing, detached};
use super::error::{OrConflict as _, OrNotFound as _, StoreError, StoreResult};
use super::types::{Seek, name_of};
use async_trait::async_trait;
use hunch_protocol::{
    CombineRequest, EndModelRequest, ImportRequest, Job, JobKind, JobProgress, JobResult, JobState,
    NewSnapshot, Page,
};
use row::JobRow;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

/// What a job is to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobSpec {
    /// Read an upload into the corpus.
    Import(ImportRequest),
    /// Evaluate the active rules over the whole corpus.
    Apply,
    /// Combine votes into labels.
    Combine(CombineRequest),
    /// Freeze labels with their lineage.
    Snapshot(NewSnapshot),
    /// Make documents of the texts that widgets sent.
    Collect,
    /// Count the words of text columns anew.
    Weigh,
    /// Train the end model.
    Train(EndModelRequest),
}

impl JobSpec {
    /// The kind on the wire.
    pub fn kind(&self) -> JobKind {
        match self {
            Self::Import(_) => JobKind::Import,
            Self::Apply => JobKind::Apply,
            Self::Combine(_) => JobKind::Combine,
            Self::Snapshot(_) => JobKind::Snapshot,
            Self::Collect => JobKind::Collect,
            Self::Weigh => JobKind::Weigh,
            Self::Train(_) => JobKind::Train,
        }
    }
}

/// A job that is asked for.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its identifier.
    pub id: Uuid,
    /// What it is to do.
    pub spec: JobSpec,
    /// The job that must be done before; if that fails or is cancelled, so is this one.
    pub after: Option<Uuid>,
}

/// A job that the caller may run until the lease ends, and longer by renewing it.
#[derive(Debug, Clone, PartialEq)]
pub struct LeasedJob {
    /// Its identifier.
    pub id: Uuid,
    /// The project it works on.
    pub project: Uuid,
    /// The job.
    pub job: Job,
    /// What it is to do.
    pub spec: JobSpec,
}

/// How a job that its owner runs ends well.
#[derive(Debug, Clone, PartialEq)]
pub struct JobEnding {
    /// The job.
    pub job: Uuid,
    /// Who runs it.
    pub owner: Uuid,
    /// How far it came.
    pub progress: JobProgress,
    /// What it made.
    pub result: JobResult,
}

/// Jobs. Every change of a job is told to the events.
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Queues jobs, in the order given. Conflict: an id is taken.
    async fn add_jobs(&self, project: Uuid, jobs: Vec<NewJob>, write: Write) -> StoreResult<Vec<Job>>;

    /// A job.
    async fn get_job(&self, project: Uuid, id: Uuid) -> StoreResult<Job>;

    /// Jobs, newest first; the cursor is an id.
    async fn list_jobs(&self, project: Uuid, seek: Seek<Uuid>) -> StoreResult<Page<Job>>;

    /// Asks for a job's end. One that waits is cancelled at once, and those behind it; one that runs is asked to stop.
    ///
    /// Too late: it has ended.
    async fn cancel_job(&self, project: Uuid, id: Uuid, now: i64) -> StoreResult<Job>;

    /// Takes the job that has waited longest and may start now, or whose lease has run out; `None` if there is none.
    async fn lease_job(&self, owner: Uuid, now: i64, until: i64) -> StoreResult<Option<LeasedJob>>;

    /// Renews the lease and says how far the job is. Not found: the caller does not run it any more.
    async fn renew_job(&self, id: Uuid, owner: Uuid, until: i64, progress: JobProgress) -> StoreResult<Job>;

    /// Ends a job well that changes nothing else: see [`Write::ending`].
    /// Too late: it was cancelled, or someone else runs it.
    async fn end_job(&self, write: Write) -> StoreResult<()>;

    /// Puts a job back, to be tried again at a time; the error says why, if something went wrong. Not found: the caller does not run it any more.
    async fn retry_job(&self, id: Uuid, owner: Uuid, error: Option<&str>, at: i64) -> StoreResult<()>;

    /// Ends a job with an error, or as cancelled if there is none, and cancels those behind it.
    /// Not found: the caller does not run it any more.
    async fn stop_job(&self, id: Uuid, owner: Uuid, error: Option<&str>, now: i64) -> StoreResult<()>;

    /// Puts back the jobs that an owner runs: for one that starts and knows that it ran before and crashed.
    async fn requeue_jobs(&self, owner: Uuid, now: i64) -> StoreResult<u64>;
}

fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

const ADD: &str = "
    insert into jobs (id, project_id, spec, state, after_id, run_at, created_at)
    values ($1, $2, $3, 'queued', $4, $5, $5) returning *";

const PROJECT: &str = "select 1 from projects where id = $1";

const GET: &str = "select * from jobs where project_id = $1 and id = $2";

const LIST: &str = "
    select * from jobs where project_id = $1 and ($2 is null or id < $2) order by id desc limit $3";

const REQUEST_CANCEL: &str = "
    update jobs set cancel_requested = true,
        state = case when state = 'queued' then 'cancelled' else state end,
        finished_at = case when state = 'queued' then $3 else finished_at end
    where project_id = $1 and id = $2 and state in ('queued', 'running') returning *";

/// Cancels those that wait for jobs that will never be done; repeated until there are none.
const CANCEL_BEHIND: &str = "
    update jobs set state = 'cancelled', finished_at = $2,
        error = 'the job before this one failed or was cancelled'
    where project_id = $1 and state = 'queued'
        and after_id in (select id from jobs where project_id = $1 and state in ('failed', 'cancelled'))
    returning *";

/// Two that choose the same job at once: the second waits for the first and then finds it leased.
const LEASE: &str = "
    update jobs set state = 'running', owner = $1, lease_until = $3, started_at = $2, attempts = attempts + 1
    where id = (
        select job.id from jobs job left join jobs before on before.id = job.after_id
        where (job.state = 'queued' and job.run_at <= $2 or job.state = 'running' and job.lease_until < $2)
            and (job.after_id is null or before.state = 'done')
        order by job.run_at, job.id limit 1
    ) and (state = 'queued' or state = 'running' and lease_until < $2)
    returning *";

const RENEW: &str = "
    update jobs set lease_until = $3, progress_done = $4, progress_total = $5, progress_rows = $6
    where id = $1 and owner = $2 and state = 'running' returning *";

const COMPLETE: &str = "
    update jobs set state = 'done', result = $3, finished_at = $4, error = null, owner = null, lease_until = null,
        progress_done = $5, progress_total = $6, progress_rows = $7
    where id = $1 and owner = $2 and state = 'running' and not cancel_requested returning *";

const RETRY: &str = "
    update jobs set state = 'queued', error = $3, run_at = $4, owner = null, lease_until = null
    where id = $1 and owner = $2 and state = 'running' returning *";

const STOP: &str = "
    update jobs set state = $3, error = $4, finished_at = $5, owner = null, lease_until = null
    where id = $1 and owner = $2 and state = 'running' returning *";

const REQUEUE: &str = "
    update jobs set state = 'queued', run_at = $2, owner = null, lease_until = null
    where owner = $1 and state = 'running' returning *";

macro_rules! impl_jobs {
    ($db:ty) => {
        #[async_trait]
        impl Jobs for Pools<$db> {
            async fn add_jobs(
                &self,
                project: Uuid,
                jobs: Vec<NewJob>,
                write: Write,
            ) -> StoreResult<Vec<Job>> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    let project_row =
                        sqlx::query(PROJECT).bind(project).fetch_optional(&mut *tx.connection).await?;
                    project_row.or_not_found("project")?;
                    let mut added = Vec::with_capacity(jobs.len());
                    for job in jobs {
                        added.push(tx.queue_job(project, job).await?);
                    }
                    tx.commit(added).await
                })
                .await
            }

            async fn get_job(&self, project: Uuid, id: Uuid) -> StoreResult<Job> {
                let row: Option<JobRow> =
                    sqlx::query_as(GET).bind(project).bind(id).fetch_optional(&self.reads).await?;
                Ok(row.or_not_found("job")?.into())
            }

            async fn list_jobs(&self, project: Uuid, seek: Seek<Uuid>) -> StoreResult<Page<Job>> {
                let rows: Vec<JobRow> = sqlx::query_as(LIST)
                    .bind(project)
                    .bind(seek.after)
                    .bind(seek.rows())
                    .fetch_all(&self.reads)
                    .await?;
                Ok(seek.page(rows.into_iter().map(Job::from).collect(), |job| job.id.clone()))
            }

            async fn cancel_job(&self, project: Uuid, id: Uuid, now: i64) -> StoreResult<Job> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(Write::at(now)).await?;
                    let row: Option<JobRow> = sqlx::query_as(REQUEST_CANCEL)
                        .bind(project)
                        .bind(id)
                        .bind(now)
                        .fetch_optional(&mut *tx.connection)
                        .await?;
                    let Some(row) = row else {
                        let there =
                            sqlx::query(GET).bind(project).bind(id).fetch_optional(&mut *tx.connection);
                        there.await?.or_not_found("job")?;
                        return Err(StoreError::TooLate { why: "the job has ended" });
                    };
                    let job = Job::from(row);
                    tx.jobs.push(job.clone());
                    tx.cancel_behind(project).await?;
                    tx.commit(job).await
                })
                .await
            }

            async fn lease_job(&self, owner: Uuid, now: i64, until: i64) -> StoreResult<Option<LeasedJob>> {
                let pools = self.clone();
                detached(async move {
                    let row: Option<JobRow> = sqlx::query_as(LEASE)
                        .bind(owner)
                        .bind(now)
                        .bind(until)
                        .fetch_optional(&pools.writes)
                        .await?;
                    let leased = row.map(LeasedJob::from);
                    if let Some(leased) = &leased {
                        pools.events.job(leased.job.clone());
                    }
                    Ok(leased)
                })
                .await
            }

            async fn renew_job(
                &self,
                id: Uuid,
                owner: Uuid,
                until: i64,
                progress: JobProgress,
            ) -> StoreResult<Job> {
                let pools = self.clone();
                detached(async move {
                    let row: Option<JobRow> = sqlx::query_as(RENEW)
                        .bind(id)
                        .bind(owner)
                        .bind(until)
                        .bind(stored(progress.done))
                        .bind(stored(progress.total))
                        .bind(stored(progress.rows))
                        .fetch_optional(&pools.writes)
                        .await?;
                    let job = Job::from(row.or_not_found("job")?);
                    pools.events.job(job.clone());
                    Ok(job)
                })
                .await
            }

            async fn end_job(&self, write: Write) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move { pools.begin(write).await?.commit(()).await }).await
            }

            async fn retry_job(
                &self,
                id: Uuid,
                owner: Uuid,
                error: Option<&str>,
                at: i64,
            ) -> StoreResult<()> {
                let (pools, error) = (self.clone(), error.map(str::to_owned));
                detached(async move {
                    let row: Option<JobRow> = sqlx::query_as(RETRY)
                        .bind(id)
                        .bind(owner)
                        .bind(error)
                        .bind(at)
                        .fetch_optional(&pools.writes)
                        .await?;
                    pools.events.job(row.or_not_found("job")?.into());
                    Ok(())
                })
                .await
            }

            async fn stop_job(
                &self,
                id: Uuid,
                owner: Uuid,
                error: Option<&str>,
                now: i64,
            ) -> StoreResult<()> {
                let (pools, error) = (self.clone(), error.map(str::to_owned));
                detached(async move {
                    let mut tx = pools.begin(Write::at(now)).await?;
                    let state = if error.is_some() { JobState::Failed } else { JobState::Cancelled };
                    let row: Option<JobRow> = sqlx::query_as(STOP)
                        .bind(id)
                        .bind(owner)
                        .bind(name_of(&state))
                        .bind(error)
                        .bind(now)
                        .fetch_optional(&mut *tx.connection)
                        .await?;
                    let row = row.or_not_found("job")?;
                    let project = row.project_id;
                    tx.jobs.push(row.into());
                    tx.cancel_behind(project).await?;
                    tx.commit(()).await
                })
                .await
            }

            async fn requeue_jobs(&self, owner: Uuid, now: i64) -> StoreResult<u64> {
                let pools = self.clone();
                detached(async move {
                    let rows: Vec<JobRow> =
                        sqlx::query_as(REQUEUE).bind(owner).bind(now).fetch_all(&pools.writes).await?;
                    let count = rows.len() as u64;
                    for row in rows {
                        pools.events.job(row.into());
                    }
                    Ok(count)
                })
                .await
            }
        }

        impl Writing<$db> {
            /// Queues a job.
            pub(super) async fn queue_job(&mut self, project: Uuid, job: NewJob) -> StoreResult<Job> {
                let row: JobRow = sqlx::query_as(ADD)
                    .bind(job.id)
                    .bind(project)
                    .bind(Json(job.spec))
                    .bind(job.after)
                    .bind(self.write.now)
                    .fetch_one(&mut *self.connection)
                    .await
                    .or_conflict("there is a job with this id")?;
                let job = Job::from(row);
                self.jobs.push(job.clone());
                Ok(job)
            }

            pub(super) async fn complete_job(&mut self, ending: JobEnding) -> StoreResult<()> {
                let row: Option<JobRow> = sqlx::query_as(COMPLETE)
                    .bind(ending.job)
                    .bind(ending.owner)
                    .bind(Json(ending.result))
                    .bind(self.write.now)
                    .bind(stored(ending.progress.done))
                    .bind(stored(ending.progress.total))
                    .bind(stored(ending.progress.rows))
                    .fetch_optional(&mut *self.connection)
                    .await?;
                let row = row.ok_or(StoreError::TooLate {
                    why: "the job was cancelled or is run by another server",
                })?;
                self.jobs.push(row.into());
                Ok(())
            }

            async fn cancel_behind(&mut self, project: Uuid) -> StoreResult<()> {
                loop {
                    let rows: Vec<JobRow> = sqlx::query_as(CANCEL_BEHIND)
                        .bind(project)
                        .bind(self.write.now)
                        .fetch_all(&mut *self.connection)
                        .await?;
                    if rows.is_empty() {
                        return Ok(());
                    }
                    self.jobs.extend(rows.into_iter().map(Job::from));
                }
            }
        }
    };
}
impl_jobs!(sqlx::Sqlite);
impl_jobs!(sqlx::Postgres);
