//! How alike rows are to examples.

mod texts;
mod vectors;

use std::ops::Range;

use hunch_rules::{
    limits, parse_example,
    plan::{self, ExampleKind, Examples, LexiconExamples, Scalar},
};

use crate::{
    ProgramError,
    columns::Columns,
    program::{Compiler, Key},
};
use texts::TextExamples;
use vectors::VectorExamples;

/// A comparison with examples, made ready.
#[derive(Debug)]
pub(crate) struct Likeness {
    pub(crate) key: Key,
    /// Under which the squared lengths of rows are kept: other comparisons by the same weights need them too.
    pub(crate) squares: Key,
    column: String,
    with: With,
    question: Question,
}

/// What rows are compared with.
#[derive(Debug)]
enum With {
    Texts(TextExamples),
    Vectors(VectorExamples),
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
        let (with, squares, count) = match examples {
            Examples::Texts { weights, texts } => {
                let with = TextExamples::new(texts, compiler.weights(column, weights)?);
                (With::Texts(with), compiler.measured(&("squares", column, weights)), texts.len())
            }
            Examples::Vectors(vectors) => {
                let with = VectorExamples::new(vectors.clone());
                (With::Vectors(with), compiler.measured(&("squares", column)), vectors.len())
            }
            Examples::Lexicon(lexicon) => {
                let examples = from_lexicon(lexicon, compiler)?;
                return Self::compile(scalar, &plan::Likeness { examples, ..likeness.clone() }, compiler);
            }
        };
        let best = (*best as usize).min(count);
        let question = match scalar {
            Scalar::Nearest(_) => Question::Place(best),
            _ => Question::Mean(best),
        };
        Ok(Self { key: compiler.measured(scalar), squares, column: column.clone(), with, question })
    }

    /// Answers for `rows`; `squares` and `results` have a place for every row of the chunk.
    pub(crate) fn compare(
        &self,
        columns: &Columns,
        rows: Range<usize>,
        squares: &mut [f64],
        results: &mut [f64],
    ) {
        results[rows.clone()].fill(f64::NAN);
        match &self.with {
            With::Texts(examples) => {
                let Some(texts) = columns.text(&self.column) else { return };
                let nothing = self.question.of(&mut []);
                for row in rows.clone().filter(|row| texts.original.get(*row).is_some()) {
                    results[row] = nothing;
                }
                examples.each(texts, rows, squares, |row, cosines| results[row] = self.question.of(cosines));
            }
            With::Vectors(examples) => {
                let Some(vectors) = columns.vectors(&self.column) else { return };
                examples
                    .each(vectors, rows, squares, |row, cosines| results[row] = self.question.of(cosines));
            }
        }
    }
}

/// The terms of a stored lexicon as examples.
fn from_lexicon(lexicon: &LexiconExamples, compiler: &Compiler<'_>) -> Result<Examples, ProgramError> {
    let LexiconExamples { name, hash, of } = lexicon;
    let missing = || ProgramError::LexiconMissing { name: name.clone(), hash: hash.clone() };
    let terms = compiler.lexicons.get(hash).ok_or_else(missing)?.terms();
    let unusable = |reason: String| ProgramError::Examples { name: name.clone(), reason };
    if terms.is_empty() || terms.len() > limits::EXAMPLES {
        let reason = format!("it has {} terms; 1 to {} are possible", terms.len(), limits::EXAMPLES);
        return Err(unusable(reason));
    }
    match of {
        ExampleKind::Texts { weights } => {
            Ok(Examples::Texts { weights: weights.clone(), texts: terms.to_vec() })
        }
        ExampleKind::Vectors { length } => {
            let vectors = terms.iter().zip(1..).map(|(term, number)| {
                let reason =
                    |error| format!("its term {number} is not a vector of {length} numbers: {error}");
                parse_example(term, *length).map_err(|error| unusable(reason(error)))
            });
            Ok(Examples::Vectors(vectors.collect::<Result<_, _>>()?))
        }
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
