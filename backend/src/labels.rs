//! Combined labels: what the latest combine made of each document's votes, and whether that still holds.
//!
//! A combine finds few vote patterns in many documents. What is kept is the pattern of each row, chunk by chunk, what
//! majority vote and the model in use make of each pattern, and what explains it; a snapshot spells labels out in
//! [`LabelBlock`]s.

mod agreement;
mod block;
mod documents;
mod explain;
mod patterns;
mod people;

pub use agreement::measure_agreement;
pub use block::{BlockError, LabelBlock};
pub use documents::{LabelFilter, documents};
pub(crate) use patterns::{encode_explainer, encode_patterns, encode_posteriors, encode_votes};
pub(crate) use people::{People, Said, WeighedDocument};

use crate::blocking::blocking;
use crate::corpus::CorpusError;
use crate::store::{ProjectInputs, Store, StoreError, StoredReport};
use hunch_engine::{Chunk, ENGINE_VERSION};
use hunch_protocol::{ChunkInfo, LabelReport, limits};
use hunch_rules::canonical_hash;
use std::collections::BTreeMap;
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
    /// Annotations cannot be compared.
    #[error(transparent)]
    Annotations(#[from] hunch_model::agreement::AnnotationError),
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
    /// P(label) of each pattern, one row after another, by majority vote and by the model in use.
    posteriors: [Vec<f64>; 2],
    said: Said,
}

impl Labels {
    /// The labels of the latest combine; `None` before the first.
    pub async fn load(store: &dyn Store, project: Uuid) -> Result<Option<Self>, StoreError> {
        let Some(found) = store.label_report(project).await? else { return Ok(None) };
        let classes = found.report.models.first().map_or(0, |model| model.prior.len());
        let posteriors = patterns::decode_posteriors(&store.label_patterns(project).await?, classes)?;
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

    /// P(label) by the model whose labels are the project's; zeros for a pattern that is not there.
    pub fn posterior(&self, pattern: u32) -> Vec<f64> {
        // An older server kept majority vote and Dawid-Skene, whichever of them was used.
        let report = &self.found.report;
        let majority = report.used.is_empty() && report.models.first().is_some_and(|model| model.used);
        self.row(usize::from(!majority), pattern)
    }

    /// P(label) by majority vote; zeros for a pattern that is not there.
    pub fn majority(&self, pattern: u32) -> Vec<f64> {
        self.row(0, pattern)
    }

    fn row(&self, model: usize, pattern: u32) -> Vec<f64> {
        let start = pattern as usize * self.classes;
        let row = self.posteriors[model].get(start..start + self.classes);
        row.map_or_else(|| vec![0.0; self.classes], <[f64]>::to_vec)
    }

    /// How many labels the project has, retired ones too.
    pub fn classes(&self) -> u16 {
        u16::try_from(self.classes).unwrap_or(u16::MAX)
    }
}

/// The table of the rules' votes in the latest combine with dev gold, the most frequent patterns of it, as
/// [`PatternTable::from_bytes`] reads it; `None` before the first combine, or if an older server made it.
pub async fn pattern_table(store: &dyn Store, project: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
    let bytes = match store.label_votes(project).await {
        Ok(bytes) => bytes,
        Err(StoreError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let cut = move || {
        let Some((table, gold)) = patterns::decode_votes(&bytes)? else { return Ok(None) };
        if table.len() <= limits::PATTERNS {
            return Ok(Some(table.to_bytes(&gold)));
        }
        let (table, kept) = table.most_frequent(limits::PATTERNS - 1);
        let number = |pattern| kept.binary_search(&pattern).ok().and_then(|place| u32::try_from(place).ok());
        Ok(Some(table.to_bytes(&gold.renumbered(number))))
    };
    blocking(cut).await.unwrap_or(Ok(None))
}

/// A document's gold: what people `given` by document id, else what its chunk says.
pub(crate) fn gold(chunk: &Chunk, row: usize, given: &BTreeMap<String, i16>) -> Option<i16> {
    let given = given.get(chunk.ids.get(row).unwrap_or_default()).copied();
    given.or_else(|| chunk.gold.as_ref().map(|gold| gold[row])).filter(|gold| *gold >= 0)
}
