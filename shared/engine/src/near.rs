//! Terms near other terms: `"free" within 3 words of "entry"`.

use std::{ops::Range, sync::Arc};

use hunch_rules::plan::{MatchPlace, Near, Quantifier, Terms, TextMatch};

use crate::{
    Bitset, Lexicons, ProgramError,
    folded::Texts,
    terms::{Search, SearchKind},
    words::words,
};

/// A search for terms that stand near others: see [`Near`].
#[derive(Debug)]
pub(crate) struct NearSearch {
    first: Side,
    second: Side,
    words: usize,
    in_order: bool,
}

/// The terms on one side of `within`.
#[derive(Debug)]
struct Side {
    /// What a row must hold.
    search: Arc<Search>,
    /// Each term by itself where all of them must be near, else all together.
    groups: Vec<Arc<Search>>,
}

impl NearSearch {
    pub(crate) fn new(first: &TextMatch, near: &Near, lexicons: &Lexicons) -> Result<Self, ProgramError> {
        // Only one stretch of a text can be at its start: what is near stands where it likes.
        let near_place = match first.place {
            MatchPlace::TextStart | MatchPlace::TextEnd => MatchPlace::Word,
            place => place,
        };
        let kind = |place, quantifier| SearchKind { place, quantifier, exact: first.exact };
        Ok(Self {
            first: Side::new(&first.terms, kind(first.place, first.quantifier), lexicons)?,
            second: Side::new(&near.terms, kind(near_place, near.quantifier), lexicons)?,
            words: near.words as usize,
            in_order: near.in_order,
        })
    }

    /// Whether the text is searched as it is, and not its folded copy.
    pub(crate) fn exact(&self) -> bool {
        self.first.search.kind.exact
    }

    /// Marks the rows of `rows` that match.
    pub(crate) fn mark(&self, column: Texts<'_>, rows: Range<usize>, hits: &mut Bitset) {
        let text = column.get(self.exact());
        let mut candidates = Bitset::new(text.len());
        self.first.search.mark(column, rows, &mut candidates);
        for row in candidates.iter_ones() {
            let mut both = Bitset::new(text.len());
            self.second.search.mark(column, row..row + 1, &mut both);
            if both.get(row) && self.holds(text.row(row)) {
                hits.set(row);
            }
        }
    }

    fn holds(&self, text: &str) -> bool {
        let row = Row::new(text, &self.second);
        let mut groups = self.first.groups.iter();
        groups.all(|group| group.occurrences(text).iter().any(|at| self.partners(at, &row).is_some()))
    }

    /// Every place in a text, folded unless [`Self::exact`], where a term stands near what it must be near to, and the
    /// places of that: in no order, and they may overlap.
    pub(crate) fn occurrences(&self, text: &str) -> Vec<Range<usize>> {
        let row = Row::new(text, &self.second);
        let mut found = Vec::new();
        for at in self.first.groups.iter().flat_map(|group| group.occurrences(text)) {
            if let Some(partners) = self.partners(&at, &row) {
                found.extend(partners);
                found.push(at);
            }
        }
        found
    }

    /// The nearest stretch of each group of the second side, if each has one that is near enough to `at`.
    fn partners(&self, at: &Range<usize>, row: &Row) -> Option<Vec<Range<usize>>> {
        row.places.iter().map(|places| self.partner(at, places, row)).collect()
    }

    fn partner(&self, at: &Range<usize>, places: &Places, row: &Row) -> Option<Range<usize>> {
        let after = places.first_from(at.end).map(|other| (row.words_apart(at.end, other.start), other));
        let before = places.last_until(at.start).map(|other| (row.words_apart(other.end, at.start), other));
        let candidates = after.into_iter().chain(before.filter(|_| !self.in_order));
        let near = candidates.filter(|(apart, _)| *apart <= self.words).min_by_key(|(apart, _)| *apart);
        near.map(|(_, other)| other.clone())
    }
}

impl Side {
    fn new(terms: &Terms, kind: SearchKind, lexicons: &Lexicons) -> Result<Self, ProgramError> {
        let search = Search::of(terms, kind, lexicons)?;
        let groups = match (terms, kind.quantifier) {
            (Terms::List(list), Quantifier::All) => {
                let each =
                    list.iter().map(|term| Search::new(std::slice::from_ref(term), kind).map(Arc::new));
                each.collect::<Result<_, _>>()?
            }
            _ => vec![search.clone()],
        };
        Ok(Self { search, groups })
    }
}

/// What is known of a row's text.
struct Row {
    word_starts: Vec<usize>,
    word_ends: Vec<usize>,
    /// By group of the second side.
    places: Vec<Places>,
}

impl Row {
    fn new(text: &str, second: &Side) -> Self {
        let (word_starts, word_ends) = words(text).map(|word| (word.start, word.end)).unzip();
        let places = second.groups.iter().map(|group| Places::new(group.occurrences(text))).collect();
        Self { word_starts, word_ends, places }
    }

    /// How many words a stretch that ends at `end` and one that starts at `start`, not before, are apart: 0 if one word
    /// reaches from the one to the other, else one more than the whole words between them.
    fn words_apart(&self, end: usize, start: usize) -> usize {
        let ended = self.word_ends.partition_point(|word_end| *word_end <= start);
        let started = self.word_starts.partition_point(|word_start| *word_start < end);
        // Of the words that have started before `end` all but one have ended, so at most one has not by `start`.
        ended + 1 - started
    }
}

/// Stretches of a text.
struct Places {
    by_start: Vec<Range<usize>>,
    by_end: Vec<Range<usize>>,
}

impl Places {
    fn new(places: Vec<Range<usize>>) -> Self {
        let (mut by_start, mut by_end) = (places.clone(), places);
        by_start.sort_unstable_by_key(|place| (place.start, place.end));
        by_end.sort_unstable_by_key(|place| (place.end, place.start));
        Self { by_start, by_end }
    }

    /// The first that starts at `from` or later.
    fn first_from(&self, from: usize) -> Option<&Range<usize>> {
        self.by_start.get(self.by_start.partition_point(|place| place.start < from))
    }

    /// The last that ends at `until` or earlier.
    fn last_until(&self, until: usize) -> Option<&Range<usize>> {
        self.by_end[..self.by_end.partition_point(|place| place.end <= until)].last()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{TextColumn, folded::Shadow};

    /// The definition, word by word: whether terms of a text of letters and spaces, each a whole word, are near.
    fn near_by_definition(text: &str, first: &[String], search: &NearSearch, second: &[String]) -> bool {
        let words: Vec<&str> = text.split_whitespace().collect();
        let at = |term: &String| -> Vec<usize> {
            (0..words.len()).filter(|index| words[*index] == term).collect()
        };
        let near =
            |a: usize, b: usize| a != b && a.abs_diff(b) <= search.words && (!search.in_order || a < b);
        let quantify = |side: &Side, terms: &[String], holds: &dyn Fn(&String) -> bool| match side
            .search
            .kind
            .quantifier
        {
            Quantifier::All => terms.iter().all(holds),
            Quantifier::Any => terms.iter().any(holds),
        };
        quantify(&search.first, first, &|term| {
            at(term)
                .iter()
                .any(|a| quantify(&search.second, second, &|other| at(other).iter().any(|b| near(*a, *b))))
        })
    }

    fn quantifier() -> impl Strategy<Value = Quantifier> {
        any::<bool>().prop_map(|all| if all { Quantifier::All } else { Quantifier::Any })
    }

    proptest! {
        #[test]
        fn rows_are_those_in_which_words_are_near_by_the_definition(
            texts in prop::collection::vec("([abcd]{1,2} {1,2}){0,12}", 1..8),
            first in prop::collection::btree_set("[abc]{1,2}", 1..4),
            second in prop::collection::btree_set("[abc]{1,2}", 1..4),
            quantifiers in (quantifier(), quantifier()),
            words in 1u32..5,
            in_order in any::<bool>(),
        ) {
            let (first, second) = (Vec::from_iter(first), Vec::from_iter(second));
            let near = Near { words, terms: Terms::List(second.clone()), quantifier: quantifiers.1, in_order };
            let text = TextMatch {
                column: String::new(), place: MatchPlace::Word, exact: false, quantifier: quantifiers.0,
                terms: Terms::List(first.clone()), near: None,
            };
            let search = NearSearch::new(&text, &near, &Lexicons::new()).unwrap();
            let column = TextColumn::from_rows(texts.iter().map(Some)).unwrap();
            let mut hits = Bitset::new(texts.len());
            search.mark(Texts { original: &column, shadow: &Shadow::default() }, 0..texts.len(), &mut hits);
            for (row, text) in texts.iter().enumerate() {
                prop_assert_eq!(hits.get(row), near_by_definition(text, &first, &search, &second), "{}", text);
                if hits.get(row) {
                    prop_assert!(search.occurrences(text).len() > 1);
                }
            }
        }
    }

    #[test]
    fn pieces_of_one_word_are_no_word_apart_and_neighbours_one() {
        let side =
            Side { search: Search::new(&["x".to_owned()], KIND).map(Arc::new).unwrap(), groups: vec![] };
        let row = Row::new("subscribe now, (yes)", &side);
        let apart = [(3, 3), (3, 7), (3, 10), (9, 10), (9, 13), (13, 15), (13, 16), (9, 16), (19, 19)];
        assert_eq!(apart.map(|(end, start)| row.words_apart(end, start)), [0, 0, 1, 1, 2, 1, 1, 2, 1]);
    }

    const KIND: SearchKind =
        SearchKind { place: MatchPlace::Anywhere, quantifier: Quantifier::Any, exact: false };
}
