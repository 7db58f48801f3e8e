//! Words that are frequent in the corpus: what editors offer while a term is being written.

use super::super::message::Report;
use super::Shard;
use hunch_engine::{ColumnData, TermCounter, TextColumn};

/// Words told.
const WORDS: usize = 3_000;
/// Documents are counted of which a sample of so many bytes of text is taken: a few milliseconds of work.
const TEXT_BYTES: usize = 256 << 10;

impl Shard {
    /// Tells frequent words of the first chunk at hand, once; `false` if that has been done or nothing is at hand.
    pub(super) fn step_words(&mut self, out: &mut Vec<Report>) -> bool {
        let Some(held) = self.chunks.values().next().filter(|_| !self.words_told) else { return false };
        self.words_told = true;
        let mut counter = TermCounter::default();
        let texts = held.chunk().columns.iter().filter_map(|column| match &column.data {
            ColumnData::Text(texts) => Some(texts),
            _ => None,
        });
        for texts in texts {
            let rows = TEXT_BYTES * texts.len() / texts.text().len().max(1);
            // What a column holds, a shorter one does too.
            if let Ok(first) = TextColumn::from_rows(texts.iter().take(rows.max(1))) {
                counter.add(&first);
            }
        }
        out.push(Report::Words { words: counter.most_frequent(WORDS) });
        true
    }
}
