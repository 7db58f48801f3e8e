//! The order in which documents come up to be labeled: random, but the same each time for one person and project.

use hunch_protocol::Corpus;

/// Documents by their numbers in the corpus, drawn from the front.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelQueue {
    order: Vec<u64>,
    drawn: usize,
}

impl LabelQueue {
    /// All documents that are not excluded, in an order that follows from the project's seed and the person.
    pub fn new(corpus: &Corpus, seed: u64, person: &str) -> Self {
        let mut order = Vec::new();
        let mut first = 0;
        for chunk in &corpus.chunks {
            let counts = |row: &u32| chunk.excluded.binary_search(row).is_err();
            order.extend((0..chunk.rows).filter(counts).map(|row| first + u64::from(row)));
            first += u64::from(chunk.rows);
        }
        shuffle(&mut order, person.bytes().fold(seed, |state, byte| mix(state ^ u64::from(byte))));
        Self { order, drawn: 0 }
    }

    /// The next documents, each once.
    pub fn draw(&mut self, at_most: usize) -> Vec<u64> {
        let to = (self.drawn + at_most).min(self.order.len());
        let drawn = self.order[self.drawn..to].to_vec();
        self.drawn = to;
        drawn
    }

    /// Whether every document was drawn.
    pub fn is_empty(&self) -> bool {
        self.drawn == self.order.len()
    }
}

/// Fisher and Yates' shuffle; the remainder's bias is below 2⁻³² for less than 2³² documents.
fn shuffle(items: &mut [u64], mut state: u64) {
    for last in (1..items.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let at = mix(state) % (last as u64 + 1);
        items.swap(last, usize::try_from(at).unwrap_or(last));
    }
}

/// `SplitMix64`'s finalizer (Steele, Lea and Flood 2014).
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hunch_protocol::ChunkInfo;

    fn corpus() -> Corpus {
        let chunk = |ordinal, rows, excluded| ChunkInfo {
            ordinal,
            hash: String::new(),
            rows,
            text_bytes: 0,
            excluded,
        };
        Corpus { chunks: vec![chunk(0, 30, vec![1, 7]), chunk(1, 4, vec![0])], ..Corpus::default() }
    }

    fn whole(seed: u64, person: &str) -> Vec<u64> {
        let mut queue = LabelQueue::new(&corpus(), seed, person);
        let mut all = Vec::new();
        while !queue.is_empty() {
            all.extend(queue.draw(4));
        }
        all
    }

    #[test]
    fn every_document_that_counts_comes_up_once() {
        let mut all = whole(7, "local");
        all.sort_unstable();
        let wanted: Vec<u64> = (0..34).filter(|number| ![1, 7, 30].contains(number)).collect();
        assert_eq!(all, wanted);
    }

    #[test]
    fn the_order_is_the_same_after_a_reload_and_another_for_someone_else() {
        assert_eq!(whole(7, "local"), whole(7, "local"));
        assert_ne!(whole(7, "local"), whole(7, "user:1"));
        assert_ne!(whole(7, "local"), whole(8, "local"));
        assert!(whole(7, "local").windows(2).any(|pair| pair[0] > pair[1]), "it is random");
    }
}
