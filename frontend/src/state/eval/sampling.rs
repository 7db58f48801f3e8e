//! How much of a corpus this browser holds: all of it, or an even share of every chunk.

use crate::worker::message::ChunkRef;
use hunch_protocol::{ChunkInfo, Corpus, routes};
use leptos::prelude::window;

/// Bytes of text that are held unless the person says otherwise. Chosen by reckoning, not yet by measurement: workers
/// also keep a folded copy, the hashes of its words, ids, and the results of predicates.
const HELD_TEXT_BYTES: u64 = 256 << 20;
/// The setting, in the browser's local storage: millions of bytes of text.
const SETTING: &str = "hunch-text-mb";
/// Which rows a sample has: everyone sees the same ones.
const SEED: u32 = 0;
/// Shares are of so many parts, so that a corpus that grows is seldom fetched anew.
const PARTS: u64 = 8;
/// What a chunk counts whose bytes nobody counted, by row: a chunk's most bytes of text over its most rows.
const ROW_BYTES: u64 = 1_024;

/// The sample that is held in place of a corpus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sampling {
    /// Documents in the sample.
    pub rows: u64,
    /// Documents in the corpus.
    pub of: u64,
}

/// The chunks as workers are to hold them.
pub(in crate::state) struct Held {
    /// Each with how many of its documents count; about as many of a sample, in which excluded ones may be.
    pub(in crate::state) chunks: Vec<(ChunkRef, u64)>,
    /// Whether they are samples.
    pub(in crate::state) is_sample: bool,
}

impl Held {
    /// At most about `limit` bytes of text of a project's corpus.
    pub(in crate::state) fn new(project: &str, corpus: &Corpus, limit: u64) -> Self {
        let takes = takes(corpus, limit);
        let mut chunks = Vec::new();
        let mut first_row = 0;
        for (place, chunk) in corpus.chunks.iter().enumerate() {
            let whole = routes::chunk(project, &chunk.hash);
            let take = takes.as_ref().map(|takes| takes[place]);
            let (url, whole) = match take {
                None => (whole, None),
                Some(take) => (routes::chunk_sample(project, &chunk.hash, take, SEED), Some(whole)),
            };
            let counted = u64::from(chunk.rows) - chunk.excluded.len() as u64;
            let counted = take.map_or(counted, |take| counted.min(u64::from(take)));
            let (ordinal, hash, excluded) = (chunk.ordinal, chunk.hash.clone(), chunk.excluded.clone());
            chunks.push((ChunkRef { ordinal, hash, url, whole, first_row, excluded }, counted));
            first_row += u64::from(chunk.rows);
        }
        Self { chunks, is_sample: takes.is_some() }
    }
}

/// Most bytes of text that this browser is to hold.
pub(in crate::state) fn limit() -> u64 {
    let stored =
        window().local_storage().ok().flatten().and_then(|store| store.get_item(SETTING).ok().flatten());
    stored.and_then(|setting| parse(&setting)).unwrap_or(HELD_TEXT_BYTES)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and cut to what fits")]
fn parse(setting: &str) -> Option<u64> {
    let millions: f64 = setting.trim().parse().ok()?;
    (millions.is_finite() && millions > 0.0).then_some((millions * 1e6) as u64)
}

/// How many rows to take of each chunk so that their text is at most about `limit` bytes; `None` for all of them.
fn takes(corpus: &Corpus, limit: u64) -> Option<Vec<u32>> {
    let bytes = |chunk: &ChunkInfo| match chunk.text_bytes {
        0 => u64::from(chunk.rows) * ROW_BYTES,
        bytes => bytes,
    };
    let total: u64 = corpus.chunks.iter().map(bytes).sum();
    if total <= limit {
        return None;
    }
    let parts = (total.saturating_mul(PARTS)).div_ceil(limit.max(1));
    let take = |chunk: &ChunkInfo| {
        let rows = (u64::from(chunk.rows) * PARTS + parts / 2) / parts;
        u32::try_from(rows.max(1)).unwrap_or(chunk.rows).min(chunk.rows)
    };
    Some(corpus.chunks.iter().map(take).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(chunks: &[(u32, u64)]) -> Corpus {
        let info = |(rows, text_bytes): &(u32, u64)| ChunkInfo {
            ordinal: 0,
            hash: String::new(),
            rows: *rows,
            text_bytes: *text_bytes,
            excluded: Vec::new(),
        };
        Corpus { chunks: chunks.iter().map(info).collect(), ..Corpus::default() }
    }

    #[test]
    fn a_corpus_within_the_limit_is_held_whole_and_a_larger_one_by_its_share() {
        let corpus = corpus(&[(10_000, 1_000_000), (10_000, 1_000_000), (5, 500)]);
        assert_eq!(takes(&corpus, 3_000_000), None);
        assert_eq!(takes(&corpus, 1_000_250), Some(vec![5_000, 5_000, 3]));
        assert_eq!(takes(&corpus, 100), Some(vec![1, 1, 1]));
        assert_eq!(takes(&corpus, 0), Some(vec![1, 1, 1]));
    }

    #[test]
    fn a_sampled_corpus_that_grows_a_little_is_not_fetched_anew() {
        let chunks = [(10_000, 1_000_000); 30];
        let before = takes(&corpus(&chunks[..29]), 10_000_000).unwrap();
        let after = takes(&corpus(&chunks), 10_000_000).unwrap();
        assert_eq!(before, after[..29]);
    }

    #[test]
    fn chunks_of_unknown_size_are_taken_for_large() {
        assert_eq!(takes(&corpus(&[(10_000, 0)]), 5_120_000), Some(vec![5_000]));
    }

    #[test]
    fn a_setting_that_makes_no_sense_is_none() {
        assert_eq!(
            ["64", " 0.05 ", "-1", "NaN", "lots"].map(parse),
            [Some(64_000_000), Some(50_000), None, None, None]
        );
    }
}
