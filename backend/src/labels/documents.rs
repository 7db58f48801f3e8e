//! Documents with their labels, page by page.

use super::explain::Explaining;
use super::{LabelError, Labels, gold};
use crate::blocking::blocking;
use crate::corpus::{ChunkStore, CorpusError};
use crate::store::Store;
use hunch_engine::{Chunk, Split};
use hunch_model::{break_tie, most_likely};
use hunch_protocol::{ChunkInfo, DocumentLabels, GoldFilter, Page};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// Which documents to list; all unless said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LabelFilter {
    /// Whether the label differs from majority vote's.
    pub flipped: Option<bool>,
    /// Its label; -1 for no vote.
    pub label: Option<i16>,
    /// How the label stands to gold of the dev split.
    pub gold: Option<GoldFilter>,
}

/// Documents with their labels from a row on, at most `limit`; the page's `next` is a row. Documents that are
/// excluded, or newer than the labels, are left out. `None` before the first combine.
pub async fn documents(
    store: &dyn Store,
    chunks: &ChunkStore,
    project: Uuid,
    from: u64,
    limit: u32,
    filter: LabelFilter,
) -> Result<Option<Page<DocumentLabels>>, LabelError> {
    let corpus = store.get_corpus(project).await?.corpus;
    let Some(labels) = Labels::load(store, project).await? else { return Ok(None) };
    let explaining = Explaining::load(store, project).await?;
    let given = store.gold_of(project).await?;
    let mut candidates = Candidates { labels: &labels, filter, known: Vec::new() };
    let (mut items, mut first) = (Vec::new(), 0);
    for info in &corpus.chunks {
        let (start, end) = (first, first + u64::from(info.rows));
        first = end;
        if end <= from {
            continue;
        }
        let Some(patterns) = Labels::patterns(store, project, info).await? else { continue };
        let rows = (start..end).zip(patterns).enumerate().filter(|(_, (row, _))| *row >= from);
        let rows: Vec<_> = rows
            .filter(|(in_chunk, (_, pattern))| !is_excluded(info, *in_chunk) && candidates.may_be(*pattern))
            .collect();
        if rows.is_empty() {
            continue;
        }
        let chunk = read(chunks, &info.hash).await?;
        for (in_chunk, (row, pattern)) in rows {
            let place = Place { chunk: &chunk, in_chunk, row, pattern };
            let Some(document) = labels.document(&place, &given, filter) else { continue };
            if items.len() == limit as usize {
                return Ok(Some(Page { items, next: Some(row.to_string()) }));
            }
            items.push(explaining.explain(&labels, document));
        }
    }
    Ok(Some(Page { items, next: None }))
}

fn is_excluded(info: &ChunkInfo, row: usize) -> bool {
    u32::try_from(row).is_ok_and(|row| info.excluded.binary_search(&row).is_ok())
}

/// Tells by its pattern whether a document can pass a filter, so that chunks without such documents need not be read.
struct Candidates<'a> {
    labels: &'a Labels,
    filter: LabelFilter,
    /// Per pattern, once it was asked.
    known: Vec<Option<bool>>,
}

impl Candidates<'_> {
    fn may_be(&mut self, pattern: u32) -> bool {
        if self.filter == LabelFilter::default() {
            return true;
        }
        let place = pattern as usize;
        if self.known.len() <= place {
            self.known.resize(place + 1, None);
        }
        let (labels, filter) = (self.labels, self.filter);
        *self.known[place].get_or_insert_with(|| {
            let LabelFilter { flipped, label, .. } = filter;
            if pattern == 0 {
                return flipped != Some(true) && label.is_none_or(|label| label == -1);
            }
            let likely = most_likely(&labels.posterior(pattern));
            let by_majority = most_likely(&labels.majority(pattern));
            let may_be_label = |label: i16| usize::try_from(label).is_ok_and(|label| likely.contains(&label));
            let may_flip = likely != by_majority;
            let may_stay = likely.iter().any(|label| by_majority.contains(label));
            label.is_none_or(may_be_label)
                && flipped.is_none_or(|flipped| if flipped { may_flip } else { may_stay })
        })
    }
}

/// A document of a chunk.
struct Place<'a> {
    chunk: &'a Chunk,
    in_chunk: usize,
    row: u64,
    pattern: u32,
}

impl Labels {
    /// A document's labels, unexplained, if it passes the filter.
    fn document(
        &self,
        place: &Place<'_>,
        given: &BTreeMap<String, i16>,
        filter: LabelFilter,
    ) -> Option<DocumentLabels> {
        let Place { chunk, in_chunk, row, pattern } = *place;
        let id = chunk.ids.get(in_chunk).unwrap_or_default();
        let (probabilities, majority) = (self.posterior(pattern), self.majority(pattern));
        let label_of = |shares: &[f64]| if pattern == 0 { -1 } else { break_tie(shares, id) };
        let label = label_of(&probabilities);
        let gold = gold(chunk, in_chunk, given).filter(|_| chunk.splits[in_chunk] == Split::Dev);
        let passes = filter.label.is_none_or(|wanted| wanted == label)
            && filter.flipped.is_none_or(|flipped| flipped == (label != label_of(&majority)))
            && filter.gold.is_none_or(|wanted| {
                gold.is_some_and(|gold| (gold == label) == (wanted == GoldFilter::Right))
            });
        passes.then(|| DocumentLabels {
            id: id.to_owned(),
            row,
            covered: pattern != 0,
            pattern,
            label,
            probabilities,
            majority,
            rival: None,
            explanation: Vec::new(),
            people: self.said.of(pattern),
            gold,
        })
    }
}

async fn read(chunks: &ChunkStore, hash: &str) -> Result<Arc<Chunk>, CorpusError> {
    let (chunks, hash) = (chunks.clone(), hash.to_owned());
    blocking(move || chunks.get(&hash)).await.unwrap_or(Err(CorpusError::Cancelled))
}
