//! Chunks on the wire: an Arrow IPC stream with one record batch, `Utf8` with 32-bit offsets, uncompressed.
//!
//! Any Arrow reader opens it, for instance `pyarrow.ipc.open_stream(bytes).read_pandas()`. What a field is stands in
//! its metadata under `hunch.role`; the fields of external sources also name the source and the label.
//! Gold of the dev split only is shown: the wire form of a chunk is what authors of rules may see.
//!
//! Decoding reads the few layouts that encoding writes straight from the bytes, which keeps Arrow's reader out of the
//! browser and makes every length a checked one.

use crate::CorpusColumn;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int16Array, RecordBatch, StringArray, UInt8Array,
};
use arrow_ipc::{Type, root_as_message, writer::StreamWriter};
use arrow_schema::{ArrowError, Field, Schema};
use hunch_engine::{
    ABSTAIN, Bitset, Chunk, Column, ColumnData, FormatError, SourceColumn, Split, TextColumn, Values,
};
use hunch_rules::{ColumnType, LabelIndex};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Metadata key of a field's role: `id`, `split` (0 train, 1 dev, 2 valid, 3 test), `gold` (label index), `column`,
/// `vote` (label index) or `probability`.
const ROLE: &str = "hunch.role";
/// Metadata key of a column's type in rules: `text`, `category`, `number`, `bool`, `date`.
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

/// The chunk as an Arrow IPC stream, gold of dev rows only.
pub fn encode_chunk(chunk: &Chunk) -> Result<Vec<u8>, ChunkError> {
    chunk.check()?;
    let mut fields = Fields::default();
    fields.add("id", &[(ROLE, "id")], text_array("id", &chunk.ids)?);
    let splits = UInt8Array::from_iter_values(chunk.splits.iter().map(|split| *split as u8));
    fields.add("split", &[(ROLE, "split")], Arc::new(splits));
    if let Some(gold) = &chunk.gold {
        let shown = gold.iter().zip(&chunk.splits).map(|(label, split)| shown_gold(*label, *split));
        fields.add("gold", &[(ROLE, "gold")], Arc::new(shown.collect::<Int16Array>()));
    }
    for Column { name, data } in &chunk.columns {
        let (kind, array): (_, ArrayRef) = match data {
            ColumnData::Text(text) => ("text", text_array(name, text)?),
            ColumnData::Category(text) => ("category", text_array(name, text)?),
            ColumnData::Number(values) => ("number", Arc::new(rows(values).collect::<Float64Array>())),
            ColumnData::Bool(values) => ("bool", Arc::new(rows(values).collect::<BooleanArray>())),
            ColumnData::Date(values) => ("date", Arc::new(rows(values).collect::<Date32Array>())),
        };
        fields.add(name, &[(ROLE, "column"), (TYPE, kind)], array);
    }
    for source in &chunk.sources {
        let given = source.votes.iter().map(|vote| Some(*vote).filter(|vote| *vote != ABSTAIN));
        let array = Arc::new(given.collect::<Int16Array>());
        fields.add(&format!("vote:{}", source.name), &[(ROLE, "vote"), (SOURCE, &source.name)], array);
        for (label, values) in &source.probabilities {
            let array = Arc::new(rows(values).collect::<Float64Array>());
            let label = label.to_string();
            let metadata = [(ROLE, "probability"), (SOURCE, source.name.as_str()), (LABEL, label.as_str())];
            fields.add(&format!("prob:{}:{label}", source.name), &metadata, array);
        }
    }
    fields.write()
}

/// The chunk that [`encode_chunk`] wrote. Never panics, and never allocates more than a few times the bytes' length.
pub fn decode_chunk(bytes: &[u8]) -> Result<Chunk, ChunkError> {
    let mut stream = bytes;
    let (schema_message, _) = next_message(&mut stream)?;
    let (batch_message, body) = next_message(&mut stream)?;
    let schema_message = root_as_message(&schema_message).map_err(|_| ChunkError::Damaged("its schema"))?;
    let batch_message =
        root_as_message(&batch_message).map_err(|_| ChunkError::Damaged("its record batch"))?;
    let fields = schema_message.header_as_schema().and_then(|schema| schema.fields());
    let fields = fields.ok_or(ChunkError::Damaged("it has no schema"))?;
    let batch =
        batch_message.header_as_record_batch().ok_or(ChunkError::Damaged("it has no record batch"))?;
    if batch.compression().is_some() {
        return Err(ChunkError::NotAChunk("its columns are compressed".to_owned()));
    }
    let rows = usize::try_from(batch.length()).map_err(|_| ChunkError::Damaged("its number of rows"))?;
    let mut body = Body { rows, batch, bytes: body, nodes_read: 0, buffers_read: 0 };
    let mut chunk = Chunk { rows, ..Chunk::default() };
    for field in fields {
        decode_field(&field, &mut body, &mut chunk)?;
    }
    chunk.check()?;
    Ok(chunk)
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
    }
}

/// Gold as authors of rules may see it.
fn shown_gold(label: i16, split: Split) -> Option<i16> {
    (split == Split::Dev && label != ABSTAIN).then_some(label)
}

fn rows<T: Copy + Default>(values: &Values<T>) -> impl Iterator<Item = Option<T>> {
    (0..values.len()).map(|row| values.get(row))
}

fn text_array(name: &str, column: &TextColumn) -> Result<ArrayRef, ChunkError> {
    if i32::try_from(column.text().len()).is_err() {
        return Err(ChunkError::TooLong(name.to_owned()));
    }
    Ok(Arc::new((0..column.len()).map(|row| column.get(row)).collect::<StringArray>()))
}

/// The fields of a record batch on their way out.
#[derive(Default)]
struct Fields {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Fields {
    fn add(&mut self, name: &str, metadata: &[(&str, &str)], array: ArrayRef) {
        let metadata = metadata.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let field = Field::new(name, array.data_type().clone(), array.null_count() > 0);
        self.fields.push(field.with_metadata(metadata.collect::<HashMap<_, _>>()));
        self.arrays.push(array);
    }

    fn write(self) -> Result<Vec<u8>, ChunkError> {
        let batch = RecordBatch::try_new(Arc::new(Schema::new(self.fields)), self.arrays)?;
        let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema())?;
        writer.write(&batch)?;
        Ok(writer.into_inner()?)
    }
}

/// Takes the next message off the stream: its flatbuffer, copied to where the allocator aligns it, and its body.
fn next_message<'a>(stream: &mut &'a [u8]) -> Result<(Vec<u8>, &'a [u8]), ChunkError> {
    const CONTINUATION: [u8; 4] = [0xff; 4];
    let short = || ChunkError::Damaged("it is cut off");
    let marker = stream.split_off(..4).ok_or_else(short)?;
    if marker != CONTINUATION {
        return Err(ChunkError::NotAChunk("it does not start like an Arrow stream".to_owned()));
    }
    let length = read(stream.split_off(..4).ok_or_else(short)?, u32::from_le_bytes).ok_or_else(short)?;
    let metadata = stream.split_off(..length as usize).ok_or_else(short)?.to_vec();
    let message = root_as_message(&metadata).map_err(|_| ChunkError::Damaged("a message of it"))?;
    let body = usize::try_from(message.bodyLength()).map_err(|_| short())?;
    let body = stream.split_off(..body).ok_or_else(short)?;
    Ok((metadata, body))
}

/// A little-endian number from exactly as many bytes as it has.
fn read<T, const N: usize>(bytes: &[u8], number: fn([u8; N]) -> T) -> Option<T> {
    bytes.try_into().ok().map(number)
}

/// The record batch on its way in: nodes and buffers are taken in the order of the fields.
struct Body<'a> {
    rows: usize,
    batch: arrow_ipc::RecordBatch<'a>,
    bytes: &'a [u8],
    nodes_read: usize,
    buffers_read: usize,
}

impl<'a> Body<'a> {
    fn buffer(&mut self) -> Result<&'a [u8], ChunkError> {
        let buffers = self.batch.buffers().filter(|buffers| self.buffers_read < buffers.len());
        let buffer = *buffers.ok_or(ChunkError::Damaged("a buffer is missing"))?.get(self.buffers_read);
        self.buffers_read += 1;
        let start = usize::try_from(buffer.offset()).ok();
        let length = usize::try_from(buffer.length()).ok();
        let range = start.zip(length).and_then(|(start, length)| Some(start..start.checked_add(length)?));
        range
            .and_then(|range| self.bytes.get(range))
            .ok_or(ChunkError::Damaged("a buffer lies outside of it"))
    }

    /// Starts a column: which of its rows have a value, `None` if all have.
    fn validity(&mut self) -> Result<Option<Bitset>, ChunkError> {
        let nodes = self.batch.nodes().filter(|nodes| self.nodes_read < nodes.len());
        let node = *nodes.ok_or(ChunkError::Damaged("a column is missing"))?.get(self.nodes_read);
        self.nodes_read += 1;
        if usize::try_from(node.length()) != Ok(self.rows) {
            return Err(ChunkError::Damaged("a column's length"));
        }
        let bits = self.buffer()?;
        if node.null_count() == 0 { Ok(None) } else { self.bits(bits).map(Some) }
    }

    fn bits(&self, bytes: &[u8]) -> Result<Bitset, ChunkError> {
        let bytes = bytes.get(..self.rows.div_ceil(8)).ok_or(ChunkError::Damaged("a bitmap is too short"))?;
        let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        let mut words: Vec<u64> = bytes.chunks(8).map(word).collect();
        if let Some(last) = words.last_mut().filter(|_| !self.rows.is_multiple_of(64)) {
            *last &= (1 << (self.rows % 64)) - 1;
        }
        Bitset::from_words(self.rows, words).ok_or(ChunkError::Damaged("a bitmap"))
    }

    fn numbers<T: Copy + Default, const N: usize>(
        &mut self,
        number: fn([u8; N]) -> T,
    ) -> Result<Values<T>, ChunkError> {
        let valid = self.validity()?;
        let bytes = self.buffer()?;
        let (numbers, _) = bytes.as_chunks::<N>();
        let numbers = numbers.get(..self.rows).ok_or(ChunkError::Damaged("a column is too short"))?;
        let present = |row| valid.as_ref().is_none_or(|valid| valid.get(row));
        Ok(numbers.iter().enumerate().map(|(row, bytes)| present(row).then(|| number(*bytes))).collect())
    }

    fn bools(&mut self) -> Result<Values<bool>, ChunkError> {
        let valid = self.validity()?;
        let bytes = self.buffer()?;
        let bits = self.bits(bytes)?;
        let present = |row| valid.as_ref().is_none_or(|valid| valid.get(row));
        Ok((0..self.rows).map(|row| present(row).then(|| bits.get(row))).collect())
    }

    fn text(&mut self) -> Result<TextColumn, ChunkError> {
        let valid = self.validity()?;
        let (offsets, bytes) = (self.buffer()?, self.buffer()?);
        if self.rows == 0 {
            return Ok(TextColumn::default());
        }
        let (offsets, _) = offsets.as_chunks::<4>();
        let offsets = offsets.get(..=self.rows).ok_or(ChunkError::Damaged("a column is too short"))?;
        let offsets: Vec<u32> = offsets.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
        // Arrow pads buffers, and may keep more text than the offsets use.
        let bytes =
            bytes.get(..offsets[self.rows] as usize).ok_or(ChunkError::Damaged("a text is too short"))?;
        Ok(TextColumn::from_parts(offsets, bytes.to_vec(), valid)?)
    }
}

/// Reads the next column of the body into the chunk, by its field's role.
fn decode_field(
    field: &arrow_ipc::Field<'_>,
    body: &mut Body<'_>,
    chunk: &mut Chunk,
) -> Result<(), ChunkError> {
    let name = field.name().unwrap_or_default().to_owned();
    let metadata: BTreeMap<&str, &str> = field
        .custom_metadata()
        .into_iter()
        .flatten()
        .filter_map(|pair| Some((pair.key()?, pair.value()?)))
        .collect();
    let get = |key: &str| metadata.get(key).copied().unwrap_or_default();
    let layout = Layout::of(field);
    match (get(ROLE), layout) {
        ("id", Layout::Utf8) => chunk.ids = body.text()?,
        ("split", Layout::UInt8) => {
            let codes = body.numbers(u8::from_le_bytes)?;
            let split = |code: &u8| Split::ALL.get(usize::from(*code)).copied();
            let splits: Option<Vec<Split>> = codes.values.iter().map(split).collect();
            chunk.splits = splits.ok_or(ChunkError::Damaged("a split"))?;
        }
        ("gold", Layout::Int16) => chunk.gold = Some(labels(&body.numbers(i16::from_le_bytes)?)?),
        ("column", layout) => {
            let data = match (get(TYPE), layout) {
                ("text", Layout::Utf8) => ColumnData::Text(body.text()?),
                ("category", Layout::Utf8) => ColumnData::Category(body.text()?),
                ("number", Layout::Float64) => ColumnData::Number(body.numbers(f64::from_le_bytes)?),
                ("bool", Layout::Bool) => ColumnData::Bool(body.bools()?),
                ("date", Layout::Date32) => ColumnData::Date(body.numbers(i32::from_le_bytes)?),
                (kind, _) => {
                    return Err(ChunkError::NotAChunk(format!("column `{name}` is no {kind} column")));
                }
            };
            chunk.columns.push(Column { name, data });
        }
        ("vote", Layout::Int16) => {
            let votes = labels(&body.numbers(i16::from_le_bytes)?)?;
            chunk.sources.push(SourceColumn {
                name: get(SOURCE).to_owned(),
                votes,
                probabilities: Vec::new(),
            });
        }
        ("probability", Layout::Float64) => {
            let label: LabelIndex = get(LABEL).parse().map_err(|_| ChunkError::Damaged("a label"))?;
            let values = body.numbers(f64::from_le_bytes)?;
            let source = chunk.sources.iter_mut().find(|source| source.name == get(SOURCE));
            source
                .ok_or(ChunkError::Damaged("a source's votes are missing"))?
                .probabilities
                .push((label, values));
        }
        (role, _) => {
            return Err(ChunkError::NotAChunk(format!("field `{name}` has the unknown role `{role}`")));
        }
    }
    Ok(())
}

/// Label indexes, [`ABSTAIN`] where missing.
fn labels(values: &Values<i16>) -> Result<Vec<i16>, ChunkError> {
    let labels: Vec<i16> = rows(values).map(|label| label.unwrap_or(ABSTAIN)).collect();
    if labels.iter().all(|label| *label >= ABSTAIN) {
        Ok(labels)
    } else {
        Err(ChunkError::Damaged("a label"))
    }
}

/// The physical types that chunks use.
#[derive(Clone, Copy)]
enum Layout {
    Utf8,
    UInt8,
    Int16,
    Float64,
    Bool,
    Date32,
    Other,
}

impl Layout {
    fn of(field: &arrow_ipc::Field<'_>) -> Self {
        match field.type_type() {
            Type::Utf8 => Self::Utf8,
            Type::Bool => Self::Bool,
            Type::Date
                if field.type_as_date().is_some_and(|date| date.unit() == arrow_ipc::DateUnit::DAY) =>
            {
                Self::Date32
            }
            Type::FloatingPoint
                if field
                    .type_as_floating_point()
                    .is_some_and(|float| float.precision() == arrow_ipc::Precision::DOUBLE) =>
            {
                Self::Float64
            }
            Type::Int => match field.type_as_int().map(|int| (int.bitWidth(), int.is_signed())) {
                Some((8, false)) => Self::UInt8,
                Some((16, true)) => Self::Int16,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests;
