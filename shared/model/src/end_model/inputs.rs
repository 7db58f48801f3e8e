//! The columns that an end model reads.

use super::EndModelError;
use hunch_engine::{Chunk, ColumnData};
use std::fmt;

/// How a column is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InputKind {
    /// Words, phrases of two words, and sequences of three to five letters.
    Text,
    /// One feature per value.
    Category,
    /// Less the mean, over the standard deviation, of at most 8 in size; not finite counts as missing.
    Number,
    /// One feature per value.
    Bool,
    /// Its day, as a number.
    Date,
}

impl InputKind {
    /// Every kind; a kind's place is its number in bytes.
    pub(super) const ALL: [Self; 5] = [Self::Text, Self::Category, Self::Number, Self::Bool, Self::Date];

    /// How a column of this type is read; vectors are not.
    pub fn of(data: &ColumnData) -> Option<Self> {
        match data {
            ColumnData::Text(_) => Some(Self::Text),
            ColumnData::Category(_) => Some(Self::Category),
            ColumnData::Number(_) => Some(Self::Number),
            ColumnData::Bool(_) => Some(Self::Bool),
            ColumnData::Date(_) => Some(Self::Date),
            ColumnData::Vector(_) => None,
        }
    }

    /// Whether it is a number of its own rather than features with hashed numbers.
    pub(super) fn is_dense(self) -> bool {
        matches!(self, Self::Number | Self::Date)
    }
}

impl fmt::Display for InputKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Category => "a category",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::Date => "a date",
        })
    }
}

/// A column that an end model reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its name.
    pub column: String,
    /// How it is read.
    pub kind: InputKind,
}

impl Input {
    /// All columns of a chunk that can be read.
    pub fn all(chunk: &Chunk) -> Vec<Self> {
        let input = |column: &hunch_engine::Column| {
            InputKind::of(&column.data).map(|kind| Self { column: column.name.clone(), kind })
        };
        chunk.columns.iter().filter_map(input).collect()
    }

    /// This input's column in a chunk, one of as many rows as the chunk.
    pub(super) fn find<'c>(&self, chunk: &'c Chunk) -> Result<&'c ColumnData, EndModelError> {
        let missing = || EndModelError::NoColumn(self.column.clone());
        let data = chunk.column(&self.column).ok_or_else(missing)?;
        let found = InputKind::of(data).ok_or_else(missing)?;
        if found != self.kind {
            let (column, expected) = (self.column.clone(), self.kind);
            return Err(EndModelError::WrongType { column, expected, found });
        }
        if data.len() != chunk.rows {
            return Err(EndModelError::Length {
                what: "values of a column",
                found: data.len(),
                expected: chunk.rows,
            });
        }
        Ok(data)
    }
}

/// How a number is brought to a common size.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Moments {
    pub(super) mean: f64,
    /// The inverse of the standard deviation; 0 of values that do not differ, or that differ beyond all numbers.
    pub(super) scale: f64,
}

/// A column's numbers under measurement.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Measure {
    count: f64,
    mean: f64,
    /// Sum of squared distances to the mean.
    squares: f64,
}

impl Measure {
    /// One more value (Welford 1962).
    pub(super) fn add(&mut self, value: f64) {
        self.count += 1.0;
        let before = value - self.mean;
        self.mean += before / self.count;
        self.squares += before * (value - self.mean);
    }

    pub(super) fn moments(&self) -> Moments {
        let scale = 1.0 / (self.squares / self.count.max(1.0)).sqrt();
        let usable = scale.is_finite() && self.mean.is_finite();
        Moments { mean: if usable { self.mean } else { 0.0 }, scale: if usable { scale } else { 0.0 } }
    }
}
