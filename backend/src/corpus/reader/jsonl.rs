//! JSON Lines: one object per line.

use super::{
    BadRow, COLUMNS, Cell, CorpusError, Input, Limits, RawRow, ReadRow, Rows, SAMPLE_ROWS, check_length,
    check_names,
};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// A file of JSON objects.
pub(super) struct JsonLines {
    name: String,
    reader: BufReader<Box<dyn Read + Send>>,
    limits: Limits,
    /// The line last read, from 1, and its bytes.
    line: u64,
    buffer: Vec<u8>,
    columns: Vec<String>,
    /// Whether a row had the column.
    seen: Vec<bool>,
    /// Good rows so far.
    rows: u64,
}

/// Column names in the order they first appear in the first rows; each row of the file may leave some out.
pub(super) fn discover(path: &Path, name: &str, limits: &Limits) -> Result<Vec<String>, CorpusError> {
    let mut rows = JsonLines::new(Input::open(path, name, limits)?, name, Vec::new(), *limits);
    let mut columns: Vec<String> = Vec::new();
    for _ in 0..SAMPLE_ROWS {
        let Some(object) = rows.next_object()? else { break };
        for (key, _) in object.map(|object| object.0).unwrap_or_default() {
            if columns.len() < COLUMNS && !columns.contains(&key) {
                columns.push(key);
            }
        }
    }
    check_names(name, &columns)?;
    Ok(columns)
}

impl JsonLines {
    pub(super) fn new(input: Input, name: &str, columns: Vec<String>, limits: Limits) -> Self {
        let reader = BufReader::with_capacity(256 << 10, input.bytes);
        // Only columns that someone asked for must turn up.
        let seen = vec![true; columns.len()];
        Self { name: name.to_owned(), reader, limits, line: 0, buffer: Vec::new(), columns, seen, rows: 0 }
    }

    /// The next line that is not blank, as an object or the reason why it is none.
    fn next_object(&mut self) -> Result<Option<Result<Object, BadRow>>, CorpusError> {
        loop {
            self.buffer.clear();
            let limit = self.limits.row_bytes as u64 + 1;
            let read = (&mut self.reader).take(limit).read_until(b'\n', &mut self.buffer);
            if read.map_err(|error| CorpusError::read(&self.name, error))? == 0 {
                return Ok(None);
            }
            self.line += 1;
            if self.buffer.len() as u64 == limit && self.buffer.last() != Some(&b'\n') {
                self.reader.skip_until(b'\n').map_err(|error| CorpusError::read(&self.name, error))?;
                let reason = format!("the line is longer than {} bytes", self.limits.row_bytes);
                return Ok(Some(Err(BadRow { line: self.line, reason })));
            }
            if !self.buffer.trim_ascii().is_empty() {
                return Ok(Some(self.object()));
            }
        }
    }

    fn object(&self) -> Result<Object, BadRow> {
        let bad = |reason: String| BadRow { line: self.line, reason };
        let text = std::str::from_utf8(&self.buffer)
            .map_err(|error| bad(format!("the line is not UTF-8 at byte {}", error.valid_up_to() + 1)))?;
        serde_json::from_str(text).map_err(|error| bad(format!("not a JSON object: {error}")))
    }

    fn row(&mut self, object: Object) -> ReadRow {
        let bad = |reason: String| BadRow { line: self.line, reason };
        let mut cells = vec![Cell::Missing; self.columns.len()];
        for (key, value) in object.0 {
            let Some(place) = self.columns.iter().position(|column| *column == key) else { continue };
            check_length(&key, value.get().len(), &self.limits).map_err(bad)?;
            cells[place] = cell(&value).map_err(|error| bad(format!("column `{key}`: {error}")))?;
            self.seen[place] = true;
        }
        Ok(RawRow { line: self.line, cells })
    }
}

impl Rows for JsonLines {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    /// A column that no row has is noticed at the end only: rows may leave columns out.
    fn select(&mut self, columns: &[String]) -> Result<(), CorpusError> {
        self.columns = columns.to_vec();
        self.seen = vec![false; columns.len()];
        Ok(())
    }

    fn next(&mut self) -> Result<Option<ReadRow>, CorpusError> {
        if let Some(object) = self.next_object()? {
            let row = object.and_then(|object| self.row(object));
            self.rows += u64::from(row.is_ok());
            return Ok(Some(row));
        }
        match self.seen.iter().position(|seen| !seen) {
            Some(place) if self.rows > 0 => Err(CorpusError::Mapping(format!(
                "no row of {} has a field `{}`",
                self.name, self.columns[place]
            ))),
            _ => Ok(None),
        }
    }
}

/// Strings without their escapes, everything else as it is written, so that long numbers stay exact.
fn cell(value: &RawValue) -> Result<Cell, serde_json::Error> {
    Ok(match value.get() {
        "null" => Cell::Missing,
        text if text.starts_with('"') => Cell::Text(serde_json::from_str(text)?),
        text => Cell::Text(text.to_owned()),
    })
}

/// A JSON object with its keys in the order of the file.
struct Object(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object, M::Error> {
        let mut fields: Vec<(String, Box<RawValue>)> = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, Box<RawValue>>()? {
            if fields.iter().any(|(known, _)| *known == key) {
                return Err(M::Error::custom(format!("the field `{key}` stands there twice")));
            }
            if fields.len() == COLUMNS {
                return Err(M::Error::custom(format!("there are more than {COLUMNS} fields")));
            }
            fields.push((key, value));
        }
        Ok(Object(fields))
    }
}
