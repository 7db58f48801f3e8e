//! Where each document of a corpus is: by its id, and by its main text.

use super::ids::{Key, key};
use super::{ChunkStore, CorpusError};
use crate::blocking::blocking;
use hunch_engine::Split;
use hunch_protocol::{ContentHash, Corpus};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Most documents that kept indexes hold together, at 33 bytes each; the one asked for last is kept whatever it holds.
const KEPT_DOCUMENTS: u64 = 4_000_000;

/// Where a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentPlace {
    /// The ordinal of its chunk.
    pub chunk: u32,
    /// Its row in the chunk.
    pub row: u32,
    /// Its split.
    pub split: Split,
}

/// Where the documents of a corpus are; those that are excluded are not in it.
#[derive(Debug, Default)]
pub struct DocumentIndex {
    /// Per chunk its name and the number of its first row in the corpus.
    chunks: Vec<(ContentHash, u32)>,
    /// Per row of the corpus.
    splits: Vec<Split>,
    ids: Rows,
    texts: Rows,
}

/// Rows of the corpus by the key of something they hold, ascending; the first row where several hold the same.
#[derive(Debug, Default)]
struct Rows(Vec<(Key, u32)>);

impl DocumentIndex {
    /// Reads the chunks of a corpus. Blocks.
    pub fn build(corpus: &Corpus, store: &ChunkStore) -> Result<Self, CorpusError> {
        let mut index = Self::default();
        let mut first = 0;
        for info in &corpus.chunks {
            let chunk = store.get(&info.hash)?;
            let text = corpus.default_text.as_ref().and_then(|name| chunk.text_column(name));
            for row in (0..info.rows).filter(|row| info.excluded.binary_search(row).is_err()) {
                let in_chunk = row as usize;
                index.ids.extend(chunk.ids.get(in_chunk), first + row);
                index.texts.extend(text.and_then(|text| text.get(in_chunk)), first + row);
            }
            index.splits.extend(&chunk.splits);
            index.chunks.push((info.hash.clone(), first));
            first += info.rows;
        }
        index.ids.sort();
        index.texts.sort();
        Ok(index)
    }

    /// Where the document of that id is, unless it is not there or excluded.
    pub fn find(&self, id: &str) -> Option<DocumentPlace> {
        self.ids.get(id).and_then(|row| self.place(row))
    }

    /// Where the first document is whose main text is exactly this.
    pub fn find_text(&self, text: &str) -> Option<DocumentPlace> {
        self.texts.get(text).and_then(|row| self.place(row))
    }

    /// The id of a document. Blocks.
    pub fn id(&self, place: DocumentPlace, store: &ChunkStore) -> Result<Option<String>, CorpusError> {
        let Some((hash, _)) = self.chunks.get(place.chunk as usize) else { return Ok(None) };
        Ok(store.get(hash)?.ids.get(place.row as usize).map(str::to_owned))
    }

    fn place(&self, row: u32) -> Option<DocumentPlace> {
        let chunk = self.chunks.partition_point(|(_, first)| *first <= row).checked_sub(1)?;
        Some(DocumentPlace {
            chunk: u32::try_from(chunk).ok()?,
            row: row - self.chunks[chunk].1,
            split: *self.splits.get(row as usize)?,
        })
    }
}

impl Rows {
    fn extend(&mut self, held: Option<&str>, row: u32) {
        self.0.extend(held.map(|held| (key(held.as_bytes()), row)));
    }

    fn sort(&mut self) {
        self.0.sort_unstable();
        self.0.dedup_by_key(|(key, _)| *key);
        self.0.shrink_to_fit();
    }

    fn get(&self, held: &str) -> Option<u32> {
        let key = key(held.as_bytes());
        self.0.binary_search_by_key(&key, |(key, _)| *key).ok().map(|at| self.0[at].1)
    }
}

/// The indexes of the corpora that were asked for lately; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct DocumentIndexes {
    /// Least recently asked for first.
    kept: Arc<Mutex<VecDeque<Kept>>>,
}

#[derive(Debug, Clone)]
struct Kept {
    project: Uuid,
    revision: i64,
    documents: u64,
    index: Arc<OnceCell<Arc<DocumentIndex>>>,
}

impl DocumentIndexes {
    /// The index of a project's corpus, which is at `revision`. Whoever asks while it is being built waits for it, and
    /// building goes on when the one who asked first gives up.
    pub async fn get(
        &self,
        project: Uuid,
        revision: i64,
        corpus: Corpus,
        store: &ChunkStore,
    ) -> Result<Arc<DocumentIndex>, CorpusError> {
        let (cell, store) = (self.cell(project, revision, corpus.rows), store.clone());
        if let Some(index) = cell.get() {
            return Ok(index.clone());
        }
        let build = async move || {
            let built = blocking(move || DocumentIndex::build(&corpus, &store)).await;
            built.unwrap_or(Err(CorpusError::Cancelled)).map(Arc::new)
        };
        let building = tokio::spawn(async move { cell.get_or_try_init(build).await.cloned() });
        building.await.unwrap_or(Err(CorpusError::Cancelled))
    }

    /// Where the index is or will be; older ones of the project are forgotten.
    fn cell(&self, project: Uuid, revision: i64, documents: u64) -> Arc<OnceCell<Arc<DocumentIndex>>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|kept| kept.project == project).and_then(|at| kept.remove(at));
        let known = known.filter(|known| known.revision == revision);
        let asked = known.unwrap_or_else(|| Kept { project, revision, documents, index: Arc::default() });
        let index = asked.index.clone();
        kept.push_back(asked);
        let mut documents: u64 = kept.iter().map(|kept| kept.documents).sum();
        while documents > KEPT_DOCUMENTS && kept.len() > 1 {
            documents -= kept.pop_front().map_or(0, |kept| kept.documents);
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Objects;
    use hunch_engine::{Chunk, Column, ColumnData, TextColumn};
    use hunch_protocol::ChunkInfo;

    /// A corpus of two chunks; the rows are (id, text), and `x` of the first chunk is excluded.
    fn corpus(store: &ChunkStore) -> Corpus {
        let chunks = [vec![("a", "good"), ("x", "bad")], vec![("b", "good"), ("x", "worse")]];
        let chunks = (0..).zip(chunks).map(|(ordinal, rows)| {
            let (ids, texts): (Vec<_>, Vec<_>) =
                rows.into_iter().map(|(id, text)| (Some(id), Some(text))).unzip();
            let text = ColumnData::Text(TextColumn::from_rows(texts).unwrap());
            let chunk = Chunk {
                rows: 2,
                ids: TextColumn::from_rows(ids).unwrap(),
                splits: vec![Split::Train, Split::Dev],
                columns: vec![Column { name: "text".to_owned(), data: text }],
                ..Chunk::default()
            };
            let excluded = if ordinal == 0 { vec![1] } else { vec![] };
            ChunkInfo { ordinal, hash: store.put(&chunk).unwrap(), rows: 2, text_bytes: 0, excluded }
        });
        let chunks = chunks.collect();
        Corpus { rows: 3, chunks, default_text: Some("text".to_owned()), ..Corpus::default() }
    }

    fn store(folder: &tempfile::TempDir) -> ChunkStore {
        ChunkStore::new(Objects::open(folder.path()).unwrap())
    }

    #[test]
    fn documents_are_found_where_they_are_and_excluded_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let index = DocumentIndex::build(&corpus(&store), &store).unwrap();
        let place = |chunk, row, split| Some(DocumentPlace { chunk, row, split });
        assert_eq!(index.find("a"), place(0, 0, Split::Train));
        assert_eq!(index.find("x"), place(1, 1, Split::Dev));
        assert_eq!(index.find("y"), None);
        assert_eq!(index.find_text("good"), place(0, 0, Split::Train));
        assert_eq!(index.find_text("bad"), None);
        assert_eq!(index.id(index.find_text("worse").unwrap(), &store).unwrap().unwrap(), "x");
        assert_eq!(DocumentIndex::default().find(""), None);
    }

    #[tokio::test]
    async fn an_index_is_built_once_for_all_who_ask_and_anew_for_a_new_corpus() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let (corpus, project) = (corpus(&store), Uuid::from_u128(1));
        let indexes = DocumentIndexes::default();
        let asked = (0..8).map(|_| indexes.get(project, 1, corpus.clone(), &store));
        let found = futures::future::try_join_all(asked).await.unwrap();
        assert!(found.iter().all(|index| Arc::ptr_eq(index, &found[0])));
        let other = indexes.get(project, 2, corpus.clone(), &store).await.unwrap();
        assert!(!Arc::ptr_eq(&other, &found[0]));
        assert_eq!(indexes.kept.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_failure_is_not_kept_and_memory_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let corpus = corpus(&store);
        let indexes = DocumentIndexes::default();
        let mut damaged = corpus.clone();
        damaged.chunks[0].hash = "0".repeat(64);
        assert!(indexes.get(Uuid::from_u128(1), 1, damaged, &store).await.is_err());
        assert!(indexes.get(Uuid::from_u128(1), 1, corpus.clone(), &store).await.is_ok());
        for project in 2..5 {
            let large = Corpus { rows: KEPT_DOCUMENTS, ..corpus.clone() };
            indexes.get(Uuid::from_u128(project), 1, large, &store).await.unwrap();
        }
        assert_eq!(indexes.kept.lock().unwrap().len(), 1);
    }
}
