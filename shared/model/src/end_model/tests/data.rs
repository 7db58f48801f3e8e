//! Corpora with targets, and training on them.

use crate::end_model::{
    EndModel, EndModelError, EndModelOptions, Input, InputKind, Targets, Trained, Training,
};
use hunch_engine::{Chunk, Column, ColumnData, Split, TextColumn};

/// A chunk, what to learn of it, and what is true.
#[derive(Debug, Clone)]
pub(super) struct Corpus {
    pub chunk: Chunk,
    pub probabilities: Vec<f64>,
    pub weights: Vec<f64>,
    pub truth: Vec<usize>,
}

pub(super) fn labels(count: usize) -> Vec<String> {
    (0..count).map(|label| format!("L{label}")).collect()
}

pub(super) fn text_input() -> Input {
    Input { column: "text".to_owned(), kind: InputKind::Text }
}

impl Corpus {
    /// Texts with their labels of two, which are surely right, and weights.
    pub(super) fn of_texts<S: AsRef<str>>(
        texts: &[S],
        labels: impl IntoIterator<Item = (usize, f64)>,
    ) -> Self {
        let text = TextColumn::from_rows(texts.iter().map(Some)).unwrap();
        let (truth, weights): (Vec<usize>, Vec<f64>) = labels.into_iter().unzip();
        let chunk = Chunk {
            rows: texts.len(),
            ids: TextColumn::from_rows((0..texts.len()).map(|row| Some(format!("d{row}")))).unwrap(),
            splits: vec![Split::Train; texts.len()],
            columns: vec![Column { name: "text".to_owned(), data: ColumnData::Text(text) }],
            ..Chunk::default()
        };
        let probabilities = truth.iter().flat_map(|label| [[1.0, 0.0], [0.0, 1.0]][*label]).collect();
        Self { chunk, probabilities, weights, truth }
    }

    pub(super) fn targets(&self) -> Targets<'_> {
        Targets { probabilities: &self.probabilities, weights: &self.weights }
    }

    pub(super) fn text(&self, row: usize) -> &str {
        self.chunk.text_column("text").unwrap().get(row).unwrap()
    }

    pub(super) fn set(&mut self, row: usize, probabilities: &[f64; 2], weight: f64) {
        self.probabilities[row * 2..][..2].copy_from_slice(probabilities);
        self.weights[row] = weight;
    }

    /// Some rows, in this order.
    pub(super) fn take(&self, rows: &[usize]) -> Self {
        Self {
            chunk: self.chunk.take(rows).unwrap(),
            probabilities: rows.iter().flat_map(|row| self.probabilities[row * 2..][..2].to_vec()).collect(),
            weights: rows.iter().map(|row| self.weights[*row]).collect(),
            truth: rows.iter().map(|row| self.truth[*row]).collect(),
        }
    }

    /// Share of rows whose most likely label is true.
    pub(super) fn accuracy(&self, model: &EndModel) -> f64 {
        let probabilities = model.predict(&self.chunk).unwrap();
        let rows = probabilities.chunks_exact(model.labels().len()).zip(&self.truth);
        let right =
            rows.filter(|(row, truth)| (0..row.len()).all(|label| row[**truth] >= row[label])).count();
        right as f64 / self.truth.len() as f64
    }
}

/// Trains on one corpus of texts as usual.
pub(super) fn train(corpus: &Corpus, label_count: usize) -> Trained {
    train_with(&[corpus], vec![text_input()], EndModelOptions::new(labels(label_count))).unwrap()
}

/// Trains on corpora as chunks.
pub(super) fn train_with(
    corpora: &[&Corpus],
    inputs: Vec<Input>,
    options: EndModelOptions,
) -> Result<Trained, EndModelError> {
    let mut training = Training::new(inputs, options)?;
    while training.pass().is_some() {
        for corpus in corpora {
            training.read(&corpus.chunk, corpus.targets())?;
        }
        training.end_pass()?;
    }
    training.finish()
}
