//! Documents packed into chunks.

use super::CorpusSchema;
use super::cell::Value;
use hunch_engine::{
    ABSTAIN, CHUNK_ROWS, CHUNK_TEXT_BYTES, Chunk, Column, ColumnData, FormatError, SourceColumn, Split,
    TextColumn, Values, VectorColumn,
};
use hunch_rules::{ColumnType, LabelIndex};

/// What the chunks of an import hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Layout {
    pub(super) schema: CorpusSchema,
    /// Whether there is a gold column.
    pub(super) gold: bool,
    /// For each of the schema's sources the labels it gives the probability of, ascending.
    pub(super) probabilities: Vec<Vec<LabelIndex>>,
}

impl Layout {
    pub(super) fn new(schema: CorpusSchema) -> Self {
        let probabilities = vec![Vec::new(); schema.sources.len()];
        Self { schema, gold: false, probabilities }
    }

    /// Adds what a chunk of the corpus holds, so that its rows can be written anew without losing anything.
    pub(super) fn absorb(&mut self, chunk: &Chunk) {
        self.gold |= chunk.gold.is_some();
        for source in &chunk.sources {
            let place = self.add_source(&source.name);
            for (label, _) in &source.probabilities {
                self.add_probability(place, *label);
            }
        }
    }

    /// The place of a source, added if it is new.
    pub(super) fn add_source(&mut self, name: &str) -> usize {
        let place = self.schema.add_source(name);
        self.probabilities.resize(self.schema.sources.len(), Vec::new());
        place
    }

    /// Makes room for the probability that the source at that place gives to a label.
    pub(super) fn add_probability(&mut self, source: usize, label: LabelIndex) {
        let labels = &mut self.probabilities[source];
        if let Err(place) = labels.binary_search(&label) {
            labels.insert(place, label);
        }
    }
}

/// A document on its way into a chunk; values stand in the order of the layout.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Document {
    pub(super) id: String,
    pub(super) split: Split,
    pub(super) gold: i16,
    pub(super) values: Vec<Option<Value>>,
    pub(super) sources: Vec<SourceSays>,
}

/// What a source says about a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SourceSays {
    pub(super) vote: i16,
    /// Ascending by label.
    pub(super) probabilities: Vec<(LabelIndex, f64)>,
}

impl Default for SourceSays {
    fn default() -> Self {
        Self { vote: ABSTAIN, probabilities: Vec::new() }
    }
}

impl Document {
    /// A document of which nothing is known.
    pub(super) fn empty(layout: &Layout) -> Self {
        Self {
            id: String::new(),
            split: Split::Train,
            gold: ABSTAIN,
            values: vec![None; layout.schema.columns.len()],
            sources: vec![SourceSays::default(); layout.probabilities.len()],
        }
    }

    /// The document on a row of a chunk.
    pub(super) fn of(chunk: &Chunk, row: usize, layout: &Layout) -> Self {
        let source = |name: &String| match chunk.source(name) {
            None => SourceSays::default(),
            Some(source) => SourceSays {
                vote: source.votes.get(row).copied().unwrap_or(ABSTAIN),
                probabilities: source
                    .probabilities
                    .iter()
                    .filter_map(|(l, p)| Some((*l, p.get(row)?)))
                    .collect(),
            },
        };
        Self {
            id: chunk.ids.get(row).unwrap_or_default().to_owned(),
            split: chunk.splits.get(row).copied().unwrap_or_default(),
            gold: chunk.gold.as_ref().and_then(|gold| gold.get(row).copied()).unwrap_or(ABSTAIN),
            values: layout
                .schema
                .columns
                .iter()
                .map(|column| value(chunk.column(&column.name)?, row))
                .collect(),
            sources: layout.schema.sources.iter().map(source).collect(),
        }
    }

    /// Bytes of its texts and vectors.
    fn bytes(&self) -> usize {
        let bytes = |value: &Option<Value>| match value {
            Some(Value::Text(text)) => text.len(),
            Some(Value::Vector(vector)) => size_of_val(vector.as_slice()),
            _ => 0,
        };
        self.values.iter().map(bytes).sum()
    }
}

fn value(column: &ColumnData, row: usize) -> Option<Value> {
    match column {
        ColumnData::Text(text) | ColumnData::Category(text) => {
            text.get(row).map(|text| Value::Text(text.to_owned()))
        }
        ColumnData::Number(values) => values.get(row).map(Value::Number),
        ColumnData::Bool(values) => values.get(row).map(Value::Bool),
        ColumnData::Date(values) => values.get(row).map(Value::Date),
        ColumnData::Vector(vectors) => vectors.get(row).map(|vector| Value::Vector(vector.to_vec())),
    }
}

/// Packs documents until a chunk is full.
#[derive(Debug)]
pub(super) struct ChunkBuilder {
    layout: Layout,
    chunk: Chunk,
}

impl ChunkBuilder {
    pub(super) fn new(layout: Layout) -> Self {
        let chunk = empty_chunk(&layout);
        Self { layout, chunk }
    }

    pub(super) fn rows(&self) -> usize {
        self.chunk.rows
    }

    /// Whether the document must go into the next chunk.
    pub(super) fn is_full_for(&self, document: &Document) -> bool {
        is_full(&self.chunk)
            || (self.chunk.rows > 0 && self.chunk.text_bytes() + document.bytes() > CHUNK_TEXT_BYTES)
    }

    pub(super) fn push(&mut self, document: &Document) -> Result<(), FormatError> {
        let chunk = &mut self.chunk;
        chunk.ids.push(Some(&document.id))?;
        chunk.splits.push(document.split);
        if let Some(gold) = &mut chunk.gold {
            gold.push(document.gold);
        }
        for (column, value) in chunk.columns.iter_mut().zip(&document.values) {
            push_value(&mut column.data, value.as_ref())?;
        }
        for (source, says) in chunk.sources.iter_mut().zip(&document.sources) {
            source.votes.push(says.vote);
            for (label, values) in &mut source.probabilities {
                let given = says.probabilities.iter().find(|(given, _)| given == label);
                values.push(given.map(|(_, probability)| *probability));
            }
        }
        chunk.rows += 1;
        Ok(())
    }

    /// The chunk so far; the builder starts the next one.
    pub(super) fn take(&mut self) -> Chunk {
        std::mem::replace(&mut self.chunk, empty_chunk(&self.layout))
    }
}

/// Whether a chunk takes no more rows.
pub(super) fn is_full(chunk: &Chunk) -> bool {
    chunk.rows >= CHUNK_ROWS || chunk.text_bytes() >= CHUNK_TEXT_BYTES
}

fn empty_chunk(layout: &Layout) -> Chunk {
    let data = |kind| match kind {
        ColumnType::Text => ColumnData::Text(TextColumn::default()),
        ColumnType::Category => ColumnData::Category(TextColumn::default()),
        ColumnType::Number => ColumnData::Number(Values::default()),
        ColumnType::Bool => ColumnData::Bool(Values::default()),
        ColumnType::Date => ColumnData::Date(Values::default()),
        ColumnType::Vector(length) => ColumnData::Vector(VectorColumn::new(length)),
    };
    let columns = layout.schema.columns.iter();
    let sources = layout.schema.sources.iter().zip(&layout.probabilities);
    Chunk {
        gold: layout.gold.then(Vec::new),
        columns: columns
            .map(|column| Column { name: column.name.clone(), data: data(column.kind) })
            .collect(),
        sources: sources
            .map(|(name, labels)| SourceColumn {
                name: name.clone(),
                votes: Vec::new(),
                probabilities: labels.iter().map(|label| (*label, Values::default())).collect(),
            })
            .collect(),
        ..Chunk::default()
    }
}

fn push_value(column: &mut ColumnData, value: Option<&Value>) -> Result<(), FormatError> {
    match (column, value) {
        (ColumnData::Text(text) | ColumnData::Category(text), Some(Value::Text(value))) => {
            text.push(Some(value))?;
        }
        (ColumnData::Number(values), Some(Value::Number(value))) => values.push(Some(*value)),
        (ColumnData::Bool(values), Some(Value::Bool(value))) => values.push(Some(*value)),
        (ColumnData::Date(values), Some(Value::Date(value))) => values.push(Some(*value)),
        (ColumnData::Vector(vectors), Some(Value::Vector(value))) => vectors.push(Some(value))?,
        // Values are typed by the layout, so what is left is missing.
        (ColumnData::Text(text) | ColumnData::Category(text), _) => {
            text.push(None)?;
        }
        (ColumnData::Number(values), _) => values.push(None),
        (ColumnData::Bool(values), _) => values.push(None),
        (ColumnData::Date(values), _) => values.push(None),
        (ColumnData::Vector(vectors), _) => vectors.push(None)?,
    }
    Ok(())
}
