//! What the columns of a corpus are.

use super::CorpusError;
use hunch_engine::Chunk;
use hunch_protocol::{CorpusColumn, align_chunk};
use hunch_rules::ColumnType;
use hunch_rules::limits::VECTOR_NUMBERS;
use serde::{Deserialize, Serialize};

/// The columns and external sources that rules can name, over all chunks. It only ever grows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CorpusSchema {
    /// In the order in which they were first imported, texts before attributes.
    pub columns: Vec<CorpusColumn>,
    /// The column a rule means by `text` when no column has that name: the first text column.
    pub default_text: Option<String>,
    /// External sources.
    pub sources: Vec<String>,
}

impl CorpusSchema {
    /// The chunk with all columns of the corpus; those it lacks hold missing values only.
    pub fn align(&self, chunk: &Chunk) -> Chunk {
        let mut chunk = chunk.clone();
        align_chunk(&mut chunk, &self.columns, &self.sources);
        chunk
    }

    /// The place of a column, added if it is new; another type than before is an error.
    pub(super) fn add_column(&mut self, name: &str, kind: ColumnType) -> Result<usize, CorpusError> {
        if let Some(place) = self.columns.iter().position(|column| column.name == name) {
            let known = self.columns[place].kind;
            return if known == kind {
                Ok(place)
            } else {
                let (known, kind) = (type_name(known), type_name(kind));
                Err(CorpusError::Mapping(format!(
                    "column `{name}` is a {known} column of the corpus and cannot become a {kind} column"
                )))
            };
        }
        if let ColumnType::Vector(length) = kind
            && !(1..=VECTOR_NUMBERS).contains(&(length as usize))
        {
            let reason = format!("column `{name}`: vectors have 1 to {VECTOR_NUMBERS} numbers, not {length}");
            return Err(CorpusError::Mapping(reason));
        }
        if kind == ColumnType::Text && self.default_text.is_none() {
            self.default_text = Some(name.to_owned());
        }
        self.columns.push(CorpusColumn::new(name, kind));
        Ok(self.columns.len() - 1)
    }

    /// The place of a source, added if it is new.
    pub(super) fn add_source(&mut self, name: &str) -> usize {
        self.sources.iter().position(|source| source == name).unwrap_or_else(|| {
            self.sources.push(name.to_owned());
            self.sources.len() - 1
        })
    }
}

pub(super) fn type_name(kind: ColumnType) -> String {
    let name = match kind {
        ColumnType::Vector(length) => return format!("vector({length})"),
        ColumnType::Text => "text",
        ColumnType::Number => "number",
        ColumnType::Bool => "bool",
        ColumnType::Date => "date",
        ColumnType::Category => "category",
    };
    name.to_owned()
}
