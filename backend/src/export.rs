//! Labels as a file: Parquet, CSV or JSON Lines.
//!
//! Every format has the same columns: `id`, `label` (a name; missing where no source voted), one `p_LABEL` per label,
//! and for a snapshot's labels `split` and `snapshot`. Rows are written as they come, chunk by chunk, so a file of any length needs little memory.
//! Cells are written as they are: ids and labels come back exactly, and a spreadsheet may take one that starts with
//! `=` for a formula.

pub mod augmented;
mod csv;
mod jsonl;
mod parquet;
pub mod snapshot;
pub mod table;

use hunch_engine::Split;
use hunch_protocol::ExportFormat;
use std::io::{self, Write};

/// Key of the snapshot's id in a Parquet file's metadata.
pub const SNAPSHOT: &str = "hunch.snapshot";

/// Some rows of a snapshot, column by column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExportRows {
    /// Ids of the documents.
    pub ids: Vec<String>,
    /// Label indexes, -1 where no source voted.
    pub labels: Vec<i16>,
    /// P(label) by index, one list per row, as long as the label set.
    pub probabilities: Vec<Vec<f64>>,
    /// Splits of the documents; empty for labels that are not a snapshot's.
    pub splits: Vec<Split>,
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file or connection failed.
    #[error("the export cannot be written: {0}")]
    Write(#[from] io::Error),
    /// Parquet refused.
    #[error("the Parquet file cannot be written: {0}")]
    Parquet(String),
    /// The rows could not be had.
    #[error("the labels to export cannot be read: {0}")]
    Rows(Box<dyn std::error::Error + Send + Sync>),
    /// Columns of unlike lengths, or a label that the label set does not have.
    #[error("the labels to export do not fit together: {0}")]
    Shape(&'static str),
}

/// What a format's writer does.
trait RowWriter {
    fn write(&mut self, rows: &ExportRows, columns: &Columns<'_>) -> Result<(), ExportError>;
    fn finish(self: Box<Self>) -> Result<(), ExportError>;
}

/// What is the same for all rows.
struct Columns<'a> {
    snapshot: Option<&'a str>,
    labels: &'a [String],
}

impl<'a> Columns<'a> {
    /// Index and column name of each label that is not retired.
    fn probabilities(&self) -> impl Iterator<Item = (usize, String)> + use<'a> {
        let labels = self.labels.iter().enumerate().filter(|(_, label)| !label.is_empty());
        labels.map(|(index, label)| (index, format!("p_{label}")))
    }

    /// The column names in order.
    fn names(&self) -> Vec<String> {
        let labels = self.probabilities().map(|(_, name)| name);
        let first = ["id", "label"].map(str::to_owned).into_iter();
        let lineage = self.snapshot.map(|_| ["split", "snapshot"].map(str::to_owned));
        first.chain(labels).chain(lineage.into_iter().flatten()).collect()
    }

    /// The label's name; `None` for -1.
    fn label(&self, index: i16) -> Option<&'a str> {
        usize::try_from(index).ok().and_then(|index| self.labels.get(index)).map(String::as_str)
    }

    fn check(&self, rows: &ExportRows) -> Result<(), ExportError> {
        let height = rows.ids.len();
        let splits = if self.snapshot.is_some() { height } else { 0 };
        if [rows.labels.len(), rows.probabilities.len(), rows.splits.len()] != [height, height, splits] {
            return Err(ExportError::Shape("columns have unlike lengths"));
        }
        if rows.probabilities.iter().any(|row| row.len() != self.labels.len()) {
            return Err(ExportError::Shape("a row does not have one probability per label"));
        }
        if rows.labels.iter().any(|label| *label >= 0 && self.label(*label).is_none()) {
            return Err(ExportError::Shape("a label is not in the label set"));
        }
        Ok(())
    }
}

/// Writes a snapshot's rows as they come and returns how many there were. `labels` are names by index; retired ones are
/// empty and have no column. `out` is better buffered.
pub fn write<W, E>(
    out: W,
    format: ExportFormat,
    snapshot: &str,
    labels: &[String],
    rows: impl Iterator<Item = Result<ExportRows, E>>,
) -> Result<u64, ExportError>
where
    W: Write + Send,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    write_rows(out, format, &Columns { snapshot: Some(snapshot), labels }, rows)
}

/// As [`write()`], for labels that belong to no snapshot: without the columns `split` and `snapshot`.
pub fn write_labels<W, E>(
    out: W,
    format: ExportFormat,
    labels: &[String],
    rows: impl Iterator<Item = Result<ExportRows, E>>,
) -> Result<u64, ExportError>
where
    W: Write + Send,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    write_rows(out, format, &Columns { snapshot: None, labels }, rows)
}

fn write_rows<W, E>(
    out: W,
    format: ExportFormat,
    columns: &Columns<'_>,
    rows: impl Iterator<Item = Result<ExportRows, E>>,
) -> Result<u64, ExportError>
where
    W: Write + Send,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut writer: Box<dyn RowWriter + '_> = match format {
        ExportFormat::Csv => Box::new(csv::CsvRows::new(out, columns)?),
        ExportFormat::Jsonl => Box::new(jsonl::JsonRows::new(out)),
        ExportFormat::Parquet => Box::new(parquet::ParquetRows::new(out, columns)?),
    };
    let mut count = 0;
    for rows in rows {
        let rows = rows.map_err(|error| ExportError::Rows(error.into()))?;
        columns.check(&rows)?;
        writer.write(&rows, columns)?;
        count += rows.ids.len() as u64;
    }
    writer.finish()?;
    Ok(count)
}

#[cfg(test)]
mod tests;
