//! Programs that are evaluated together: the words and lexicons of all of them are looked for in one pass.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Bitset, Program,
    folded::Texts,
    lexicon::WordIndex,
    program::{Key, Test},
    tokens::{HashSet, each_candidate},
};

/// From so many words on, one pass over the hashes of a column's words, which must be made first, is sooner done than a
/// search of the text for each.
const WORTH_TOKENS: usize = 30;

/// Programs and what they share. Cheap to clone and shared between threads; make it once for all chunks.
#[derive(Debug, Clone)]
pub struct ProgramSet(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    programs: Vec<Program>,
    /// By text column.
    words: BTreeMap<String, WordSearches>,
}

/// Searches of one column that a pass over the hashes of its words answers.
#[derive(Debug)]
pub(crate) struct WordSearches {
    /// The first words of all terms.
    first_words: HashSet,
    /// For each place of their hashes the searches that have a term there, a bit for every 64th of them.
    by_place: Vec<u64>,
    searches: Vec<(Key, Arc<WordIndex>)>,
}

impl ProgramSet {
    /// Makes ready what the programs share.
    pub fn new(programs: Vec<Program>) -> Self {
        let mut by_column: BTreeMap<String, BTreeMap<Key, Arc<WordIndex>>> = BTreeMap::new();
        for leaf in programs.iter().flat_map(Program::leaves) {
            if let Test::Match { column, search } = &leaf.test
                && let Some(words) = search.words()
            {
                by_column.entry(column.clone()).or_default().insert(leaf.key.clone(), words);
            }
        }
        let words = by_column.into_iter().filter_map(|(column, searches)| {
            let terms: usize = searches.values().map(|words| words.phrases().len()).sum();
            (terms >= WORTH_TOKENS).then(|| (column, WordSearches::new(searches)))
        });
        let words = words.collect();
        Self(Arc::new(Inner { programs, words }))
    }

    /// The programs, as they were given.
    pub fn programs(&self) -> &[Program] {
        &self.0.programs
    }

    pub(crate) fn words(&self) -> &BTreeMap<String, WordSearches> {
        &self.0.words
    }
}

impl WordSearches {
    fn new(searches: BTreeMap<Key, Arc<WordIndex>>) -> Self {
        let searches: Vec<_> = searches.into_iter().collect();
        let mut first_words =
            HashSet::with_capacity(searches.iter().map(|(_, words)| words.phrases().len()).sum());
        let mut by_place = vec![0; first_words.places()];
        for (index, (_, words)) in searches.iter().enumerate() {
            for phrase in words.phrases() {
                by_place[first_words.insert(phrase)] |= 1 << (index % 64);
            }
        }
        Self { first_words, by_place, searches }
    }

    /// Where each search finds something, of those whose key is wanted.
    pub(crate) fn hits(&self, texts: Texts<'_>, wanted: impl Fn(&Key) -> bool) -> Vec<(Key, Bitset)> {
        let column = texts.folded();
        let rows = column.len();
        let mut hits: Vec<_> = self
            .searches
            .iter()
            .enumerate()
            .filter(|(_, (key, _))| wanted(key))
            .map(|(index, (key, words))| (1_u64 << (index % 64), words, key.clone(), Bitset::new(rows)))
            .collect();
        if hits.is_empty() {
            return Vec::new();
        }
        for (_, words, _, hits) in &mut hits {
            words.mark_others(column, 0..rows, hits);
        }
        each_candidate(column, 0..rows, &self.first_words, |token| {
            let there = self.by_place[self.first_words.place(token.hash).0];
            for (bit, words, _, hits) in &mut hits {
                if there & *bit != 0 {
                    words.mark_token(column, &token, hits);
                }
            }
        });
        hits.into_iter().map(|(_, _, key, hits)| (key, hits)).collect()
    }
}
