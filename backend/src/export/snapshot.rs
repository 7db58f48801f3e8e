//! What a snapshot froze, read back chunk by chunk.

use super::ExportRows;
use crate::corpus::{ChunkStore, CorpusError, Objects};
use crate::labels::{BlockError, LabelBlock};
use futures::executor::block_on;
use hunch_engine::{Chunk, FormatError};
use hunch_protocol::{Manifest, ManifestChunk};

/// Why a snapshot cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// An object is missing or damaged.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// Rows of a chunk cannot be put together.
    #[error(transparent)]
    Format(#[from] FormatError),
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
        Ok(included(&info, &chunk, &labels(&info, &chunk, &bytes)?))
    })
}

/// The labels of a chunk's rows.
pub(super) fn labels(info: &ManifestChunk, chunk: &Chunk, bytes: &[u8]) -> Result<LabelBlock, SnapshotError> {
    let damaged = |error| SnapshotError::Block { chunk: info.hash.clone(), error };
    let block = LabelBlock::decode(bytes).map_err(damaged)?;
    if block.labels.len() == chunk.rows { Ok(block) } else { Err(damaged(BlockError)) }
}

/// The rows of a chunk that are not excluded.
pub(super) fn included_rows<'a>(
    info: &'a ManifestChunk,
    chunk: &Chunk,
) -> impl Iterator<Item = usize> + use<'a> {
    let rows = (0..chunk.rows).zip(0_u32..);
    rows.filter(|(_, number)| info.excluded.binary_search(number).is_err()).map(|(row, _)| row)
}

/// The labels of the rows that are not excluded.
pub(super) fn included(info: &ManifestChunk, chunk: &Chunk, block: &LabelBlock) -> ExportRows {
    let mut rows = ExportRows::default();
    for row in included_rows(info, chunk) {
        rows.ids.push(chunk.ids.get(row).unwrap_or_default().to_owned());
        rows.labels.push(block.labels[row]);
        rows.probabilities.push(block.row(row).to_vec());
        rows.splits.push(chunk.splits[row]);
    }
    rows
}
