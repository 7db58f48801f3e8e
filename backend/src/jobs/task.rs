//! A job that is being worked on, as its function sees it.

use super::{Context, error::JobError};
use crate::blocking::blocking;
use crate::store::{JobEnding, Write};
use hunch_protocol::{JobProgress, JobResult};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A job that is being worked on.
pub(super) struct Task {
    /// What to work with.
    pub(super) context: Context,
    /// The job.
    pub(super) id: Uuid,
    /// Its project.
    pub(super) project: Uuid,
    /// Who works on it.
    pub(super) owner: Uuid,
    /// Cancelled when the work is to stop.
    pub(super) stop: CancellationToken,
    progress: Mutex<JobProgress>,
}

impl Task {
    pub(super) fn new(context: &Context, id: Uuid, project: Uuid, owner: Uuid) -> Arc<Self> {
        let (stop, progress) = (CancellationToken::new(), Mutex::default());
        Arc::new(Self { context: context.clone(), id, project, owner, stop, progress })
    }

    /// Fails if the work is to stop. Called at every step.
    pub(super) fn check(&self) -> Result<(), JobError> {
        if self.stop.is_cancelled() { Err(JobError::Interrupted) } else { Ok(()) }
    }

    /// How far the job is.
    pub(super) fn progress(&self) -> JobProgress {
        *self.lock()
    }

    /// Says how far the job is.
    pub(super) fn set_progress(&self, progress: JobProgress) {
        *self.lock() = progress;
    }

    /// There are more steps to do.
    pub(super) fn expect_steps(&self, steps: usize) {
        self.lock().total += steps as u64;
    }

    /// Steps are done.
    pub(super) fn done_steps(&self, steps: usize) {
        self.lock().done += steps as u64;
    }

    /// Documents are dealt with.
    pub(super) fn done_rows(&self, rows: u32) {
        self.lock().rows += u64::from(rows);
    }

    /// The write that ends the job well. It fails as interrupted if the job was cancelled or taken over.
    pub(super) fn ending(&self, result: JobResult) -> Write {
        let ending = JobEnding { job: self.id, owner: self.owner, progress: self.progress(), result };
        Write::at(self.context.clock.now()).ending(ending)
    }

    fn lock(&self) -> MutexGuard<'_, JobProgress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Computes off the threads that serve requests.
pub(super) async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JobError> + Send + 'static,
) -> Result<T, JobError> {
    blocking(work).await.unwrap_or(Err(JobError::Interrupted))
}

/// How many computations to have under way.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
