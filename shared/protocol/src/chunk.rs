//! Chunks on the wire: an Arrow IPC stream with one record batch, `Utf8` with 32-bit offsets, uncompressed.
//!
//! Any Arrow reader opens it, for instance `pyarrow.ipc.open_stream(bytes).read_pandas()`. What a field is stands in
//! its metadata under `hunch.role`; the fields of external sources also name the source and the label.
//! Gold of the dev split only is shown: the wire form of a chunk is what authors of rules may see.
//!
//! Decoding reads the few layouts that encoding writes straight from the bytes, which keeps Arrow's reader out of the
//! browser and makes every length a checked one.

mod decode;
mod encode;

pub use decode::{decode_chunk, decode_sample};
pub use encode::{encode_chunk, encode_sample};

use crate::CorpusColumn;
use arrow_schema::ArrowError;
use hunch_engine::{
    ABSTAIN, Bitset, Chunk, Column, ColumnData, FormatError, SourceColumn, TextColumn, Values, VectorColumn,
};
use hunch_rules::ColumnType;

/// Metadata key of a field's role: `id`, `split` (0 train, 1 dev, 2 valid, 3 test), `gold` (label index), `column`,
/// `vote` (label index), `probability`, or in a sample `row` (its number in the chunk).
const ROLE: &str = "hunch.role";
/// Metadata key of a column's type in rules: `text`, `category`, `number`, `bool`, `date`, `vector`.
const TYPE: &str = "hunch.type";
/// Metadata key of an external source's name.
const SOURCE: &str = "hunch.source";
/// Metadata key of the label index a probability is of.
const LABEL: &str = "hunch.label";

/// Why bytes are not a chunk, or a chunk has no wire form.
#[derive(Debug, thiserror::Error)]
pub enum ChunkError {
    /// The bytes end too early, or a length in them is wrong.
    #[error("the bytes of the chunk are damaged: {0}")]
    Damaged(&'static str),
    /// They are Arrow, but not a chunk as [`encode_chunk`] writes it.
    #[error("not a chunk: {0}")]
    NotAChunk(String),
    /// Columns do not fit together.
    #[error("not a chunk: {0}")]
    Format(#[from] FormatError),
    /// A column holds more than 2 GiB of text, which `Utf8` cannot address.
    #[error("column `{0}` holds more than 2 GiB of text in one chunk")]
    TooLong(String),
    /// Arrow refused to write it.
    #[error("cannot write the chunk: {0}")]
    Arrow(#[from] ArrowError),
}

/// Adds the columns and sources of the corpus that an older chunk lacks: all their values are missing.
pub fn align_chunk(chunk: &mut Chunk, columns: &[CorpusColumn], sources: &[String]) {
    let rows = chunk.rows;
    for column in columns {
        if chunk.column(&column.name).is_none() {
            chunk.columns.push(Column { name: column.name.clone(), data: missing(column.kind, rows) });
        }
    }
    for name in sources {
        if chunk.source(name).is_none() {
            let votes = vec![ABSTAIN; rows];
            chunk.sources.push(SourceColumn { name: name.clone(), votes, probabilities: Vec::new() });
        }
    }
}

/// A column without a single value.
fn missing(kind: ColumnType, rows: usize) -> ColumnData {
    // Offsets that stay at 0 always make a column.
    let text =
        || TextColumn::from_parts(vec![0; rows + 1], Vec::new(), Some(Bitset::new(rows))).unwrap_or_default();
    match kind {
        ColumnType::Text => ColumnData::Text(text()),
        ColumnType::Category => ColumnData::Category(text()),
        ColumnType::Number => ColumnData::Number((0..rows).map(|_| None).collect()),
        ColumnType::Bool => ColumnData::Bool((0..rows).map(|_| None).collect()),
        ColumnType::Date => ColumnData::Date((0..rows).map(|_| None).collect()),
        ColumnType::Vector(length) => {
            let missing = (0..rows).map(|_| None::<[f32; 0]>);
            let vectors = VectorColumn::from_rows(length, missing);
            ColumnData::Vector(vectors.unwrap_or_else(|_| VectorColumn::new(length)))
        }
    }
}

fn rows<T: Copy + Default>(values: &Values<T>) -> impl Iterator<Item = Option<T>> {
    (0..values.len()).map(|row| values.get(row))
}

#[cfg(test)]
mod tests;
