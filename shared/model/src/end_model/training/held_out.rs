//! How learners did on documents that they had not seen.

use crate::{
    calibration::temperature::best_sharpness,
    posterior::{ln, softmax},
};

/// Of more documents about so many are judged: a sample that follows from their ids.
pub const HELD_OUT_ROWS: u64 = 100_000;

/// About so many numbers are kept of them, each of logits and targets: fewer documents of many labels.
const NUMBERS: u64 = 1 << 22;

/// Documents below which no temperature is fitted.
const CALIBRATED: usize = crate::calibration::TEMPERATURE_GOLD;

/// How models did on documents of the fold that they had not seen, by the documents' weights.
///
/// Truth is not known here: everything is measured by the probabilities that were learned from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrossValidation {
    /// Documents judged.
    pub rows: u64,
    /// What logits must be divided by to fit best; none if too few documents were judged.
    pub temperature: Option<f64>,
    /// Mean cross-entropy of the calibrated probabilities, in nats.
    pub log_loss: f64,
    /// What a model would have that knew the labels' probabilities: their mean entropy.
    pub least_log_loss: f64,
    /// Share of right labels, if the probabilities are right.
    pub accuracy: f64,
    /// That share for labels that are the most likely by those probabilities.
    pub most_accuracy: f64,
}

/// What was held out.
#[derive(Debug)]
pub(super) struct HeldOut {
    labels: usize,
    /// A document is wanted if its hash is not above.
    highest: u64,
    logits: Vec<f64>,
    targets: Vec<f64>,
    weights: Vec<f64>,
}

impl HeldOut {
    pub(super) fn new(labels: usize) -> Self {
        Self { labels, highest: u64::MAX, logits: vec![], targets: vec![], weights: vec![] }
    }

    /// Told how many documents there will be.
    pub(super) fn expect(&mut self, documents: u64) {
        let most = HELD_OUT_ROWS.min(NUMBERS / self.labels as u64);
        self.highest = if documents <= most { u64::MAX } else { u64::MAX / documents * most };
    }

    pub(super) fn wants(&self, hash: u64) -> bool {
        hash <= self.highest
    }

    pub(super) fn add(&mut self, logits: &[f64], targets: &[f64], weight: f64) {
        self.logits.extend(logits);
        self.targets.extend(targets);
        self.weights.push(weight);
    }

    pub(super) fn finish(&self) -> CrossValidation {
        let enough = self.weights.len() >= CALIBRATED;
        let sharpness = best_sharpness(self.labels, &self.logits, &self.targets, &self.weights);
        let sharpness = if enough { sharpness } else { 1.0 };
        let mut sums = [0.0; 4];
        let mut row = vec![0.0; self.labels];
        let rows = self.logits.chunks_exact(self.labels).zip(self.targets.chunks_exact(self.labels));
        for ((logits, targets), weight) in rows.zip(&self.weights) {
            for (value, logit) in row.iter_mut().zip(logits) {
                *value = sharpness * logit;
            }
            softmax(&mut row);
            let loss = |of: &[f64]| -targets.iter().zip(of).map(|(target, p)| target * ln(*p)).sum::<f64>();
            let guess = most_likely(&row);
            let figures = [loss(&row), loss(targets), targets[guess], targets[most_likely(targets)]];
            for (sum, figure) in sums.iter_mut().zip(figures) {
                *sum += weight * figure;
            }
        }
        let total: f64 = self.weights.iter().sum();
        let [log_loss, least_log_loss, accuracy, most_accuracy] = sums.map(|sum| sum / total);
        CrossValidation {
            rows: self.weights.len() as u64,
            temperature: enough.then(|| 1.0 / sharpness),
            log_loss,
            least_log_loss,
            accuracy,
            most_accuracy,
        }
    }
}

/// The first of the most likely labels.
fn most_likely(row: &[f64]) -> usize {
    (1..row.len()).fold(0, |best, label| if row[label] > row[best] { label } else { best })
}
