//! Parquet by Polars: one row group per chunk, the snapshot's id in the file's metadata too.

use super::{Columns, ExportError, ExportRows, RowWriter, SNAPSHOT};
use hunch_engine::Split;
use polars::prelude::{BatchedWriter, Column, DataFrame, KeyValueMetadata, ParquetWriter, PolarsError};
use std::io::Write;

pub(super) struct ParquetRows<W: Write> {
    writer: BatchedWriter<W>,
}

impl<W: Write> ParquetRows<W> {
    pub(super) fn new(out: W, columns: &Columns<'_>) -> Result<Self, ExportError> {
        let schema = frame(&ExportRows::default(), columns)?.schema().clone();
        let metadata = columns.snapshot.map(|snapshot| vec![(SNAPSHOT.to_owned(), snapshot.to_owned())]);
        let writer = ParquetWriter::new(out)
            .with_key_value_metadata(metadata.map(KeyValueMetadata::from_static))
            .batched(&schema);
        Ok(Self { writer: writer.map_err(failed)? })
    }
}

impl<W: Write + Send> RowWriter for ParquetRows<W> {
    fn write(&mut self, rows: &ExportRows, columns: &Columns<'_>) -> Result<(), ExportError> {
        self.writer.write_batch(&frame(rows, columns)?).map_err(failed)
    }

    fn finish(self: Box<Self>) -> Result<(), ExportError> {
        self.writer.finish().map(|_| ()).map_err(failed)
    }
}

fn frame(rows: &ExportRows, columns: &Columns<'_>) -> Result<DataFrame, ExportError> {
    let height = rows.ids.len();
    let labels: Vec<Option<&str>> = rows.labels.iter().map(|label| columns.label(*label)).collect();
    let splits: Vec<&str> = rows.splits.iter().copied().map(Split::name).collect();
    let mut frame = vec![Column::new("id".into(), &rows.ids), Column::new("label".into(), labels)];
    for (label, name) in columns.probabilities() {
        let values: Vec<f64> = rows.probabilities.iter().map(|row| row[label]).collect();
        frame.push(Column::new(name.as_str().into(), values));
    }
    if let Some(snapshot) = columns.snapshot {
        frame.push(Column::new("split".into(), splits));
        frame.push(Column::new("snapshot".into(), vec![snapshot; height]));
    }
    DataFrame::new(height, frame).map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands errors over by value")]
fn failed(error: PolarsError) -> ExportError {
    ExportError::Parquet(error.to_string())
}
