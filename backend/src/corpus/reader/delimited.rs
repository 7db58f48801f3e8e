//! CSV and TSV.

use super::{
    BadRow, Cell, CorpusError, FileFormat, Input, Limits, RawRow, ReadRow, Rows, check_length, check_names,
    places,
};
use csv::ByteRecord;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A file of separated values with a header.
pub(super) struct Delimited {
    name: String,
    reader: csv::Reader<Budgeted>,
    budget: Arc<AtomicU64>,
    limits: Limits,
    record: ByteRecord,
    /// Fields of the header.
    width: usize,
    columns: Vec<String>,
    /// Place in the record of each column.
    places: Vec<usize>,
}

impl Delimited {
    pub(super) fn open(
        input: Input,
        name: &str,
        format: FileFormat,
        limits: Limits,
        notes: &mut Vec<String>,
    ) -> Result<Self, CorpusError> {
        let delimiter = delimiter(format, &input.head);
        if delimiter == b';' {
            notes.push("Fields are separated by semicolons.".to_owned());
        }
        let budget = Arc::new(AtomicU64::new(0));
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            // With the terminator CRLF the reader leaves a line feed unread, and its line numbers are wrong.
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(Budgeted { inner: input.bytes.chain(&b"\n"[..]), budget: Arc::clone(&budget) });
        let mut this = Self {
            name: name.to_owned(),
            reader,
            budget,
            limits,
            record: ByteRecord::new(),
            width: 0,
            columns: Vec::new(),
            places: Vec::new(),
        };
        if !this.read_record()? {
            return Err(CorpusError::file(name, "the file is empty: it holds blank lines only"));
        }
        for field in &this.record {
            let column =
                std::str::from_utf8(field).map_err(|_| CorpusError::file(name, "the header is not UTF-8"))?;
            this.columns.push(column.trim().to_owned());
        }
        check_names(name, &this.columns)?;
        this.width = this.columns.len();
        this.places = (0..this.width).collect();
        Ok(this)
    }

    /// Reads the next record that is not a blank line; false at the end. The reader skips blank lines, but not those
    /// that end in CRLF; a quoted empty field is no blank line.
    fn read_record(&mut self) -> Result<bool, CorpusError> {
        while self.read_line()? {
            if self.record.as_slice() != b"\r" {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A field of the record, without the carriage return that may end the line.
    fn field(&self, place: usize) -> &[u8] {
        let field = self.record.get(place).unwrap_or_default();
        let is_last = place + 1 == self.record.len();
        field.strip_suffix(b"\r").filter(|_| is_last).unwrap_or(field)
    }

    /// The line on which the record starts: the reader has counted the line feeds up to its end, and those before it
    /// if lines were blank.
    fn line(&self) -> u64 {
        let within = self.record.as_slice().split(|byte| *byte == b'\n').skip(1).count() as u64;
        let start = self.record.position().map_or(1, csv::Position::line);
        start.max((self.reader.position().line() - 1).saturating_sub(within))
    }

    /// The budget keeps an unclosed quote from pulling the whole file into memory.
    fn read_line(&mut self) -> Result<bool, CorpusError> {
        self.budget.store(self.limits.row_bytes as u64, Ordering::Relaxed);
        let line = self.reader.position().line();
        self.reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) if is_row_too_long(&error) => {
                let limit = self.limits.row_bytes;
                let reason = format!("the row is longer than {limit} bytes; is a quote never closed?");
                CorpusError::BadRow { name: self.name.clone(), line, reason }
            }
            csv::ErrorKind::Io(error) => CorpusError::read(&self.name, error),
            kind => CorpusError::file(&self.name, format!("{kind:?}")),
        })
    }

    fn row(&self, line: u64) -> ReadRow {
        let bad = |reason: String| BadRow { line, reason };
        if self.record.len() != self.width {
            let (found, expected) = (self.record.len(), self.width);
            let spans_lines = self.record.iter().any(|field| field.contains(&b'\n'));
            let hint = if spans_lines { "; it spans lines, so a quote may be unclosed" } else { "" };
            return Err(bad(format!("the row has {found} fields, the header has {expected}{hint}")));
        }
        let cell = |(place, column): (&usize, &String)| {
            let field = self.field(*place);
            check_length(column, field.len(), &self.limits).map_err(bad)?;
            match std::str::from_utf8(field) {
                Ok(text) => Ok(Cell::Text(text.to_owned())),
                Err(error) => {
                    Err(bad(format!("column `{column}` is not UTF-8 at byte {}", error.valid_up_to() + 1)))
                }
            }
        };
        let cells = self.places.iter().zip(&self.columns).map(cell).collect::<Result<_, _>>()?;
        Ok(RawRow { line, cells })
    }
}

impl Rows for Delimited {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn select(&mut self, columns: &[String]) -> Result<(), CorpusError> {
        let selected = places(&self.name, &self.columns, columns)?;
        self.places = selected.into_iter().map(|place| self.places[place]).collect();
        self.columns = columns.to_vec();
        Ok(())
    }

    fn next(&mut self) -> Result<Option<ReadRow>, CorpusError> {
        if !self.read_record()? {
            return Ok(None);
        }
        Ok(Some(self.row(self.line())))
    }
}

/// A tab for TSV; for CSV a comma, unless the first line has semicolons and no comma.
fn delimiter(format: FileFormat, head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match format {
        FileFormat::Tsv => b'\t',
        _ if line.contains(&b';') && !line.contains(&b',') => b';',
        _ => b',',
    }
}

/// Fails once more bytes were read than the budget, which is renewed with each record.
struct Budgeted {
    inner: io::Chain<Box<dyn Read + Send>, &'static [u8]>,
    budget: Arc<AtomicU64>,
}

#[derive(Debug, thiserror::Error)]
#[error("the row is too long")]
struct RowTooLong;

fn is_row_too_long(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<RowTooLong>()).is_some()
}

impl Read for Budgeted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::other(RowTooLong));
        }
        let read = self.inner.read(buffer)?;
        self.budget.store(left.saturating_sub(read as u64), Ordering::Relaxed);
        Ok(read)
    }
}
