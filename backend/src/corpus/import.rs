//! An import: a file's rows appended to a corpus, bad rows left out and reported or the reason to stop.

use super::builder::Document;
use super::ids::split_of;
use super::mapping::ColumnPlan;
use super::reader::{RawRow, RowReader};
use super::writer::{CorpusWriter, Written};
use super::{ChunkStore, CorpusError, CorpusSchema, Limits};
use hunch_protocol::{
    BadRow, ChunkInfo, CorpusColumn, FileFormat, ImportMode, ImportReport, Mapping, OnBadRow,
};
use std::ops::ControlFlow;
use std::path::Path;

/// Rows between two calls of `progress`.
const PROGRESS_ROWS: u64 = 1_024;
/// Bad rows that a report names.
const REPORTED_ROWS: usize = 100;

/// What is to be imported, and into which corpus.
#[derive(Debug, Clone, Copy)]
pub struct Import<'a> {
    /// Where the file is.
    pub path: &'a Path,
    /// Its name as the person knows it, for messages and for its format.
    pub name: &'a str,
    /// Detected unless given.
    pub format: Option<FileFormat>,
    /// What its columns are.
    pub mapping: &'a Mapping,
    /// What to do with bad rows.
    pub on_bad_row: OnBadRow,
    /// How rows meet those that are there.
    pub mode: ImportMode,
    /// Label names by index; retired ones are empty.
    pub labels: &'a [String],
    /// Seed of the project, which splits follow from.
    pub seed: u64,
    /// The corpus' columns so far.
    pub schema: &'a CorpusSchema,
    /// The corpus' chunks so far, in order.
    pub chunks: &'a [ChunkInfo],
    /// How much the file may hold.
    pub limits: Limits,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file that were read.
    pub done: u64,
    /// Bytes of the file.
    pub total: u64,
    /// Rows that were read, good or bad.
    pub rows: u64,
}

/// What an import made. Nothing is changed until the caller publishes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The whole corpus afterwards.
    pub chunks: Vec<ChunkInfo>,
    /// Its columns afterwards.
    pub schema: CorpusSchema,
    /// What happened.
    pub report: ImportReport,
}

impl Import<'_> {
    /// Reads the file and stores its rows. Breaking from `progress` cancels. Memory holds one chunk, the ids' index
    /// and a few chunks at hand, however large the file.
    pub fn run(
        &self,
        store: &ChunkStore,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Imported, CorpusError> {
        let mut plan = ColumnPlan::new(self.mapping, self.labels, self.schema)?;
        let mut reader = RowReader::open(self.path, self.name, self.format, &self.limits)?;
        reader.select(&plan.selected)?;
        let mut report = ImportReport::default();
        let mut tell = |reader: &RowReader, rows| {
            let (done, total) = reader.bytes();
            match progress(Progress { done, total, rows }) {
                ControlFlow::Continue(()) => Ok(()),
                ControlFlow::Break(()) => Err(CorpusError::Cancelled),
            }
        };
        let mut writer = CorpusWriter::open(store, self.chunks, &mut plan, || tell(&reader, 0))?;
        while let Some(row) = reader.next()? {
            report.rows += 1;
            match self.take(row, &plan, &mut writer)? {
                Ok(Written::Added) => report.added += 1,
                Ok(Written::Updated) => report.updated += 1,
                Err(bad) => self.set_aside(bad, &mut report)?,
            }
            if report.rows % PROGRESS_ROWS == 0 {
                tell(&reader, report.rows)?;
            }
        }
        tell(&reader, report.rows)?;
        let (chunks, mut schema) = (writer.finish()?, plan.layout.schema);
        // A column keeps its term weights, whatever comes later, so that rules mean the same.
        let unweighed = |column: &CorpusColumn| column.weights.is_none();
        store.weigh(&mut schema.columns, unweighed, &chunks, |_| tell(&reader, report.rows))?;
        Ok(Imported { chunks, schema, report })
    }

    /// Writes a row; the inner error is a bad row.
    fn take(
        &self,
        row: Result<RawRow, BadRow>,
        plan: &ColumnPlan,
        writer: &mut CorpusWriter<'_>,
    ) -> Result<Result<Written, BadRow>, CorpusError> {
        let row = match row {
            Ok(row) => row,
            Err(bad) => return Ok(Err(bad)),
        };
        match self.document(&row, plan, writer) {
            Ok((document, written)) => writer.write(&document).map(|()| Ok(written)),
            Err(RowError::Bad(reason)) => Ok(Err(BadRow { line: row.line, reason })),
            Err(RowError::Fatal(error)) => Err(error),
        }
    }

    fn document(
        &self,
        row: &RawRow,
        plan: &ColumnPlan,
        writer: &mut CorpusWriter<'_>,
    ) -> Result<(Document, Written), RowError> {
        let (mut document, mut split) = plan.document(row, |identity| writer.make_id(identity, self.mode))?;
        let written = writer.check(&document.id, self.mode)?;
        if written == Written::Added && !plan.has_content() {
            let id = &document.id;
            return Err(RowError::Bad(format!("no document has the id `{id}`, and the row brings no text")));
        }
        // What the file says nothing about stays as it was.
        if written == Written::Updated
            && !plan.is_complete()
            && let Some(old) = writer.old(&document.id, plan).map_err(RowError::Fatal)?
        {
            split = split.or(Some(old.split));
            document = old;
            plan.fill(row, &mut document)?;
        }
        document.split = split.unwrap_or_else(|| split_of(self.seed, &document.id));
        Ok((document, written))
    }

    fn set_aside(&self, bad: BadRow, report: &mut ImportReport) -> Result<(), CorpusError> {
        if self.on_bad_row == OnBadRow::Stop {
            return Err(CorpusError::BadRow {
                name: self.name.to_owned(),
                line: bad.line,
                reason: bad.reason,
            });
        }
        report.skipped += 1;
        if report.bad_rows.len() < REPORTED_ROWS {
            report.bad_rows.push(bad);
        }
        Ok(())
    }
}

/// Why a row became no document.
enum RowError {
    /// The row is to blame; the reason is a sentence.
    Bad(String),
    /// The corpus is.
    Fatal(CorpusError),
}

impl From<String> for RowError {
    fn from(reason: String) -> Self {
        Self::Bad(reason)
    }
}

#[cfg(test)]
mod tests;
