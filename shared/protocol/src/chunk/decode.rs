//! From an Arrow IPC stream, as [`encode_chunk`](super::encode_chunk) writes it, to a chunk.

use super::{ChunkError, LABEL, ROLE, SOURCE, TYPE, rows};
use arrow_ipc::{Type, root_as_message};
use hunch_engine::{
    ABSTAIN, Bitset, Chunk, Column, ColumnData, SourceColumn, Split, TextColumn, Values, VectorColumn,
};
use hunch_rules::LabelIndex;
use std::collections::BTreeMap;

/// The chunk that [`encode_chunk`](super::encode_chunk) wrote. Never panics, and never allocates more than a few times the bytes' length.
pub fn decode_chunk(bytes: &[u8]) -> Result<Chunk, ChunkError> {
    match decode(bytes)? {
        (chunk, None) => Ok(chunk),
        (_, Some(_)) => Err(ChunkError::NotAChunk("it has some rows of one only".to_owned())),
    }
}

/// What [`encode_sample`](super::encode_sample) wrote: some rows of a chunk as a chunk, and their ascending numbers in
/// the whole. As careful as [`decode_chunk`].
pub fn decode_sample(bytes: &[u8]) -> Result<(Chunk, Vec<u32>), ChunkError> {
    match decode(bytes)? {
        (chunk, Some(rows)) if rows.is_sorted_by(|one, next| one < next) => Ok((chunk, rows)),
        (_, Some(_)) => Err(ChunkError::Damaged("the numbers of its rows")),
        (_, None) => Err(ChunkError::NotAChunk("the numbers of its rows are missing".to_owned())),
    }
}

/// A chunk, and its rows' numbers in another if it has any.
fn decode(bytes: &[u8]) -> Result<(Chunk, Option<Vec<u32>>), ChunkError> {
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
    let mut numbers = None;
    for field in fields {
        if role(&field) == Some("row") && matches!(Layout::of(&field), Layout::UInt32) {
            numbers = Some(body.numbers(u32::from_le_bytes)?.values);
        } else {
            decode_field(&field, &mut body, &mut chunk)?;
        }
    }
    chunk.check()?;
    Ok((chunk, numbers))
}

fn role<'a>(field: &arrow_ipc::Field<'a>) -> Option<&'a str> {
    field.custom_metadata()?.iter().find(|pair| pair.key() == Some(ROLE))?.value()
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

    fn vectors(&mut self, length: u32) -> Result<VectorColumn, ChunkError> {
        let valid = self.validity()?;
        let count = self.rows.checked_mul(length as usize).ok_or(ChunkError::Damaged("a vector's length"))?;
        let whole = std::mem::replace(&mut self.rows, count);
        let numbers = self.numbers(f32::from_le_bytes);
        self.rows = whole;
        let mut numbers = numbers?.values;
        // What Arrow keeps of a missing vector may be anything.
        let missing = |row: &usize| valid.as_ref().is_some_and(|valid| !valid.get(*row));
        for row in (0..self.rows).filter(missing) {
            numbers[row * length as usize..][..length as usize].fill(0.0);
        }
        Ok(VectorColumn::from_parts(length, self.rows, numbers, valid)?)
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
                ("vector", Layout::Vector(length)) => ColumnData::Vector(body.vectors(length)?),
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
    UInt32,
    Int16,
    Float64,
    Bool,
    Date32,
    /// A fixed-size list of so many 32-bit floats.
    Vector(u32),
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
                Some((32, false)) => Self::UInt32,
                Some((16, true)) => Self::Int16,
                _ => Self::Other,
            },
            Type::FixedSizeList => {
                let item = field.children().filter(|items| items.len() == 1).map(|items| items.get(0));
                let item = item.and_then(|item| item.type_as_floating_point());
                let single = item.is_some_and(|float| float.precision() == arrow_ipc::Precision::SINGLE);
                let length =
                    field.type_as_fixed_size_list().and_then(|list| u32::try_from(list.listSize()).ok());
                length.filter(|_| single).map_or(Self::Other, Self::Vector)
            }
            _ => Self::Other,
        }
    }
}
