//! The stretches of a row's text that made a rule vote, for marking them on the page.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{
    Chunk, Evaluator, Program,
    folded::original_offsets,
    program::{Clause, Node, Test},
    scalar::{Measure, Number, Operand},
};

/// At most this many spans of a row are told.
pub const SPANS: usize = 1_000;

/// A stretch of the original text, in UTF-8 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MatchSpan {
    /// The text column.
    pub column: String,
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// What the clause that votes on the row found in its texts: by column, ascending, without overlap.
///
/// A row the rule abstains on has no spans; nor has what stands under a `not`.
pub fn spans(program: &Program, chunk: &Chunk, row: usize) -> Vec<MatchSpan> {
    if row >= chunk.rows {
        return Vec::new();
    }
    let mut finder = Finder { evaluator: Evaluator::new(chunk.slice(row..row + 1)), found: Vec::new() };
    finder.clauses(program.clauses());
    merge(finder.found)
}

/// Walks a program over the only row of the evaluator's chunk.
struct Finder {
    evaluator: Evaluator,
    found: Vec<MatchSpan>,
}

impl Finder {
    fn clauses(&mut self, clauses: &[Clause]) {
        if let Some(clause) = clauses.iter().find(|clause| self.holds(&clause.when)) {
            self.node(&clause.when);
        }
    }

    fn holds(&mut self, node: &Node) -> bool {
        self.evaluator.truth(node, 0..1).yes.get(0)
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::All(of) | Node::Any(of) | Node::AtLeast { of, .. } => {
                for node in of {
                    if self.holds(node) {
                        self.node(node);
                    }
                }
            }
            Node::Is(leaf) => self.test(&leaf.test),
            Node::Always | Node::Not(_) => {}
        }
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::Match { column, search } => {
                self.mark(column, search.kind.exact, |text| search.occurrences(text));
            }
            Test::Near { column, search } => {
                self.mark(column, search.exact(), |text| search.occurrences(text));
            }
            Test::Regex { column, pattern } => {
                self.mark(column, true, |text| pattern.occurrences(text).collect());
            }
            Test::In { value, .. } => self.operand(value),
            Test::Compare { left, right, .. } => {
                self.operand(left);
                self.operand(right);
            }
            Test::Missing { .. } | Test::Truth { .. } => {}
        }
    }

    fn operand(&mut self, operand: &Operand) {
        if let Operand::Number(number) = operand {
            self.number(number);
        }
    }

    fn number(&mut self, number: &Number) {
        match number {
            Number::Arithmetic { left, right, .. } => {
                self.number(left);
                self.number(right);
            }
            Number::RuleVote(clauses) => self.clauses(clauses),
            Number::Measured { column, measure: Measure::Matches(pattern), .. } => {
                self.mark(column, true, |text| pattern.occurrences(text).collect());
            }
            Number::Measured { column, measure: Measure::Terms(search), .. } => {
                self.mark(column, false, |text| search.occurrences(text));
            }
            _ => {}
        }
    }

    /// Notes what `find` finds in the row's text, as it is or folded.
    fn mark(&mut self, column: &str, exact: bool, find: impl FnOnce(&str) -> Vec<Range<usize>>) {
        let Some(original) = self.evaluator.chunk().text_column(column).and_then(|column| column.get(0))
        else {
            return;
        };
        let hits = if exact {
            find(original)
        } else {
            let offsets = original_offsets(original);
            let folded: String = original.chars().map(hunch_rules::fold_char).collect();
            find(&folded).into_iter().map(|hit| offsets[hit.start]..offsets[hit.end]).collect()
        };
        let span =
            |hit: Range<usize>| MatchSpan { column: column.to_owned(), start: hit.start, end: hit.end };
        let spans: Vec<_> = hits.into_iter().filter(|hit| !hit.is_empty()).take(SPANS).map(span).collect();
        self.found.extend(spans);
    }
}

fn merge(mut found: Vec<MatchSpan>) -> Vec<MatchSpan> {
    found.sort_unstable();
    let mut merged: Vec<MatchSpan> = Vec::new();
    for span in found {
        match merged.last_mut().filter(|last| last.column == span.column && span.start <= last.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => merged.push(span),
        }
    }
    merged.truncate(SPANS);
    merged
}

#[cfg(test)]
mod tests;
