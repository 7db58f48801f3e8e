//! What a column holds, told from its cells.

use super::cell::{Cell, date_of};
use super::mapping;
use hunch_rules::{ColumnType, parse_vector};
use std::collections::BTreeSet;

/// Most distinct values that are remembered.
const DISTINCT: usize = 1_001;
/// A category has at most this many distinct values …
const CATEGORY_VALUES: usize = 100;
/// … of at most this many characters, each occurring twice or more on average.
const CATEGORY_CHARS: usize = 60;

/// What was seen of a column.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnStats {
    /// Whether a cell had no value.
    pub(super) missing: bool,
    /// Cells with a value, and how many of them are written as what.
    values: usize,
    numbers: usize,
    not_a_numbers: usize,
    bools: usize,
    dates: usize,
    splits: usize,
    /// Arrays of numbers as long as the first of them, and how long that is.
    vectors: usize,
    vector_length: Option<usize>,
    /// Characters of the longest value, bytes of all.
    longest: usize,
    bytes: usize,
    /// Up to [`DISTINCT`] of the values.
    distinct: BTreeSet<String>,
}

impl ColumnStats {
    /// Takes a cell into account.
    pub(super) fn see(&mut self, cell: &Cell) {
        let Some(text) = cell.trimmed() else {
            self.missing = true;
            return;
        };
        let is = |word: &&str| text.eq_ignore_ascii_case(word);
        self.values += 1;
        self.numbers += usize::from(is_number(&text));
        self.not_a_numbers += usize::from(is(&"nan"));
        self.bools += usize::from(["true", "false", "yes", "no"].iter().any(is));
        self.dates += usize::from(date_of(&text).is_some());
        self.splits += usize::from(matches!(mapping::split(cell), Ok(Some(_))));
        if let Some(length) = vector_length(&text) {
            self.vectors += usize::from(*self.vector_length.get_or_insert(length) == length);
        }
        self.bytes += text.len();
        self.longest = self.longest.max(text.chars().count());
        if self.distinct.len() < DISTINCT && !self.distinct.contains(&*text) {
            self.distinct.insert(text.into_owned());
        }
    }

    /// The type that all cells have.
    pub(super) fn kind(&self) -> ColumnType {
        let distinct = self.distinct.len();
        if self.values == 0 {
            ColumnType::Category
        } else if self.bools == self.values {
            ColumnType::Bool
        } else if self.numbers > 0 && self.numbers + self.not_a_numbers == self.values {
            ColumnType::Number
        } else if self.dates == self.values {
            ColumnType::Date
        } else if let Some(length) = self.vector() {
            ColumnType::Vector(length)
        } else if distinct <= CATEGORY_VALUES && distinct * 2 <= self.values && self.longest <= CATEGORY_CHARS
        {
            ColumnType::Category
        } else {
            ColumnType::Text
        }
    }

    /// The length of all vectors, if all values are some.
    fn vector(&self) -> Option<u32> {
        let length = self.vector_length.filter(|_| self.vectors == self.values)?;
        u32::try_from(length).ok()
    }

    /// Whether every row had a value and no two the same, as far as can be told.
    pub(super) fn is_unique(&self) -> bool {
        !self.missing && self.values > 0 && self.distinct.len() == self.values.min(DISTINCT)
    }

    /// Whether every value is the name of a split.
    pub(super) fn is_split(&self) -> bool {
        self.values > 0 && self.splits == self.values
    }

    /// The distinct values in order; `None` if there are more than `most`.
    pub(super) fn distinct(&self, most: usize) -> Option<Vec<String>> {
        (self.distinct.len() <= most).then(|| self.distinct.iter().cloned().collect())
    }

    /// Mean length of the values in bytes.
    pub(super) fn mean_length(&self) -> usize {
        self.bytes / self.values.max(1)
    }
}

/// How many numbers the array in a cell has, if one is there; an array of one is not guessed to be a vector.
fn vector_length(text: &str) -> Option<usize> {
    let vector = text.starts_with('[').then(|| parse_vector(text).ok())??;
    Some(vector.len()).filter(|length| *length > 1)
}

/// Whether a cell is written as a number is: `007` and `+1` are codes, which would not survive being a number.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let code = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && !code
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(cells: &[&str]) -> ColumnType {
        let mut stats = ColumnStats::default();
        for cell in cells {
            stats.see(&Cell::Text((*cell).to_owned()));
        }
        stats.kind()
    }

    #[test]
    fn a_columns_type_is_the_one_all_its_cells_have() {
        assert_eq!(kind(&["1", "2.5", "", "-3e2"]), ColumnType::Number);
        assert_eq!(kind(&["1", "NaN"]), ColumnType::Number);
        assert_eq!(kind(&["true", "No", ""]), ColumnType::Bool);
        assert_eq!(kind(&["2026-01-01", "2013-11-07T06:20:48"]), ColumnType::Date);
        assert_eq!(kind(&["red", "blue", "red", "blue"]), ColumnType::Category);
        assert_eq!(kind(&["a comment", "another", "a third one"]), ColumnType::Text);
        assert_eq!(kind(&["1", "2", "three", "four", "five"]), ColumnType::Text);
    }

    #[test]
    fn arrays_of_numbers_are_vectors_only_if_all_have_one_length() {
        assert_eq!(kind(&["[0.5, 1]", "", "[-2, 1e-3]"]), ColumnType::Vector(2));
        assert_eq!(kind(&["[0.5, 1]", "[1, 2, 3]"]), ColumnType::Text);
        assert_eq!(kind(&["[0.5, 1]", "[1, null]"]), ColumnType::Text);
        assert_eq!(kind(&["[1]", "[2]"]), ColumnType::Text);
        assert_eq!(kind(&["0.5 1", "1 2"]), ColumnType::Text);
    }

    #[test]
    fn codes_with_leading_zeros_are_not_taken_for_numbers() {
        assert_eq!(kind(&["007", "012", "007", "012"]), ColumnType::Category);
        assert_eq!(kind(&["0", "0.5", "-0.25"]), ColumnType::Number);
    }
}
