//! A file of probabilistic labels, as `hunch fit --out` and exports are.

use super::cell::Value;
use super::reader::RowReader;
use super::{CorpusError, Limits};
use hunch_rules::ColumnType;
use std::collections::HashMap;
use std::path::Path;

/// What the name of a column of probabilities starts with; a label's name follows.
const PROBABILITY: &str = "p_";

/// P(label) by document, in memory.
#[derive(Debug)]
pub struct LabelsFile {
    labels: Vec<String>,
    /// Places of documents with a label.
    places: HashMap<String, usize>,
    /// As many numbers per document as there are labels.
    probabilities: Vec<f64>,
}

impl LabelsFile {
    /// Reads `id`, `label` and one `p_LABEL` per label. A document whose `label` is empty has none: no source voted.
    pub fn read(path: &Path, limits: &Limits) -> Result<Self, CorpusError> {
        let name = path.display().to_string();
        let mut reader = RowReader::open(path, &name, None, limits)?;
        let is_probability = |column: &&String| column.starts_with(PROBABILITY);
        let columns: Vec<String> = reader.columns().iter().filter(is_probability).cloned().collect();
        if columns.is_empty() {
            let reason =
                "there are no probabilities: it has no column `p_LABEL`, as `hunch fit --out` writes";
            return Err(CorpusError::file(&name, reason.to_owned()));
        }
        let wanted: Vec<String> =
            ["id", "label"].map(str::to_owned).into_iter().chain(columns.iter().cloned()).collect();
        super::reader::places(&name, reader.columns(), &wanted)?;
        reader.select(&wanted)?;
        let labels = columns.iter().map(|column| column[PROBABILITY.len()..].to_owned()).collect();
        let mut file = Self { labels, places: HashMap::new(), probabilities: Vec::new() };
        while let Some(row) = reader.next()? {
            let bad = |line, reason| CorpusError::BadRow { name: name.clone(), line, reason };
            let row = row.map_err(|row| bad(row.line, row.reason))?;
            let id = row.cells[0].text().ok_or_else(|| bad(row.line, "there is no id".to_owned()))?;
            if row.cells[1].trimmed().is_none() {
                continue;
            }
            let place = file.places.len();
            if file.places.insert(id.clone().into_owned(), place).is_some() {
                return Err(bad(row.line, format!("the id `{id}` occurs twice in the file")));
            }
            for (cell, column) in row.cells[2..].iter().zip(&columns) {
                let reason = |what: &str| bad(row.line, format!("column `{column}`: {what}"));
                match cell.value(ColumnType::Number).map_err(|error| reason(&error.to_string()))? {
                    Some(Value::Number(p)) if (0.0..=1.0).contains(&p) => file.probabilities.push(p),
                    Some(_) => return Err(reason("a probability must be 0 to 1")),
                    None => return Err(reason("there is no probability")),
                }
            }
        }
        Ok(file)
    }

    /// Names of the labels, in the order of their columns.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// How many documents have a label.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// P(label) of a document; none if it is not in the file, or has no label.
    pub fn of(&self, id: &str) -> Option<&[f64]> {
        let labels = self.labels.len();
        self.places.get(id).map(|place| &self.probabilities[place * labels..][..labels])
    }
}
