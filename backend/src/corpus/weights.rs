//! Term weights of text columns: counted over the corpus once, then frozen as objects.

use super::{ChunkStore, CorpusError, Objects};
use bytes::Bytes;
use futures::executor::block_on;
use hunch_engine::{Chunk, TermCounter, TermWeights, Weights};
use hunch_protocol::{ChunkInfo, CorpusColumn};
use hunch_rules::ColumnType;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Counts the words of some text columns, chunk after chunk.
#[derive(Debug)]
pub struct WordCount {
    counters: Vec<(String, TermCounter)>,
}

impl WordCount {
    /// A count of the text columns of these that are `wanted`; `None` if there is none.
    pub fn of(columns: &[CorpusColumn], wanted: impl Fn(&CorpusColumn) -> bool) -> Option<Self> {
        let texts = columns.iter().filter(|column| column.kind == ColumnType::Text && wanted(column));
        let counters: Vec<_> = texts.map(|column| (column.name.clone(), TermCounter::default())).collect();
        (!counters.is_empty()).then_some(Self { counters })
    }

    /// Counts a chunk.
    pub fn add(&mut self, chunk: &Chunk) {
        for (column, counter) in &mut self.counters {
            if let Some(texts) = chunk.text_column(column) {
                counter.add(texts);
            }
        }
    }

    /// The weights by column, as objects.
    pub fn finish(self) -> impl Iterator<Item = (String, Vec<u8>)> {
        self.counters.into_iter().map(|(column, counter)| (column, counter.finish()))
    }
}

impl ChunkStore {
    /// Counts the words of the text columns that are `wanted` over a corpus' chunks, stores their weights, and names them
    /// in the columns. Calls `next` before each chunk; an error from it ends the count. Memory is bounded.
    pub fn weigh(
        &self,
        columns: &mut [CorpusColumn],
        wanted: impl Fn(&CorpusColumn) -> bool,
        chunks: &[ChunkInfo],
        mut next: impl FnMut(&ChunkInfo) -> Result<(), CorpusError>,
    ) -> Result<(), CorpusError> {
        let Some(mut count) = WordCount::of(columns, wanted) else { return Ok(()) };
        for info in chunks {
            next(info)?;
            count.add(&*self.get(&info.hash)?);
        }
        for (name, object) in count.finish() {
            let hash = block_on(self.objects.put(Bytes::from(object)))?;
            if let Some(column) = columns.iter_mut().find(|column| column.name == name) {
                column.weights = Some(hash);
            }
        }
        Ok(())
    }
}

impl Objects {
    /// The term weights of these hashes.
    pub async fn term_weights(&self, hashes: BTreeSet<&str>) -> Result<Weights, CorpusError> {
        let mut weights = Weights::new();
        for hash in hashes {
            let object = self.get(hash).await?;
            let found = TermWeights::from_object(&object)
                .map_err(|error| CorpusError::Damaged { hash: hash.to_owned(), reason: error.to_string() })?;
            weights.insert(hash.to_owned(), Arc::new(found));
        }
        Ok(weights)
    }
}
