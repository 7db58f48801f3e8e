//! What models make of documents, counted.

use super::active_rows;
use crate::labels::gold;
use hunch_engine::{Chunk, Split};
use hunch_model::{Fitted, Tally, Ties};
use hunch_protocol::ChunkInfo;
use std::collections::BTreeMap;

/// What models make of documents.
pub(super) struct Outcome {
    /// Per model, documents by label.
    pub(super) label_rows: Vec<Vec<u64>>,
    /// Per model, documents with gold in the dev split.
    pub(super) tallies: Vec<Tally>,
    /// How many those are.
    pub(super) gold: u64,
}

impl Outcome {
    pub(super) fn new(models: usize, labels: usize) -> Self {
        Self { label_rows: vec![vec![0; labels]; models], tallies: vec![Tally::default(); models], gold: 0 }
    }

    /// Adds the documents of a chunk. Gold that people gave, by document, comes before the chunk's.
    pub(super) fn add(
        &mut self,
        chunk: &Chunk,
        info: &ChunkInfo,
        patterns: &[u32],
        models: &[Fitted],
        given: &BTreeMap<String, i16>,
    ) {
        for row in active_rows(info).iter_ones() {
            let (pattern, id) = (patterns[row], chunk.ids.get(row).unwrap_or_default());
            let gold = gold(chunk, row, given).unwrap_or(-1);
            let scored = gold >= 0 && chunk.splits[row] == Split::Dev;
            self.gold += u64::from(scored);
            for (at, model) in models.iter().enumerate() {
                let guess = model.guess(pattern, Ties::DocumentId, id, 0);
                if pattern != 0
                    && let Ok(label) = usize::try_from(guess)
                {
                    self.label_rows[at][label] += 1;
                }
                if scored {
                    self.tallies[at].add(pattern, gold, guess);
                }
            }
        }
    }
}
