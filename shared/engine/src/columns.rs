//! A chunk's columns as the evaluator reads them.

use std::{ops::Range, sync::Arc};

use hunch_rules::plan::LabelIndex;

use crate::{
    Bitset, Chunk, ColumnData, TextColumn, Truth, VectorColumn,
    chunk::ABSTAIN,
    folded::{Shadow, Texts},
    runs::Runs,
    scalar::{Cells, Measure, Operand},
};

/// A chunk with what is made of its texts.
///
/// A column that the chunk does not have, or has of another type, counts as missing on all its rows.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) chunk: Arc<Chunk>,
    /// By column; those of other types stay empty.
    shadows: Vec<Shadow>,
}

impl Columns {
    pub(crate) fn new(chunk: Arc<Chunk>) -> Self {
        let shadows = chunk.columns.iter().map(|_| Shadow::default()).collect();
        Self { chunk, shadows }
    }

    /// A text or category column.
    pub(crate) fn text(&self, name: &str) -> Option<Texts<'_>> {
        let original = self.chunk.text_column(name)?;
        let index = self.chunk.columns.iter().position(|column| column.name == name)?;
        Some(Texts { original, shadow: self.shadows.get(index)? })
    }

    /// The values of an operand: `numbers`, unless it is text.
    pub(crate) fn cells<'a>(
        &'a self,
        operand: &'a Operand,
        numbers: Option<Vec<f64>>,
        rows: &Range<usize>,
    ) -> Cells<'a> {
        let texts = match (numbers, operand) {
            (Some(numbers), _) => return Cells::Numbers(numbers),
            (None, Operand::Column(name)) => match self.text(name) {
                Some(texts) => rows.clone().map(|row| texts.folded().get(row)).collect(),
                None => vec![None; rows.len()],
            },
            (None, Operand::Text(text)) => vec![Some(text.as_str()); rows.len()],
            (None, Operand::Number(_)) => vec![None; rows.len()],
        };
        Cells::Texts(texts)
    }

    /// Lets `mark` set the rows of `rows` on which a text predicate is true; it is unknown where the text is missing.
    pub(crate) fn search(
        &self,
        name: &str,
        rows: Range<usize>,
        truth: &mut Truth,
        mark: impl FnOnce(Texts<'_>, &mut Bitset),
    ) {
        let Some(texts) = self.text(name) else { return rows.for_each(|row| truth.unknown.set(row)) };
        mark(texts, &mut truth.yes);
        if texts.original.valid().is_some() {
            for row in rows.filter(|row| texts.original.get(*row).is_none()) {
                truth.yes.unset(row);
                truth.unknown.set(row);
            }
        }
    }

    /// A column of vectors.
    pub(crate) fn vectors(&self, name: &str) -> Option<&VectorColumn> {
        match self.chunk.column(name) {
            Some(ColumnData::Vector(vectors)) => Some(vectors),
            _ => None,
        }
    }

    /// A number, boolean or date column as numbers, NaN where missing; of vectors only that they are there, as 1.
    pub(crate) fn numbers(&self, name: &str, rows: &Range<usize>) -> Vec<f64> {
        match self.chunk.column(name) {
            Some(ColumnData::Number(values)) => {
                collect(rows, |row| values.get(row).filter(|value| value.is_finite()))
            }
            Some(ColumnData::Bool(values)) => {
                collect(rows, |row| values.get(row).map(|value| f64::from(u8::from(value))))
            }
            Some(ColumnData::Date(values)) => collect(rows, |row| values.get(row).map(f64::from)),
            Some(ColumnData::Vector(vectors)) => collect(rows, |row| vectors.get(row).map(|_| 1.0)),
            _ => collect(rows, |_| None),
        }
    }

    /// The votes of an external source, NaN where it has none.
    pub(crate) fn source_votes(&self, source: &str, rows: &Range<usize>) -> Vec<f64> {
        let source = self.chunk.source(source);
        let vote =
            |row: usize| source?.votes.get(row).filter(|vote| **vote != ABSTAIN).map(|vote| f64::from(*vote));
        collect(rows, vote)
    }

    /// What an external source gives to a label, NaN where it says nothing.
    pub(crate) fn source_probabilities(
        &self,
        source: &str,
        label: LabelIndex,
        rows: &Range<usize>,
    ) -> Vec<f64> {
        let source = self.chunk.source(source);
        let values = source.and_then(|source| source.probabilities.iter().find(|(of, _)| *of == label));
        collect(rows, |row| values?.1.get(row).filter(|value| value.is_finite()))
    }

    /// Measures the texts of `rows`; `results` has a place for every row of the chunk.
    pub(crate) fn measure(&self, name: &str, measure: &Measure, rows: Range<usize>, results: &mut [f64]) {
        let Some(texts) = self.text(name) else { return results[rows].fill(f64::NAN) };
        let column = texts.original;
        let mut hits = Bitset::new(column.len());
        match measure {
            Measure::Words => {
                for (row, words) in rows.clone().zip(Runs::new(column, rows).counts()) {
                    results[row] = column.get(row).map_or(f64::NAN, |_| f64::from(words));
                }
            }
            Measure::Length => each(column, rows, results, |text| text.chars().count() as f64),
            Measure::Share(class) => each(column, rows, results, |text| class.share(text)),
            Measure::Matches(pattern) => {
                pattern.mark_candidates(texts, rows.clone(), &mut hits);
                each(column, rows, results, |_| 0.0);
                each(column, hits.iter_ones(), results, |text| pattern.occurrences(text).count() as f64);
            }
            Measure::Terms(search) => {
                search.mark(texts, rows.clone(), &mut hits);
                each(column, rows, results, |_| 0.0);
                each(texts.folded(), hits.iter_ones(), results, |text| search.count(text) as f64);
            }
        }
    }
}

/// Computes a number from each row's text, NaN where it is missing.
fn each(
    column: &TextColumn,
    rows: impl Iterator<Item = usize>,
    results: &mut [f64],
    of: impl Fn(&str) -> f64,
) {
    rows.for_each(|row| results[row] = column.get(row).map_or(f64::NAN, &of));
}

fn collect(rows: &Range<usize>, value: impl Fn(usize) -> Option<f64>) -> Vec<f64> {
    rows.clone().map(|row| value(row).unwrap_or(f64::NAN)).collect()
}
