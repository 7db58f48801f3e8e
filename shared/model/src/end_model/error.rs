//! Why there is no end model.

use super::InputKind;
use thiserror::Error;

/// Why an end model cannot be trained or used.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum EndModelError {
    /// There is no label to choose from.
    #[error("there are no labels")]
    NoLabels,
    /// More labels than votes can name.
    #[error("{0} labels are too many for an end model; the most is {max}", max = i16::MAX)]
    TooManyLabels(usize),
    /// There is no column to learn from.
    #[error("there is no column to learn from; name at least one")]
    NoInputs,
    /// A column is named twice.
    #[error("column `{0}` is named twice")]
    InputTwice(String),
    /// An option is out of its range.
    #[error("{name} must be {allowed}, not {found}")]
    Option {
        /// The option.
        name: &'static str,
        /// What it may be.
        allowed: &'static str,
        /// What it is.
        found: f64,
    },
    /// A chunk lacks a column.
    #[error("the documents have no column `{0}`, which the end model reads")]
    NoColumn(String),
    /// A column is of another type.
    #[error("column `{column}` is {found}, but the end model reads it as {expected}")]
    WrongType {
        /// The column.
        column: String,
        /// What the model reads.
        expected: InputKind,
        /// What the documents have.
        found: InputKind,
    },
    /// Not as many as the chunk has rows.
    #[error("{found} {what} for {expected} rows")]
    Length {
        /// Of what there are too few or too many.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// Probabilities or a weight are no numbers to learn from.
    #[error("document `{document}` has {what}")]
    Target {
        /// Its id.
        document: String,
        /// What is wrong.
        what: &'static str,
    },
    /// Another corpus in a later pass.
    #[error(
        "pass {pass} read other documents than the first one; read the same chunks in the same order each time"
    )]
    RowsMoved {
        /// Its number, from 1.
        pass: u32,
    },
    /// No document has a weight.
    #[error("no document has a label to learn from")]
    NothingToLearn,
    /// Taken out before the last pass has ended, or read on after it.
    #[error("training is {0}")]
    OutOfTurn(&'static str),
}
