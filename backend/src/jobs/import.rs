//! Reads an upload into the corpus, all of it or nothing.

use super::error::{JobError, storable};
use super::task::{Task, compute};
use crate::corpus::{CorpusSchema, Import, Imported, Limits, Progress};
use crate::store::{CorpusUpdate, StoredCorpus};
use hunch_protocol::{ImportRequest, JobProgress, JobResult, Project, Upload};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

pub(super) async fn run(task: &Arc<Task>, request: ImportRequest) -> Result<(), JobError> {
    let store = &task.context.store;
    let id: Uuid = request.upload.parse().map_err(|_| JobError::refused("there is no such upload"))?;
    let upload = store.get_upload(id).await?;
    let project = store.get_project(task.project).await?;
    let corpus = store.get_corpus(task.project).await?;
    let (base, path) = (corpus.revision, task.context.data.upload(id));

    let mut imported = {
        let (task, path) = (task.clone(), path.clone());
        compute(move || read(&task, &path, &upload, &request, &project, corpus)).await?
    };
    let update = CorpusUpdate {
        base,
        columns: imported.schema.columns,
        sources: imported.schema.sources,
        chunks: imported.chunks,
    };
    for bad in &mut imported.report.bad_rows {
        bad.reason = storable(&bad.reason);
    }
    let write = task.ending(JobResult::Import(imported.report));
    store.publish_corpus(task.project, update, write).await?;

    // What is left of the upload if this fails is cleared away with old uploads.
    if let Err(error) = tokio::fs::remove_file(path).await {
        tracing::warn!(%error, upload = %id, "cannot remove an imported upload");
    }
    Ok(store.remove_upload(id).await?)
}

fn read(
    task: &Task,
    path: &Path,
    upload: &Upload,
    request: &ImportRequest,
    project: &Project,
    StoredCorpus { corpus, .. }: StoredCorpus,
) -> Result<Imported, JobError> {
    let schema =
        CorpusSchema { columns: corpus.columns, default_text: corpus.default_text, sources: corpus.sources };
    let import = Import {
        path,
        name: &upload.name,
        format: request.format,
        mapping: &request.mapping,
        on_bad_row: request.on_bad_row,
        mode: request.mode,
        labels: &project.label_names(),
        seed: project.seed,
        schema: &schema,
        chunks: &corpus.chunks,
        limits: Limits::default(),
    };
    run_import(task, &import)
}

/// Runs an import as a step of a job: it shows how far it is and ends when the job is cancelled.
pub(super) fn run_import(task: &Task, import: &Import<'_>) -> Result<Imported, JobError> {
    let mut tell = |Progress { done, total, rows }| {
        task.set_progress(JobProgress { done, total, rows });
        if task.stop.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    Ok(import.run(&task.context.chunks, &mut tell)?)
}
