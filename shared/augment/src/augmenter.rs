//! Carrying out a policy on rows of a chunk.

use crate::parameters::{Categories, Moments, Parameters};
use crate::random::{Key, Random};
use crate::text::{Change, MissingLexicon};
use hunch_engine::{
    Chunk, Column, ColumnData, FormatError, Lexicons, Split, TextColumn, Values, VectorColumn,
};
use hunch_rules::{Policy, PolicyStep};
use std::collections::BTreeSet;

/// A policy that can be carried out.
#[derive(Debug)]
pub struct Augmenter {
    name: String,
    copies: u32,
    seed: u64,
    steps: Vec<Step>,
}

/// Why a policy cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AugmentError {
    /// A stored lexicon was not given.
    #[error("the policy needs the lexicon `{0}`, which is not at hand")]
    LexiconMissing(String),
    /// [`Parameters`] lack a column.
    #[error("nothing is known about the values of the column `{0}`")]
    ParameterMissing(String),
}

/// Copies of some rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Variants {
    /// All copies of the first row, then of the next. Of the chunk's columns those that the policy changes; no gold, no
    /// sources; all in train.
    pub chunk: Chunk,
    /// Of each copy, the row it was made from.
    pub parents: Vec<usize>,
}

impl Variants {
    /// The copies with all columns: those that the policy does not change, gold and sources are their parents'. `chunk`
    /// is what they were made from.
    pub fn whole(&self, chunk: &Chunk) -> Result<Chunk, FormatError> {
        let mut whole = chunk.take(&self.parents)?;
        whole.ids = self.chunk.ids.clone();
        for column in &mut whole.columns {
            if let Some(changed) = self.chunk.column(&column.name) {
                column.data = changed.clone();
            }
        }
        Ok(whole)
    }
}

#[derive(Debug)]
enum Step {
    Text { column: String, change: Change },
    Drop { share: f64, columns: BTreeSet<String> },
    Jitter { column: String, spread: f64, moments: Moments },
    Resample { column: String, categories: Categories },
}

/// The id of a copy of a document: `parent~policy~copy`; copies are counted from 1.
pub fn variant_id(parent: &str, policy: &str, copy: u32) -> String {
    format!("{parent}~{policy}~{copy}")
}

impl Augmenter {
    /// Gets ready; `parameters` are those of [`Parameters::measure`] over the corpus.
    pub fn new(
        policy: &Policy,
        lexicons: &Lexicons,
        parameters: &Parameters,
        seed: u64,
    ) -> Result<Self, AugmentError> {
        let missing = |column: &String| AugmentError::ParameterMissing(column.clone());
        let steps = policy.steps.iter().map(|step| {
            Ok(match step {
                PolicyStep::Text { column, change } => {
                    let change = Change::new(change, step.terms(), lexicons)
                        .map_err(|MissingLexicon(name)| AugmentError::LexiconMissing(name))?;
                    Step::Text { column: column.clone(), change }
                }
                PolicyStep::Drop { share, columns } => {
                    Step::Drop { share: *share, columns: columns.iter().cloned().collect() }
                }
                PolicyStep::Jitter { column, spread } => {
                    let moments = *parameters.numbers.get(column).ok_or_else(|| missing(column))?;
                    Step::Jitter { column: column.clone(), spread: *spread, moments }
                }
                PolicyStep::Resample { column } => {
                    let categories = parameters.categories.get(column).ok_or_else(|| missing(column))?;
                    Step::Resample { column: column.clone(), categories: categories.clone() }
                }
            })
        });
        let steps = steps.collect::<Result<_, _>>()?;
        Ok(Self { name: policy.name.clone(), copies: policy.copies, seed, steps })
    }

    /// Copies of each document.
    pub fn copies(&self) -> u32 {
        self.copies
    }

    /// Copies of some rows of a chunk, which must pass [`Chunk::check`]. Fails where texts grow beyond what a column
    /// holds.
    pub fn variants(&self, chunk: &Chunk, rows: &[usize]) -> Result<Variants, FormatError> {
        let copies: Vec<(usize, u32)> =
            rows.iter().flat_map(|row| (1..=self.copies).map(|copy| (*row, copy))).collect();
        let ids = copies
            .iter()
            .map(|(row, copy)| Some(variant_id(chunk.ids.get(*row).unwrap_or_default(), &self.name, *copy)));
        let mut columns = Vec::new();
        for column in &chunk.columns {
            if self.steps.iter().any(|step| step.changes(&column.name)) {
                let data = self.column(chunk, column, &copies)?;
                columns.push(Column { name: column.name.clone(), data });
            }
        }
        let chunk = Chunk {
            rows: copies.len(),
            ids: TextColumn::from_rows(ids)?,
            splits: vec![Split::Train; copies.len()],
            gold: None,
            columns,
            sources: Vec::new(),
        };
        Ok(Variants { chunk, parents: copies.into_iter().map(|(row, _)| row).collect() })
    }

    /// One column of the copies.
    fn column(
        &self,
        chunk: &Chunk,
        column: &Column,
        copies: &[(usize, u32)],
    ) -> Result<ColumnData, FormatError> {
        let steps: Vec<(usize, &Step)> =
            self.steps.iter().enumerate().filter(|(_, step)| step.changes(&column.name)).collect();
        let random = |row: usize, copy: u32, step: usize| {
            let document = chunk.ids.get(row).unwrap_or_default();
            let (policy, column) = (&self.name, &column.name);
            Random::new(Key { seed: self.seed, document, policy, column, copy, step })
        };
        let texts = |texts: &TextColumn| {
            TextColumn::from_rows(copies.iter().map(|(row, copy)| {
                let mut text = texts.get(*row).map(str::to_owned);
                for (at, step) in &steps {
                    text = step.text(text, &mut random(*row, *copy, *at));
                }
                text
            }))
        };
        Ok(match &column.data {
            ColumnData::Text(column) => ColumnData::Text(texts(column)?),
            ColumnData::Category(column) => ColumnData::Category(texts(column)?),
            ColumnData::Number(values) => {
                ColumnData::Number(cells(values, copies, &steps, random, Step::number))
            }
            ColumnData::Bool(values) => ColumnData::Bool(cells(values, copies, &steps, random, Step::other)),
            ColumnData::Date(values) => ColumnData::Date(cells(values, copies, &steps, random, Step::other)),
            // No step changes a vector.
            ColumnData::Vector(vectors) => {
                let kept = copies.iter().map(|(row, _)| vectors.get(*row));
                ColumnData::Vector(VectorColumn::from_rows(vectors.length(), kept)?)
            }
        })
    }
}

/// Cells of a column that is not text, changed step by step.
fn cells<T: Copy + Default>(
    values: &Values<T>,
    copies: &[(usize, u32)],
    steps: &[(usize, &Step)],
    random: impl Fn(usize, u32, usize) -> Random,
    change: fn(&Step, Option<T>, &mut Random) -> Option<T>,
) -> Values<T> {
    let cell = |(row, copy): &(usize, u32)| {
        let value = values.get(*row);
        steps.iter().fold(value, |value, (at, step)| change(step, value, &mut random(*row, *copy, *at)))
    };
    copies.iter().map(cell).collect()
}

impl Step {
    fn changes(&self, name: &str) -> bool {
        match self {
            Self::Text { column, .. } | Self::Jitter { column, .. } | Self::Resample { column, .. } => {
                column == name
            }
            Self::Drop { columns, .. } => columns.contains(name),
        }
    }

    fn text(&self, text: Option<String>, random: &mut Random) -> Option<String> {
        match self {
            Self::Text { change, .. } => {
                let text = text?;
                Some(change.apply(&text, random).unwrap_or(text))
            }
            Self::Resample { categories, .. } => {
                categories.at(random.below(categories.rows())).map(str::to_owned)
            }
            Self::Drop { .. } | Self::Jitter { .. } => self.other(text, random),
        }
    }

    fn number(&self, number: Option<f64>, random: &mut Random) -> Option<f64> {
        match self {
            Self::Jitter { spread, moments, .. } => {
                let noise = random.normal() * *spread * moments.deviation();
                let noise = if moments.whole { noise.round() } else { noise };
                number.map(|number| number + noise)
            }
            _ => self.other(number, random),
        }
    }

    fn other<T>(&self, value: Option<T>, random: &mut Random) -> Option<T> {
        match self {
            Self::Drop { share, .. } if random.chance(*share) => None,
            _ => value,
        }
    }
}
