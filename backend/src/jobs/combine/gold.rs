//! Gold in a combine: that of the train and dev splits is evidence, dev and valid judge, test is not looked at.

use super::active_rows;
use crate::jobs::error::JobError;
use crate::jobs::inputs::Inputs;
use crate::jobs::task::{Task, compute};
use crate::labels::gold;
use hunch_engine::{Chunk, Split};
use hunch_model::{Fitted, GoldCounts, Tally, Ties};
use hunch_protocol::ChunkInfo;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Parts of the gold, each of which is judged by what was learned from the others.
pub(super) const FOLDS: usize = 5;

/// A document with gold.
#[derive(Debug)]
pub(super) struct GoldDocument {
    pub(super) id: String,
    pub(super) label: i16,
    pub(super) split: Split,
    /// The part of the gold it is in.
    pub(super) fold: usize,
    chunk: usize,
    row: usize,
    /// The pattern of the rules' votes.
    by_rules: u32,
    /// Its pattern, which is one of its own where people annotated it.
    pub(super) pattern: u32,
}

impl GoldDocument {
    /// Whether models may learn from it.
    pub(super) fn is_evidence(&self) -> bool {
        matches!(self.split, Split::Train | Split::Dev)
    }
}

/// Documents with gold.
#[derive(Debug, Default)]
pub(super) struct Gold {
    pub(super) documents: Vec<GoldDocument>,
}

/// The documents with gold outside the test split. Gold that people gave comes before a chunk's.
pub(super) async fn collect(task: &Task, inputs: &Arc<Inputs>) -> Result<Gold, JobError> {
    let mut documents = Vec::new();
    for (at, info) in inputs.stored.corpus.chunks.iter().enumerate() {
        task.check()?;
        let (chunks, inputs, info) = (task.context.chunks.clone(), inputs.clone(), info.clone());
        let found = compute(move || Ok(of_chunk(&*chunks.get(&info.hash)?, &info, at, &inputs.stored.gold)));
        documents.append(&mut found.await?);
        task.done_steps(1);
    }
    // Dealt out by split, label and id, so that parts are alike and the order of documents changes nothing.
    let mut order: Vec<usize> = (0..documents.len()).collect();
    let key = |document: &GoldDocument| (document.split as u8, document.label);
    order.sort_by(|a, b| {
        let (a, b) = (&documents[*a], &documents[*b]);
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
    for (place, document) in order.into_iter().enumerate() {
        documents[document].fold = place % FOLDS;
    }
    Ok(Gold { documents })
}

fn of_chunk(chunk: &Chunk, info: &ChunkInfo, at: usize, given: &BTreeMap<String, i16>) -> Vec<GoldDocument> {
    if chunk.gold.is_none() && given.is_empty() {
        return Vec::new();
    }
    let active = active_rows(info);
    let rows = active.iter_ones().filter(|row| chunk.splits[*row] != Split::Test);
    let document = |row: usize| {
        Some(GoldDocument {
            label: gold(chunk, row, given)?,
            id: chunk.ids.get(row).unwrap_or_default().to_owned(),
            split: chunk.splits[row],
            fold: 0,
            chunk: at,
            row,
            by_rules: 0,
            pattern: 0,
        })
    };
    rows.filter_map(document).collect()
}

impl Gold {
    /// Takes down which pattern the rules' votes make of each document; `rows` holds them chunk by chunk.
    pub(super) fn note_rules(&mut self, rows: &[Vec<u32>]) {
        self.documents.iter_mut().for_each(|document| document.by_rules = rows[document.chunk][document.row]);
    }

    /// … and which pattern is left when documents with annotations have their own.
    pub(super) fn note_patterns(&mut self, rows: &[Vec<u32>]) {
        self.documents.iter_mut().for_each(|document| document.pattern = rows[document.chunk][document.row]);
    }

    /// How many documents of a split have gold.
    pub(super) fn rows(&self, split: Split) -> u64 {
        self.documents.iter().filter(|document| document.split == split).count() as u64
    }

    /// Gold that models may learn from, by the rules' patterns.
    pub(super) fn evidence(&self) -> GoldCounts {
        self.counts(GoldDocument::is_evidence)
    }

    /// The parts of it.
    pub(super) fn folds(&self) -> Vec<GoldCounts> {
        let part = |fold| self.counts(|document| document.is_evidence() && document.fold == fold);
        (0..FOLDS).map(part).collect()
    }

    /// Gold of the dev split, by the rules' patterns.
    pub(super) fn dev_counts(&self) -> GoldCounts {
        self.counts(|document| document.split == Split::Dev)
    }

    fn counts(&self, which: impl Fn(&GoldDocument) -> bool) -> GoldCounts {
        let mut counts = GoldCounts::default();
        let chosen = self.documents.iter().filter(|document| which(document));
        chosen.for_each(|document| counts.add(document.by_rules, document.label));
        counts
    }

    /// Documents beside a model's labels.
    pub(super) fn tally(&self, model: &Fitted, which: impl Fn(&GoldDocument) -> bool) -> Tally {
        let mut tally = Tally::default();
        for GoldDocument { id, label, pattern, .. } in
            self.documents.iter().filter(|document| which(document))
        {
            tally.add(*pattern, *label, model.guess(*pattern, Ties::DocumentId, id, 0));
        }
        tally
    }
}
