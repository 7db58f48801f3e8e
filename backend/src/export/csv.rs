//! CSV with a header; a missing label is an empty cell.

use super::{Columns, ExportError, ExportRows, RowWriter};
use std::io::{self, Write};

pub(super) struct CsvRows<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> CsvRows<W> {
    pub(super) fn new(out: W, columns: &Columns<'_>) -> Result<Self, ExportError> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(columns.names()).map_err(failed)?;
        Ok(Self { writer })
    }
}

impl<W: Write> RowWriter for CsvRows<W> {
    fn write(&mut self, rows: &ExportRows, columns: &Columns<'_>) -> Result<(), ExportError> {
        let labels: Vec<usize> = columns.probabilities().map(|(index, _)| index).collect();
        let mut record = csv::StringRecord::new();
        for (row, id) in rows.ids.iter().enumerate() {
            record.clear();
            record.push_field(id);
            record.push_field(columns.label(rows.labels[row]).unwrap_or_default());
            for label in &labels {
                record.push_field(&rows.probabilities[row][*label].to_string());
            }
            if let Some(snapshot) = columns.snapshot {
                record.push_field(rows.splits[row].name());
                record.push_field(snapshot);
            }
            self.writer.write_record(&record).map_err(failed)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), ExportError> {
        Ok(self.writer.flush()?)
    }
}

fn failed(error: csv::Error) -> ExportError {
    ExportError::Write(io::Error::other(error))
}
