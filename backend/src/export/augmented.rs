//! A snapshot with its augmented copies: first all documents, then the copies, each with the corpus' columns.

use super::snapshot::{SnapshotError, included, included_rows};
use super::{Columns, ExportRows};
use crate::corpus::{ChunkStore, CorpusSchema, Objects};
use crate::labels::LabelBlock;
use futures::executor::block_on;
use hunch_engine::{Chunk, Column, ColumnData, FormatError, Split, TextColumn, Values};
use hunch_protocol::{CorpusColumn, Manifest, ManifestChunk, ManifestPolicy};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A snapshot that is read back.
struct Reading {
    snapshot: String,
    manifest: Manifest,
    schema: CorpusSchema,
    chunks: ChunkStore,
    objects: Objects,
}

/// What the copies of a document share.
struct Origin<'a> {
    /// The documents that the rows were made from, where they were made.
    parents: Option<&'a TextColumn>,
    policy: Option<&'a ManifestPolicy>,
}

/// The rows of a snapshot as columns: those of a snapshot without policies, then `parent`, `policy`, `parameters` and
/// `seed`, which documents have none of, then the corpus' columns. Reading blocks.
pub fn rows(
    snapshot: String,
    manifest: Manifest,
    chunks: ChunkStore,
    objects: Objects,
) -> Result<impl Iterator<Item = Result<Vec<Column>, SnapshotError>>, SnapshotError> {
    let mut schema = CorpusSchema::default();
    for info in &manifest.chunks {
        for column in &chunks.get(&info.hash)?.columns {
            if schema.columns.iter().all(|known| known.name != column.name) {
                schema.columns.push(CorpusColumn::new(&column.name, column.data.kind()));
            }
        }
    }
    let places = (0..manifest.chunks.len()).map(|chunk| (chunk, None));
    let copies = (0..manifest.policies.len())
        .flat_map(|policy| (0..manifest.chunks.len()).map(move |chunk| (chunk, Some(policy))));
    let places: Vec<_> = places.chain(copies).collect();
    let reading = Reading { snapshot, manifest, schema, chunks, objects };
    Ok(places.into_iter().flat_map(move |(chunk, policy)| {
        let batches = match policy {
            None => reading.documents(chunk).map(|batch| vec![batch]),
            Some(policy) => reading.copies(chunk, policy),
        };
        match batches {
            Ok(batches) => batches.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        }
    }))
}

impl Reading {
    fn documents(&self, place: usize) -> Result<Vec<Column>, SnapshotError> {
        let info = &self.manifest.chunks[place];
        let (chunk, labels) = self.open(info)?;
        let rows: Vec<usize> = included_rows(info, &chunk).collect();
        let origin = Origin { parents: None, policy: None };
        Ok(self.batch(&included(info, &chunk, &labels), &chunk.take(&rows)?, &origin)?)
    }

    /// A batch for each block of copies.
    fn copies(&self, place: usize, policy: usize) -> Result<Vec<Vec<Column>>, SnapshotError> {
        let (info, policy) = (&self.manifest.chunks[place], &self.manifest.policies[policy]);
        let (chunk, labels) = self.open(info)?;
        let train: Vec<usize> =
            included_rows(info, &chunk).filter(|row| chunk.splits[*row] == Split::Train).collect();
        let mut parents = train.iter().flat_map(|row| std::iter::repeat_n(*row, policy.copies as usize));
        let mut batches = Vec::new();
        for block in policy.blocks.iter().filter(|block| block.chunk == info.hash) {
            let made = self.chunks.get(&block.hash)?;
            let parents: Vec<usize> = parents.by_ref().take(made.rows).collect();
            let mut copies = chunk.take(&parents)?;
            let of = std::mem::replace(&mut copies.ids, made.ids.clone());
            for column in &mut copies.columns {
                if let Some(changed) = made.column(&column.name) {
                    column.data = changed.clone();
                }
            }
            let rows = ExportRows {
                ids: copies.ids.iter().map(|id| id.unwrap_or_default().to_owned()).collect(),
                labels: parents.iter().map(|row| labels.labels[*row]).collect(),
                probabilities: parents.iter().map(|row| labels.row(*row).to_vec()).collect(),
                splits: vec![Split::Train; parents.len()],
            };
            batches.push(self.batch(&rows, &copies, &Origin { parents: Some(&of), policy: Some(policy) })?);
        }
        Ok(batches)
    }

    fn open(&self, info: &ManifestChunk) -> Result<(Arc<Chunk>, LabelBlock), SnapshotError> {
        let chunk = self.chunks.get_aligned(&info.hash, &self.schema)?;
        let bytes = block_on(self.objects.get(&info.labels))?;
        Ok((Arc::clone(&chunk), super::snapshot::labels(info, &chunk, &bytes)?))
    }

    fn batch(
        &self,
        rows: &ExportRows,
        chunk: &Chunk,
        origin: &Origin<'_>,
    ) -> Result<Vec<Column>, FormatError> {
        let names = Columns { snapshot: Some(&self.snapshot), labels: &self.manifest.labels };
        let height = rows.ids.len();
        let mut batch = Vec::new();
        let mut add = |name: &str, data| batch.push(Column { name: name.to_owned(), data });
        let texts = |values: Vec<Option<&str>>| TextColumn::from_rows(values).map(ColumnData::Text);
        add("id", texts(rows.ids.iter().map(|id| Some(id.as_str())).collect())?);
        add("label", texts(rows.labels.iter().map(|label| names.label(*label)).collect())?);
        for (label, name) in names.probabilities() {
            let values: Values<f64> = rows.probabilities.iter().map(|row| Some(row[label])).collect();
            add(&name, ColumnData::Number(values));
        }
        add("split", texts(rows.splits.iter().map(|split| Some(split.name())).collect())?);
        add("snapshot", texts(vec![Some(&self.snapshot); height])?);
        let seed = origin.policy.map(|policy| policy.seed.to_string());
        let parent = |row| origin.parents.and_then(|parents| parents.get(row));
        add("parent", texts((0..height).map(parent).collect())?);
        add("policy", texts(vec![origin.policy.map(|policy| policy.name.as_str()); height])?);
        add("parameters", texts(vec![origin.policy.map(|policy| policy.source.trim()); height])?);
        add("seed", texts(vec![seed.as_deref(); height])?);
        let taken: BTreeSet<String> = batch.iter().map(|column| column.name.clone()).collect();
        for column in &self.schema.columns {
            let Some(data) = chunk.column(&column.name) else { continue };
            let prefix = if taken.contains(&column.name) { "column_" } else { "" };
            let name = format!("{prefix}{}", column.name);
            batch.push(Column { name, data: data.clone() });
        }
        Ok(batch)
    }
}
