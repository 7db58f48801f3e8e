//! Rows of any columns as a file: Parquet, CSV or JSON Lines.

use super::ExportError;
use crate::corpus::date_text;
use hunch_engine::{Column, ColumnData};
use hunch_protocol::ExportFormat;
use polars::prelude::{
    BatchedWriter, Column as Frame, DataFrame, DataType, IntoColumn, KeyValueMetadata, ListChunked,
    NamedFrom, ParquetWriter, PlSmallStr, PolarsError, Series,
};
use serde_json::Value;
use std::io::{self, Write};

/// Writes batches of rows, which all have the same columns, as they come; gives the number of rows. `metadata` goes into
/// a Parquet file's own. A missing value is an empty cell, `null`, or a null.
pub fn write<W, E>(
    out: W,
    format: ExportFormat,
    metadata: &[(&str, &str)],
    batches: impl Iterator<Item = Result<Vec<Column>, E>>,
) -> Result<u64, ExportError>
where
    W: Write + Send,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut writer = Writer::Unopened(out, format, metadata.iter().map(|(k, v)| owned(k, v)).collect());
    let mut count = 0;
    for batch in batches {
        let batch = batch.map_err(|error| ExportError::Rows(error.into()))?;
        let rows = batch.first().map_or(0, |column| column.data.len());
        if batch.iter().any(|column| column.data.len() != rows) {
            return Err(ExportError::Shape("columns have unlike lengths"));
        }
        writer = writer.write(&batch, rows)?;
        count += rows as u64;
    }
    writer.finish()?;
    Ok(count)
}

fn owned(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

enum Writer<W: Write> {
    /// The columns come with the first batch.
    Unopened(W, ExportFormat, Vec<(String, String)>),
    Csv(Box<csv::Writer<W>>),
    Jsonl(W),
    Parquet(Box<BatchedWriter<W>>),
}

impl<W: Write + Send> Writer<W> {
    fn write(self, batch: &[Column], rows: usize) -> Result<Self, ExportError> {
        let mut open = match self {
            Self::Unopened(out, ExportFormat::Csv, _) => {
                let mut writer = csv::Writer::from_writer(out);
                writer.write_record(batch.iter().map(|column| &column.name)).map_err(csv_failed)?;
                Self::Csv(Box::new(writer))
            }
            Self::Unopened(out, ExportFormat::Jsonl, _) => Self::Jsonl(out),
            Self::Unopened(out, ExportFormat::Parquet, metadata) => {
                let writer = ParquetWriter::new(out)
                    .with_key_value_metadata(Some(KeyValueMetadata::from_static(metadata)))
                    .batched(frame(batch, rows)?.schema());
                Self::Parquet(Box::new(writer.map_err(parquet_failed)?))
            }
            open => open,
        };
        match &mut open {
            Self::Csv(writer) => {
                for row in 0..rows {
                    let cells = batch.iter().map(|column| text(&column.data, row).unwrap_or_default());
                    writer.write_record(cells).map_err(csv_failed)?;
                }
            }
            Self::Jsonl(out) => {
                for row in 0..rows {
                    write_object(out, batch, row)?;
                }
            }
            Self::Parquet(writer) => writer.write_batch(&frame(batch, rows)?).map_err(parquet_failed)?,
            Self::Unopened(..) => {}
        }
        Ok(open)
    }

    fn finish(self) -> Result<(), ExportError> {
        match self {
            Self::Csv(mut writer) => Ok(writer.flush()?),
            Self::Parquet(writer) => writer.finish().map(drop).map_err(parquet_failed),
            Self::Jsonl(mut out) | Self::Unopened(mut out, ..) => Ok(out.flush()?),
        }
    }
}

/// An object with its fields in the order of the columns.
fn write_object(out: &mut impl Write, batch: &[Column], row: usize) -> Result<(), ExportError> {
    for (at, column) in batch.iter().enumerate() {
        out.write_all(if at == 0 { b"{" } else { b"," })?;
        serde_json::to_writer(&mut *out, &column.name).map_err(io::Error::from)?;
        out.write_all(b":")?;
        let value = match &column.data {
            ColumnData::Number(values) => values.get(row).map_or(Value::Null, Value::from),
            ColumnData::Bool(values) => values.get(row).map_or(Value::Null, Value::from),
            ColumnData::Vector(vectors) => vectors.get(row).map_or(Value::Null, Value::from),
            data => text(data, row).map_or(Value::Null, Value::from),
        };
        serde_json::to_writer(&mut *out, &value).map_err(io::Error::from)?;
    }
    Ok(out.write_all(b"}\n")?)
}

fn text(data: &ColumnData, row: usize) -> Option<String> {
    match data {
        ColumnData::Text(texts) | ColumnData::Category(texts) => texts.get(row).map(str::to_owned),
        ColumnData::Number(values) => values.get(row).map(|number| number.to_string()),
        ColumnData::Bool(values) => values.get(row).map(|value| value.to_string()),
        ColumnData::Date(values) => values.get(row).map(date_text),
        ColumnData::Vector(vectors) => vectors.get(row).map(|vector| format!("{vector:?}")),
    }
}

fn frame(batch: &[Column], rows: usize) -> Result<DataFrame, ExportError> {
    let columns = batch.iter().map(|Column { name, data }| {
        let name = name.as_str().into();
        Ok(match data {
            ColumnData::Text(texts) | ColumnData::Category(texts) => {
                Frame::new(name, (0..rows).map(|row| texts.get(row)).collect::<Vec<_>>())
            }
            ColumnData::Number(values) => {
                Frame::new(name, (0..rows).map(|row| values.get(row)).collect::<Vec<_>>())
            }
            ColumnData::Bool(values) => {
                Frame::new(name, (0..rows).map(|row| values.get(row)).collect::<Vec<_>>())
            }
            ColumnData::Date(values) => {
                let days = (0..rows).map(|row| values.get(row)).collect::<Vec<_>>();
                Frame::new(name, days).cast(&DataType::Date)?
            }
            ColumnData::Vector(vectors) => {
                let vector = |vector: &[f32]| Series::new(PlSmallStr::EMPTY, vector);
                let lists: ListChunked = vectors.iter().map(|row| row.map(vector)).collect();
                // A batch without a vector would not know what its lists hold.
                let kind = DataType::List(Box::new(DataType::Float32));
                lists.with_name(name).into_column().cast(&kind)?
            }
        })
    });
    let columns = columns.collect::<Result<_, _>>().map_err(parquet_failed)?;
    DataFrame::new(rows, columns).map_err(parquet_failed)
}

fn csv_failed(error: csv::Error) -> ExportError {
    ExportError::Write(io::Error::other(error))
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands errors over by value")]
fn parquet_failed(error: PolarsError) -> ExportError {
    ExportError::Parquet(error.to_string())
}
