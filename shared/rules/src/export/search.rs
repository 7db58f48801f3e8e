//! Searches for terms as regular expressions of this language.

use crate::plan::{MatchPlace, Quantifier, TextMatch};
use regex_syntax::escape;

/// Terms of one expression; more make several.
const TERMS: usize = 500;

/// Expressions of which, of each list, one must match.
pub(super) fn expressions(search: &TextMatch, terms: &[String]) -> Vec<Vec<String>> {
    match search.quantifier {
        Quantifier::All => terms.iter().map(|term| any(search, std::slice::from_ref(term))).collect(),
        Quantifier::Any => vec![any(search, terms)],
    }
}

/// Expressions of which one must match where one of the terms stands.
fn any(search: &TextMatch, terms: &[String]) -> Vec<String> {
    // Edges are looked at only where the term's own edge is part of a word.
    let mut groups: [Vec<&String>; 4] = Default::default();
    for term in terms {
        let (first, last) = (begins_in_word(term), ends_in_word(term));
        groups[usize::from(first) * 2 + usize::from(last)].push(term);
    }
    let mut expressions = Vec::new();
    for (group, terms) in groups.iter().enumerate() {
        let (first, last) = (group & 2 > 0, group & 1 > 0);
        let (before, after) = match search.place {
            MatchPlace::Anywhere => ("", ""),
            MatchPlace::TextStart => (r"\A", ""),
            MatchPlace::TextEnd => ("", r"\z"),
            MatchPlace::Word => (start_if(first), end_if(last)),
            MatchPlace::WordStart => (start_if(first), ""),
            MatchPlace::WordEnd => ("", end_if(last)),
        };
        for terms in terms.chunks(TERMS) {
            expressions.push(format!("{before}{}{after}", one_of(terms, search.exact)));
        }
    }
    expressions
}

/// Expressions of which one must match where the whole text is one of these, ignoring case.
pub(super) fn whole(texts: &[&String]) -> Vec<String> {
    texts.chunks(TERMS).map(|texts| format!(r"\A{}\z", one_of(texts, false))).collect()
}

/// An expression that matches each occurrence of a term as a whole word, ignoring case; where several begin, the longest.
pub(super) fn occurrences(terms: &[String]) -> Option<String> {
    match terms {
        [term] => {
            let (before, after) = (start_if(begins_in_word(term)), end_if(ends_in_word(term)));
            Some(format!("{before}{}{after}", one_of(&[term], false)))
        }
        // Of words, one at most stands at a place. Phrases could overlap.
        terms if terms.iter().all(|term| is_word(term)) => {
            let terms: Vec<&String> = terms.iter().collect();
            Some(format!("{}{}{}", start_if(true), one_of(&terms, false), end_if(true)))
        }
        _ => None,
    }
}

/// Whether the term is a single word.
pub(super) fn is_word(term: &str) -> bool {
    term.chars().all(is_word_char)
}

/// The terms as alternatives.
pub(super) fn one_of(terms: &[&String], exact: bool) -> String {
    let terms: Vec<String> = terms.iter().map(|term| escape(term)).collect();
    format!("(?{}:{})", if exact { "" } else { "i" }, terms.join("|"))
}

fn start_if(word: bool) -> &'static str {
    if word { r"\b{start-half}" } else { "" }
}

fn end_if(word: bool) -> &'static str {
    if word { r"\b{end-half}" } else { "" }
}

fn begins_in_word(term: &str) -> bool {
    term.chars().next().is_some_and(is_word_char)
}

fn ends_in_word(term: &str) -> bool {
    term.chars().next_back().is_some_and(is_word_char)
}

fn is_word_char(c: char) -> bool {
    regex_syntax::try_is_word_character(c).unwrap_or(false)
}
