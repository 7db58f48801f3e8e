//! From a chunk to an Arrow IPC stream.

use super::{ChunkError, LABEL, ROLE, SOURCE, TYPE, rows};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, FixedSizeListArray, Float32Array, Float64Array, Int16Array,
    RecordBatch, StringArray, UInt8Array, UInt32Array,
};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, Schema};
use hunch_engine::{ABSTAIN, Chunk, Column, ColumnData, Split, TextColumn, VectorColumn};
use std::collections::HashMap;
use std::sync::Arc;

/// The chunk as an Arrow IPC stream, gold of dev rows only.
pub fn encode_chunk(chunk: &Chunk) -> Result<Vec<u8>, ChunkError> {
    fields(chunk)?.write()
}

/// Some rows of a chunk, which must exist, as [`encode_chunk`] writes them; a last field `row` has their numbers in the
/// chunk.
pub fn encode_sample(chunk: &Chunk, rows: &[usize]) -> Result<Vec<u8>, ChunkError> {
    let mut fields = fields(&chunk.take(rows)?)?;
    let numbers =
        rows.iter().map(|row| u32::try_from(*row).map_err(|_| ChunkError::Damaged("too many rows")));
    let numbers = UInt32Array::from(numbers.collect::<Result<Vec<_>, _>>()?);
    fields.add("row", &[(ROLE, "row")], Arc::new(numbers));
    fields.write()
}

fn fields(chunk: &Chunk) -> Result<Fields, ChunkError> {
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
            ColumnData::Vector(vectors) => ("vector", vector_array(name, vectors)?),
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
    Ok(fields)
}

/// Gold as authors of rules may see it.
pub(super) fn shown_gold(label: i16, split: Split) -> Option<i16> {
    (split == Split::Dev && label != ABSTAIN).then_some(label)
}

fn text_array(name: &str, column: &TextColumn) -> Result<ArrayRef, ChunkError> {
    if i32::try_from(column.text().len()).is_err() {
        return Err(ChunkError::TooLong(name.to_owned()));
    }
    Ok(Arc::new((0..column.len()).map(|row| column.get(row)).collect::<StringArray>()))
}

/// A fixed-size list of 32-bit floats, which are never missing; a whole vector may be.
fn vector_array(name: &str, vectors: &VectorColumn) -> Result<ArrayRef, ChunkError> {
    let length = i32::try_from(vectors.length()).map_err(|_| ChunkError::TooLong(name.to_owned()))?;
    let item = Arc::new(Field::new_list_field(DataType::Float32, false));
    let valid = vectors.valid().map(|valid| (0..vectors.len()).map(|row| valid.get(row)).collect());
    let numbers = Arc::new(Float32Array::from(vectors.numbers().to_vec()));
    Ok(Arc::new(FixedSizeListArray::try_new(item, length, numbers, valid)?))
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
