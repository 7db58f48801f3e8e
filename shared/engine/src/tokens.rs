//! The words of a text column by their hashes, so that a lexicon is matched without looking at each word: only one whose
//! hash is that of a term is.

use std::ops::Range;

use crate::{TextColumn, runs::Runs};

/// A word of a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) row: usize,
    /// Where it stands in the row's text.
    pub(crate) range: Range<usize>,
    pub(crate) hash: u32,
}

/// Calls `found` with those words of `rows` that may be among the set's, from left to right.
pub(crate) fn each_candidate(
    column: &TextColumn,
    rows: Range<usize>,
    set: &HashSet,
    mut found: impl FnMut(Token),
) {
    let (bytes, offsets) = (column.text().as_bytes(), column.offsets());
    let mut row = rows.start;
    Runs::new(column, rows).each(|word| {
        let hash = word_hash(bytes, word.clone());
        if set.may_hold(hash) {
            while offsets[row + 1] as usize <= word.start {
                row += 1;
            }
            let start = offsets[row] as usize;
            found(Token { row, range: word.start - start..word.end - start, hash });
        }
    });
}

/// Hashes of words, as two bits of 64 each: what is not among them is told with certainty, what is, nearly always.
#[derive(Debug)]
pub(crate) struct HashSet {
    bits: Vec<u64>,
}

impl HashSet {
    /// A set with at least 16 bits for each of so many words.
    pub(crate) fn with_capacity(words: usize) -> Self {
        Self { bits: vec![0; (words / 4).next_power_of_two().max(64)] }
    }

    /// A set of the words' hashes.
    pub(crate) fn new<'a>(words: impl ExactSizeIterator<Item = &'a str>) -> Self {
        let mut set = Self::with_capacity(words.len());
        for word in words {
            set.insert(word);
        }
        set
    }

    /// Adds the word's hash and tells its place.
    pub(crate) fn insert(&mut self, word: &str) -> usize {
        let (place, two) = self.place(word_hash(word.as_bytes(), 0..word.len()));
        self.bits[place] |= two;
        place
    }

    /// The number of places that hashes can have.
    pub(crate) fn places(&self) -> usize {
        self.bits.len()
    }

    pub(crate) fn may_hold(&self, hash: u32) -> bool {
        let (place, two) = self.place(hash);
        self.bits[place] & two == two
    }

    /// The hash's high bits choose a place, its low bits two of the 64 bits there.
    pub(crate) fn place(&self, hash: u32) -> (usize, u64) {
        let place = (u64::from(hash) * self.bits.len() as u64) >> 32;
        (place as usize, 1 << (hash & 63) | 1 << (hash >> 6 & 63))
    }
}

/// So many bytes of a word are read at once.
const EIGHT: usize = 8;

/// A hash of the word at `range`: of its length, its first eight bytes and its last eight. Equal words have equal hashes.
#[expect(clippy::cast_possible_truncation, reason = "the high half of the product is what it is about")]
fn word_hash(bytes: &[u8], range: Range<usize>) -> u32 {
    let len = range.len();
    let head = match bytes[range.start..].first_chunk() {
        Some(first) if len >= EIGHT => u64::from_le_bytes(*first),
        Some(first) => u64::from_le_bytes(*first) & !(u64::MAX << (len * 8)),
        None => {
            let mut first = [0; EIGHT];
            let len = len.min(EIGHT);
            first[..len].copy_from_slice(&bytes[range.start..range.start + len]);
            u64::from_le_bytes(first)
        }
    };
    let tail = match bytes[range].last_chunk() {
        Some(last) if len > EIGHT => u64::from_le_bytes(*last).rotate_left(len as u32),
        _ => 0,
    };
    let mixed = (head ^ tail.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    ((mixed ^ mixed >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::words;

    proptest! {
        #[test]
        fn every_word_of_every_row_is_found_by_its_hash(
            rows in prop::collection::vec("([a-c]|ab|prefixes|prefixed!|é|中|_| |!|\u{301}){0,12}", 1..20),
            terms in prop::collection::vec("[a-c]{1,2}|(prefixe[sd]){1,2}", 1..9),
        ) {
            let column = TextColumn::from_rows(rows.iter().map(Some)).unwrap();
            let set = HashSet::new(terms.iter().map(String::as_str));
            let mut found = Vec::new();
            each_candidate(&column, 0..rows.len(), &set, |token| found.push((token.row, token.range)));
            for (row, text) in rows.iter().enumerate() {
                let wanted = words(text).filter(|word| terms.iter().any(|term| *term == text[word.clone()]));
                prop_assert!(wanted.into_iter().all(|word| found.contains(&(row, word))));
            }
            prop_assert!(found.iter().all(|(row, range)| words(&rows[*row]).any(|word| word == *range)));
        }
    }
}
