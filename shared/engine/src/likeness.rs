//! How alike rows are to examples.

mod texts;

use std::ops::Range;

use hunch_rules::plan::{self, Examples, Scalar};

use crate::{
    ProgramError,
    columns::Columns,
    program::{Compiler, Key},
};
use texts::TextExamples;

/// A comparison with examples, made ready.
#[derive(Debug)]
pub(crate) struct Likeness {
    pub(crate) key: Key,
    /// Under which the squared lengths of rows are kept: other comparisons by the same weights need them too.
    pub(crate) squares: Key,
    column: String,
    examples: TextExamples,
    question: Question,
}

/// What is asked of a row's cosines with the examples.
#[derive(Debug, Clone, Copy)]
enum Question {
    /// The mean of so many of the highest.
    Mean(usize),
    /// The place in the list of the example with the n-th highest.
    Place(usize),
}

impl Likeness {
    /// `scalar` is the value that asks for the comparison.
    pub(crate) fn compile(
        scalar: &Scalar,
        likeness: &plan::Likeness,
        compiler: &mut Compiler<'_>,
    ) -> Result<Self, ProgramError> {
        let plan::Likeness { column, examples, best } = likeness;
        let best = *best as usize;
        let question = match scalar {
            Scalar::Nearest(_) => Question::Place(best),
            _ => Question::Mean(best),
        };
        let Examples::Texts { weights, texts } = examples;
        Ok(Self {
            key: compiler.measured(scalar),
            squares: compiler.measured(&("squares", column, weights)),
            column: column.clone(),
            examples: TextExamples::new(texts, compiler.weights(column, weights)?),
            question,
        })
    }

    /// Answers for `rows`; `squares` and `results` have a place for every row of the chunk.
    pub(crate) fn compare(
        &self,
        columns: &Columns,
        rows: Range<usize>,
        squares: &mut [f64],
        results: &mut [f64],
    ) {
        let Some(texts) = columns.text(&self.column) else { return results[rows].fill(f64::NAN) };
        let nothing = self.question.of(&mut []);
        for row in rows.clone() {
            results[row] = texts.original.get(row).map_or(f64::NAN, |_| nothing);
        }
        self.examples.each(texts, rows, squares, |row, cosines| results[row] = self.question.of(cosines));
    }
}

impl Question {
    /// The answer from the cosines that are not 0, each with its example's index, in the order of the examples.
    fn of(self, cosines: &mut [(u32, f64)]) -> f64 {
        // Stable, so that the earlier of equally similar examples stays before the later one.
        cosines.sort_by(|(_, left), (_, right)| right.total_cmp(left));
        match self {
            Self::Mean(best) => {
                cosines.iter().take(best).fold(0.0, |sum, (_, cosine)| sum + cosine) / best as f64
            }
            Self::Place(best) => {
                cosines.get(best - 1).map_or(f64::NAN, |(example, _)| f64::from(*example) + 1.0)
            }
        }
    }
}

#[cfg(test)]
mod tests;
