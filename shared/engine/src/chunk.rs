//! A chunk: some rows of a corpus, column by column.

mod sample;
mod split;
mod values;
mod vectors;

pub use sample::draw_order;
pub use split::{Split, UnknownSplit};
pub use values::{TextColumn, Values};
pub use vectors::VectorColumn;

use std::ops::Range;

use hunch_rules::plan::{ColumnType, LabelIndex};

use crate::FormatError;

/// A chunk is sealed at this many rows …
pub const CHUNK_ROWS: usize = 16_384;
/// … or at this many bytes of text and vectors, whichever comes first. One row may go beyond it.
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
    /// Vectors of one length.
    Vector(VectorColumn),
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

    /// Bytes of text and vectors in all columns: what [`CHUNK_TEXT_BYTES`] limits.
    pub fn text_bytes(&self) -> usize {
        let texts = self.columns.iter().map(|column| match &column.data {
            ColumnData::Text(text) | ColumnData::Category(text) => text.text().len(),
            ColumnData::Vector(vectors) => size_of_val(vectors.numbers()),
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

    /// Some rows, in this order and perhaps several times, as a chunk of their own; the rows must exist and the chunk
    /// must pass [`Chunk::check`]. Fails where the texts together are more than a column holds.
    pub fn take(&self, rows: &[usize]) -> Result<Self, FormatError> {
        let source = |source: &SourceColumn| SourceColumn {
            name: source.name.clone(),
            votes: rows.iter().map(|row| source.votes[*row]).collect(),
            probabilities: source.probabilities.iter().map(|(l, p)| (*l, p.take(rows))).collect(),
        };
        Ok(Self {
            rows: rows.len(),
            ids: self.ids.take(rows)?,
            splits: rows.iter().map(|row| self.splits[*row]).collect(),
            gold: self.gold.as_ref().map(|gold| rows.iter().map(|row| gold[*row]).collect()),
            columns: self.columns.iter().map(|column| column.take(rows)).collect::<Result<_, _>>()?,
            sources: self.sources.iter().map(source).collect(),
        })
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
    fn take(&self, rows: &[usize]) -> Result<Self, FormatError> {
        let data = match &self.data {
            ColumnData::Text(text) => ColumnData::Text(text.take(rows)?),
            ColumnData::Category(text) => ColumnData::Category(text.take(rows)?),
            ColumnData::Number(values) => ColumnData::Number(values.take(rows)),
            ColumnData::Bool(values) => ColumnData::Bool(values.take(rows)),
            ColumnData::Date(values) => ColumnData::Date(values.take(rows)),
            ColumnData::Vector(vectors) => ColumnData::Vector(vectors.take(rows)),
        };
        Ok(Self { name: self.name.clone(), data })
    }

    fn slice(&self, rows: Range<usize>) -> Self {
        let data = match &self.data {
            ColumnData::Text(text) => ColumnData::Text(text.slice(rows)),
            ColumnData::Category(text) => ColumnData::Category(text.slice(rows)),
            ColumnData::Number(values) => ColumnData::Number(values.slice(rows)),
            ColumnData::Bool(values) => ColumnData::Bool(values.slice(rows)),
            ColumnData::Date(values) => ColumnData::Date(values.slice(rows)),
            ColumnData::Vector(vectors) => ColumnData::Vector(vectors.slice(rows)),
        };
        Self { name: self.name.clone(), data }
    }
}

impl ColumnData {
    /// Its type.
    pub fn kind(&self) -> ColumnType {
        match self {
            Self::Text(_) => ColumnType::Text,
            Self::Category(_) => ColumnType::Category,
            Self::Number(_) => ColumnType::Number,
            Self::Bool(_) => ColumnType::Bool,
            Self::Date(_) => ColumnType::Date,
            Self::Vector(vectors) => ColumnType::Vector(vectors.length()),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) | Self::Category(text) => text.len(),
            Self::Number(values) => values.len(),
            Self::Bool(values) => values.len(),
            Self::Date(values) => values.len(),
            Self::Vector(vectors) => vectors.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(name: &str, rows: usize) -> Column {
        Column { name: name.to_owned(), data: ColumnData::Number((0..rows).map(|_| Some(1.0)).collect()) }
    }

    #[test]
    fn rows_taken_keep_their_values_in_any_order() {
        let column = TextColumn::from_rows([Some("a"), None, Some("c")]).unwrap();
        let chunk = Chunk {
            rows: 3,
            ids: TextColumn::from_rows([Some("1"), Some("2"), Some("3")]).unwrap(),
            splits: vec![Split::Dev, Split::Train, Split::Test],
            gold: Some(vec![0, -1, 1]),
            columns: vec![Column { name: "t".to_owned(), data: ColumnData::Text(column) }, numbers("n", 3)],
            ..Chunk::default()
        };
        let taken = chunk.take(&[2, 0, 2, 1]).unwrap();
        assert_eq!(taken.check(), Ok(()));
        let texts = taken.text_column("t").unwrap();
        assert_eq!([0, 1, 2, 3].map(|row| texts.get(row)), [Some("c"), Some("a"), Some("c"), None]);
        assert_eq!(taken.gold, Some(vec![1, 0, 1, -1]));
        assert_eq!(taken.splits, [Split::Test, Split::Dev, Split::Test, Split::Train]);
    }

    #[test]
    fn columns_of_unequal_length_or_equal_name_make_no_chunk() {
        let ids = TextColumn::from_rows([Some("a"), Some("b")]).unwrap();
        let chunk = |columns| Chunk {
            rows: 2,
            ids: ids.clone(),
            splits: vec![Split::Dev; 2],
            columns,
            ..Chunk::default()
        };
        assert_eq!(chunk(vec![numbers("n", 2), numbers("m", 2)]).check(), Ok(()));
        let error = chunk(vec![numbers("n", 3)]).check().unwrap_err();
        assert_eq!(error.to_string(), "`n` has 3 rows, 2 expected");
        let error = chunk(vec![numbers("n", 2), numbers("n", 2)]).check().unwrap_err();
        assert_eq!(error.to_string(), "`n` occurs twice");
    }
}
