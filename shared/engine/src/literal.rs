//! Searching for terms: over the whole buffer of a column at once, hits mapped back to rows.
//!
//! Terms and column are either both folded or both as they are, so comparing bytes is comparing code points.

use std::ops::Range;

use aho_corasick::{AhoCorasick, Input, automaton::OverlappingState};
use hunch_rules::plan::MatchPlace;
use memchr::memmem::Finder;

use crate::{
    Bitset, TextColumn,
    rows::Rows,
    words::{is_word, is_word_at, is_word_before, word_end},
};

/// Up to this many terms, a pass of `memmem` for each is faster than one pass of an automaton.
const FEW_TERMS: usize = 8;

/// Terms to be found at one place of a text.
#[derive(Debug)]
pub(crate) struct Literals {
    place: MatchPlace,
    terms: Vec<Term>,
    /// One pass for all terms; pattern numbers are indexes into `terms`.
    automaton: Option<AhoCorasick>,
}

#[derive(Debug)]
struct Term {
    finder: Finder<'static>,
    /// Whether the term begins with a `\w`, so that a word boundary before it says something.
    word_first: bool,
    /// Whether it ends with one.
    word_last: bool,
}

/// Terms that no automaton can be built for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("too many terms to search for at once: {0}")]
pub struct TooManyTerms(String);

impl Literals {
    /// `terms` as they are to be found, folded or not.
    pub(crate) fn new<S: AsRef<str>>(terms: &[S], place: MatchPlace) -> Result<Self, TooManyTerms> {
        let by_row = matches!(place, MatchPlace::TextStart | MatchPlace::TextEnd);
        let trivial = terms.iter().any(|term| term.as_ref().is_empty());
        let automaton = (terms.len() > FEW_TERMS && !by_row && !trivial)
            .then(|| AhoCorasick::new(terms.iter().map(AsRef::as_ref)))
            .transpose()
            .map_err(|error| TooManyTerms(error.to_string()))?;
        Ok(Self { place, terms: terms.iter().map(|term| Term::new(term.as_ref())).collect(), automaton })
    }

    /// Marks the rows of `rows` in which at least one term stands.
    pub(crate) fn mark_any(&self, column: &TextColumn, rows: Range<usize>, hits: &mut Bitset) {
        match &self.automaton {
            Some(automaton) => self.mark_all_at_once(automaton, column, rows, hits),
            None => self.terms.iter().for_each(|term| self.mark_term(term, column, rows.clone(), hits)),
        }
    }

    /// Marks the rows of `rows` in which every term stands.
    pub(crate) fn mark_all(&self, column: &TextColumn, rows: Range<usize>, hits: &mut Bitset) {
        let Some((first, others)) = self.terms.split_first() else { return };
        let mut left = Bitset::new(column.len());
        self.mark_term(first, column, rows, &mut left);
        // Each term is looked for only in what the ones before it have left.
        for term in others {
            let mut both = Bitset::new(column.len());
            left.iter_ones().for_each(|row| self.mark_term(term, column, row..row + 1, &mut both));
            left = both;
        }
        hits.or(&left);
    }

    /// The terms as they are found.
    pub(crate) fn terms(&self) -> Vec<&str> {
        let needles = self.terms.iter().map(|term| term.finder.needle());
        needles.filter_map(|needle| std::str::from_utf8(needle).ok()).collect()
    }

    /// Every place in `text` where a term stands, in no order.
    pub(crate) fn occurrences(&self, text: &str) -> Vec<Range<usize>> {
        let row = 0..text.len();
        if let Some(automaton) = &self.automaton {
            let hits = automaton.find_overlapping_iter(text);
            let stand =
                hits.filter(|hit| self.stands(&self.terms[hit.pattern()], text, &row, hit.start()).is_ok());
            return stand.map(|hit| hit.range()).collect();
        }
        let mut found = Vec::new();
        for term in self.terms.iter().filter(|term| term.len() > 0) {
            let mut at = 0;
            while let Some(start) = term.find(text, at..text.len()) {
                match self.stands(term, text, &row, start) {
                    Ok(()) => {
                        found.push(start..start + term.len());
                        at = start + 1; // a term may overlap itself
                    }
                    Err(next) => at = next,
                }
            }
        }
        found
    }

    fn mark_term(&self, term: &Term, column: &TextColumn, rows: Range<usize>, hits: &mut Bitset) {
        let needle = term.finder.needle();
        match self.place {
            _ if needle.is_empty() => rows.for_each(|row| hits.set(row)),
            MatchPlace::TextStart => mark_rows(column, rows, hits, |text| text.starts_with(needle)),
            MatchPlace::TextEnd => mark_rows(column, rows, hits, |text| text.ends_with(needle)),
            _ => self.mark_in_buffer(term, column, rows, hits),
        }
    }

    fn mark_in_buffer(&self, term: &Term, column: &TextColumn, rows: Range<usize>, hits: &mut Bitset) {
        let mut buffer = Rows::new(column, rows);
        let mut at = buffer.start();
        while let Some(start) = term.find(column.text(), at..buffer.end()) {
            let row = buffer.row_at(start);
            // Once a row is settled, or the term reaches over its end, so does every later hit in it.
            at = if hits.get(buffer.row) || start + term.len() > row.end {
                row.end
            } else {
                match self.stands(term, column.text(), &row, start) {
                    Ok(()) => {
                        hits.set(buffer.row);
                        row.end
                    }
                    Err(next) => next,
                }
            };
        }
    }

    fn mark_all_at_once(
        &self,
        automaton: &AhoCorasick,
        column: &TextColumn,
        rows: Range<usize>,
        hits: &mut Bitset,
    ) {
        let mut buffer = Rows::new(column, rows);
        let mut input = Input::new(column.text()).span(buffer.start()..buffer.end());
        let mut state = OverlappingState::start();
        loop {
            automaton.find_overlapping(input.clone(), &mut state);
            let Some(hit) = state.get_match() else { return };
            // Hits ascend by their ends; one that starts in an earlier row reaches over its end.
            let row = buffer.row_at(hit.end() - 1);
            let term = &self.terms[hit.pattern()];
            if hit.start() >= row.start && self.stands(term, column.text(), &row, hit.start()).is_ok() {
                hits.set(buffer.row);
                input.set_start(row.end);
                state = OverlappingState::start();
            }
        }
    }

    /// Whether the term found at `start` of `text` stands where it must within its row, and if not, from where on it can.
    ///
    /// A hit inside a word rules out all others that begin, or end, inside that word. Skipping them keeps the search
    /// linear in the text however often the term repeats itself.
    fn stands(&self, term: &Term, text: &str, row: &Range<usize>, start: usize) -> Result<(), usize> {
        let end = start + term.len();
        let (starts, ends) = match self.place {
            MatchPlace::Anywhere => (true, true),
            MatchPlace::TextStart => (start == row.start, true),
            MatchPlace::TextEnd => (true, end == row.end),
            MatchPlace::Word | MatchPlace::WordStart | MatchPlace::WordEnd => (
                self.place == MatchPlace::WordEnd
                    || !term.word_first
                    || !is_word_before(text, row.start, start),
                self.place == MatchPlace::WordStart || !term.word_last || !is_word_at(text, end, row.end),
            ),
        };
        match (starts, ends, self.place) {
            (true, true, _) => Ok(()),
            (_, _, MatchPlace::TextStart) => Err(row.end),
            (_, _, MatchPlace::TextEnd) => Err((start + 1).max(row.end - term.len())),
            (false, ..) => Err(word_end(text, start, row.end)),
            (true, false, _) => Err((start + 1).max(word_end(text, end, row.end) - term.len())),
        }
    }
}

impl Term {
    fn new(term: &str) -> Self {
        Self {
            finder: Finder::new(term).into_owned(),
            word_first: term.chars().next().is_some_and(is_word),
            word_last: term.chars().next_back().is_some_and(is_word),
        }
    }

    fn len(&self) -> usize {
        self.finder.needle().len()
    }

    fn find(&self, text: &str, within: Range<usize>) -> Option<usize> {
        let start = within.start;
        self.finder.find(text.as_bytes().get(within)?).map(|at| start + at)
    }
}

fn mark_rows(column: &TextColumn, rows: Range<usize>, hits: &mut Bitset, test: impl Fn(&[u8]) -> bool) {
    rows.filter(|row| test(column.row(*row).as_bytes())).for_each(|row| hits.set(row));
}

#[cfg(test)]
mod tests;
