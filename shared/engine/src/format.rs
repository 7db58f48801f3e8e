//! The stored form of a chunk: one object per column in a fixed little-endian layout, named by its BLAKE3 hash.
//!
//! An object is, in this order, all integers little-endian:
//!
//! | field | bytes |
//! |---|---|
//! | magic `HUN1` | 4 |
//! | role, see [`Role`] | 1 |
//! | label, for [`Role::SourceProbability`], else 0 | 2 |
//! | length of the name in bytes, the name in UTF-8 | 4 + n |
//! | number of rows | 4 |
//! | 1 if the object says which rows have a value, 0 if all have | 1 |
//! | that, one bit per row in 64-bit words, row 0 in the lowest bit | 8 × ⌈rows / 64⌉ or 0 |
//! | text: rows + 1 offsets of 4 bytes, then the UTF-8 bytes; vectors: how many numbers each has (4 bytes), then those of all rows; otherwise one value per row | |
//!
//! Values are `f64` bits (8 bytes), days (`i32`), numbers of vectors (`f32` bits), votes and gold (`i16`), splits and booleans (1 byte).
//! Equal columns have equal bytes: a missing row's value is zero or the empty text, the bits say nothing if all rows have
//! a value, and the decoder refuses anything else. It never allocates more than the input's own size allows.

mod error;

pub use error::FormatError;

use hunch_rules::plan::{LabelIndex, canonical_hash};

use crate::{
    Bitset, Chunk, Column, ColumnData, SourceColumn, Split, TextColumn, Values, VectorColumn, chunk::ABSTAIN,
    cursor::Cursor,
};

const MAGIC: &[u8; 4] = b"HUN1";

/// One column of a chunk as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnObject {
    /// The column's or source's name; empty for ids, splits and gold.
    pub name: String,
    /// What it is to the chunk.
    pub role: Role,
    /// The bytes to store.
    pub bytes: Vec<u8>,
}

/// What a column is to its chunk; the discriminant is the stored code, and objects of a chunk ascend by it
/// as far as [`Role::stage`] tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// Ids of the documents.
    Ids = 0,
    /// Splits of the documents.
    Splits = 1,
    /// Imported gold.
    Gold = 2,
    /// A text column.
    Text = 3,
    /// A category column.
    Category = 4,
    /// A number column.
    Number = 5,
    /// A boolean column.
    Bool = 6,
    /// A date column.
    Date = 7,
    /// Votes of an external source; it comes before its probabilities.
    SourceVotes = 8,
    /// Probabilities that an external source gives to one label.
    SourceProbability = 9,
    /// A column of vectors.
    Vector = 10,
}

impl ColumnObject {
    /// The object's name in storage: BLAKE3 of its bytes, hex.
    pub fn hash(&self) -> String {
        blake3::hash(&self.bytes).to_hex().to_string()
    }
}

impl Role {
    const ALL: [Self; 11] = [
        Self::Ids,
        Self::Splits,
        Self::Gold,
        Self::Text,
        Self::Category,
        Self::Number,
        Self::Bool,
        Self::Date,
        Self::SourceVotes,
        Self::SourceProbability,
        Self::Vector,
    ];

    /// The place among a chunk's objects: ids, splits and gold once each, then columns, then sources.
    fn stage(self) -> u8 {
        match self {
            Self::Ids => 0,
            Self::Splits => 1,
            Self::Gold => 2,
            Self::Text | Self::Category | Self::Number | Self::Bool | Self::Date | Self::Vector => 3,
            Self::SourceVotes | Self::SourceProbability => 4,
        }
    }
}

impl Chunk {
    /// The chunk's columns as they are stored: ids, splits, gold, columns, sources.
    pub fn column_objects(&self) -> Vec<ColumnObject> {
        let mut objects = vec![
            encode_text(Role::Ids, "", &self.ids),
            encode(Role::Splits, "", 0, self.splits.iter().map(|split| Some([*split as u8]))),
        ];
        objects.extend(self.gold.as_ref().map(|gold| encode_votes(Role::Gold, "", gold)));
        objects.extend(self.columns.iter().map(encode_column));
        for source in &self.sources {
            objects.push(encode_votes(Role::SourceVotes, &source.name, &source.votes));
            objects.extend(source.probabilities.iter().map(|(label, values)| {
                encode(Role::SourceProbability, &source.name, *label, number_bytes(values))
            }));
        }
        objects
    }

    /// The chunk's name; see [`chunk_hash`].
    pub fn hash(&self) -> String {
        chunk_hash(&self.column_objects().iter().map(ColumnObject::hash).collect::<Vec<_>>())
    }

    /// Puts a chunk together from the bytes of its columns, in the order of [`Chunk::column_objects`].
    pub fn from_objects<B: AsRef<[u8]>>(objects: &[B]) -> Result<Self, FormatError> {
        let mut chunk = Self::default();
        let mut stages = Vec::with_capacity(objects.len());
        for object in objects {
            let mut cursor = Cursor::new(object.as_ref());
            let header = Header::read(&mut cursor)?;
            stages.push(header.role.stage());
            chunk.decode_column(&header, &mut cursor)?;
            cursor.end()?;
        }
        if !stages.starts_with(&[0, 1]) {
            return Err(FormatError::Layout("ids and splits come first"));
        }
        if stages.windows(2).any(|pair| pair[0] > pair[1] || (pair[0] == pair[1] && pair[0] < 3)) {
            return Err(FormatError::Layout("a column is out of order"));
        }
        chunk.rows = chunk.ids.len();
        chunk.check()?;
        Ok(chunk)
    }

    fn decode_column(&mut self, header: &Header, cursor: &mut Cursor<'_>) -> Result<(), FormatError> {
        let name = header.name.clone();
        let data = match header.role {
            Role::Ids => {
                self.ids = header.text(cursor)?;
                return header.never_missing();
            }
            Role::Splits => {
                let split = |[code]: [u8; 1]| Split::ALL.get(usize::from(code)).copied();
                self.splits = header.values(cursor, split)?.values;
                return header.never_missing();
            }
            Role::Gold => {
                self.gold = Some(header.votes(cursor)?);
                return header.never_missing();
            }
            Role::SourceVotes => {
                self.sources.push(SourceColumn {
                    name,
                    votes: header.votes(cursor)?,
                    probabilities: Vec::new(),
                });
                return header.never_missing();
            }
            Role::SourceProbability => {
                let values = header.numbers(cursor)?;
                let source = self.sources.last_mut().filter(|source| source.name == name);
                let source =
                    source.ok_or(FormatError::Layout("probabilities without their source's votes"))?;
                if source.probabilities.last().is_some_and(|(label, _)| *label >= header.label) {
                    return Err(FormatError::Layout("a source's probabilities are out of order"));
                }
                source.probabilities.push((header.label, values));
                return Ok(());
            }
            Role::Text => ColumnData::Text(header.text(cursor)?),
            Role::Category => ColumnData::Category(header.text(cursor)?),
            Role::Number => ColumnData::Number(header.numbers(cursor)?),
            Role::Date => ColumnData::Date(header.values(cursor, |bytes| Some(i32::from_le_bytes(bytes)))?),
            Role::Bool => ColumnData::Bool(header.values(cursor, |[byte]| (byte < 2).then_some(byte == 1))?),
            Role::Vector => ColumnData::Vector(header.vectors(cursor)?),
        };
        self.columns.push(Column { name, data });
        Ok(())
    }
}

/// The name of the chunk whose columns have these hashes, in order: BLAKE3 (hex) of their canonical JSON list.
pub fn chunk_hash(column_hashes: &[String]) -> String {
    canonical_hash(&column_hashes)
}

fn encode_column(column: &Column) -> ColumnObject {
    let name = &column.name;
    let rows = 0..column.data.len();
    match &column.data {
        ColumnData::Text(text) => encode_text(Role::Text, name, text),
        ColumnData::Category(text) => encode_text(Role::Category, name, text),
        ColumnData::Number(values) => encode(Role::Number, name, 0, number_bytes(values)),
        ColumnData::Bool(values) => {
            encode(Role::Bool, name, 0, rows.map(|row| values.get(row).map(|value| [u8::from(value)])))
        }
        ColumnData::Date(values) => {
            encode(Role::Date, name, 0, rows.map(|row| values.get(row).map(i32::to_le_bytes)))
        }
        ColumnData::Vector(vectors) => encode_vectors(name, vectors),
    }
}

fn encode_votes(role: Role, name: &str, votes: &[i16]) -> ColumnObject {
    encode(role, name, 0, votes.iter().map(|vote| Some(vote.max(&ABSTAIN).to_le_bytes())))
}

/// Numbers that are not finite are stored as missing, which is what they mean.
fn number_bytes(values: &Values<f64>) -> impl Iterator<Item = Option<[u8; 8]>> {
    (0..values.len()).map(|row| values.get(row).filter(|value| value.is_finite()).map(f64::to_le_bytes))
}

fn encode<const N: usize>(
    role: Role,
    name: &str,
    label: LabelIndex,
    rows: impl Iterator<Item = Option<[u8; N]>>,
) -> ColumnObject {
    let values: Values<Cell<N>> = rows.map(|row| row.map(Cell)).collect();
    let mut bytes = header(role, name, label, values.len(), values.valid.as_ref());
    bytes.extend(values.values.iter().flat_map(|cell| cell.0));
    ColumnObject { name: name.to_owned(), role, bytes }
}

fn encode_text(role: Role, name: &str, text: &TextColumn) -> ColumnObject {
    let mut bytes = header(role, name, 0, text.len(), text.valid());
    bytes.extend(text.offsets().iter().flat_map(|offset| offset.to_le_bytes()));
    bytes.extend(text.text().as_bytes());
    ColumnObject { name: name.to_owned(), role, bytes }
}

fn encode_vectors(name: &str, vectors: &VectorColumn) -> ColumnObject {
    let mut bytes = header(Role::Vector, name, 0, vectors.len(), vectors.valid());
    bytes.extend(vectors.length().to_le_bytes());
    bytes.extend(vectors.numbers().iter().flat_map(|number| number.to_le_bytes()));
    ColumnObject { name: name.to_owned(), role: Role::Vector, bytes }
}

/// One stored value; `[u8; N]` itself has no `Default` for every `N`.
#[derive(Clone, Copy)]
struct Cell<const N: usize>([u8; N]);

impl<const N: usize> Default for Cell<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rows and names are far below 4 GiB; see CHUNK_ROWS")]
fn header(role: Role, name: &str, label: LabelIndex, rows: usize, valid: Option<&Bitset>) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.push(role as u8);
    bytes.extend(label.to_le_bytes());
    bytes.extend((name.len() as u32).to_le_bytes());
    bytes.extend(name.as_bytes());
    bytes.extend((rows as u32).to_le_bytes());
    bytes.push(u8::from(valid.is_some()));
    bytes.extend(valid.into_iter().flat_map(Bitset::words).flat_map(|word| word.to_le_bytes()));
    bytes
}

/// The fields that all objects begin with.
struct Header {
    role: Role,
    label: LabelIndex,
    name: String,
    rows: usize,
    valid: Option<Bitset>,
}

impl Header {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, FormatError> {
        if cursor.take(MAGIC.len())? != MAGIC {
            return Err(FormatError::Magic);
        }
        let [code] = cursor.array()?;
        let role = *Role::ALL.get(usize::from(code)).ok_or(FormatError::Role(code))?;
        let label = LabelIndex::from_le_bytes(cursor.array()?);
        let name = cursor.length()?;
        let name = std::str::from_utf8(cursor.take(name)?)
            .map_err(|error| FormatError::Utf8 { at: error.valid_up_to() })?
            .to_owned();
        if (label != 0 && role != Role::SourceProbability) || (!name.is_empty() && role.stage() < 3) {
            return Err(FormatError::Canonical("a label or a name where there is none"));
        }
        let rows = cursor.length()?;
        let valid = match cursor.array()? {
            [0] => None,
            [1] => Some(cursor.bitset(rows)?),
            _ => return Err(FormatError::Canonical("neither with nor without missing rows")),
        };
        if valid.as_ref().is_some_and(|valid| valid.count_ones() == rows) {
            return Err(FormatError::Canonical("missing rows announced, but there are none"));
        }
        Ok(Self { role, label, name, rows, valid })
    }

    fn never_missing(&self) -> Result<(), FormatError> {
        match self.valid {
            None => Ok(()),
            Some(_) => Err(FormatError::Canonical("missing rows in a column that has none")),
        }
    }

    fn text(&self, cursor: &mut Cursor<'_>) -> Result<TextColumn, FormatError> {
        let offsets: Vec<u32> = cursor
            .arrays(self.rows.saturating_add(1))?
            .iter()
            .map(|bytes| u32::from_le_bytes(*bytes))
            .collect();
        let bytes = cursor.take(offsets.last().map_or(0, |end| *end as usize))?;
        TextColumn::from_parts(offsets, bytes.to_vec(), self.valid.clone())
    }

    /// Fixed-size values; `parse` refuses those that the type does not have.
    fn values<const N: usize, T>(
        &self,
        cursor: &mut Cursor<'_>,
        parse: impl Fn([u8; N]) -> Option<T>,
    ) -> Result<Values<T>, FormatError> {
        let cells = cursor.arrays::<N>(self.rows)?;
        if let Some(valid) = &self.valid
            && let Some(row) = (0..self.rows).find(|row| !valid.get(*row) && cells[*row] != [0; N])
        {
            return Err(FormatError::MissingWithValue { row });
        }
        let value = |(row, cell): (usize, &[u8; N])| {
            parse(*cell).ok_or_else(|| FormatError::Value { name: self.name.clone(), row })
        };
        let values = cells.iter().enumerate().map(value).collect::<Result<_, _>>()?;
        Ok(Values { values, valid: self.valid.clone() })
    }

    fn numbers(&self, cursor: &mut Cursor<'_>) -> Result<Values<f64>, FormatError> {
        self.values(cursor, |bytes| Some(f64::from_le_bytes(bytes)).filter(|value| value.is_finite()))
    }

    fn vectors(&self, cursor: &mut Cursor<'_>) -> Result<VectorColumn, FormatError> {
        let length = u32::from_le_bytes(cursor.array()?);
        let numbers = cursor.arrays(self.rows.saturating_mul(length as usize))?;
        let numbers = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        VectorColumn::from_parts(length, self.rows, numbers, self.valid.clone())
    }

    fn votes(&self, cursor: &mut Cursor<'_>) -> Result<Vec<i16>, FormatError> {
        let vote = |bytes| Some(i16::from_le_bytes(bytes)).filter(|vote| *vote >= ABSTAIN);
        Ok(self.values(cursor, vote)?.values)
    }
}

#[cfg(test)]
pub(crate) mod tests;
