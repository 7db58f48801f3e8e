//! Probabilities per pattern, and the log-weights of votes that they come from.

use crate::pattern::PatternTable;

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

/// A naive Bayes reading of a pattern: what holds without a vote, and what each vote adds, as logarithms per label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LogWeights {
    /// Per label.
    pub(crate) base: Vec<f64>,
    /// Per cell and label.
    pub(crate) cells: Vec<f64>,
}

impl LogWeights {
    /// P(label) for every pattern.
    pub(crate) fn posteriors(&self, table: &PatternTable) -> Posteriors {
        let labels = table.labels();
        Posteriors::of(table, |cells, row| {
            row.copy_from_slice(&self.base);
            for &cell in cells {
                for (sum, weight) in row.iter_mut().zip(&self.cells[cell as usize * labels..]) {
                    *sum += weight;
                }
            }
            softmax(row);
        })
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
        *value = libm::exp(*value - largest);
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
