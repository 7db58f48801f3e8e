//! Rows of the corpus, and the columns they have.

use std::collections::BTreeMap;

use hunch_engine::{
    ABSTAIN, Chunk, Column, ColumnData, SourceColumn, Split, TextColumn, Values, VectorColumn,
};
use hunch_rules::{ColumnDef, ColumnType, LexiconDef, Schema, WeightsDef};
use serde::Deserialize;

/// The labels of all cases, by index.
pub(crate) const LABELS: [&str; 3] = ["HAM", "SPAM", "not sure"];
const SOURCES: [&str; 2] = ["gpt", "clf"];
const COLUMNS: [(&str, ColumnType); 9] = [
    ("text", ColumnType::Text),
    ("title", ColumnType::Text),
    ("country", ColumnType::Category),
    ("stars", ColumnType::Number),
    ("price", ColumnType::Number),
    ("education-num", ColumnType::Number),
    ("paid", ColumnType::Bool),
    ("day", ColumnType::Date),
    ("embedding", ColumnType::Vector(3)),
];

/// A row as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Row {
    /// Its text alone.
    Text(String),
    /// Cells by column.
    Cells(BTreeMap<String, Cell>),
}

/// A value as it is written.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Cell {
    Bool(bool),
    Number(f64),
    Day(toml::value::Datetime),
    Text(String),
    Vector(Vec<f32>),
    Long {
        #[serde(default)]
        before: String,
        repeat: String,
        times: usize,
        #[serde(default)]
        after: String,
    },
}

/// Long texts are told short.
impl std::fmt::Debug for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Day(day) => write!(f, "{day}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Vector(vector) => write!(f, "{vector:?}"),
            Self::Long { before, repeat, times, after } => {
                write!(f, "{before:?} {times} × {repeat:?} {after:?}")
            }
        }
    }
}

/// What the rules of a case are compiled against.
pub(crate) fn schema(lexicons: Vec<LexiconDef>, weights: Vec<WeightsDef>) -> Schema {
    Schema {
        labels: LABELS.map(str::to_owned).to_vec(),
        columns: COLUMNS.map(|(name, kind)| ColumnDef { name: name.to_owned(), kind }).to_vec(),
        default_text: None,
        lexicons,
        sources: SOURCES.map(str::to_owned).to_vec(),
        weights,
    }
}

/// The rows as a chunk.
pub(crate) fn chunk(rows: &[Row]) -> Result<Chunk, String> {
    let rows: Vec<_> = rows.iter().map(Row::cells).collect();
    for name in rows.iter().flat_map(|row| row.keys()) {
        let column = COLUMNS.iter().any(|(column, _)| column == name);
        let source = SOURCES.iter().any(|source| name.strip_prefix(source).is_some_and(is_source_cell));
        if !column && !source {
            return Err(format!("the corpus has no column `{name}`"));
        }
    }
    let ids = TextColumn::from_rows((0..rows.len()).map(|row| Some(row.to_string())));
    Ok(Chunk {
        rows: rows.len(),
        ids: ids.map_err(|error| error.to_string())?,
        splits: vec![Split::Train; rows.len()],
        gold: None,
        columns: COLUMNS.iter().map(|(name, kind)| column(name, *kind, &rows)).collect::<Result<_, _>>()?,
        sources: SOURCES.iter().map(|name| source(name, &rows)).collect::<Result<_, _>>()?,
    })
}

fn is_source_cell(rest: &str) -> bool {
    rest.is_empty() || rest.strip_prefix('_').is_some_and(|label| LABELS.contains(&label))
}

type Cells = BTreeMap<String, Cell>;

impl Row {
    fn cells(&self) -> Cells {
        match self {
            Self::Text(text) => BTreeMap::from([("text".to_owned(), Cell::Text(text.clone()))]),
            Self::Cells(cells) => cells.clone(),
        }
    }
}

impl Cell {
    fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Long { before, repeat, times, after } => {
                Some(format!("{before}{}{after}", repeat.repeat(*times)))
            }
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        if let Self::Number(value) = self { Some(*value) } else { None }
    }

    fn vector(&self) -> Option<Vec<f32>> {
        if let Self::Vector(vector) = self { Some(vector.clone()) } else { None }
    }

    fn bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// Days since 1970-01-01.
    fn day(&self) -> Option<i32> {
        let Self::Day(toml::value::Datetime { date: Some(date), .. }) = self else { return None };
        let (year, month) = (i32::from(date.year), i32::from(date.month));
        // Years from March, so that the leap day comes last.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days_before_year = 365 * year + year / 4 - year / 100 + year / 400;
        Some(days_before_year + (153 * month + 2) / 5 + i32::from(date.day) - 1 - 719_468)
    }
}

/// The column's cells; one of the wrong type is an error.
fn typed<T>(name: &str, rows: &[Cells], read: impl Fn(&Cell) -> Option<T>) -> Result<Vec<Option<T>>, String> {
    let cell = |cell: &Cell| read(cell).ok_or_else(|| format!("`{name}` cannot be {cell:?}"));
    rows.iter().map(|row| row.get(name).map(cell).transpose()).collect()
}

fn column(name: &str, kind: ColumnType, rows: &[Cells]) -> Result<Column, String> {
    let texts = || TextColumn::from_rows(typed(name, rows, Cell::text)?).map_err(|error| error.to_string());
    let data = match kind {
        ColumnType::Text => ColumnData::Text(texts()?),
        ColumnType::Category => ColumnData::Category(texts()?),
        ColumnType::Number => ColumnData::Number(typed(name, rows, Cell::number)?.into_iter().collect()),
        ColumnType::Bool => ColumnData::Bool(typed(name, rows, Cell::bool)?.into_iter().collect()),
        ColumnType::Date => ColumnData::Date(typed(name, rows, Cell::day)?.into_iter().collect()),
        ColumnType::Vector(length) => {
            let vectors = VectorColumn::from_rows(length, typed(name, rows, Cell::vector)?);
            ColumnData::Vector(vectors.map_err(|error| error.to_string())?)
        }
    };
    Ok(Column { name: name.to_owned(), data })
}

fn source(name: &str, rows: &[Cells]) -> Result<SourceColumn, String> {
    let label = |cell: &Cell| LABELS.iter().position(|label| cell.text().as_deref() == Some(*label));
    let votes = typed(name, rows, label)?;
    let mut probabilities = Vec::new();
    for (index, label) in (0u16..).zip(LABELS) {
        let values: Values<f64> =
            typed(&format!("{name}_{label}"), rows, Cell::number)?.into_iter().collect();
        probabilities.push((index, values));
    }
    let vote = |vote: &Option<usize>| vote.and_then(|label| i16::try_from(label).ok()).unwrap_or(ABSTAIN);
    Ok(SourceColumn { name: name.to_owned(), votes: votes.iter().map(vote).collect(), probabilities })
}
