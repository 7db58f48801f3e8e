//! Counts the words of all text columns anew, so that `similar` and `nearest` weigh them by the corpus as it is now.

use super::error::JobError;
use super::task::{Task, compute};
use crate::corpus::CorpusError;
use crate::store::CorpusUpdate;
use hunch_protocol::JobResult;
use std::sync::Arc;

pub(super) async fn run(task: &Arc<Task>) -> Result<(), JobError> {
    let store = &task.context.store;
    let corpus = store.get_corpus(task.project).await?;
    let (base, mut corpus) = (corpus.revision, corpus.corpus);
    task.expect_steps(corpus.chunks.len());
    let (corpus, columns) = {
        let task = task.clone();
        compute(move || {
            let before = corpus.columns.clone();
            task.context.chunks.weigh(
                &mut corpus.columns,
                |_| true,
                &corpus.chunks,
                |chunk| {
                    task.done_steps(1);
                    task.done_rows(chunk.rows);
                    task.check().map_err(|_| CorpusError::Cancelled)
                },
            )?;
            let changed = corpus.columns.iter().zip(before).filter(|(now, before)| *now != before);
            let columns = changed.map(|(column, _)| column.name.clone()).collect();
            Ok((corpus, columns))
        })
        .await?
    };
    let update =
        CorpusUpdate { base, columns: corpus.columns, sources: corpus.sources, chunks: corpus.chunks };
    store.publish_corpus(task.project, update, task.ending(JobResult::Weigh { columns })).await?;
    Ok(())
}
