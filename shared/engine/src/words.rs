//! Words: maximal runs of `\w` as the `regex` crate understands it (alphabetic, marks, decimal digits, connector
//! punctuation, join controls).

use std::{ops::Range, sync::LazyLock};

use regex_syntax::hir::{Class, HirKind};

use crate::Bitset;

/// All `\w`, by code point: 136 KiB that spare a search through their ranges for every letter beyond ASCII.
static WORDS: LazyLock<Bitset> = LazyLock::new(|| {
    let mut words = Bitset::new(char::MAX as usize + 1);
    let class = regex_syntax::parse(r"\w");
    if let Ok(HirKind::Class(Class::Unicode(class))) = class.as_ref().map(regex_syntax::hir::Hir::kind) {
        class.iter().flat_map(|range| range.start()..=range.end()).for_each(|c| words.set(c as usize));
    }
    words
});

/// Whether the code point is a `\w`.
pub fn is_word(c: char) -> bool {
    if c.is_ascii() { is_ascii_word(c as u8) } else { WORDS.get(c as usize) }
}

/// Of a byte beyond ASCII it says nothing.
fn is_ascii_word(byte: u8) -> bool {
    ASCII_WORDS[usize::from(byte)]
}

const ASCII_WORDS: [bool; 256] = {
    let mut words = [false; 256];
    let mut byte = 0u8;
    while byte.is_ascii() {
        words[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        byte += 1;
    }
    words
};

/// Whether the code point that ends at `at` is a `\w`; none starts before `start`.
pub(crate) fn is_word_before(text: &str, start: usize, at: usize) -> bool {
    match text.as_bytes()[start..at].last() {
        Some(byte) if byte.is_ascii() => is_ascii_word(*byte),
        Some(_) => text[start..at].chars().next_back().is_some_and(is_word),
        None => false,
    }
}

/// Whether the code point that starts at `at` is a `\w`; none reaches beyond `end`.
pub(crate) fn is_word_at(text: &str, at: usize, end: usize) -> bool {
    match text.as_bytes()[at..end].first() {
        Some(byte) if byte.is_ascii() => is_ascii_word(*byte),
        Some(_) => text[at..end].chars().next().is_some_and(is_word),
        None => false,
    }
}

/// Where the run of `\w` that goes on at `at` ends, at most at `end`.
pub(crate) fn word_end(text: &str, at: usize, end: usize) -> usize {
    run_end(text, at, end, true)
}

/// The first word that starts at `at` or later, up to `end`; `at` must not be inside a word.
pub(crate) fn next_word(text: &str, at: usize, end: usize) -> Option<Range<usize>> {
    let start = run_end(text, at, end, false);
    (start < end).then(|| start..word_end(text, start, end))
}

/// The words of a text: maximal runs of `\w`, as ranges of bytes.
pub fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let word = next_word(text, at, text.len())?;
        at = word.end;
        Some(word)
    })
}

/// Where the run of code points that are `\w`, or are not, ends.
fn run_end(text: &str, at: usize, end: usize, word: bool) -> usize {
    let mut at = at;
    while let Some(run) =
        text.as_bytes()[at..end].iter().position(|b| !b.is_ascii() || is_ascii_word(*b) != word)
    {
        at += run;
        match text[at..end].chars().next() {
            Some(c) if is_word(c) == word => at += c.len_utf8(),
            _ => return at,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    proptest! {
        #[test]
        fn words_are_those_of_the_regex_crate(text in "[a-z_0-9 .,é\u{301}߀ß中文👍\u{200d}]{0,30}|\\PC{0,30}") {
            let expected: Vec<_> = Regex::new(r"\w+").unwrap().find_iter(&text).map(|word| word.range()).collect();
            let mut words = Vec::new();
            let mut at = 0;
            while let Some(word) = next_word(&text, at, text.len()) {
                at = word.end;
                words.push(word);
            }
            for (at, _) in text.char_indices() {
                let before = text[..at].chars().next_back().is_some_and(is_word);
                prop_assert_eq!(is_word_before(&text, 0, at), before);
                prop_assert_eq!(is_word_at(&text, at, text.len()), text[at..].starts_with(is_word));
            }
            prop_assert_eq!(words, expected);
        }
    }
}
