//! Columns in Arrow's layout: values that may be missing, and strings in one buffer.

use std::ops::Range;

use crate::{Bitset, FormatError};

/// Values that may be missing; where one is, `values` holds the type's default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Values<T> {
    /// One per row.
    pub values: Vec<T>,
    /// The rows that have a value; `None` if all have.
    pub valid: Option<Bitset>,
}

/// Strings in one buffer, row after row, as Arrow's `Utf8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextColumn {
    /// Where each row starts, and the end of the last: rows + 1 ascending offsets into `text`, the first of them 0.
    offsets: Vec<u32>,
    text: String,
    valid: Option<Bitset>,
}

impl<T: Copy + Default> Values<T> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Adds a row.
    pub fn push(&mut self, value: Option<T>) {
        push_valid(&mut self.valid, self.values.len(), value.is_some());
        self.values.push(value.unwrap_or_default());
    }

    /// The value of a row, unless it is missing.
    pub fn get(&self, row: usize) -> Option<T> {
        let valid = self.valid.as_ref().is_none_or(|valid| valid.get(row));
        self.values.get(row).copied().filter(|_| valid)
    }

    pub(super) fn slice(&self, rows: Range<usize>) -> Self {
        rows.map(|row| self.get(row)).collect()
    }

    pub(super) fn take(&self, rows: &[usize]) -> Self {
        rows.iter().map(|row| self.get(*row)).collect()
    }
}

impl<T: Copy + Default> FromIterator<Option<T>> for Values<T> {
    fn from_iter<I: IntoIterator<Item = Option<T>>>(rows: I) -> Self {
        let mut values = Self::default();
        for row in rows {
            values.push(row);
        }
        values
    }
}

impl Default for TextColumn {
    fn default() -> Self {
        Self { offsets: vec![0], text: String::new(), valid: None }
    }
}

impl TextColumn {
    /// A column from Arrow's parts: rows + 1 offsets, the UTF-8 bytes, and the rows that are not missing.
    pub fn from_parts(offsets: Vec<u32>, bytes: Vec<u8>, valid: Option<Bitset>) -> Result<Self, FormatError> {
        let text = String::from_utf8(bytes)
            .map_err(|error| FormatError::Utf8 { at: error.utf8_error().valid_up_to() })?;
        text_offset(text.len())?;
        let rows = offsets.len().checked_sub(1).ok_or(FormatError::Offsets { row: 0 })?;
        let bounded = offsets[0] == 0 && offsets[rows] as usize == text.len();
        let broken =
            |row: &usize| offsets[*row] > offsets[row + 1] || !text.is_char_boundary(offsets[*row] as usize);
        if let Some(row) = (0..rows).find(broken).or((!bounded).then_some(rows)) {
            return Err(FormatError::Offsets { row });
        }
        if let Some(found) = valid.as_ref().map(Bitset::len).filter(|len| *len != rows) {
            return Err(FormatError::RowCount { name: "validity".to_owned(), expected: rows, found });
        }
        // All rows present is written one way only, and so is the text of a missing row.
        let valid = valid.filter(|valid| valid.count_ones() < rows);
        let filled =
            |row: &usize| !valid.as_ref().is_none_or(|v| v.get(*row)) && offsets[*row] != offsets[row + 1];
        if let Some(row) = (0..rows).find(filled) {
            return Err(FormatError::MissingWithValue { row });
        }
        Ok(Self { offsets, text, valid })
    }

    /// A column of these rows; fails as [`Self::push`] does.
    pub fn from_rows<S: AsRef<str>>(rows: impl IntoIterator<Item = Option<S>>) -> Result<Self, FormatError> {
        let mut column = Self::default();
        rows.into_iter().try_for_each(|row| column.push(row.as_ref().map(AsRef::as_ref)))?;
        Ok(column)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a row; a column holds at most 2 GiB as in Arrow, far beyond [`super::CHUNK_TEXT_BYTES`].
    pub fn push(&mut self, value: Option<&str>) -> Result<(), FormatError> {
        let text = value.unwrap_or_default();
        let end = text_offset(self.text.len() + text.len())?;
        let rows = self.len();
        push_valid(&mut self.valid, rows, value.is_some());
        self.text.push_str(text);
        self.offsets.push(end);
        Ok(())
    }

    /// The text of a row, unless it is missing.
    pub fn get(&self, row: usize) -> Option<&str> {
        let valid = self.valid.as_ref().is_none_or(|valid| valid.get(row));
        (row < self.len() && valid).then(|| self.row(row))
    }

    /// The texts of all rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// The text of a row, empty where it is missing. The row must exist.
    #[inline]
    pub(crate) fn row(&self, row: usize) -> &str {
        &self.text[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }

    /// All rows' texts, one after the other.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where each row starts in [`Self::text`], and the end of the last.
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// The rows that are not missing; `None` if none is.
    pub fn valid(&self) -> Option<&Bitset> {
        self.valid.as_ref()
    }

    /// The column with other texts where there are any; `offsets` are those of its rows in `text`.
    pub(crate) fn with_text(&self, text: String, offsets: Vec<u32>) -> Self {
        Self { offsets, text, valid: self.valid.clone() }
    }

    pub(super) fn take(&self, rows: &[usize]) -> Result<Self, FormatError> {
        Self::from_rows(rows.iter().map(|row| self.get(*row)))
    }

    pub(super) fn slice(&self, rows: Range<usize>) -> Self {
        let start = self.offsets[rows.start];
        let offsets: Vec<u32> =
            self.offsets[rows.start..=rows.end].iter().map(|offset| offset - start).collect();
        let text = self.text[start as usize..self.offsets[rows.end] as usize].to_owned();
        let valid = self.valid.as_ref().map(|valid| valid.slice(rows.clone()));
        Self { offsets, text, valid: valid.filter(|valid| valid.count_ones() < rows.len()) }
    }
}

/// The offset if it fits Arrow's signed 32 bits.
fn text_offset(bytes: usize) -> Result<u32, FormatError> {
    i32::try_from(bytes).map(i32::cast_unsigned).map_err(|_| FormatError::TooLong)
}

/// Notes whether the row after the `rows` there are has a value; the set is made at the first that has none.
pub(super) fn push_valid(valid: &mut Option<Bitset>, rows: usize, is_valid: bool) {
    if !is_valid && valid.is_none() {
        *valid = Some(Bitset::full(rows));
    }
    if let Some(valid) = valid {
        valid.push(is_valid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_no_strings_are_refused() {
        let column = |offsets: &[u32], bytes: &[u8], valid: Option<&[bool]>| {
            TextColumn::from_parts(
                offsets.to_vec(),
                bytes.to_vec(),
                valid.map(|rows| rows.iter().copied().collect()),
            )
        };
        assert_eq!(column(&[], b"", None), Err(FormatError::Offsets { row: 0 }));
        assert_eq!(column(&[1, 2], b"ab", None), Err(FormatError::Offsets { row: 1 }));
        assert_eq!(column(&[0, 3], b"ab", None), Err(FormatError::Offsets { row: 1 }));
        assert_eq!(column(&[0, 2, 1, 2], b"ab", None), Err(FormatError::Offsets { row: 1 }));
        assert_eq!(column(&[0, 1, 2], "é".as_bytes(), None), Err(FormatError::Offsets { row: 1 }));
        assert_eq!(column(&[0, 2], b"\xff\xff", None), Err(FormatError::Utf8 { at: 0 }));
        assert_eq!(column(&[0, 1], b"a", Some(&[false])), Err(FormatError::MissingWithValue { row: 0 }));
        let whole = column(&[0, 1, 1], b"a", Some(&[true, true])).unwrap();
        assert_eq!(whole, TextColumn::from_rows([Some("a"), Some("")]).unwrap());
    }

    #[test]
    fn a_missing_text_is_not_an_empty_one() {
        let column = TextColumn::from_rows([Some(""), None, Some("é")]).unwrap();
        assert_eq!((0..4).map(|row| column.get(row)).collect::<Vec<_>>(), [Some(""), None, Some("é"), None]);
        assert_eq!(column.slice(1..3), TextColumn::from_rows([None, Some("é")]).unwrap());
    }
}
