//! Columns in Arrow's layout, and the chunk of rows they make up.

use std::{ops::Range, str::FromStr};

use hunch_rules::plan::LabelIndex;
use serde::{Deserialize, Serialize};

use crate::{Bitset, FormatError};

/// A chunk is sealed at this many rows …
pub const CHUNK_ROWS: usize = 16_384;
/// … or at this many bytes of text, whichever comes first. One row's text may go beyond it.
pub const CHUNK_TEXT_BYTES: usize = 16 << 20;
/// In votes and gold: abstain, or unknown.
pub const ABSTAIN: i16 = -1;

/// Some rows of a corpus, column by column. Immutable once it has a hash.
///
/// Every column has `rows` rows; [`Chunk::check`] tells whether that holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chunk {
    /// Number of rows.
    pub rows: usize,
    /// Stable ids of the documents; never missing.
    pub ids: TextColumn,
    /// The split of each row.
    pub splits: Vec<Split>,
    /// Labels known to be true by import, [`ABSTAIN`] where there is none; `None` if the file had no gold column.
    pub gold: Option<Vec<i16>>,
    /// Texts and attributes that rules may name.
    pub columns: Vec<Column>,
    /// Votes and probabilities brought from elsewhere.
    pub sources: Vec<SourceColumn>,
}

/// Which part of the corpus a document belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Labeled by the rules.
    #[default]
    Train,
    /// Gold that authors of rules may see.
    Dev,
    /// Gold that picks models.
    Valid,
    /// Gold that is reported, never shown row by row.
    Test,
}

impl Split {
    /// All splits, in the order of their codes 0..=3.
    pub const ALL: [Self; 4] = [Self::Train, Self::Dev, Self::Valid, Self::Test];

    /// The name used in files and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Dev => "dev",
            Self::Valid => "valid",
            Self::Test => "test",
        }
    }
}

/// A name that is not one of `train`, `dev`, `valid`, `test`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a split: expected train, dev, valid or test")]
pub struct UnknownSplit(pub String);

impl FromStr for Split {
    type Err = UnknownSplit;

    fn from_str(name: &str) -> Result<Self, UnknownSplit> {
        Self::ALL.into_iter().find(|split| split.name() == name).ok_or_else(|| UnknownSplit(name.to_owned()))
    }
}

/// A named column of a chunk.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The name rules use.
    pub name: String,
    /// Its values.
    pub data: ColumnData,
}

/// The values of a column by type.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnData {
    /// Free text.
    Text(TextColumn),
    /// One of few strings.
    Category(TextColumn),
    /// 64-bit floats; one that is not finite counts as missing.
    Number(Values<f64>),
    /// Booleans.
    Bool(Values<bool>),
    /// Days since 1970-01-01.
    Date(Values<i32>),
}

/// Values that may be missing; where one is, `values` holds the type's default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Values<T> {
    /// One per row.
    pub values: Vec<T>,
    /// The rows that have a value; `None` if all have.
    pub valid: Option<Bitset>,
}

/// What one external source says: a model, a language model, a crowd worker.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SourceColumn {
    /// The name that `vote("…")` and `prob("…", L)` use.
    pub name: String,
    /// Its vote on each row, [`ABSTAIN`] where it has none.
    pub votes: Vec<i16>,
    /// Its probabilities by label, ascending.
    pub probabilities: Vec<(LabelIndex, Values<f64>)>,
}

/// Strings in one buffer, row after row, as Arrow's `Utf8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextColumn {
    /// Where each row starts, and the end of the last: rows + 1 ascending offsets into `text`, the first of them 0.
    offsets: Vec<u32>,
    text: String,
    valid: Option<Bitset>,
}

impl Chunk {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&ColumnData> {
        self.columns.iter().find(|column| column.name == name).map(|column| &column.data)
    }

    /// The texts of a text or category column.
    pub fn text_column(&self, name: &str) -> Option<&TextColumn> {
        match self.column(name)? {
            ColumnData::Text(text) | ColumnData::Category(text) => Some(text),
            _ => None,
        }
    }

    /// The external source of that name.
    pub fn source(&self, name: &str) -> Option<&SourceColumn> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// Bytes of text in all text columns: what [`CHUNK_TEXT_BYTES`] limits.
    pub fn text_bytes(&self) -> usize {
        let texts = self.columns.iter().map(|column| match &column.data {
            ColumnData::Text(text) | ColumnData::Category(text) => text.text().len(),
            _ => 0,
        });
        texts.sum()
    }

    /// Whether every column has as many rows as the chunk, and no two columns or sources share a name.
    pub fn check(&self) -> Result<(), FormatError> {
        let rows = self.rows;
        let mut lengths = vec![("ids", self.ids.len()), ("splits", self.splits.len())];
        lengths.extend(self.gold.as_ref().map(|gold| ("gold", gold.len())));
        lengths.extend(self.columns.iter().map(|column| (column.name.as_str(), column.data.len())));
        for source in &self.sources {
            lengths.push((&source.name, source.votes.len()));
            lengths
                .extend(source.probabilities.iter().map(|(_, values)| (source.name.as_str(), values.len())));
        }
        if let Some((name, found)) = lengths.into_iter().find(|(_, len)| *len != rows) {
            return Err(FormatError::RowCount { name: name.to_owned(), expected: rows, found });
        }
        let mut names: Vec<_> = self.columns.iter().map(|column| ("column", &column.name)).collect();
        names.extend(self.sources.iter().map(|source| ("source", &source.name)));
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(FormatError::NameTwice { name: pair[0].1.clone() }),
            None => Ok(()),
        }
    }

    /// The rows `rows` as a chunk of their own; rows beyond the end are left out. The chunk must pass [`Chunk::check`].
    pub fn slice(&self, rows: Range<usize>) -> Self {
        let rows = rows.start.min(self.rows)..rows.end.min(self.rows);
        let source = |source: &SourceColumn| SourceColumn {
            name: source.name.clone(),
            votes: source.votes[rows.clone()].to_vec(),
            probabilities: source.probabilities.iter().map(|(l, p)| (*l, p.slice(rows.clone()))).collect(),
        };
        Self {
            rows: rows.len(),
            ids: self.ids.slice(rows.clone()),
            splits: self.splits[rows.clone()].to_vec(),
            gold: self.gold.as_ref().map(|gold| gold[rows.clone()].to_vec()),
            columns: self.columns.iter().map(|column| column.slice(rows.clone())).collect(),
            sources: self.sources.iter().map(source).collect(),
        }
    }
}

impl Column {
    fn slice(&self, rows: Range<usize>) -> Self {
        let data = match &self.data {
            ColumnData::Text(text) => ColumnData::Text(text.slice(rows)),
            ColumnData::Category(text) => ColumnData::Category(text.slice(rows)),
            ColumnData::Number(values) => ColumnData::Number(values.slice(rows)),
            ColumnData::Bool(values) => ColumnData::Bool(values.slice(rows)),
            ColumnData::Date(values) => ColumnData::Date(values.slice(rows)),
        };
        Self { name: self.name.clone(), data }
    }
}

impl ColumnData {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) | Self::Category(text) => text.len(),
            Self::Number(values) => values.len(),
            Self::Bool(values) => values.len(),
            Self::Date(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
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

    fn slice(&self, rows: Range<usize>) -> Self {
        rows.map(|row| self.get(row)).collect()
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

    /// Adds a row; a column holds at most 2 GiB as in Arrow, far beyond [`CHUNK_TEXT_BYTES`].
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

    /// The text of a row, empty where it is missing. The row must exist.
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

    /// The column with each row's text replaced by what `map` appends for it, which must be less than twice as long.
    #[expect(clippy::cast_possible_truncation, reason = "twice 2 GiB still fits 32 bits without sign")]
    pub(crate) fn map(&self, mut map: impl FnMut(&str, &mut String)) -> Self {
        let mut text = String::with_capacity(self.text.len());
        let mut offsets = Vec::with_capacity(self.offsets.len());
        offsets.push(0);
        for row in 0..self.len() {
            map(self.row(row), &mut text);
            offsets.push(text.len() as u32);
        }
        Self { offsets, text, valid: self.valid.clone() }
    }

    fn slice(&self, rows: Range<usize>) -> Self {
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
fn push_valid(valid: &mut Option<Bitset>, rows: usize, is_valid: bool) {
    if !is_valid && valid.is_none() {
        *valid = Some(Bitset::full(rows));
    }
    if let Some(valid) = valid {
        valid.push(is_valid);
    }
}
