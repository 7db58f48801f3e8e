//! Regular expressions, run only on rows that hold what every match must contain: one of some literals, or a run of some
//! kind of characters.

mod all_matches;

use std::{cmp::Reverse, iter, ops::Range, sync::OnceLock};

use hunch_rules::{build_regex, fold_char, plan::MatchPlace};
use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind},
};

use crate::{Bitset, ProgramError, class_runs::ClassRun, folded::Texts, literal::Literals};
use all_matches::AllMatches;

/// Only this much of a row is searched by a regular expression, cut at a code point.
pub const REGEX_TEXT_BYTES: usize = 1 << 20;

/// In a text that is longer than this, …
const LONG: usize = 4_096;

/// … so many matches are found one by one; each search may look through all of the text. The others are found at once.
const ONE_BY_ONE: usize = 64;

/// So many sets of literals choose rows; more cost more than they spare.
const REQUIRED_SETS: usize = 3;

/// More alternatives than this are no help in choosing rows.
const REQUIRED_LITERALS: usize = 64;

/// A compiled regular expression.
#[derive(Debug)]
pub(crate) struct Pattern {
    regex: regex::Regex,
    /// In every text that matches stands, folded, one of each of these.
    required: Vec<Literals>,
    /// Or, where no literal is required, this.
    run: Option<ClassRun>,
    /// The parsed expression, if its matches may be of any length.
    unbounded: Option<Hir>,
    all_matches: OnceLock<Option<AllMatches>>,
}

impl Pattern {
    pub(crate) fn new(pattern: &str, ignore_case: bool) -> Result<Self, ProgramError> {
        let regex = build_regex(pattern, ignore_case).map_err(|error| ProgramError::Regex {
            pattern: pattern.to_owned(),
            reason: error.to_string(),
        })?;
        let hir = ParserBuilder::new().case_insensitive(ignore_case).build().parse(pattern).ok();
        let required = hir.as_ref().map(required_sets).unwrap_or_default();
        let run = hir.as_ref().and_then(ClassRun::required).filter(|_| required.is_empty());
        let searches = required.iter().map(|literals| Literals::new(literals, MatchPlace::Anywhere));
        let required = searches.collect::<Result<_, _>>()?;
        let unbounded = hir.filter(|hir| hir.properties().maximum_len().is_none());
        Ok(Self { regex, required, run, unbounded, all_matches: OnceLock::new() })
    }

    /// Marks the rows of `rows` that match.
    pub(crate) fn mark(&self, column: Texts<'_>, rows: Range<usize>, hits: &mut Bitset) {
        let mut candidates = Bitset::new(column.original.len());
        self.mark_candidates(column, rows, &mut candidates);
        let found =
            candidates.iter_ones().filter(|row| self.regex.is_match(searched(column.original.row(*row))));
        found.for_each(|row| hits.set(row));
    }

    /// Marks the rows of `rows` that may match in a set that has none yet.
    pub(crate) fn mark_candidates(&self, column: Texts<'_>, rows: Range<usize>, hits: &mut Bitset) {
        let Some((first, others)) = self.required.split_first() else {
            return match &self.run {
                Some(run) => run.mark(column.original, rows, hits),
                None => rows.for_each(|row| hits.set(row)),
            };
        };
        first.mark_any(column.folded(), rows, hits);
        for literals in others {
            let mut both = Bitset::new(column.original.len());
            hits.iter_ones().for_each(|row| literals.mark_any(column.folded(), row..row + 1, &mut both));
            hits.clone_from(&both);
        }
    }

    /// The matches in a text, from left to right and without overlap, in time linear in its length.
    pub(crate) fn occurrences<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let text = searched(text);
        let all = self
            .unbounded
            .as_ref()
            .filter(|_| text.len() > LONG)
            .and_then(|hir| self.all_matches.get_or_init(|| AllMatches::new(hir)).as_ref());
        let mut one_by_one =
            self.regex.find_iter(text).take(if all.is_some() { ONE_BY_ONE } else { usize::MAX });
        let (mut found, mut end) = (0, 0);
        let mut others = None;
        iter::from_fn(move || {
            if let Some(hit) = one_by_one.next() {
                (found, end) = (found + 1, hit.end());
                return Some(hit.range());
            }
            let all = all.filter(|_| found == ONE_BY_ONE)?;
            others.get_or_insert_with(|| all.after(text, end)).next()
        })
    }
}

fn searched(text: &str) -> &str {
    &text[..text.floor_char_boundary(REGEX_TEXT_BYTES)]
}

/// Whether choosing rows by these literals is likely to spare more than it costs.
fn are_selective(literals: &[String]) -> bool {
    literals.len() <= REQUIRED_LITERALS
        && literals
            .iter()
            .all(|literal| literal.chars().nth(1).is_some() || !literal.starts_with(char::is_alphanumeric))
        && literals.iter().all(|literal| !literal.trim().is_empty())
}

/// Sets of folded literals, the most selective first: every match, when it is folded, holds at least one of each.
fn required_sets(hir: &Hir) -> Vec<Vec<String>> {
    let mut sets = match hir.kind() {
        HirKind::Capture(capture) => return required_sets(&capture.sub),
        HirKind::Concat(parts) => concatenated(parts),
        _ => required_literals(hir).into_iter().collect(),
    };
    sets.retain(|literals| are_selective(literals));
    sets.sort_by_key(|literals| Reverse(selectivity(literals)));
    sets.dedup();
    sets.truncate(REQUIRED_SETS);
    sets
}

/// Long literals are rare; of equals, the fewer.
fn selectivity(literals: &[String]) -> (Option<usize>, Reverse<usize>) {
    (literals.iter().map(String::len).min(), Reverse(literals.len()))
}

/// What each part of a sequence requires.
fn concatenated(parts: &[Hir]) -> Vec<Vec<String>> {
    let mut sets: Vec<Vec<String>> = Vec::new();
    let mut joined = String::new();
    for part in parts {
        // Neighbours such as the `[Ff][Rr][Ee][Ee]` of `(?i)free` make one literal.
        if let Some(literal) = folded_literal(part) {
            joined.push_str(&literal);
        } else {
            sets.push(vec![std::mem::take(&mut joined)]);
            sets.extend(required_literals(part));
        }
    }
    sets.push(vec![joined]);
    sets
}

/// Folded literals of which every match holds at least one, when it is folded; `None` if there is nothing of the kind.
fn required_literals(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Repetition(repetition) if repetition.min > 0 => required_literals(&repetition.sub),
        HirKind::Repetition(_) => None,
        HirKind::Capture(capture) => required_literals(&capture.sub),
        HirKind::Alternation(branches) => {
            let literals = branches.iter().map(required_literals).collect::<Option<Vec<_>>>()?.concat();
            (literals.len() <= REQUIRED_LITERALS).then_some(literals)
        }
        HirKind::Concat(parts) => {
            concatenated(parts).into_iter().max_by_key(|literals| selectivity(literals))
        }
        _ => folded_literal(hir).map(|literal| vec![literal]),
    }
}

/// The one text that every match of `hir` folds to, if there is one.
fn folded_literal(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(String::new()),
        HirKind::Literal(literal) => {
            Some(std::str::from_utf8(&literal.0).ok()?.chars().map(fold_char).collect())
        }
        HirKind::Class(Class::Unicode(class)) => {
            // At most four code points fold to the same one.
            let members = class.iter().flat_map(|range| range.start()..=range.end()).take(5);
            let mut folded = members.map(fold_char);
            let first = folded.next()?;
            folded.all(|c| c == first).then(|| first.to_string())
        }
        HirKind::Capture(capture) => folded_literal(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(folded_literal).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
