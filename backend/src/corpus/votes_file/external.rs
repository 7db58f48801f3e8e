//! Votes and probabilities that rules name as external sources, joined to a corpus by id or by row number.

use super::{GOLD, ID, LabelCells, VotesFile, VotesOptions};
use crate::corpus::mapping::probability;
use crate::corpus::reader::RowReader;
use crate::corpus::{CorpusError, Limits};
use hunch_engine::{ABSTAIN, Chunk, SourceColumn, Values};
use hunch_rules::LabelIndex;
use std::collections::HashMap;
use std::path::Path;

/// What external sources say about the documents of a file.
///
/// A column `SOURCE` holds votes, a column `SOURCE:LABEL` the probability of a label. Documents are found by the column
/// `id` if there is one, else by their number.
#[derive(Debug)]
pub struct ExternalVotes {
    name: String,
    sources: Vec<SourceColumn>,
    rows: usize,
    by_id: Option<HashMap<String, usize>>,
}

impl ExternalVotes {
    /// Reads the whole file: a few bytes per vote stay in memory.
    pub fn open(path: &Path, labels: &[String]) -> Result<Self, CorpusError> {
        let name = path.display().to_string();
        let mut external = Self { name, sources: Vec::new(), rows: 0, by_id: None };
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("npz")) {
            external.read_npz(path, labels)?;
        } else {
            external.read_columns(path, labels)?;
        }
        Ok(external)
    }

    /// Names of the sources.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.name.as_str())
    }

    /// Adds to a chunk what the sources say about its documents, and gives the number of documents that they know.
    /// `first` is the number of the chunk's first document.
    pub fn attach(&self, chunk: &mut Chunk, first: usize) -> usize {
        let place = |row: usize| match &self.by_id {
            Some(by_id) => chunk.ids.get(row).and_then(|id| by_id.get(id)).copied(),
            None => Some(first + row).filter(|row| *row < self.rows),
        };
        let places: Vec<Option<usize>> = (0..chunk.rows).map(place).collect();
        for source in &self.sources {
            let votes = places.iter().map(|place| place.map_or(ABSTAIN, |place| source.votes[place]));
            let probabilities = source.probabilities.iter().map(|(label, values)| {
                let mut picked = Values::default();
                for place in &places {
                    picked.push(place.and_then(|place| values.get(place)));
                }
                (*label, picked)
            });
            chunk.sources.push(SourceColumn {
                name: source.name.clone(),
                votes: votes.collect(),
                probabilities: probabilities.collect(),
            });
        }
        places.iter().flatten().count()
    }

    /// Refuses a file that does not belong to the corpus: it knows none of its documents, or without ids, it has not as
    /// many rows.
    pub fn check(&self, documents: usize, known: usize) -> Result<(), CorpusError> {
        let rows = self.rows;
        let reason = match &self.by_id {
            Some(_) if known == 0 && documents > 0 => {
                "none of its ids is one of the corpus; name the corpus' column of ids (--id COLUMN)"
                    .to_owned()
            }
            None if documents != rows => format!(
                "it has {rows} rows, but the corpus has {documents}; give both a column `id` to join them by"
            ),
            _ => return Ok(()),
        };
        Err(CorpusError::file(&self.name, reason))
    }

    fn read_npz(&mut self, path: &Path, labels: &[String]) -> Result<(), CorpusError> {
        let options = VotesOptions { labels: Some(labels.to_vec()), ..VotesOptions::default() };
        let file = VotesFile::open(path, &options)?;
        let source =
            |name: &String| SourceColumn { name: name.clone(), votes: Vec::new(), probabilities: Vec::new() };
        self.sources = file.sources().iter().map(source).collect();
        let mut rows = file.rows()?;
        while let Some(row) = rows.next()? {
            self.sources.iter_mut().zip(&row.votes).for_each(|(source, vote)| source.votes.push(*vote));
            if let Some(id) = &row.id {
                self.add_id(id, self.rows as u64)?;
            }
            self.rows += 1;
        }
        Ok(())
    }

    fn read_columns(&mut self, path: &Path, labels: &[String]) -> Result<(), CorpusError> {
        let mut reader = RowReader::open(path, &self.name, None, &Limits::default())?;
        let columns = reader.columns().to_vec();
        let targets: Vec<Target> = columns.iter().map(|column| self.target(column, labels)).collect();
        let cells = LabelCells::new(labels);
        while let Some(row) = reader.next()? {
            let row = row.map_err(|bad| self.bad_row(bad.line, bad.reason))?;
            self.sources.iter_mut().for_each(|source| source.votes.push(ABSTAIN));
            for ((cell, target), column) in row.cells.iter().zip(&targets).zip(&columns) {
                let told = match target {
                    Target::Id => {
                        self.add_id(&cell.text().unwrap_or_default(), row.line)?;
                        Ok(())
                    }
                    Target::Gold => Ok(()),
                    Target::Vote(source) => {
                        cells.read(cell).map(|vote| self.sources[*source].votes[self.rows] = vote)
                    }
                    Target::Probability(source, place) => probability(cell)
                        .map(|value| self.sources[*source].probabilities[*place].1.push(value)),
                };
                told.map_err(|reason| self.bad_row(row.line, format!("column `{column}`: {reason}")))?;
            }
            self.rows += 1;
        }
        for source in &mut self.sources {
            source.probabilities.sort_by_key(|(label, _)| *label);
        }
        Ok(())
    }

    /// What a column is; sources are added as they come up.
    fn target(&mut self, column: &str, labels: &[String]) -> Target {
        let label = column.rsplit_once(':').and_then(|(source, label)| {
            let index = labels.iter().position(|known| known == label && !label.is_empty())?;
            Some((source, LabelIndex::try_from(index).ok()?))
        });
        match (column, label) {
            (ID, _) => {
                self.by_id = Some(HashMap::new());
                Target::Id
            }
            (GOLD, _) => Target::Gold,
            (_, Some((source, label))) => {
                let source = self.source(source);
                let probabilities = &mut self.sources[source].probabilities;
                probabilities.push((label, Values::default()));
                Target::Probability(source, probabilities.len() - 1)
            }
            (source, None) => Target::Vote(self.source(source)),
        }
    }

    fn source(&mut self, name: &str) -> usize {
        self.sources.iter().position(|source| source.name == name).unwrap_or_else(|| {
            self.sources.push(SourceColumn {
                name: name.to_owned(),
                votes: Vec::new(),
                probabilities: Vec::new(),
            });
            self.sources.len() - 1
        })
    }

    fn add_id(&mut self, id: &str, line: u64) -> Result<(), CorpusError> {
        let by_id = self.by_id.get_or_insert_default();
        match by_id.insert(id.to_owned(), self.rows) {
            None => Ok(()),
            Some(_) => Err(self.bad_row(line, format!("the id `{id}` occurs twice in the file"))),
        }
    }

    fn bad_row(&self, line: u64, reason: String) -> CorpusError {
        CorpusError::BadRow { name: self.name.clone(), line, reason }
    }
}

/// What a column of the file is.
enum Target {
    Id,
    Gold,
    /// The source's votes.
    Vote(usize),
    /// The source's probabilities, and which of them.
    Probability(usize, usize),
}
