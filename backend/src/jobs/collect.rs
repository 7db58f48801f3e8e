//! Makes documents of the texts that widgets sent and the corpus did not hold, as an import of them would.
//!
//! The texts wait in the store until they are documents: whatever kills the job, the next one finds those that are
//! left, and one whose id is in the corpus already is passed over.

use super::error::JobError;
use super::import::run_import;
use super::task::{Task, compute};
use crate::corpus::{CorpusSchema, Import, Imported, Limits};
use crate::store::{CorpusUpdate, StoredCorpus, WaitingText};
use hunch_protocol::{FileFormat, ImportMode, JobResult, Mapping, OnBadRow, Project};
use std::io::{self, Write as _};
use std::sync::Arc;
use tempfile::NamedTempFile;

/// What the text column is called in a corpus that has none.
const TEXT: &str = "text";

pub(super) async fn run(task: &Arc<Task>) -> Result<(), JobError> {
    let store = &task.context.store;
    let waiting = store.waiting_texts(task.project).await?;
    let documents = waiting.iter().map(|text| text.document.clone()).collect();
    let project = store.get_project(task.project).await?;
    let corpus = store.get_corpus(task.project).await?;
    let base = corpus.revision;

    let imported = {
        let task = task.clone();
        compute(move || import(&task, &waiting, &project, corpus)).await?
    };
    let added = imported.report.added;
    if added > 0 {
        let update = CorpusUpdate {
            base,
            columns: imported.schema.columns,
            sources: imported.schema.sources,
            chunks: imported.chunks,
        };
        let now = crate::store::Write::at(task.context.clock.now());
        store.publish_corpus(task.project, update, now).await?;
    }
    let ending = task.ending(JobResult::Collect { added });
    Ok(store.settle_texts(task.project, documents, ending).await?)
}

fn import(
    task: &Task,
    waiting: &[WaitingText],
    project: &Project,
    StoredCorpus { corpus, .. }: StoredCorpus,
) -> Result<Imported, JobError> {
    let text = corpus.default_text.clone().unwrap_or_else(|| TEXT.to_owned());
    let id = format!("id of {text}"); // any name but the text's
    let file = write(task, waiting, &id, &text)?;
    let schema =
        CorpusSchema { columns: corpus.columns, default_text: corpus.default_text, sources: corpus.sources };
    let import = Import {
        path: file.path(),
        name: "texts from widgets",
        format: Some(FileFormat::Jsonl),
        mapping: &Mapping { text: vec![text], id: Some(id), ..Mapping::default() },
        on_bad_row: OnBadRow::Skip,
        mode: ImportMode::Append,
        labels: &project.label_names(),
        seed: project.seed,
        schema: &schema,
        chunks: &corpus.chunks,
        limits: Limits::default(),
    };
    run_import(task, &import)
}

/// The texts as a file that an import reads.
fn write(task: &Task, waiting: &[WaitingText], id: &str, text: &str) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(task.context.data.uploads())?;
    for row in waiting {
        let line = serde_json::json!({ id: row.document, text: row.text });
        writeln!(file, "{line}")?;
    }
    file.flush()?;
    Ok(file)
}
