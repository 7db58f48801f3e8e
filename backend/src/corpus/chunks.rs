//! Chunks as objects: one object per column, and one that lists them and whose name is the chunk's.

use super::{CorpusError, CorpusSchema, Objects};
use bytes::Bytes;
use futures::executor::block_on;
use hunch_engine::Chunk;
use hunch_protocol::ContentHash;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Decoded chunks kept at hand; each may hold some tens of megabytes.
const KEPT: usize = 8;

/// Decoded chunks, least recently used first.
type Kept = VecDeque<(ContentHash, Arc<Chunk>)>;

/// Chunks by their hash; cheap to clone. Its methods block.
#[derive(Debug, Clone)]
pub struct ChunkStore {
    pub(super) objects: Objects,
    kept: Arc<Mutex<Kept>>,
}

impl ChunkStore {
    /// Chunks among these objects.
    pub fn new(objects: Objects) -> Self {
        Self { objects, kept: Arc::default() }
    }

    /// Stores a chunk and returns its name. Columns that another chunk has too are stored once.
    pub fn put(&self, chunk: &Chunk) -> Result<ContentHash, CorpusError> {
        chunk.check()?;
        let mut list = Vec::new();
        for column in chunk.column_objects() {
            list.push(block_on(self.objects.put(Bytes::from(column.bytes)))?);
        }
        // Canonical JSON, whose hash is the chunk's name: see `hunch_engine::chunk_hash`.
        let list = serde_json::Value::from(list).to_string();
        block_on(self.objects.put(Bytes::from(list)))
    }

    /// The chunk as it was stored.
    pub fn get(&self, hash: &str) -> Result<Arc<Chunk>, CorpusError> {
        if let Some(chunk) = self.kept(hash) {
            return Ok(chunk);
        }
        let damaged = |reason: String| CorpusError::Damaged { hash: hash.to_owned(), reason };
        let list = block_on(self.objects.get(hash))?;
        let list: Vec<String> = serde_json::from_slice(&list).map_err(|error| damaged(error.to_string()))?;
        let columns = list.iter().map(|column| block_on(self.objects.get(column)));
        let columns = columns.collect::<Result<Vec<Bytes>, _>>()?;
        let chunk = Chunk::from_objects(&columns).map_err(|error| damaged(error.to_string()))?;
        let chunk = Arc::new(chunk);
        self.keep(hash, &chunk);
        Ok(chunk)
    }

    /// The chunk with all columns of the corpus; those it lacks hold missing values only.
    pub fn get_aligned(&self, hash: &str, schema: &CorpusSchema) -> Result<Arc<Chunk>, CorpusError> {
        let chunk = self.get(hash)?;
        let complete = schema.columns.iter().all(|column| chunk.column(&column.name).is_some())
            && schema.sources.iter().all(|source| chunk.source(source).is_some());
        Ok(if complete { chunk } else { Arc::new(schema.align(&chunk)) })
    }

    fn kept(&self, hash: &str) -> Option<Arc<Chunk>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, _)| known == hash)?;
        let entry = kept.remove(place)?;
        let chunk = Arc::clone(&entry.1);
        kept.push_back(entry);
        Some(chunk)
    }

    fn keep(&self, hash: &str, chunk: &Arc<Chunk>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((hash.to_owned(), Arc::clone(chunk)));
        if kept.len() > KEPT {
            kept.pop_front();
        }
    }
}
