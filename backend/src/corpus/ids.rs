//! Ids of documents: made where a file has none, unique in the corpus, and what their split follows from.

use hunch_engine::Split;
use std::collections::{HashMap, HashSet};

/// Most bytes of an id.
pub(super) const ID_BYTES: usize = 1_024;

/// The start of a BLAKE3 hash: two of a billion ids share one with a probability of 10^-11.
pub(super) type Key = [u8; 12];

/// Which row of the corpus an id is on. Ids are kept by hash: some 20 to 40 bytes per document, however long they are.
///
/// There are many small maps rather than a large one, because a map that grows is there twice for a while.
#[derive(Debug)]
pub(super) struct IdIndex {
    /// By the first byte of the key.
    shards: Vec<HashMap<Key, u32>>,
}

impl Default for IdIndex {
    fn default() -> Self {
        Self { shards: vec![HashMap::new(); 256] }
    }
}

impl IdIndex {
    /// The row, numbered through the corpus.
    pub(super) fn get(&self, id: &str) -> Option<u32> {
        let key = key(id.as_bytes());
        self.shards[usize::from(key[0])].get(&key).copied()
    }

    /// Notes the row of an id and returns the one it was on before.
    pub(super) fn insert(&mut self, id: &str, row: u32) -> Option<u32> {
        let key = key(id.as_bytes());
        self.shards[usize::from(key[0])].insert(key, row)
    }
}

/// Ids that were seen, by hash: some 15 to 30 bytes for each.
#[derive(Debug, Default)]
pub(super) struct IdSet(KeySet<{ size_of::<Key>() }>);

impl IdSet {
    /// Notes an id; false if it was there.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        self.0.insert(key(id.as_bytes()))
    }
}

/// Keys in many small sets, by their first byte: a set that grows is there twice for a while.
#[derive(Debug)]
struct KeySet<const BYTES: usize>(Vec<HashSet<[u8; BYTES]>>);

impl<const BYTES: usize> Default for KeySet<BYTES> {
    fn default() -> Self {
        Self(vec![HashSet::new(); 256])
    }
}

impl<const BYTES: usize> KeySet<BYTES> {
    fn insert(&mut self, key: [u8; BYTES]) -> bool {
        self.0[usize::from(key[0])].insert(key)
    }
}

/// The start of a text's hash, shorter than that of an id: texts that share one only count their occurrences together.
type TextKey = [u8; 8];

/// Makes ids for documents that have none: the hash of the text and its occurrence number. Takes some 10 to 20 bytes for
/// each text, however long it is.
#[derive(Debug, Default)]
pub(super) struct IdMaker {
    seen: KeySet<{ size_of::<TextKey>() }>,
    /// How often those occurred that did so more than once.
    occurrences: HashMap<TextKey, u32>,
}

impl IdMaker {
    /// The id of the next document with these texts: the first occurrence that is not `taken`.
    pub(super) fn make(&mut self, texts: &[Option<&str>], taken: impl Fn(&str) -> bool) -> String {
        let mut hasher = blake3::Hasher::new();
        for text in texts {
            // Lengths keep ("ab", "c") and ("a", "bc") apart.
            hasher.update(&(text.map_or(u64::MAX, |text| text.len() as u64)).to_le_bytes());
            hasher.update(text.unwrap_or_default().as_bytes());
        }
        let mut text = TextKey::default();
        hasher.finalize_xof().fill(&mut text);
        let mut occurrence =
            if self.seen.insert(text) { 0 } else { *self.occurrences.get(&text).unwrap_or(&1) };
        let id = loop {
            let mut hasher = hasher.clone();
            hasher.update(&occurrence.to_le_bytes());
            occurrence += 1;
            let id = hasher.finalize().to_hex()[..32].to_owned();
            if !taken(&id) {
                break id;
            }
        };
        if occurrence > 1 {
            self.occurrences.insert(text, occurrence);
        }
        id
    }
}

/// The id of a document that comes without one and holds one text: that of its first occurrence that is not `taken`.
pub fn document_id(text: &str, taken: impl Fn(&str) -> bool) -> String {
    IdMaker::default().make(&[Some(text)], taken)
}

/// The split of a document that names none, by a seeded hash of its id: 80 % train, 10 % dev, 10 % test.
pub(super) fn split_of(seed: u64, id: &str) -> Split {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.update(id.as_bytes());
    let mut bytes = [0; 8];
    hasher.finalize_xof().fill(&mut bytes);
    match u64::from_le_bytes(bytes) % 10 {
        0..8 => Split::Train,
        8 => Split::Dev,
        _ => Split::Test,
    }
}

/// The key of an id or a text.
pub(super) fn key(bytes: &[u8]) -> Key {
    let mut key = Key::default();
    blake3::Hasher::new().update(bytes).finalize_xof().fill(&mut key);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn equal_texts_get_different_ids_and_the_same_ones_each_time() {
        let make = || {
            let mut maker = IdMaker::default();
            [Some("nice"), Some("bad"), Some("nice"), None].map(|text| maker.make(&[text], |_| false))
        };
        let ids = make();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 4);
        assert_eq!(ids, make());
    }

    #[test]
    fn an_id_that_is_taken_is_passed_over() {
        let first = IdMaker::default().make(&[Some("nice")], |_| false);
        let second = IdMaker::default().make(&[Some("nice")], |id| id == first);
        assert_ne!(first, second);
    }

    #[test]
    fn splits_are_shared_out_as_promised_and_move_with_the_seed() {
        let splits = |seed| (0..10_000).map(move |n| split_of(seed, &n.to_string()));
        let share = |split| splits(1).filter(|s| *s == split).count();
        assert!((7_850..8_150).contains(&share(Split::Train)), "{}", share(Split::Train));
        assert!((900..1_100).contains(&share(Split::Dev)));
        assert!((900..1_100).contains(&share(Split::Test)));
        assert!(splits(1).ne(splits(2)));
    }
}
