//! The words of a folded text column by their hashes, so that a lexicon is matched without reading the text: only a word
//! whose hash is that of a term is looked at.

use std::ops::Range;

use crate::{
    TextColumn,
    runs::{each_run, word_bytes},
};

/// The words of a column, from left to right.
#[derive(Debug)]
pub(crate) struct Tokens {
    hashes: Vec<u32>,
    /// Where each starts in the column's buffer.
    starts: Vec<u32>,
    /// Where each row's words start among all, and the end of the last.
    rows: Vec<u32>,
}

/// A word of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Token {
    pub(crate) row: usize,
    /// Where it starts in the column's buffer.
    pub(crate) start: usize,
    pub(crate) hash: u32,
}

impl Tokens {
    /// Reads a folded column. A word ends where its row does.
    #[expect(clippy::cast_possible_truncation, reason = "a column's bytes are below 2^31")]
    pub(crate) fn new(column: &TextColumn) -> Self {
        let (bytes, offsets) = (column.text().as_bytes(), column.offsets());
        let mut hashes = Vec::with_capacity(bytes.len() / 5);
        let mut starts: Vec<u32> = Vec::with_capacity(bytes.len() / 5);
        // As many as rows have begun; the last of them ends at `offsets[rows.len()]`.
        let mut rows = vec![0];
        each_run(&word_bytes(column.text()), |run| {
            let mut start = run.start;
            while start < run.end {
                while offsets[rows.len()] as usize <= start {
                    rows.push(starts.len() as u32);
                }
                let end = run.end.min(offsets[rows.len()] as usize);
                starts.push(start as u32);
                hashes.push(word_hash(bytes, start..end));
                start = end;
            }
        });
        rows.resize(offsets.len(), starts.len() as u32);
        Self { hashes, starts, rows }
    }

    /// The number of words of a row.
    pub(crate) fn count(&self, row: usize) -> u32 {
        self.rows[row + 1] - self.rows[row]
    }

    /// Calls `found` with those words of `rows` that may be among the set's, from left to right.
    pub(crate) fn each_candidate(&self, rows: Range<usize>, set: &HashSet, mut found: impl FnMut(Token)) {
        let first = self.rows[rows.start] as usize;
        let mut row = rows.start;
        for (index, hash) in self.hashes[first..self.rows[rows.end] as usize].iter().enumerate() {
            if set.may_hold(*hash) {
                let index = first + index;
                while self.rows[row + 1] as usize <= index {
                    row += 1;
                }
                found(Token { row, start: self.starts[index] as usize, hash: *hash });
            }
        }
    }
}

/// Hashes of words, as two bits of 64 each: what is not among them is told with certainty, what is, nearly always.
#[derive(Debug)]
pub(crate) struct HashSet {
    /// As many as a power of two.
    bits: Vec<u64>,
}

impl HashSet {
    /// A set of the words' hashes with at least 32 bits for each.
    pub(crate) fn new<'a>(words: impl ExactSizeIterator<Item = &'a str>) -> Self {
        let mut set = Self { bits: vec![0; (words.len() / 2).next_power_of_two().max(64)] };
        for word in words {
            let (place, two) = set.place(word_hash(word.as_bytes(), 0..word.len()));
            set.bits[place] |= two;
        }
        set
    }

    pub(crate) fn may_hold(&self, hash: u32) -> bool {
        let (place, two) = self.place(hash);
        self.bits[place] & two == two
    }

    /// The hash's high bits choose a word of bits, its low bits two of them.
    fn place(&self, hash: u32) -> (usize, u64) {
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
    use crate::words::{count_words, words};

    proptest! {
        #[test]
        fn every_word_of_every_row_is_found_by_its_hash(
            rows in prop::collection::vec("([a-c]|ab|prefixes|prefixed!|é|中|_| |!|\u{301}){0,12}", 0..20),
            terms in prop::collection::vec("[a-c]{1,2}|(prefixe[sd]){1,2}", 1..9),
        ) {
            let column = TextColumn::from_rows(rows.iter().map(Some)).unwrap();
            let (tokens, set) = (Tokens::new(&column), HashSet::new(terms.iter().map(String::as_str)));
            for (row, text) in rows.iter().enumerate() {
                prop_assert_eq!(tokens.count(row) as usize, count_words(text));
                let offset = column.offsets()[row] as usize;
                let wanted = words(text).filter(|word| terms.iter().any(|term| *term == text[word.clone()]));
                let mut found = Vec::new();
                tokens.each_candidate(row..row + 1, &set, |token| found.push(token.start));
                let starts: Vec<usize> = words(text).map(|word| offset + word.start).collect();
                prop_assert!(wanted.map(|word| offset + word.start).all(|start| found.contains(&start)));
                prop_assert!(found.iter().all(|start| starts.contains(start)));
            }
        }
    }
}
