//! Vectors of one length, row after row in one buffer.

use std::ops::Range;

use super::values::push_valid;
use crate::{Bitset, FormatError};

/// Vectors of `length` numbers each, row-major. A row may be missing; its numbers are zeros then.
#[derive(Debug, Clone, PartialEq)]
pub struct VectorColumn {
    length: u32,
    rows: usize,
    /// `length` finite numbers per row.
    numbers: Vec<f32>,
    valid: Option<Bitset>,
}

impl VectorColumn {
    /// A column without rows, for vectors of so many numbers.
    pub fn new(length: u32) -> Self {
        Self { length, rows: 0, numbers: Vec::new(), valid: None }
    }

    /// A column of these rows; fails as [`Self::push`] does.
    pub fn from_rows<V: AsRef<[f32]>>(
        length: u32,
        rows: impl IntoIterator<Item = Option<V>>,
    ) -> Result<Self, FormatError> {
        let mut column = Self::new(length);
        rows.into_iter().try_for_each(|row| column.push(row.as_ref().map(AsRef::as_ref)))?;
        Ok(column)
    }

    /// A column from its parts: the numbers of all rows, and the rows that are not missing.
    pub fn from_parts(
        length: u32,
        rows: usize,
        numbers: Vec<f32>,
        valid: Option<Bitset>,
    ) -> Result<Self, FormatError> {
        let vector = FormatError::Vector { length };
        if length == 0 || rows.checked_mul(length as usize) != Some(numbers.len()) {
            return Err(vector);
        }
        if let Some(found) = valid.as_ref().map(Bitset::len).filter(|len| *len != rows) {
            return Err(FormatError::RowCount { name: "validity".to_owned(), expected: rows, found });
        }
        if numbers.iter().any(|number| !number.is_finite()) {
            return Err(vector);
        }
        let valid = valid.filter(|valid| valid.count_ones() < rows);
        let column = Self { length, rows, numbers, valid };
        let filled = |row: &usize| {
            column.get(*row).is_none() && column.row(*row).iter().any(|number| number.to_bits() != 0)
        };
        match (0..rows).find(filled) {
            Some(row) => Err(FormatError::MissingWithValue { row }),
            None => Ok(column),
        }
    }

    /// Adds a row, which must have as many numbers as the others, all of them finite.
    pub fn push(&mut self, vector: Option<&[f32]>) -> Result<(), FormatError> {
        let is_whole = |vector: &[f32]| {
            vector.len() == self.length as usize && vector.iter().all(|number| number.is_finite())
        };
        if self.length == 0 || !vector.is_none_or(is_whole) {
            return Err(FormatError::Vector { length: self.length });
        }
        push_valid(&mut self.valid, self.rows, vector.is_some());
        match vector {
            Some(vector) => self.numbers.extend(vector),
            None => self.numbers.resize(self.numbers.len() + self.length as usize, 0.0),
        }
        self.rows += 1;
        Ok(())
    }

    /// How many numbers each vector has; at least 1 where there are rows.
    pub fn length(&self) -> u32 {
        self.length
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The vector of a row, unless it is missing.
    pub fn get(&self, row: usize) -> Option<&[f32]> {
        let valid = self.valid.as_ref().is_none_or(|valid| valid.get(row));
        (row < self.rows && valid).then(|| self.row(row))
    }

    /// The vectors of all rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&[f32]>> {
        (0..self.rows).map(|row| self.get(row))
    }

    /// All rows' numbers, one row after the other.
    pub fn numbers(&self) -> &[f32] {
        &self.numbers
    }

    /// The rows that are not missing; `None` if none is.
    pub fn valid(&self) -> Option<&Bitset> {
        self.valid.as_ref()
    }

    fn row(&self, row: usize) -> &[f32] {
        let length = self.length as usize;
        &self.numbers[row * length..(row + 1) * length]
    }

    pub(super) fn take(&self, rows: &[usize]) -> Self {
        self.of_rows(rows.iter().copied())
    }

    pub(super) fn slice(&self, rows: Range<usize>) -> Self {
        self.of_rows(rows)
    }

    /// Rows of this column, which fit it.
    fn of_rows(&self, rows: impl Iterator<Item = usize>) -> Self {
        let mut column = Self::new(self.length);
        for row in rows {
            push_valid(&mut column.valid, column.rows, self.get(row).is_some());
            column.numbers.extend(self.row(row));
            column.rows += 1;
        }
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_of_another_length_or_with_nan_is_refused() {
        let mut column = VectorColumn::new(2);
        assert_eq!(column.push(Some(&[1.0])), Err(FormatError::Vector { length: 2 }));
        assert_eq!(column.push(Some(&[1.0, f32::NAN])), Err(FormatError::Vector { length: 2 }));
        assert_eq!(column.push(Some(&[1.0, -2.0])), Ok(()));
        assert_eq!(column.push(None), Ok(()));
        assert_eq!(column.iter().collect::<Vec<_>>(), [Some(&[1.0, -2.0][..]), None]);
        assert_eq!(column.take(&[1, 0, 0]).iter().flatten().count(), 2);
        assert_eq!(column.slice(0..1), VectorColumn::from_rows(2, [Some([1.0, -2.0])]).unwrap());
    }

    #[test]
    fn parts_that_do_not_fit_together_are_refused() {
        let parts = |length, rows, numbers: &[f32], valid: Option<&[bool]>| {
            let valid = valid.map(|rows| rows.iter().copied().collect());
            VectorColumn::from_parts(length, rows, numbers.to_vec(), valid)
        };
        assert!(parts(0, 0, &[], None).is_err());
        assert!(parts(2, 1, &[1.0], None).is_err());
        assert!(parts(2, usize::MAX, &[1.0], None).is_err());
        assert!(parts(1, 1, &[f32::INFINITY], None).is_err());
        let missing = Some(&[false][..]);
        assert_eq!(parts(1, 1, &[1.0], missing), Err(FormatError::MissingWithValue { row: 0 }));
        assert_eq!(parts(1, 1, &[0.0], missing).unwrap().get(0), None);
    }
}
