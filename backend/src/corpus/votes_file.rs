//! Votes files: `[id,][label,]source…` as CSV, TSV, JSONL or Parquet, or the arrays `votes, ids, sources, labels, gold`
//! as npz. Votes and gold are label names or indexes; -1 or nothing abstains.

mod external;
mod write;

use super::cell::Cell;
use super::mapping::label_index;
use super::npz::{Matrix, NpzReader};
use super::reader::{RawRow, RowReader};
use super::{CorpusError, Limits};
use hunch_engine::ABSTAIN;
use std::path::{Path, PathBuf};

pub use external::ExternalVotes;
pub use write::VotesWriter;

/// The column of document ids.
const ID: &str = "id";
/// The column of gold unless another is named.
const GOLD: &str = "label";
/// Most labels that a votes file may use.
const LABELS: usize = 1_000;

/// How to read a votes file.
#[derive(Debug, Clone, Default)]
pub struct VotesOptions {
    /// The label set by index; needed where votes are names and the file does not say the set itself.
    pub labels: Option<Vec<String>>,
    /// The column, or array, of gold: `label` (in npz `gold`) unless given, if there is one.
    pub gold: Option<String>,
    /// How much the file may hold.
    pub limits: Limits,
}

/// A votes file whose sources and labels are known.
#[derive(Debug)]
pub struct VotesFile {
    path: PathBuf,
    name: String,
    limits: Limits,
    labels: Vec<String>,
    sources: Vec<String>,
    layout: Layout,
}

/// Where things stand.
#[derive(Debug)]
enum Layout {
    /// Columns to read: the sources, then these if there are any.
    Columns { id: bool, gold: Option<String> },
    /// Arrays that were read.
    Arrays { gold: Option<Vec<i16>>, ids: Option<Vec<String>>, votes: Matrix },
}

/// A document's votes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VoteRow {
    /// The document's id; none if the file has none.
    pub id: Option<String>,
    /// Its gold, -1 if there is none.
    pub gold: i16,
    /// One vote per source, -1 where it abstains.
    pub votes: Vec<i16>,
}

impl VotesFile {
    /// Opens a file and finds out its sources and labels. Unless labels are given, or the file is npz and says them,
    /// the whole file is read once for the largest index.
    pub fn open(path: &Path, options: &VotesOptions) -> Result<Self, CorpusError> {
        let name = path.display().to_string();
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("npz")) {
            return Self::open_npz(path, name, options);
        }
        let reader = RowReader::open(path, &name, None, &options.limits)?;
        let columns = reader.columns();
        super::reader::places(&name, columns, options.gold.as_slice())?;
        let has = |column: &str| columns.iter().any(|known| known == column);
        let gold = options.gold.clone().or_else(|| has(GOLD).then(|| GOLD.to_owned()));
        let is_source = |column: &&String| *column != ID && *column != GOLD && Some(*column) != gold.as_ref();
        let mut file = Self {
            sources: columns.iter().filter(is_source).cloned().collect(),
            layout: Layout::Columns { id: has(ID) && gold.as_deref() != Some(ID), gold },
            labels: options.labels.clone().unwrap_or_default(),
            limits: options.limits,
            path: path.to_owned(),
            name,
        };
        if options.labels.is_none() {
            file.labels = file.find_labels()?;
        }
        file.checked()
    }

    /// Refuses a file without sources, and a label set that is none.
    fn checked(self) -> Result<Self, CorpusError> {
        let labels = &self.labels;
        let twice = labels.iter().enumerate().find(|(place, label)| labels[..*place].contains(label));
        let reason = if self.sources.is_empty() {
            "there are no votes: it has no columns but id and gold".to_owned()
        } else if labels.is_empty() || labels.len() > LABELS {
            format!("there are {} labels; there must be 1 to {LABELS}", labels.len())
        } else if labels.iter().any(String::is_empty) {
            "a label has no name".to_owned()
        } else if let Some((_, label)) = twice {
            format!("the label `{label}` is given twice")
        } else {
            return Ok(self);
        };
        Err(CorpusError::file(&self.name, reason))
    }

    fn open_npz(path: &Path, name: String, options: &VotesOptions) -> Result<Self, CorpusError> {
        let mut npz = NpzReader::open(path, &name)?;
        let fail = |reason: String| CorpusError::file(&name, reason);
        let votes = npz.matrix("votes")?.ok_or_else(|| fail("there is no array `votes`".to_owned()))?;
        let named = |source| format!("source_{source}");
        let sources = npz.texts("sources")?.unwrap_or_else(|| (1..=votes.columns).map(named).collect());
        let ids = npz.texts("ids")?;
        let gold = npz.integers(options.gold.as_deref().unwrap_or("gold"))?;
        if let (None, Some(gold)) = (&gold, &options.gold) {
            return Err(fail(format!("there is no array `{gold}`")));
        }
        if sources.len() != votes.columns {
            return Err(fail(format!("there are {} sources, but votes of {}", sources.len(), votes.columns)));
        }
        let lengths =
            [ids.as_ref().map(|ids| ("ids", ids.len())), gold.as_ref().map(|gold| ("gold", gold.len()))];
        if let Some((array, length)) = lengths.into_iter().flatten().find(|(_, length)| *length != votes.rows)
        {
            return Err(fail(format!("`{array}` has {length} rows, but `votes` has {}", votes.rows)));
        }
        let labels = match (&options.labels, npz.texts("labels")?) {
            (Some(labels), _) => labels.clone(),
            (None, Some(labels)) => labels,
            (None, None) => {
                let largest = votes.values.iter().chain(gold.iter().flatten()).max().copied();
                labels_up_to(largest.map(i64::from)).map_err(fail)?
            }
        };
        let layout = Layout::Arrays { gold, ids, votes };
        Self { path: path.to_owned(), limits: options.limits, name, labels, sources, layout }.checked()
    }

    /// The labels by index: as given, else by the file, else `0`, `1`, … up to the largest index, at least two.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The sources in the file's order.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// Whether documents have gold.
    pub fn has_gold(&self) -> bool {
        match &self.layout {
            Layout::Columns { gold, .. } => gold.is_some(),
            Layout::Arrays { gold, .. } => gold.is_some(),
        }
    }

    /// The documents in the file's order; ends at the first that cannot be read.
    pub fn rows(&self) -> Result<VoteRows<'_>, CorpusError> {
        let rows = match &self.layout {
            Layout::Columns { id, gold } => {
                Rows::Columns { reader: self.reader()?, id: *id, gold: gold.is_some() }
            }
            Layout::Arrays { .. } => Rows::Arrays { next: 0 },
        };
        Ok(VoteRows { file: self, cells: LabelCells::new(&self.labels), rows, row: VoteRow::default() })
    }

    /// A reader of the sources' columns, then of id and gold.
    fn reader(&self) -> Result<RowReader, CorpusError> {
        let mut reader = RowReader::open(&self.path, &self.name, None, &self.limits)?;
        let mut columns = self.sources.clone();
        if let Layout::Columns { id, gold } = &self.layout {
            columns.extend(id.then(|| ID.to_owned()));
            columns.extend(gold.clone());
        }
        reader.select(&columns)?;
        Ok(reader)
    }

    /// The labels `0`, `1`, … up to the largest in the file; an error if a vote is a name.
    fn find_labels(&self) -> Result<Vec<String>, CorpusError> {
        let mut reader = self.reader()?;
        let Layout::Columns { id, .. } = &self.layout else { return Ok(Vec::new()) };
        let id = id.then_some(self.sources.len());
        let mut largest = None;
        while let Some(row) = reader.next()? {
            let row = row.map_err(|bad| self.bad_row(bad.line, bad.reason))?;
            for (place, cell) in row.cells.iter().enumerate().filter(|(place, _)| Some(*place) != id) {
                let index = index(cell).map_err(|text| {
                    let column = &reader.columns()[place];
                    let reason = format!("column `{column}`: `{text}` is not a label's index");
                    self.bad_row(row.line, format!("{reason}; give the labels in order (--labels A,B)"))
                })?;
                largest = largest.max(Some(index));
            }
        }
        labels_up_to(largest).map_err(|reason| CorpusError::file(&self.name, reason))
    }

    /// Takes over a row of the arrays; false at the end.
    fn array_row(&self, row: usize, into: &mut VoteRow) -> Result<bool, CorpusError> {
        let Layout::Arrays { gold, ids, votes } = &self.layout else { return Ok(false) };
        if row >= votes.rows {
            return Ok(false);
        }
        let label = |value: i16| {
            let known =
                value == ABSTAIN || usize::try_from(value).is_ok_and(|label| label < self.labels.len());
            known.then_some(value).ok_or_else(|| {
                let reason =
                    format!("row {row}: there is no label {value}; there are {} labels", self.labels.len());
                CorpusError::file(&self.name, reason)
            })
        };
        into.votes.clear();
        for &vote in &votes.values[row * votes.columns..(row + 1) * votes.columns] {
            into.votes.push(label(vote)?);
        }
        into.id = ids.as_ref().map(|ids| ids[row].clone());
        into.gold = gold.as_ref().map_or(Ok(ABSTAIN), |gold| label(gold[row]))?;
        Ok(true)
    }

    fn bad_row(&self, line: u64, reason: String) -> CorpusError {
        CorpusError::BadRow { name: self.name.clone(), line, reason }
    }
}

/// Labels named by their index.
fn labels_up_to(largest: Option<i64>) -> Result<Vec<String>, String> {
    let count = usize::try_from(largest.unwrap_or(-1).saturating_add(1)).unwrap_or(usize::MAX).max(2);
    if count > LABELS {
        return Err(format!("a vote is for label {}; the limit is {LABELS} labels", count - 1));
    }
    Ok((0..count).map(|label| label.to_string()).collect())
}

/// The index a cell holds, -1 for none; the error is the cell's text, cut to what fits a message.
fn index(cell: &Cell) -> Result<i64, String> {
    let Some(text) = cell.trimmed() else { return Ok(-1) };
    // Tools write the indexes of a column with gaps as `1.0`.
    text.strip_suffix(".0")
        .unwrap_or(&text)
        .parse()
        .ok()
        .filter(|index| *index >= -1)
        .ok_or_else(|| text.chars().take(60).collect())
}

/// Reads label names and indexes.
struct LabelCells<'a> {
    labels: &'a [String],
    /// No label's name is another's index, so that an index needs no look at the names.
    plain: bool,
}

impl<'a> LabelCells<'a> {
    fn new(labels: &'a [String]) -> Self {
        let own = |(index, label): (usize, &String)| label.parse::<usize>().is_ok_and(|named| named != index);
        Self { labels, plain: !labels.iter().enumerate().any(own) }
    }

    /// The index a cell means, -1 for none; the error is a sentence.
    fn read(&self, cell: &Cell) -> Result<i16, String> {
        if let Ok(index) = index(cell).map(|index| i16::try_from(index).unwrap_or(i16::MAX)) {
            let known = usize::try_from(index).is_ok_and(|index| index < self.labels.len());
            if index == ABSTAIN || known && self.plain {
                return Ok(index);
            }
        }
        let text = cell.trimmed().unwrap_or_default();
        label_index(&text, self.labels).map(|label| i16::try_from(label).unwrap_or(ABSTAIN))
    }
}

/// The documents of a [`VotesFile`]. Not an iterator, because the row is lent: a file has many.
pub struct VoteRows<'a> {
    file: &'a VotesFile,
    cells: LabelCells<'a>,
    rows: Rows,
    row: VoteRow,
}

enum Rows {
    Columns { reader: RowReader, id: bool, gold: bool },
    Arrays { next: usize },
}

impl VoteRows<'_> {
    /// The next document; none at the end.
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot lend its items")]
    pub fn next(&mut self) -> Result<Option<&VoteRow>, CorpusError> {
        let found = match &mut self.rows {
            Rows::Columns { reader, id, gold } => match reader.next()? {
                None => false,
                Some(row) => {
                    let row = row.map_err(|bad| self.file.bad_row(bad.line, bad.reason))?;
                    let fill = fill(&mut self.row, &row, &self.cells, self.file.sources.len(), *id, *gold);
                    fill.map_err(|(place, reason)| {
                        let reason = format!("column `{}`: {reason}", reader.columns()[place]);
                        self.file.bad_row(row.line, reason)
                    })?;
                    true
                }
            },
            Rows::Arrays { next } => {
                *next += 1;
                self.file.array_row(*next - 1, &mut self.row)?
            }
        };
        Ok(found.then_some(&self.row))
    }
}

/// Takes over a row of cells: sources, then id and gold if they are there. The error says which cell is wrong and why.
fn fill(
    into: &mut VoteRow,
    row: &RawRow,
    labels: &LabelCells<'_>,
    sources: usize,
    id: bool,
    gold: bool,
) -> Result<(), (usize, String)> {
    let label = |place: usize| labels.read(&row.cells[place]).map_err(|reason| (place, reason));
    into.votes.clear();
    for place in 0..sources {
        into.votes.push(label(place)?);
    }
    into.id = id.then(|| row.cells[sources].text().unwrap_or_default().into_owned());
    into.gold = if gold { label(sources + usize::from(id))? } else { ABSTAIN };
    Ok(())
}

#[cfg(test)]
mod tests;
