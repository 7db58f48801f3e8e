//! Parquet, read by Polars in slices of rows, so that a file of any size needs little memory.

use super::{
    BadRow, COLUMNS, Cell, CorpusError, Input, Limits, RawRow, ReadRow, Rows, check_length, check_names,
    places,
};
use crate::corpus::input::{DecompressionBomb, RATIO_FLOOR};
use polars::datatypes::ArrowDataType;
use polars::io::parquet::metadata::{FileMetadata, FileMetadataRef};
use polars::prelude::{
    AnyValue, ArrowField, DataFrame, DataType, ParquetReader, PolarsResult, SerReader, Series,
};
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Rows decoded at a time.
const SLICE_ROWS: usize = 4_096;

/// A Parquet file.
pub(super) struct Parquet {
    name: String,
    file: File,
    metadata: FileMetadataRef,
    limits: Limits,
    columns: Vec<String>,
    rows: usize,
    /// Rows handed out, and the slice that the next ones are in with the number of its first row.
    next: usize,
    slice: DataFrame,
    slice_start: usize,
    /// Progress: rows stand for bytes here, for Polars maps the file into memory.
    done: Arc<AtomicU64>,
    total: u64,
}

impl Parquet {
    pub(super) fn open(
        path: &Path,
        mut input: Input,
        name: &str,
        limits: &Limits,
        notes: &mut Vec<String>,
    ) -> Result<Self, CorpusError> {
        let fail = |error| CorpusError::read(name, error);
        let mut file = File::open(path).map_err(fail)?;
        if input.packed {
            // Parquet is read from its end, so a packed file is unpacked first.
            file = tempfile::tempfile().map_err(fail)?;
            std::io::copy(&mut input.bytes, &mut file).map_err(fail)?;
        }
        let size = file.seek(SeekFrom::End(0)).map_err(fail)?;
        let mut reader = ParquetReader::new(file.try_clone().map_err(fail)?);
        let (metadata, schema) = guarded(name, || {
            let metadata = read_metadata(&mut reader)?;
            Ok((metadata, reader.schema()?))
        })?;
        let unpacked = metadata.row_groups.iter().fold(0, |sum, group| sum + group.total_byte_size() as u64);
        check_size(name, size, unpacked, limits)?;
        let mut columns = Vec::new();
        for (column, field) in schema.iter() {
            if is_readable(field) {
                columns.push(column.to_string());
            } else {
                notes.push(format!(
                    "Column `{column}` holds nested values or a type that is not read and is left out."
                ));
            }
        }
        check_names(name, &columns)?;
        if columns.is_empty() || columns.len() > COLUMNS {
            return Err(CorpusError::file(name, "the file has no column that can be read"));
        }
        Ok(Self {
            name: name.to_owned(),
            file,
            rows: metadata.num_rows,
            metadata,
            limits: *limits,
            columns,
            next: 0,
            slice: DataFrame::empty(),
            slice_start: 0,
            done: input.done,
            total: input.total,
        })
    }

    fn load_slice(&mut self) -> Result<(), CorpusError> {
        let file = self.file.try_clone().map_err(|error| CorpusError::read(&self.name, error))?;
        let range = Some((self.next, SLICE_ROWS.min(self.rows - self.next)));
        let columns = Some(self.columns.clone());
        self.slice = guarded(&self.name, || {
            let mut reader = ParquetReader::new(file);
            reader.set_metadata(Arc::clone(&self.metadata));
            reader.with_columns(columns).with_slice(range).finish()
        })?;
        self.slice_start = self.next;
        if self.slice.height() == 0 {
            return Err(CorpusError::file(&self.name, "the file holds fewer rows than it says"));
        }
        Ok(())
    }

    fn row(&self, row: usize) -> ReadRow {
        let line = row as u64 + 1;
        let bad = |reason: String| BadRow { line, reason };
        let cell = |column: &String| {
            let value = self.slice.column(column).and_then(|values| values.get(row - self.slice_start));
            let value = value.map_err(|error| bad(format!("column `{column}`: {error}")))?;
            let cell = cell(&value).map_err(|reason| bad(format!("column `{column}` {reason}")))?;
            if let Cell::Text(text) = &cell {
                check_length(column, text.len(), &self.limits).map_err(bad)?;
            }
            Ok(cell)
        };
        let cells = self.columns.iter().map(cell).collect::<Result<_, _>>()?;
        Ok(RawRow { line, cells })
    }
}

impl Rows for Parquet {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn select(&mut self, columns: &[String]) -> Result<(), CorpusError> {
        places(&self.name, &self.columns, columns)?;
        self.columns = columns.to_vec();
        Ok(())
    }

    fn next(&mut self) -> Result<Option<ReadRow>, CorpusError> {
        if self.next == self.rows {
            return Ok(None);
        }
        if self.next >= self.slice_start + self.slice.height() {
            self.load_slice()?;
        }
        let row = self.row(self.next);
        self.next += 1;
        let share = u128::from(self.total) * self.next as u128 / self.rows as u128;
        self.done.store(u64::try_from(share).unwrap_or(self.total), Ordering::Relaxed);
        Ok(Some(row))
    }
}

/// Runs Polars, whose reader may panic on a damaged file, and names the file in what it says.
fn guarded<T>(name: &str, read: impl FnOnce() -> PolarsResult<T>) -> Result<T, CorpusError> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(CorpusError::file(name, format!("the Parquet file cannot be read: {error}"))),
        Err(_) => Err(CorpusError::file(name, "the Parquet file is damaged")),
    }
}

/// Applies the limits on decompression to what the file says about itself.
fn check_size(name: &str, size: u64, unpacked: u64, limits: &Limits) -> Result<(), CorpusError> {
    let fail = |bomb| Err(CorpusError::TooLarge { name: name.to_owned(), bomb });
    if unpacked > limits.decompressed_bytes {
        return fail(DecompressionBomb::Size { limit: limits.decompressed_bytes });
    }
    if unpacked > size.saturating_mul(limits.ratio).max(RATIO_FLOOR) {
        return fail(DecompressionBomb::Ratio { limit: limits.ratio });
    }
    Ok(())
}

/// What the file says of itself. Lists of a fixed length, which Polars reads only in builds with one more of its features,
/// are lists in Parquet like any others: it is the Arrow schema beside the Parquet one that fixes their length.
fn read_metadata(reader: &mut ParquetReader<File>) -> PolarsResult<FileMetadataRef> {
    let metadata = Arc::clone(reader.get_metadata()?);
    let schema = polars::io::parquet::read::infer_schema(&metadata)?;
    if schema.iter_values().any(|field| matches!(field.dtype, ArrowDataType::FixedSizeList(..))) {
        let metadata = Arc::new(FileMetadata { key_value_metadata: None, ..(*metadata).clone() });
        reader.set_metadata(Arc::clone(&metadata));
        return Ok(metadata);
    }
    Ok(metadata)
}

/// Whether a cell of the column is one value, or a list of numbers.
fn is_readable(field: &ArrowField) -> bool {
    match &field.dtype {
        ArrowDataType::List(item) | ArrowDataType::LargeList(item) => {
            !item.dtype.is_nested() && DataType::from_arrow_field(item).is_primitive_numeric()
        }
        kind => !kind.is_nested() && is_flat(&DataType::from_arrow_field(field)),
    }
}

/// Whether a cell of the type is one value.
fn is_flat(kind: &DataType) -> bool {
    kind.is_primitive_numeric()
        || kind.is_bool()
        || kind.is_string()
        || kind.is_categorical()
        || kind.is_enum()
        || matches!(kind, DataType::Date | DataType::Datetime(..) | DataType::Null)
}

fn cell(value: &AnyValue<'_>) -> Result<Cell, String> {
    Ok(match value {
        AnyValue::Null => Cell::Missing,
        AnyValue::Boolean(value) => Cell::Bool(*value),
        AnyValue::Float32(number) => Cell::Number(f64::from(*number)),
        AnyValue::Float64(number) => Cell::Number(*number),
        AnyValue::Date(days) => Cell::Date(*days),
        AnyValue::List(list) => Cell::List(numbers(list)?),
        value if value.is_integer() => match value.extract::<i128>() {
            Some(number) => Cell::Integer(number),
            None => return Err(format!("holds `{value}`, which cannot be read")),
        },
        value => match value.get_str() {
            Some(text) => Cell::Text(text.to_owned()),
            // Points in time as Polars writes them: `2026-03-31 12:00:00`.
            None => Cell::Text(value.to_string()),
        },
    })
}

fn numbers(list: &Series) -> Result<Vec<Option<f32>>, String> {
    let list = list
        .cast(&DataType::Float32)
        .map_err(|error| format!("holds a list that cannot be read: {error}"))?;
    Ok(list.f32().map_err(|error| error.to_string())?.iter().collect())
}
