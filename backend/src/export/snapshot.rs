//! What a snapshot froze, read back chunk by chunk.

use super::ExportRows;
use crate::corpus::{ChunkStore, CorpusError, Objects};
use crate::labels::{BlockError, LabelBlock};
use futures::executor::block_on;
use hunch_engine::Chunk;
use hunch_protocol::{Manifest, ManifestChunk};

/// Why a snapshot cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// An object is missing or damaged.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// A block of labels is damaged.
    #[error("the labels of chunk {chunk}: {error}")]
    Block {
        /// The chunk's hash.
        chunk: String,
        /// What is wrong.
        error: BlockError,
    },
}

/// The rows of a snapshot, in corpus order, without those that are excluded. Reading blocks.
pub fn rows(
    manifest: Manifest,
    chunks: ChunkStore,
    objects: Objects,
) -> impl Iterator<Item = Result<ExportRows, SnapshotError>> {
    manifest.chunks.into_iter().map(move |info| {
        let chunk = chunks.get(&info.hash)?;
        let bytes = block_on(objects.get(&info.labels))?;
        let damaged = |error| SnapshotError::Block { chunk: info.hash.clone(), error };
        let block = LabelBlock::decode(&bytes).map_err(damaged)?;
        if block.labels.len() != chunk.rows {
            return Err(damaged(BlockError));
        }
        Ok(included(&info, &chunk, &block))
    })
}

fn included(info: &ManifestChunk, chunk: &Chunk, block: &LabelBlock) -> ExportRows {
    let mut rows = ExportRows::default();
    for (row, number) in (0..chunk.rows).zip(0_u32..) {
        if info.excluded.binary_search(&number).is_err() {
            rows.ids.push(chunk.ids.get(row).unwrap_or_default().to_owned());
            rows.labels.push(block.labels[row]);
            rows.probabilities.push(block.row(row).to_vec());
            rows.splits.push(chunk.splits[row]);
        }
    }
    rows
}
