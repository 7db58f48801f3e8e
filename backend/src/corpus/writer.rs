//! Appends documents to a corpus chunk by chunk, keeping ids unique.

use super::builder::{ChunkBuilder, Document, Layout, is_full};
use super::ids::{IdIndex, IdMaker};
use super::mapping::ColumnPlan;
use super::{ChunkStore, CorpusError, CorpusSchema};
use hunch_engine::Chunk;
use hunch_protocol::{ChunkInfo, ImportMode};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Added,
    Updated,
}

/// The corpus while an import writes to it. Rows are numbered through all chunks, excluded ones too.
pub(super) struct CorpusWriter<'a> {
    store: &'a ChunkStore,
    chunks: Vec<ChunkInfo>,
    /// The last chunk before the import, if the import may go on with it.
    tail: Option<ChunkInfo>,
    builder: ChunkBuilder,
    ids: IdIndex,
    maker: IdMaker,
    /// Rows that are excluded.
    excluded: BTreeSet<u32>,
    /// Rows there were before the import, and the number of the builder's first row.
    rows_before: u32,
    builder_start: u32,
}

impl<'a> CorpusWriter<'a> {
    /// Reads the ids of the corpus; the plan learns what its chunks hold. `go_on` is asked after each chunk.
    pub(super) fn open(
        store: &'a ChunkStore,
        chunks: &[ChunkInfo],
        plan: &mut ColumnPlan,
        mut go_on: impl FnMut() -> Result<(), CorpusError>,
    ) -> Result<Self, CorpusError> {
        let (mut ids, mut excluded, mut rows) = (IdIndex::default(), BTreeSet::new(), 0);
        let mut last: Option<Arc<Chunk>> = None;
        for info in chunks {
            let chunk = store.get(&info.hash)?;
            plan.absorb(&chunk);
            excluded.extend(info.excluded.iter().map(|row| rows + row));
            for row in 0..info.rows {
                if let Some(id) = chunk.ids.get(row as usize).filter(|_| !excluded.contains(&(rows + row))) {
                    ids.insert(id, rows + row);
                }
            }
            rows += info.rows;
            last = Some(chunk);
            go_on()?;
        }
        let mut chunks = chunks.to_vec();
        let mut builder = ChunkBuilder::new(plan.layout.clone());
        let mut tail = None;
        if let Some(chunk) = last.filter(|chunk| !is_full(chunk)) {
            tail = chunks.pop();
            for row in 0..chunk.rows {
                builder.push(&Document::of(&chunk, row, &plan.layout))?;
            }
        }
        let builder_start = rows - tail.as_ref().map_or(0, |info| info.rows);
        let maker = IdMaker::default();
        Ok(Self { store, chunks, tail, builder, ids, maker, excluded, rows_before: rows, builder_start })
    }

    /// An id for a document that has none. When appending, every document is new, so ids that are there are passed over.
    pub(super) fn make_id(&mut self, identity: &[Option<&str>], mode: ImportMode) -> String {
        let ids = &self.ids;
        self.maker.make(identity, |id| mode == ImportMode::Append && ids.get(id).is_some())
    }

    /// The document of that id as it was before the import.
    pub(super) fn old(&self, id: &str, plan: &ColumnPlan) -> Result<Option<Document>, CorpusError> {
        let Some(mut row) = self.ids.get(id).filter(|row| *row < self.rows_before) else { return Ok(None) };
        for info in self.chunks.iter().chain(&self.tail) {
            if row < info.rows {
                return Ok(Some(Document::of(&*self.store.get(&info.hash)?, row as usize, &plan.layout)));
            }
            row -= info.rows;
        }
        Ok(None)
    }

    /// Whether and how the id may be written; the error is a sentence.
    pub(super) fn check(&self, id: &str, mode: ImportMode) -> Result<Written, String> {
        match self.ids.get(id) {
            None => Ok(Written::Added),
            Some(row) if row >= self.rows_before => Err(format!("the id `{id}` occurs twice in the file")),
            Some(_) if mode == ImportMode::Update => Ok(Written::Updated),
            Some(_) => Err(format!("a document with the id `{id}` is in the corpus already")),
        }
    }

    /// Writes a document; one that has its id is excluded.
    pub(super) fn write(&mut self, document: &Document) -> Result<(), CorpusError> {
        if self.builder.is_full_for(document) {
            self.seal()?;
        }
        let row = count(self.builder_start as usize + self.builder.rows())?;
        self.builder.push(document)?;
        self.excluded.extend(self.ids.insert(&document.id, row));
        Ok(())
    }

    fn seal(&mut self) -> Result<(), CorpusError> {
        let chunk = self.builder.take();
        let hash = self.store.put(&chunk)?;
        let rows = count(chunk.rows)?;
        let (ordinal, text_bytes) = (count(self.chunks.len())?, chunk.text_bytes() as u64);
        self.chunks.push(ChunkInfo { ordinal, hash, rows, text_bytes, excluded: Vec::new() });
        self.builder_start += rows;
        self.tail = None;
        Ok(())
    }

    /// The chunks of the corpus with what was written. A tail that got no row stays as it is.
    pub(super) fn finish(mut self) -> Result<Vec<ChunkInfo>, CorpusError> {
        let rows_of_tail = self.tail.as_ref().map_or(0, |info| info.rows as usize);
        if self.builder.rows() > rows_of_tail {
            self.seal()?;
        }
        self.chunks.extend(self.tail);
        let mut start = 0;
        for info in &mut self.chunks {
            info.excluded = self.excluded.range(start..start + info.rows).map(|row| row - start).collect();
            start += info.rows;
        }
        Ok(self.chunks)
    }
}

/// Rows of a corpus are numbered with 32 bits.
fn count(rows: usize) -> Result<u32, CorpusError> {
    u32::try_from(rows)
        .map_err(|_| CorpusError::Mapping("a corpus holds at most 4,294,967,295 documents".to_owned()))
}

/// Documents that come from no file, as chunks with a gold column.
pub(super) fn pack(
    documents: impl IntoIterator<Item = Document>,
    schema: &CorpusSchema,
) -> Result<Vec<Chunk>, CorpusError> {
    let mut builder = ChunkBuilder::new(Layout { gold: true, ..Layout::new(schema.clone()) });
    let mut chunks = Vec::new();
    for document in documents {
        if builder.is_full_for(&document) {
            chunks.push(builder.take());
        }
        builder.push(&document)?;
    }
    if builder.rows() > 0 {
        chunks.push(builder.take());
    }
    Ok(chunks)
}
