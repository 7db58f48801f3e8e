//! Long lists of whole words and phrases, looked up by token instead of searched for.
//!
//! The cost of a text does not depend on the number of terms: each of its words is looked up once, and as long as terms go
//! on with another word, so is the stretch from there to the next word's end.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use foldhash::fast::RandomState;
use hunch_rules::plan::MatchPlace;

use crate::{
    Bitset, TextColumn,
    literal::{Literals, TooManyTerms},
    terms::{Search, SearchKind},
    tokens::{HashSet, Token, each_candidate},
    words::{next_word, words},
};

/// The lexicons that plans refer to, by the hash of their terms.
pub type Lexicons = BTreeMap<String, Arc<Lexicon>>;

/// Phrases of more words than this are searched for, not looked up, so that a text of repetitions stays linear.
const PHRASE_WORDS: usize = 16;

/// The terms of a stored lexicon, and what has been built from them so far: rules that use it share that.
#[derive(Debug, Default)]
pub struct Lexicon {
    terms: Vec<String>,
    searches: Mutex<HashMap<SearchKind, Arc<Search>>>,
}

impl Lexicon {
    /// A lexicon of these terms, as `hunch_rules::normalize_terms` leaves them.
    pub fn new(terms: Vec<String>) -> Self {
        Self { terms, searches: Mutex::default() }
    }

    /// The terms.
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// The search for the terms, built at the first call for its kind.
    pub(crate) fn search(&self, kind: SearchKind) -> Result<Arc<Search>, TooManyTerms> {
        let mut searches = self.searches.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(search) = searches.get(&kind) {
            return Ok(search.clone());
        }
        let search = Arc::new(Search::new(&self.terms, kind)?);
        searches.insert(kind, search.clone());
        Ok(search)
    }
}

/// Terms as whole words, by their first words.
#[derive(Debug)]
pub(crate) struct WordIndex {
    /// Every term, and every beginning of a term that ends with a word.
    phrases: HashMap<Box<str>, Phrase, RandomState>,
    /// The hashes of the first words.
    first_words: HashSet,
    /// Terms that do not begin and end with a word (`c++`, `:)`), and very long ones.
    others: Option<Literals>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Phrase {
    is_term: bool,
    goes_on: bool,
}

impl WordIndex {
    /// `terms` as they are to be found, folded or not.
    pub(crate) fn new<S: AsRef<str>>(terms: &[S]) -> Result<Self, TooManyTerms> {
        let mut phrases: HashMap<Box<str>, Phrase, _> =
            HashMap::with_capacity_and_hasher(terms.len(), RandomState::default());
        let mut first_words = Vec::with_capacity(terms.len());
        let mut others = Vec::new();
        for term in terms.iter().map(AsRef::as_ref) {
            let words: Vec<_> = words(term).take(PHRASE_WORDS + 1).collect();
            let edges = words.first().map(|word| word.start).zip(words.last().map(|word| word.end));
            if edges != Some((0, term.len())) || words.len() > PHRASE_WORDS {
                others.push(term);
                continue;
            }
            first_words.push(&term[..words[0].end]);
            for word in &words {
                let phrase = phrases.entry(term[..word.end].into()).or_default();
                phrase.is_term |= word.end == term.len();
                phrase.goes_on |= word.end < term.len();
            }
        }
        let others = (!others.is_empty()).then(|| Literals::new(&others, MatchPlace::Word)).transpose()?;
        Ok(Self { phrases, first_words: HashSet::new(first_words.into_iter()), others })
    }

    /// Marks the rows of `rows` in which at least one term stands.
    pub(crate) fn mark_any(&self, column: &TextColumn, rows: Range<usize>, hits: &mut Bitset) {
        self.mark_others(column, rows.clone(), hits);
        each_candidate(column, rows, &self.first_words, |token| self.mark_token(column, &token, hits));
    }

    /// Marks the rows of `rows` in which a term stands that is not looked up by its first word.
    pub(crate) fn mark_others(&self, column: &TextColumn, rows: Range<usize>, hits: &mut Bitset) {
        if let Some(others) = &self.others {
            others.mark_any(column, rows, hits);
        }
    }

    /// All terms that are looked up, and their beginnings that end with a word, in no order.
    pub(crate) fn phrases(&self) -> impl ExactSizeIterator<Item = &str> {
        self.phrases.keys().map(AsRef::as_ref)
    }

    /// Marks the token's row if a term begins with that token.
    pub(crate) fn mark_token(&self, column: &TextColumn, token: &Token, hits: &mut Bitset) {
        if self.first_words.may_hold(token.hash)
            && !hits.get(token.row)
            && self.term_ends(column.row(token.row), token.range.clone()).next().is_some()
        {
            hits.set(token.row);
        }
    }

    /// Every place in `text` where a term stands, in no order.
    pub(crate) fn occurrences(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = self.others.as_ref().map(|others| others.occurrences(text)).unwrap_or_default();
        found.extend(words(text).flat_map(|word| {
            let start = word.start;
            self.term_ends(text, word).map(move |end| start..end)
        }));
        found
    }

    /// Where the terms end that begin with this word of `text`.
    fn term_ends<'a>(&'a self, text: &'a str, first: Range<usize>) -> impl Iterator<Item = usize> + 'a {
        let start = first.start;
        let mut word = Some(first);
        std::iter::from_fn(move || {
            loop {
                let end = word.take()?.end;
                let phrase = *self.phrases.get(&text[start..end])?;
                if phrase.goes_on {
                    word = next_word(text, end, text.len());
                }
                if phrase.is_term {
                    return Some(end);
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(parts: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        let part = vec![
            "a",
            "b",
            "c++",
            "new",
            "york",
            " ",
            " ",
            "!",
            "é",
            "e\u{301}",
            "中文",
            ":)",
            "a b a b a b a b ",
        ];
        prop::collection::vec(prop::sample::select(part), parts).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn looking_words_up_finds_what_searching_for_each_term_finds(
            rows in prop::collection::vec(texts(0..9), 1..10), terms in prop::collection::vec(texts(1..5), 1..30),
        ) {
            let column = TextColumn::from_rows(rows.iter().map(Some)).unwrap();
            let index = WordIndex::new(&terms).unwrap();
            let (mut looked_up, mut searched) = (Bitset::new(rows.len()), Bitset::new(rows.len()));
            index.mark_any(&column, 0..rows.len(), &mut looked_up);
            for (row, text) in rows.iter().enumerate() {
                let mut expected: Vec<_> =
                    terms.iter().flat_map(|term| Literals::new(&[term], MatchPlace::Word).unwrap().occurrences(text)).collect();
                if !expected.is_empty() {
                    searched.set(row);
                }
                let mut found = index.occurrences(text);
                found.retain(|hit| expected.contains(hit));
                found.sort_unstable_by_key(|hit| (hit.start, hit.end));
                found.dedup();
                expected.sort_unstable_by_key(|hit| (hit.start, hit.end));
                expected.dedup();
                prop_assert_eq!(found, expected, "{:?}", text);
            }
            prop_assert_eq!(looked_up, searched);
        }
    }
}
