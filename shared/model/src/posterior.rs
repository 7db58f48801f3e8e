//! Probabilities per pattern, and the log-weights of votes that they come from.

use crate::pattern::PatternTable;
use serde::{Deserialize, Serialize};

/// Probabilities below this are taken for it, so that no vote is infinitely strong and every logarithm is finite.
const FLOOR: f64 = 1e-300;

/// P(label) for each pattern: one row of `labels` numbers per pattern.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Posteriors {
    labels: usize,
    values: Vec<f64>,
}

impl Posteriors {
    /// Rows made one after the other; `fill` gets the pattern's cells and a row of zeros.
    pub(crate) fn of(table: &PatternTable, mut fill: impl FnMut(&[u32], &mut [f64])) -> Self {
        let labels = table.labels();
        let mut values = vec![0.0; table.len() * labels];
        for ((cells, _), row) in table.patterns().zip(values.chunks_exact_mut(labels)) {
            fill(cells, row);
        }
        Self { labels, values }
    }

    pub(crate) fn row(&self, pattern: usize) -> &[f64] {
        &self.values[pattern * self.labels..][..self.labels]
    }

    pub(crate) fn push_row(&mut self, values: &[f64]) {
        debug_assert_eq!(values.len(), self.labels);
        self.values.extend(values);
    }

    pub(crate) fn set_row(&mut self, pattern: usize, values: &[f64]) {
        self.values[pattern * self.labels..][..self.labels].copy_from_slice(values);
    }

    /// Row by row, in the table's order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.labels)
    }
}

/// How far a label on which all votes agree stands above the others, at least, in log-odds.
const UNANIMITY: f64 = 0.1;

/// What a source's silence adds, per label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Silence {
    pub(crate) source: u32,
    pub(crate) weights: Vec<f64>,
}

/// A naive Bayes reading of a pattern: what holds without a vote, and what each vote adds, as logarithms per label.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct LogWeights {
    /// Of the prior, per label.
    pub(crate) prior: Vec<f64>,
    /// Of silent sources, in the table's order; only those whose silence says something.
    pub(crate) silence: Vec<Silence>,
    /// Per cell and label; after [`LogWeights::settle`], what a vote adds beyond its source's silence.
    pub(crate) cells: Vec<f64>,
    /// Per label, prior and the silence of all.
    base: Vec<f64>,
    /// Whether votes that all agree are never overruled.
    pub(crate) unanimity: bool,
    /// Sources against which gold speaks, by index: their agreement binds nobody.
    pub(crate) accused: Vec<bool>,
}

impl LogWeights {
    /// Without votes.
    pub(crate) fn new(prior: Vec<f64>) -> Self {
        Self { base: prior.clone(), prior, ..Self::default() }
    }

    /// Whether they are those of a table.
    pub(crate) fn fit(&self, table: &PatternTable) -> bool {
        let labels = table.labels();
        let sources = table.sources().len();
        self.prior.len() == labels
            && self.base.len() == labels
            && self.cells.len() == table.cells().len() * labels
            && self
                .silence
                .iter()
                .all(|silence| (silence.source as usize) < sources && silence.weights.len() == labels)
    }

    /// Puts everybody's silence into the base, so that a vote takes its source's back; once, when all is filled in.
    pub(crate) fn settle(&mut self, table: &PatternTable) {
        let mut of_source: Vec<Option<&[f64]>> = vec![None; table.sources().len()];
        for silence in &self.silence {
            of_source[silence.source as usize] = Some(&silence.weights);
        }
        for (cell, weights) in table.cells().iter().zip(self.cells.chunks_exact_mut(self.prior.len())) {
            for (weight, silence) in weights.iter_mut().zip(of_source[cell.source as usize].unwrap_or(&[])) {
                *weight -= silence;
            }
        }
        self.base.clone_from(&self.prior);
        for silence in &self.silence {
            self.base.iter_mut().zip(&silence.weights).for_each(|(sum, weight)| *sum += weight);
        }
    }

    /// P(label) for every pattern.
    pub(crate) fn posteriors(&self, table: &PatternTable) -> Posteriors {
        Posteriors::of(table, |cells, row| {
            self.add_up(cells, row);
            if let Some((label, lift)) = self.lift(table, cells, row) {
                row[label] += lift;
            }
            softmax(row);
        })
    }

    /// Log-weights of a pattern, per label, before unanimity.
    pub(crate) fn add_up(&self, cells: &[u32], row: &mut [f64]) {
        row.copy_from_slice(&self.base);
        for &cell in cells {
            for (sum, weight) in row.iter_mut().zip(&self.cells[cell as usize * self.base.len()..]) {
                *sum += weight;
            }
        }
    }

    /// What unanimity adds to which label, if all votes agree on one that would not win by itself.
    pub(crate) fn lift(&self, table: &PatternTable, cells: &[u32], row: &[f64]) -> Option<(usize, f64)> {
        let label = table.cells()[*cells.first().filter(|_| self.unanimity)? as usize].label;
        let binds = |&cell: &u32| {
            let cell = table.cells()[cell as usize];
            cell.label == label && !self.accused.get(cell.source as usize).is_some_and(|accused| *accused)
        };
        if !cells.iter().all(binds) {
            return None;
        }
        let label = usize::from(label);
        let others = row.iter().enumerate().filter(|(other, _)| *other != label).map(|(_, weight)| *weight);
        let lift = others.fold(f64::NEG_INFINITY, f64::max) + UNANIMITY - row[label];
        (lift > 0.0 && lift.is_finite()).then_some((label, lift))
    }
}

/// A probability's natural logarithm, finite for 0.
pub(crate) fn ln(probability: f64) -> f64 {
    libm::log(probability.max(FLOOR))
}

/// Log-weights to probabilities that sum to 1.
pub(crate) fn softmax(row: &mut [f64]) {
    let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for value in row.iter_mut() {
        // e⁰ is exactly 1, and there is one in every row.
        *value = if *value < largest { libm::exp(*value - largest) } else { 1.0 };
    }
    normalize(row);
}

/// Scales weights to sum to 1; uniform if all are 0.
pub(crate) fn normalize(row: &mut [f64]) {
    let sum: f64 = row.iter().sum();
    let uniform = 1.0 / row.len() as f64;
    for value in row {
        *value = if sum > 0.0 { *value / sum } else { uniform };
    }
}
