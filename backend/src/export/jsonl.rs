//! JSON Lines: one object per row; a missing label is `null`.

use super::{Columns, ExportError, ExportRows, RowWriter};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::io::{self, Write};

pub(super) struct JsonRows<W> {
    out: W,
}

impl<W: Write> JsonRows<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> RowWriter for JsonRows<W> {
    fn write(&mut self, rows: &ExportRows, columns: &Columns<'_>) -> Result<(), ExportError> {
        let labels: Vec<_> = columns.probabilities().collect();
        for row in 0..rows.ids.len() {
            let line = Line { rows, row, columns, labels: &labels };
            serde_json::to_writer(&mut self.out, &line).map_err(io::Error::from)?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), ExportError> {
        Ok(self.out.flush()?)
    }
}

/// A row as an object with its fields in the order of the other formats' columns.
struct Line<'a> {
    rows: &'a ExportRows,
    row: usize,
    columns: &'a Columns<'a>,
    labels: &'a [(usize, String)],
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { rows, row, columns, labels } = *self;
        let mut map = serializer.serialize_map(Some(labels.len() + 4))?;
        map.serialize_entry("id", &rows.ids[row])?;
        map.serialize_entry("label", &columns.label(rows.labels[row]))?;
        for (label, name) in labels {
            map.serialize_entry(name, &rows.probabilities[row][*label])?;
        }
        if let Some(snapshot) = columns.snapshot {
            map.serialize_entry("split", rows.splits[row].name())?;
            map.serialize_entry("snapshot", snapshot)?;
        }
        map.end()
    }
}
