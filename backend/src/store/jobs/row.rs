//! A job as its table has it.

use super::{JobSpec, LeasedJob};
use crate::clock::rfc3339;
use crate::store::types::Named;
use hunch_protocol::{Job, JobProgress, JobResult, JobState};
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

#[derive(FromRow)]
pub(super) struct JobRow {
    id: Uuid,
    pub(super) project_id: Uuid,
    spec: Json<JobSpec>,
    #[sqlx(try_from = "String")]
    state: Named<JobState>,
    #[sqlx(try_from = "i64")]
    progress_done: u64,
    #[sqlx(try_from = "i64")]
    progress_total: u64,
    #[sqlx(try_from = "i64")]
    progress_rows: u64,
    #[sqlx(try_from = "i64")]
    attempts: u32,
    cancel_requested: bool,
    error: Option<String>,
    result: Option<Json<JobResult>>,
    after_id: Option<Uuid>,
    created_at: i64,
    started_at: Option<i64>,
    finished_at: Option<i64>,
}

impl From<JobRow> for LeasedJob {
    fn from(row: JobRow) -> Self {
        let job = Job {
            id: row.id.to_string(),
            project: row.project_id.to_string(),
            kind: row.spec.kind(),
            state: row.state.0,
            progress: JobProgress {
                done: row.progress_done,
                total: row.progress_total,
                rows: row.progress_rows,
            },
            attempts: row.attempts,
            cancel_requested: row.cancel_requested,
            error: row.error,
            result: row.result.map(|result| result.0),
            after: row.after_id.map(|id| id.to_string()),
            created_at: rfc3339(row.created_at),
            started_at: row.started_at.map(rfc3339),
            finished_at: row.finished_at.map(rfc3339),
        };
        Self { id: row.id, project: row.project_id, job, spec: row.spec.0 }
    }
}

impl From<JobRow> for Job {
    fn from(row: JobRow) -> Self {
        LeasedJob::from(row).job
    }
}
