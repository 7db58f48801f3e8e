//! Where the words of a whole buffer begin and end, eight bytes at a time.

use crate::words::is_word;

/// The low bit of each byte.
const LOW: u64 = 0x0101_0101_0101_0101;
/// The high bit of each byte.
const HIGH: u64 = LOW << 7;

/// One bit per byte of `text`: whether the byte belongs to a `\w`. Bits beyond its end are zero.
pub(crate) fn word_bytes(text: &str) -> Vec<u64> {
    let mut words = vec![0; text.len().div_ceil(64)];
    let mut beyond_ascii = Vec::new();
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    for (index, eight) in eights.iter().enumerate() {
        let bytes = u64::from_le_bytes(*eight);
        if bytes & HIGH != 0 {
            beyond_ascii.push(index * 8..index * 8 + 8);
        }
        words[index / 8] |= gather(ascii_words(bytes)) << (index % 8 * 8);
    }
    beyond_ascii.push(text.len() - rest.len()..text.len());
    for range in beyond_ascii {
        mark_chars(text, range, &mut words);
    }
    words
}

/// The high bit of each byte that is an ASCII `\w`. Sums of two bytes below 128 never reach into the next byte.
fn ascii_words(bytes: u64) -> u64 {
    let ascii = bytes & !HIGH;
    let at_least = |bytes: u64, least: u8| bytes + LOW * u64::from(128 - least);
    let between = |bytes: u64, first: u8, last: u8| at_least(bytes, first) & !at_least(bytes, last + 1);
    let letters = between(ascii | LOW << 5, b'a', b'z');
    let others = between(ascii, b'0', b'9') | between(ascii, b'_', b'_');
    (letters | others) & !bytes & HIGH
}

/// The high bits of eight bytes as one byte, the first byte's lowest.
fn gather(bytes: u64) -> u64 {
    ((bytes >> 7) & LOW).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Marks the bytes of each `\w` that starts in `range`.
fn mark_chars(text: &str, range: std::ops::Range<usize>, words: &mut [u64]) {
    for start in range.filter(|at| text.is_char_boundary(*at)) {
        let Some(c) = text[start..].chars().next().filter(|c| is_word(*c)) else { continue };
        for at in start..start + c.len_utf8() {
            words[at / 64] |= 1 << (at % 64);
        }
    }
}

/// Calls `found` with every maximal run of set bits, from left to right.
pub(crate) fn each_run(bits: &[u64], mut found: impl FnMut(std::ops::Range<usize>)) {
    let (mut start, mut inside) = (0, 0);
    for (index, word) in bits.iter().enumerate() {
        // A bit that differs from the one before it begins a run or ends one.
        let mut edges = word ^ (word << 1 | inside);
        while edges != 0 {
            let at = index * 64 + edges.trailing_zeros() as usize;
            edges &= edges - 1;
            if inside == 0 {
                start = at;
            } else {
                found(start..at);
            }
            inside ^= 1;
        }
    }
    if inside == 1 {
        found(start..bits.len() * 64);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::next_word;

    proptest! {
        #[test]
        fn runs_are_the_words_that_are_found_one_by_one(text in "([a-z_0-9 .,{@é߀ß中文👍\u{301}\u{200d}\u{7f}]|\\PC){0,150}") {
            let mut runs = Vec::new();
            each_run(&word_bytes(&text), |run| runs.push(run));
            let mut words = Vec::new();
            let mut at = 0;
            while let Some(word) = next_word(&text, at, text.len()) {
                at = word.end;
                words.push(word);
            }
            // A run that fills the last word of bits ends with the bits, which is where the text ends then.
            prop_assert_eq!(runs, words);
        }
    }

    #[test]
    fn every_ascii_byte_is_told_apart_at_every_place() {
        for byte in 0..128u8 {
            for place in 0..8 {
                let mut bytes = [b' '; 8];
                bytes[place] = byte;
                let expected = u64::from(is_word(char::from(byte))) << place;
                assert_eq!(gather(ascii_words(u64::from_le_bytes(bytes))), expected, "{byte} at {place}");
            }
        }
    }
}
