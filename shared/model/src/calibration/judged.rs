//! Probabilities beside gold.

use thiserror::Error;

/// Rows that have both probabilities and gold.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    labels: usize,
    /// `labels` numbers per row.
    probabilities: Vec<f64>,
    gold: Vec<usize>,
}

/// A row that cannot be judged.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum JudgedError {
    /// Probabilities and labels do not match.
    #[error("{found} probabilities, but there are {expected} labels")]
    Length {
        /// Probabilities given.
        found: usize,
        /// Labels.
        expected: usize,
    },
    /// Not a distribution.
    #[error("probabilities must be shares of at least 0 that sum to 1; they are {0:?}")]
    Probabilities(Vec<f64>),
    /// Gold is not in the label set.
    #[error("gold is {gold}, but labels are numbered 0 to {last}", last = labels.saturating_sub(1))]
    NoSuchLabel {
        /// The gold label.
        gold: i16,
        /// Labels.
        labels: usize,
    },
}

impl Judged {
    /// No rows yet, of so many labels.
    pub fn new(labels: usize) -> Self {
        Self { labels, probabilities: Vec::new(), gold: Vec::new() }
    }

    /// One more row; a negative gold label is no gold, and the row does not count.
    pub fn push(&mut self, probabilities: &[f64], gold: i16) -> Result<(), JudgedError> {
        let (found, expected) = (probabilities.len(), self.labels);
        if found != expected {
            return Err(JudgedError::Length { found, expected });
        }
        let sum: f64 = probabilities.iter().sum();
        if !(probabilities.iter().all(|share| *share >= 0.0) && (sum - 1.0).abs() < 1e-3) {
            return Err(JudgedError::Probabilities(probabilities.to_vec()));
        }
        let Ok(index) = usize::try_from(gold) else { return Ok(()) };
        if index >= expected {
            return Err(JudgedError::NoSuchLabel { gold, labels: expected });
        }
        self.probabilities.extend(probabilities);
        self.gold.push(index);
        Ok(())
    }

    /// Number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// Number of rows with gold.
    pub fn len(&self) -> usize {
        self.gold.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.gold.is_empty()
    }

    /// Rows of gold of each label.
    pub(super) fn gold_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.labels];
        for &label in &self.gold {
            counts[label] += 1;
        }
        counts
    }

    /// Each row's probabilities and gold.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&[f64], usize)> + Clone {
        self.probabilities.chunks_exact(self.labels.max(1)).zip(self.gold.iter().copied())
    }
}
