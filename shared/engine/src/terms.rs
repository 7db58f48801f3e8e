//! Terms looked for in a text: the search that fits their number and place.

use std::{borrow::Cow, cmp::Reverse, ops::Range, sync::Arc};

use hunch_rules::{
    fold,
    plan::{MatchPlace, Quantifier, Terms},
};

use crate::{
    Bitset, Lexicons, ProgramError,
    folded::Texts,
    lexicon::WordIndex,
    literal::{Literals, TooManyTerms},
};

/// From this many terms on, looking up the words of a text is faster than one pass of an automaton.
const MANY_TERMS: usize = 32;

/// How terms are searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SearchKind {
    pub(crate) place: MatchPlace,
    pub(crate) quantifier: Quantifier,
    /// Whether the text is searched as it is, and not its folded copy.
    pub(crate) exact: bool,
}

/// Terms made ready to be looked for.
#[derive(Debug)]
pub(crate) struct Search {
    pub(crate) kind: SearchKind,
    matcher: Matcher,
}

#[derive(Debug)]
enum Matcher {
    Literals(Literals),
    Words(Arc<WordIndex>),
}

impl Search {
    /// The search for a plan's terms; those of a stored lexicon are made ready once for all plans.
    pub(crate) fn of(
        terms: &Terms,
        kind: SearchKind,
        lexicons: &Lexicons,
    ) -> Result<Arc<Self>, ProgramError> {
        match terms {
            Terms::List(terms) => Ok(Arc::new(Self::new(terms, kind)?)),
            Terms::Lexicon { name, hash } => {
                let missing = || ProgramError::LexiconMissing { name: name.clone(), hash: hash.clone() };
                Ok(lexicons.get(hash).ok_or_else(missing)?.search(kind)?)
            }
        }
    }

    pub(crate) fn new(terms: &[String], kind: SearchKind) -> Result<Self, TooManyTerms> {
        let terms: Vec<Cow<'_, str>> =
            terms.iter().map(|term| if kind.exact { term.into() } else { fold(term) }).collect();
        let by_word =
            kind.place == MatchPlace::Word && kind.quantifier == Quantifier::Any && terms.len() > MANY_TERMS;
        let matcher = if by_word {
            Matcher::Words(Arc::new(WordIndex::new(&terms)?))
        } else {
            Matcher::Literals(Literals::new(&terms, kind.place)?)
        };
        Ok(Self { kind, matcher })
    }

    /// Marks the rows of `rows` that match.
    pub(crate) fn mark(&self, column: Texts<'_>, rows: Range<usize>, hits: &mut Bitset) {
        let text = column.get(self.kind.exact);
        match (&self.matcher, self.kind.quantifier) {
            (Matcher::Words(index), _) => index.mark_any(text, rows, hits),
            (Matcher::Literals(literals), Quantifier::Any) => literals.mark_any(text, rows, hits),
            (Matcher::Literals(literals), Quantifier::All) => literals.mark_all(text, rows, hits),
        }
    }

    /// The terms as words to be looked up in a folded column, if that answers the search.
    pub(crate) fn words(&self) -> Option<Arc<WordIndex>> {
        let by_word = self.kind.place == MatchPlace::Word && self.kind.quantifier == Quantifier::Any;
        match &self.matcher {
            _ if !by_word || self.kind.exact => None,
            Matcher::Words(index) => Some(index.clone()),
            Matcher::Literals(literals) => WordIndex::new(&literals.terms()).ok().map(Arc::new),
        }
    }

    /// Every place in a text, folded unless the kind is exact, where a term stands: in no order, and they may overlap.
    pub(crate) fn occurrences(&self, text: &str) -> Vec<Range<usize>> {
        match &self.matcher {
            Matcher::Literals(literals) => literals.occurrences(text),
            Matcher::Words(index) => index.occurrences(text),
        }
    }

    /// The number of occurrences from left to right that do not overlap: where several begin, the longest.
    pub(crate) fn count(&self, text: &str) -> usize {
        let mut found = self.occurrences(text);
        found.sort_unstable_by_key(|hit| (hit.start, Reverse(hit.end)));
        let (mut count, mut free) = (0, 0);
        for hit in found.into_iter().filter(|hit| !hit.is_empty()) {
            if hit.start >= free {
                free = hit.end;
                count += 1;
            }
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_several_terms_begin_the_longest_is_counted() {
        let kind = SearchKind { place: MatchPlace::Word, quantifier: Quantifier::Any, exact: false };
        let terms = ["New", "new york", "york"].map(str::to_owned);
        assert_eq!(Search::new(&terms, kind).unwrap().count("new york york new"), 3);
        let many: Vec<_> = (0..MANY_TERMS).map(|n| format!("term{n}")).chain(terms).collect();
        let search = Search::new(&many, kind).unwrap();
        assert!(matches!(search.matcher, Matcher::Words(_)));
        assert_eq!(search.count("new york york new term7 term"), 4);
    }
}
