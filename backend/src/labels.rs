//! Combined labels: what the latest combine made of each document's votes, and whether that still holds.
//!
//! A combine finds few vote patterns in many documents. What is kept is the pattern of each row, chunk by chunk, and
//! what each model makes of each pattern; a snapshot spells both out in [`LabelBlock`]s.

mod block;
mod patterns;
mod people;

pub use block::{BlockError, LabelBlock};
pub(crate) use patterns::{encode_patterns, encode_posteriors};
pub(crate) use people::{People, Said};

use crate::blocking::blocking;
use crate::corpus::{ChunkStore, CorpusError};
use crate::store::{ProjectInputs, Store, StoreError, StoredReport};
use hunch_engine::{Chunk, ENGINE_VERSION, Split};
use hunch_model::{ModelKind, break_tie};
use hunch_protocol::{ChunkInfo, DocumentLabels, LabelReport, Page};
use hunch_rules::canonical_hash;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// Why labels cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The corpus failed.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
}

/// The hash of all that labels follow from: labels whose inputs have another hash are stale.
pub fn inputs_hash(inputs: &ProjectInputs) -> String {
    let rules: Vec<_> = inputs.rules.iter().map(|rule| (&rule.name, &rule.source)).collect();
    let lexicons: Vec<_> = inputs.lexicons.iter().map(|lexicon| (&lexicon.name, &lexicon.hash)).collect();
    let corpus = &inputs.corpus;
    let chunks: Vec<_> = corpus.chunks.iter().map(|chunk| (&chunk.hash, &chunk.excluded)).collect();
    canonical_hash(&(
        ENGINE_VERSION,
        inputs.project.label_names(),
        (rules, lexicons),
        (&corpus.columns, &corpus.sources, chunks),
        inputs.people_seq,
    ))
}

/// The report of the latest combine and whether it is stale; `None` before the first.
pub async fn report(store: &dyn Store, project: Uuid) -> Result<Option<LabelReport>, StoreError> {
    let Some(found) = store.label_report(project).await? else { return Ok(None) };
    let stale = found.inputs != inputs_hash(&store.rule_inputs(project).await?);
    Ok(Some(LabelReport { stale, ..found.report }))
}

/// What the latest combine makes of each pattern.
#[derive(Debug, Clone)]
pub struct Labels {
    /// What it found, and in which inputs.
    pub found: StoredReport,
    classes: usize,
    /// Per model of the report, P(label) of each pattern, one row after another.
    posteriors: Vec<Vec<f64>>,
    said: Said,
}

impl Labels {
    /// The labels of the latest combine; `None` before the first.
    pub async fn load(store: &dyn Store, project: Uuid) -> Result<Option<Self>, StoreError> {
        let Some(found) = store.label_report(project).await? else { return Ok(None) };
        let models = &found.report.models;
        let classes = models.first().map_or(0, |model| model.prior.len());
        let bytes = store.label_patterns(project).await?;
        let posteriors = patterns::decode_posteriors(&bytes, models.len(), classes)?;
        let said = Said::decode(&store.label_people(project).await?)?;
        Ok(Some(Self { found, classes, posteriors, said }))
    }

    /// The pattern of each row of a chunk; `None` if the chunk is newer than the labels. Pattern 0 is no vote.
    pub async fn patterns(
        store: &dyn Store,
        project: Uuid,
        chunk: &ChunkInfo,
    ) -> Result<Option<Vec<u32>>, StoreError> {
        match store.label_block(project, &chunk.hash).await {
            Ok(bytes) => patterns::decode_patterns(&bytes, chunk.rows as usize).map(Some),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// P(label) by a model of the report, given by its place there; zeros for a pattern that is not there.
    pub fn posterior(&self, model: usize, pattern: u32) -> Vec<f64> {
        let start = pattern as usize * self.classes;
        let row = self.posteriors.get(model).and_then(|rows| rows.get(start..start + self.classes));
        row.map_or_else(|| vec![0.0; self.classes], <[f64]>::to_vec)
    }

    /// How many labels the project has, retired ones too.
    pub fn classes(&self) -> u16 {
        u16::try_from(self.classes).unwrap_or(u16::MAX)
    }

    /// The place in the report of the model whose labels are the project's.
    pub fn default_model(&self) -> usize {
        self.found.report.models.iter().position(|model| model.used).unwrap_or(0)
    }

    /// The place in the report of a model.
    fn model(&self, kind: ModelKind) -> usize {
        self.found.report.models.iter().position(|model| model.name == kind.name()).unwrap_or(usize::MAX)
    }

    fn document(
        &self,
        chunk: &Chunk,
        in_chunk: usize,
        row: u64,
        pattern: u32,
        given: &BTreeMap<String, i16>,
    ) -> DocumentLabels {
        let id = chunk.ids.get(in_chunk).unwrap_or_default();
        let probabilities = self.posterior(self.default_model(), pattern);
        DocumentLabels {
            id: id.to_owned(),
            row,
            covered: pattern != 0,
            pattern,
            label: if pattern == 0 { -1 } else { break_tie(&probabilities, id) },
            probabilities,
            majority: self.posterior(self.model(ModelKind::Majority), pattern),
            rival: None,
            explanation: Vec::new(),
            people: self.said.of(pattern),
            gold: gold(chunk, in_chunk, given).filter(|_| chunk.splits[in_chunk] == Split::Dev),
        }
    }
}

/// A document's gold: what people `given` by document id, else what its chunk says.
pub(crate) fn gold(chunk: &Chunk, row: usize, given: &BTreeMap<String, i16>) -> Option<i16> {
    let given = given.get(chunk.ids.get(row).unwrap_or_default()).copied();
    given.or_else(|| chunk.gold.as_ref().map(|gold| gold[row])).filter(|gold| *gold >= 0)
}

/// Documents with their labels from a row on, at most `limit`; the page's `next` is a row. Documents that are
/// excluded, or newer than the labels, are left out. `None` before the first combine.
pub async fn documents(
    store: &dyn Store,
    chunks: &ChunkStore,
    project: Uuid,
    from: u64,
    limit: u32,
) -> Result<Option<Page<DocumentLabels>>, LabelError> {
    let corpus = store.get_corpus(project).await?.corpus;
    let Some(labels) = Labels::load(store, project).await? else { return Ok(None) };
    let given = store.gold_of(project).await?;
    let (mut items, mut first) = (Vec::new(), 0);
    for info in &corpus.chunks {
        let end = first + u64::from(info.rows);
        if end > from
            && let Some(patterns) = Labels::patterns(store, project, info).await?
        {
            let chunk = read(chunks, &info.hash).await?;
            let rows = (first..end).zip(patterns).enumerate().skip_while(|(_, (row, _))| *row < from);
            for (in_chunk, (row, pattern)) in rows {
                if u32::try_from(in_chunk).is_ok_and(|row| info.excluded.binary_search(&row).is_ok()) {
                    continue;
                }
                if items.len() == limit as usize {
                    return Ok(Some(Page { items, next: Some(row.to_string()) }));
                }
                items.push(labels.document(&chunk, in_chunk, row, pattern, &given));
            }
        }
        first = end;
    }
    Ok(Some(Page { items, next: None }))
}

async fn read(chunks: &ChunkStore, hash: &str) -> Result<Arc<Chunk>, CorpusError> {
    let (chunks, hash) = (chunks.clone(), hash.to_owned());
    blocking(move || chunks.get(&hash)).await.unwrap_or(Err(CorpusError::Cancelled))
}
