//! Counting in how many documents words stand, in memory that does not grow with the corpus.

use std::{cmp::Reverse, collections::HashMap};

use foldhash::fast::RandomState;

use super::{Frequencies, WEIGHED_TERMS};
use crate::{TextColumn, folded::fold_column, words::words};

/// When so many different words are counted, those that fewest documents had so far are forgotten.
const COUNTED_TERMS: usize = 500_000;
/// Bytes of the longest word that is counted.
const TERM_BYTES: usize = 64;

/// Counts in how many texts each word stands.
#[derive(Debug, Default)]
pub struct TermCounter {
    documents: u64,
    terms: HashMap<Box<str>, Count, RandomState>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    documents: u64,
    /// The last document in which the word stands, counted from 1.
    last: u64,
}

impl TermCounter {
    /// Counts the texts of some more rows; a missing text is no document.
    pub fn add(&mut self, column: &TextColumn) {
        for text in fold_column(column).iter().flatten() {
            self.documents += 1;
            for word in words(text).filter(|word| word.len() <= TERM_BYTES) {
                self.count(&text[word]);
            }
            if self.terms.len() > COUNTED_TERMS {
                self.forget(COUNTED_TERMS / 2);
            }
        }
    }

    /// The words that stand in most documents, at least two, with how many those are; of equals the first by the alphabet.
    pub fn most_frequent(self, most: usize) -> Vec<(String, u64)> {
        let mut terms: Vec<(Box<str>, u64)> =
            self.terms.into_iter().map(|(term, count)| (term, count.documents)).collect();
        terms.retain(|(_, documents)| *documents > 1);
        terms.sort_unstable_by(|(a, m), (b, n)| (Reverse(m), a).cmp(&(Reverse(n), b)));
        terms.truncate(most);
        terms.into_iter().map(|(term, documents)| (term.into(), documents)).collect()
    }

    /// The weights of the words counted, as an object whose BLAKE3 names them.
    pub fn finish(self) -> Vec<u8> {
        let documents = self.documents;
        let terms = self.most_frequent(WEIGHED_TERMS).into_iter().collect();
        // The fields are in the order of their names and the terms sorted, so this is canonical; it cannot fail, because
        // all keys are strings.
        serde_json::to_vec(&Frequencies { documents, terms }).unwrap_or_default()
    }

    fn count(&mut self, word: &str) {
        let last = self.documents;
        match self.terms.get_mut(word) {
            Some(count) if count.last == last => {}
            Some(count) => *count = Count { documents: count.documents + 1, last },
            None => {
                self.terms.insert(word.into(), Count { documents: 1, last });
            }
        }
    }

    /// Forgets the rarest words until at most `most` are left.
    fn forget(&mut self, most: usize) {
        let mut rare = 1;
        while self.terms.len() > most {
            self.terms.retain(|_, count| count.documents > rare);
            rare += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(rows: &[Option<&str>]) -> TextColumn {
        TextColumn::from_rows(rows.iter().copied()).unwrap()
    }

    #[test]
    fn a_word_counts_once_per_document_without_regard_to_case_and_chunks() {
        let rows = [Some("Win win WIN"), None, Some("win a prize"), Some(""), Some("a Prize, once")];
        let mut whole = TermCounter::default();
        whole.add(&column(&rows));
        let object = whole.finish();
        assert_eq!(String::from_utf8_lossy(&object), r#"{"documents":4,"terms":{"a":2,"prize":2,"win":2}}"#);
        let mut parts = TermCounter::default();
        rows.chunks(2).for_each(|part| parts.add(&column(part)));
        assert_eq!(parts.finish(), object);
    }

    #[test]
    fn a_corpus_of_ever_new_words_is_counted_in_bounded_memory() {
        let mut counter = TermCounter::default();
        for start in (0..COUNTED_TERMS + 10).step_by(50_000) {
            let texts: Vec<String> = (start..start + 50_000).map(|n| format!("the w{n}")).collect();
            counter.add(&TextColumn::from_rows(texts.iter().map(Some)).unwrap());
            assert!(counter.terms.len() <= COUNTED_TERMS);
        }
        let documents = counter.documents;
        let expected = format!(r#"{{"documents":{documents},"terms":{{"the":{documents}}}}}"#);
        assert_eq!(String::from_utf8_lossy(&counter.finish()), expected);
    }
}
