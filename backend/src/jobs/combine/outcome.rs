//! What models make of documents, counted.

use super::active_rows;
use hunch_engine::Chunk;
use hunch_model::{Fitted, Ties};
use hunch_protocol::ChunkInfo;

/// What models make of documents with a vote. The first model is majority vote.
pub(super) struct Outcome {
    /// Per model, documents by label.
    pub(super) label_rows: Vec<Vec<u64>>,
    /// Per model, documents whose label differs from majority vote's.
    pub(super) flips: Vec<u64>,
    /// Per model, the label of each pattern where no tie has to be broken.
    clear: Vec<Vec<Option<i16>>>,
}

impl Outcome {
    pub(super) fn new(models: &[Fitted], patterns: u32) -> Self {
        let labels = models.first().map_or(0, |model| model.prior.len());
        let clear = |model: &Fitted| (0..patterns).map(|pattern| model.clear_label(pattern)).collect();
        Self {
            label_rows: vec![vec![0; labels]; models.len()],
            flips: vec![0; models.len()],
            clear: models.iter().map(clear).collect(),
        }
    }

    /// Adds the documents of a chunk.
    pub(super) fn add(&mut self, chunk: &Chunk, info: &ChunkInfo, patterns: &[u32], models: &[Fitted]) {
        for row in active_rows(info).iter_ones().filter(|row| patterns[*row] != 0) {
            let (pattern, id) = (patterns[row], chunk.ids.get(row).unwrap_or_default());
            let mut by_majority = None;
            for (at, model) in models.iter().enumerate() {
                let clear = self.clear[at][pattern as usize];
                let label = clear.unwrap_or_else(|| model.guess(pattern, Ties::DocumentId, id, 0));
                if let Ok(label) = usize::try_from(label) {
                    self.label_rows[at][label] += 1;
                }
                self.flips[at] += u64::from(*by_majority.get_or_insert(label) != label);
            }
        }
    }
}
