//! From a file's cells to documents: which column is what.

use super::builder::{Document, Layout, SourceSays};
use super::cell::{Cell, Value};
use super::ids::ID_BYTES;
use super::reader::RawRow;
use super::{CorpusError, CorpusSchema};
use hunch_engine::{ABSTAIN, Chunk, Split};
use hunch_protocol::Mapping;
use hunch_rules::{ColumnType, LabelIndex};

/// Labels that a message lists.
const LISTED_LABELS: usize = 20;

/// A mapping whose columns and labels are known.
#[derive(Debug)]
pub(super) struct ColumnPlan {
    /// What chunks hold once the rows are in.
    pub(super) layout: Layout,
    /// The file's columns that are needed, in the order rows are to have.
    pub(super) selected: Vec<String>,
    labels: Vec<String>,
    /// Places among the selected columns.
    id: Option<usize>,
    gold: Option<usize>,
    split: Option<usize>,
    /// For each column: its place in the layout and among the selected.
    values: Vec<(usize, usize)>,
    /// For each vote column: the place of its source in the layout, the column's among the selected.
    votes: Vec<(usize, usize)>,
    /// For each probability column: the place of its source, the label, the column's place among the selected.
    probabilities: Vec<(usize, LabelIndex, usize)>,
    /// Places in the layout of what ids are made from, where rows have none.
    identity: Vec<usize>,
}

impl ColumnPlan {
    /// Checks a mapping against the label set and the columns the corpus has already.
    pub(super) fn new(
        mapping: &Mapping,
        labels: &[String],
        schema: &CorpusSchema,
    ) -> Result<Self, CorpusError> {
        let mut plan = Self {
            layout: Layout::new(schema.clone()),
            selected: Vec::new(),
            labels: labels.to_vec(),
            id: None,
            gold: None,
            split: None,
            values: Vec::new(),
            votes: Vec::new(),
            probabilities: Vec::new(),
            identity: Vec::new(),
        };
        let texts = mapping.text.iter().map(|column| (column, ColumnType::Text));
        let attributes = mapping.attributes.iter().map(|attribute| (&attribute.column, attribute.kind));
        for (column, kind) in texts.chain(attributes) {
            let place = plan.layout.schema.add_column(column, kind)?;
            if plan.values.iter().any(|(known, _)| *known == place) {
                return Err(CorpusError::Mapping(format!("column `{column}` is mapped twice")));
            }
            let selected = plan.select(column);
            plan.values.push((place, selected));
        }
        plan.id = mapping.id.as_ref().map(|column| plan.select(column));
        plan.gold = mapping.gold.as_ref().map(|column| plan.select(column));
        plan.split = mapping.split.as_ref().map(|column| plan.select(column));
        plan.layout.gold = plan.gold.is_some();
        for vote in &mapping.votes {
            let source = plan.layout.add_source(&vote.source);
            let selected = plan.select(&vote.column);
            match &vote.label {
                None if plan.votes.iter().all(|(known, _)| *known != source) => {
                    plan.votes.push((source, selected));
                }
                Some(label) => {
                    let label = label_index(label, labels).map_err(CorpusError::Mapping)?;
                    plan.layout.add_probability(source, label);
                    plan.probabilities.push((source, label, selected));
                }
                None => {
                    let reason = format!("two columns hold the votes of source `{}`", vote.source);
                    return Err(CorpusError::Mapping(reason));
                }
            }
        }
        // Texts stand before attributes.
        let texts = if mapping.text.is_empty() { plan.values.len() } else { mapping.text.len() };
        plan.identity = plan.values[..texts].iter().map(|(place, _)| *place).collect();
        if plan.values.is_empty() && plan.id.is_none() {
            let reason = "say which column is the text, or which columns are attributes";
            return Err(CorpusError::Mapping(reason.to_owned()));
        }
        Ok(plan)
    }

    /// Whether rows bring texts or attributes, so that they can be documents of their own.
    pub(super) fn has_content(&self) -> bool {
        !self.values.is_empty()
    }

    fn select(&mut self, column: &str) -> usize {
        self.selected.iter().position(|known| known == column).unwrap_or_else(|| {
            self.selected.push(column.to_owned());
            self.selected.len() - 1
        })
    }

    /// Makes room for what the chunks of the corpus hold, so that their rows can be written anew.
    pub(super) fn absorb(&mut self, chunk: &Chunk) {
        self.layout.absorb(chunk);
    }

    /// Whether rows say everything there is to say about a document, so that none of its older values stays.
    pub(super) fn is_complete(&self) -> bool {
        self.values.len() == self.layout.schema.columns.len()
            && self.split.is_some()
            && (self.gold.is_some() || !self.layout.gold)
            && self.votes.len() == self.layout.schema.sources.len()
            && self.probabilities.len() == self.layout.probabilities.iter().map(Vec::len).sum::<usize>()
    }

    /// The document on a row, and the split if the row names one. `make_id` gets the texts that an id is made from.
    /// The error is a sentence.
    pub(super) fn document(
        &self,
        row: &RawRow,
        make_id: impl FnOnce(&[Option<&str>]) -> String,
    ) -> Result<(Document, Option<Split>), String> {
        let mut document = Document::empty(&self.layout);
        let split = self.fill(row, &mut document)?;
        document.id = if let Some(id) = self.id(row)? {
            id
        } else {
            let identity = self.identity(&document);
            make_id(&identity.iter().map(Option::as_deref).collect::<Vec<_>>())
        };
        Ok((document, split))
    }

    /// The id the row gives; `None` if the file has no id column.
    fn id(&self, row: &RawRow) -> Result<Option<String>, String> {
        let Some(place) = self.id else { return Ok(None) };
        match row.cells[place].text() {
            Some(id) if id.len() > ID_BYTES => Err(format!("the id is longer than {ID_BYTES} bytes")),
            Some(id) if !id.trim().is_empty() => Ok(Some(id.into_owned())),
            _ => Err("the row has no id".to_owned()),
        }
    }

    /// The texts that a document's id is made from.
    fn identity(&self, document: &Document) -> Vec<Option<String>> {
        let text = |value: &Value| match value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Date(days) => days.to_string(),
            Value::Vector(vector) => format!("{vector:?}"),
        };
        self.identity.iter().map(|place| document.values[*place].as_ref().map(text)).collect()
    }

    /// Writes what the row says into the document; returns the split if the row names one. The error is a sentence.
    pub(super) fn fill(&self, row: &RawRow, document: &mut Document) -> Result<Option<Split>, String> {
        let reason = |place: usize, error: &dyn std::fmt::Display| {
            format!("column `{}`: {error}", self.selected[place])
        };
        for (place, cell) in &self.values {
            let kind = self.layout.schema.columns[*place].kind;
            document.values[*place] = row.cells[*cell].value(kind).map_err(|error| reason(*cell, &error))?;
        }
        if let Some(cell) = self.gold {
            document.gold = self.label(&row.cells[cell]).map_err(|error| reason(cell, &error))?;
        }
        for (source, cell) in &self.votes {
            document.sources[*source].vote =
                self.label(&row.cells[*cell]).map_err(|error| reason(*cell, &error))?;
        }
        for (source, label, cell) in &self.probabilities {
            let probability = probability(&row.cells[*cell]).map_err(|error| reason(*cell, &error))?;
            set_probability(&mut document.sources[*source], *label, probability);
        }
        match self.split {
            None => Ok(None),
            Some(cell) => split(&row.cells[cell]).map_err(|error| reason(cell, &error)),
        }
    }

    /// A label by name or index, [`ABSTAIN`] if there is none.
    fn label(&self, cell: &Cell) -> Result<i16, String> {
        match cell.trimmed() {
            Some(text) if &*text != "-1" => label_index(&text, &self.labels).map(LabelIndex::cast_signed),
            _ => Ok(ABSTAIN),
        }
    }
}

/// The index of a label given by name or index; the error lists the labels there are.
pub(super) fn label_index(text: &str, labels: &[String]) -> Result<LabelIndex, String> {
    let by_name = labels.iter().position(|label| label == text);
    // Tools write the indexes of a column with gaps as `1.0`.
    let by_index = || text.strip_suffix(".0").unwrap_or(text).parse::<usize>().ok();
    let known = |index: &usize| labels.get(*index).is_some_and(|label| !label.is_empty());
    let index = by_name.or_else(by_index).filter(known).and_then(|index| LabelIndex::try_from(index).ok());
    index.ok_or_else(|| {
        let mut names = labels.iter().map(String::as_str).filter(|label| !label.is_empty());
        let listed: Vec<&str> = names.by_ref().take(LISTED_LABELS).collect();
        let more = if names.next().is_some() { ", …" } else { "" };
        let text: String = text.chars().take(60).collect();
        format!("`{text}` is not a label; the labels are {}{more}", listed.join(", "))
    })
}

pub(super) fn probability(cell: &Cell) -> Result<Option<f64>, String> {
    match cell.value(ColumnType::Number).map_err(|error| error.to_string())? {
        Some(Value::Number(number)) if (0.0..=1.0).contains(&number) => Ok(Some(number)),
        Some(Value::Number(number)) => Err(format!("`{number}` is not a probability")),
        _ => Ok(None),
    }
}

fn set_probability(says: &mut SourceSays, label: LabelIndex, probability: Option<f64>) {
    says.probabilities.retain(|(known, _)| *known != label);
    if let Some(probability) = probability {
        let place = says.probabilities.partition_point(|(known, _)| *known < label);
        says.probabilities.insert(place, (label, probability));
    }
}

/// The split a cell names, in any case; `validation` and `val` are names of valid.
pub(super) fn split(cell: &Cell) -> Result<Option<Split>, String> {
    let Some(text) = cell.trimmed() else { return Ok(None) };
    match text.to_lowercase().as_str() {
        "validation" | "val" => Ok(Some(Split::Valid)),
        name => name.parse().map(Some).map_err(|error: hunch_engine::chunk::UnknownSplit| error.to_string()),
    }
}
