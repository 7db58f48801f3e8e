//! Where the words of a whole column begin and end, 64 bytes at a time.

use std::ops::Range;

use crate::{
    TextColumn,
    blocks::{BLOCK, bits_where, each_beyond_ascii, pop},
    words::is_word,
};

/// The words of some rows of a column, as bits for the bytes of their texts.
pub(crate) struct Runs<'a> {
    /// Where each row starts in the column's buffer, and the end of the last.
    offsets: &'a [u32],
    /// The bytes that belong to a `\w`.
    words: Vec<u64>,
    /// The first byte of each row: no word reaches there from the row before.
    rows: Vec<u64>,
}

impl<'a> Runs<'a> {
    pub(crate) fn new(column: &'a TextColumn, rows: Range<usize>) -> Self {
        let offsets = &column.offsets()[rows.start..=rows.end];
        let (start, end) = (offsets[0] as usize, offsets[rows.len()] as usize);
        let words = word_bytes(&column.text()[start..end]);
        let mut rows = vec![0; words.len()];
        for at in offsets.iter().map(|offset| *offset as usize - start).filter(|at| *at < end - start) {
            rows[at / BLOCK] |= 1 << (at % BLOCK);
        }
        Self { offsets, words, rows }
    }

    /// Calls `found` with every word, from left to right, as a stretch of the column's buffer.
    #[inline]
    pub(crate) fn each(&self, mut found: impl FnMut(Range<usize>)) {
        let base = self.offsets[0] as usize;
        // Of the word that is read, and whether it goes on from the block before.
        let (mut start, mut inside) = (0, false);
        for index in 0..self.words.len() {
            let block = base + index * BLOCK;
            let (mut starts, mut lasts) = (self.starts(index), self.lasts(index));
            let begun = starts.count_ones() + u32::from(inside);
            if !inside {
                start = block + pop(&mut starts);
            }
            inside = begun > lasts.count_ones();
            while lasts != 0 {
                found(start..block + pop(&mut lasts) + 1);
                start = block + pop(&mut starts);
            }
        }
    }

    /// The number of words of each row.
    pub(crate) fn counts(&self) -> impl Iterator<Item = u32> {
        let base = self.offsets[0] as usize;
        let (mut index, mut starts) = (0, self.starts(0));
        self.offsets[1..].iter().map(move |end| {
            let end = *end as usize - base;
            let mut count = 0;
            while index < end / BLOCK {
                count += starts.count_ones();
                index += 1;
                starts = self.starts(index);
            }
            let rest = starts & (u64::MAX << (end % BLOCK));
            count += (starts ^ rest).count_ones();
            starts = rest;
            count
        })
    }

    /// The bytes of a block at which words start.
    fn starts(&self, index: usize) -> u64 {
        let (words, rows) = self.block(index);
        let before = index.checked_sub(1).map_or(0, |before| self.words[before] >> (BLOCK - 1));
        words & (!(words << 1 | before) | rows)
    }

    /// The last bytes of the words of a block.
    fn lasts(&self, index: usize) -> u64 {
        let ((words, rows), (next_words, next_rows)) = (self.block(index), self.block(index + 1));
        words & (!(words >> 1 | next_words << (BLOCK - 1)) | rows >> 1 | next_rows << (BLOCK - 1))
    }

    /// The word bytes and the row starts of a block, of which there are none beyond the end.
    fn block(&self, index: usize) -> (u64, u64) {
        let bits = |blocks: &[u64]| blocks.get(index).copied().unwrap_or(0);
        (bits(&self.words), bits(&self.rows))
    }
}

/// One bit per byte of `text`: whether the byte belongs to a `\w`. Bits beyond its end are zero.
fn word_bytes(text: &str) -> Vec<u64> {
    let ascii =
        |byte: u8| (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10 || byte == b'_';
    let mut words = bits_where(text, ascii);
    each_beyond_ascii(text, |start, c| {
        if is_word(c) {
            (start..start + c.len_utf8()).for_each(|at| words[at / BLOCK] |= 1 << (at % BLOCK));
        }
    });
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::words;

    proptest! {
        #[test]
        fn runs_are_the_words_that_are_found_row_by_row(
            rows in prop::collection::vec("([a-z_0-9 .,{@é߀ß中文👍\u{301}\u{200d}\u{7f}]|\\PC){0,150}|[a-z]{60,70}| {60,70}", 1..6),
            cut in any::<prop::sample::Index>(),
        ) {
            let column = TextColumn::from_rows(rows.iter().map(Some)).unwrap();
            let from = cut.index(rows.len());
            let (mut expected, mut counts) = (Vec::new(), Vec::<u32>::new());
            for (row, text) in rows.iter().enumerate().skip(from) {
                let start = column.offsets()[row] as usize;
                expected.extend(words(text).map(|word| start + word.start..start + word.end));
                counts.push(words(text).map(|_| 1).sum());
            }
            let runs = Runs::new(&column, from..rows.len());
            let mut found = Vec::new();
            runs.each(|word| found.push(word));
            prop_assert_eq!(found, expected);
            prop_assert_eq!(runs.counts().collect::<Vec<_>>(), counts);
        }
    }

    #[test]
    fn every_ascii_byte_is_told_apart() {
        let text: String = (0..128u8).map(char::from).collect();
        let bits = word_bytes(&text);
        for (at, c) in text.char_indices() {
            assert_eq!(bits[at / BLOCK] >> (at % BLOCK) & 1 == 1, is_word(c), "{c:?}");
        }
    }
}
