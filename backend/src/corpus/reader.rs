//! Rows of a file, whatever its format: one at a time, each either cells or the reason why not.

mod delimited;
mod jsonl;
mod parquet;

use super::cell::Cell;
use super::input::Input;
use super::{CorpusError, Limits};
use hunch_protocol::{BadRow, FileFormat};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many rows are looked at to tell columns and their types.
pub(super) const SAMPLE_ROWS: usize = 1_000;
/// Most columns of a file; one with the votes of people has a column for each.
const COLUMNS: usize = 20_000;

/// A row of cells in the order of the reader's columns.
#[derive(Debug, PartialEq)]
pub(super) struct RawRow {
    /// Line where the row starts, from 1; for Parquet the row's number.
    pub(super) line: u64,
    pub(super) cells: Vec<Cell>,
}

/// A row, or why it is none.
pub(super) type ReadRow = Result<RawRow, BadRow>;

/// What every format's reader does.
trait Rows {
    /// Column names, in the file's order until [`Rows::select`] changes it.
    fn columns(&self) -> &[String];
    /// From now on rows hold these columns only, in this order.
    fn select(&mut self, columns: &[String]) -> Result<(), CorpusError>;
    /// The next row; `None` at the end.
    fn next(&mut self) -> Result<Option<ReadRow>, CorpusError>;
}

/// An open file of rows.
pub(super) struct RowReader {
    /// Detected, or as asked for.
    pub(super) format: FileFormat,
    /// Things a person should know about the file.
    pub(super) notes: Vec<String>,
    rows: Box<dyn Rows>,
    done: Arc<AtomicU64>,
    total: u64,
}

impl RowReader {
    /// Opens a file; its format is told from name and content unless given.
    pub(super) fn open(
        path: &Path,
        name: &str,
        format: Option<FileFormat>,
        limits: &Limits,
    ) -> Result<Self, CorpusError> {
        let input = Input::open(path, name, limits)?;
        let format = match format {
            Some(format) => format,
            None => detect(name, &input.head)?,
        };
        let mut notes = Vec::new();
        if input.byte_order_mark {
            notes.push("The file starts with a byte-order mark, which is left out.".to_owned());
        }
        let (done, total) = (Arc::clone(&input.done), input.total);
        let rows: Box<dyn Rows> = match format {
            FileFormat::Csv | FileFormat::Tsv => {
                Box::new(delimited::Delimited::open(input, name, format, *limits, &mut notes)?)
            }
            FileFormat::Jsonl => {
                let columns = jsonl::discover(path, name, limits)?;
                Box::new(jsonl::JsonLines::new(input, name, columns, *limits))
            }
            FileFormat::Parquet => Box::new(parquet::Parquet::open(path, input, name, limits, &mut notes)?),
        };
        Ok(Self { format, notes, rows, done, total })
    }

    /// Column names in the file's order, or those selected.
    pub(super) fn columns(&self) -> &[String] {
        self.rows.columns()
    }

    /// From now on rows hold these columns only, in this order; an unknown one is an error that lists what there is.
    pub(super) fn select(&mut self, columns: &[String]) -> Result<(), CorpusError> {
        self.rows.select(columns)
    }

    /// The next row; `None` at the end. An error ends the file.
    pub(super) fn next(&mut self) -> Result<Option<ReadRow>, CorpusError> {
        self.rows.next()
    }

    /// Bytes of the file that were read, of those there are.
    pub(super) fn bytes(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed).min(self.total), self.total)
    }
}

/// Tells the format: Parquet and JSON from the content, CSV or TSV from the name, else from the first line.
fn detect(name: &str, head: &[u8]) -> Result<FileFormat, CorpusError> {
    if head.starts_with(b"PAR1") {
        return Ok(FileFormat::Parquet);
    }
    let name_lower = name.to_ascii_lowercase();
    let bare =
        [".gz", ".zst"].iter().fold(name_lower.as_str(), |name, end| name.strip_suffix(end).unwrap_or(name));
    let extension = bare.rsplit_once('.').map_or("", |(_, extension)| extension);
    match (extension, head.trim_ascii_start().first()) {
        ("parquet", _) => {
            Err(CorpusError::file(name, "this is not a Parquet file: it does not start with PAR1"))
        }
        ("csv", _) => Ok(FileFormat::Csv),
        ("tsv" | "tab", _) => Ok(FileFormat::Tsv),
        ("jsonl" | "ndjson", _) | (_, Some(b'{')) => Ok(FileFormat::Jsonl),
        ("json", _) | (_, Some(b'[')) => Err(CorpusError::file(
            name,
            "a JSON file must hold one object per line (JSONL), not one array or value",
        )),
        _ if head.contains(&0) => Err(CorpusError::file(
            name,
            "the format is not known: CSV, TSV, JSONL and Parquet can be read, also packed with gzip or zstd",
        )),
        _ => {
            let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
            Ok(if line.contains(&b'\t') { FileFormat::Tsv } else { FileFormat::Csv })
        }
    }
}

/// Refuses a cell beyond the limit.
fn check_length(column: &str, length: usize, limits: &Limits) -> Result<(), String> {
    let limit = limits.cell_bytes;
    if length > limit {
        Err(format!("column `{column}` has {length} bytes; the limit is {limit}"))
    } else {
        Ok(())
    }
}

/// The places of the wanted columns, or an error that says which is unknown and what there is.
pub(super) fn places(name: &str, columns: &[String], wanted: &[String]) -> Result<Vec<usize>, CorpusError> {
    let place = |column: &String| {
        columns.iter().position(|known| known == column).ok_or_else(|| {
            let known: Vec<String> = columns.iter().map(|known| format!("`{known}`")).collect();
            CorpusError::Mapping(format!("{name} has no column `{column}`; it has {}", known.join(", ")))
        })
    };
    wanted.iter().map(place).collect()
}

/// Refuses a header that names a column twice or not at all, or too many.
fn check_names(name: &str, columns: &[String]) -> Result<(), CorpusError> {
    if columns.len() > COLUMNS {
        return Err(CorpusError::file(
            name,
            format!("the file has {} columns; the limit is {COLUMNS}", columns.len()),
        ));
    }
    if let Some(place) = columns.iter().position(|column| column.trim().is_empty()) {
        return Err(CorpusError::file(name, format!("column {} has no name in the header", place + 1)));
    }
    let mut sorted: Vec<&String> = columns.iter().collect();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            Err(CorpusError::file(name, format!("the header names `{}` twice; rename one", pair[0])))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
