//! Applies the active rules to the whole corpus.

use super::error::JobError;
use super::inputs::Inputs;
use super::task::Task;
use super::votes;
use hunch_protocol::JobResult;
use std::sync::Arc;

pub(super) async fn run(task: &Arc<Task>) -> Result<(), JobError> {
    let inputs = Inputs::load(task).await?;
    let report = votes::bring_up_to_date(task, &inputs).await?;
    let write = task.ending(JobResult::Apply(report));
    Ok(task.context.store.end_job(write).await?)
}
