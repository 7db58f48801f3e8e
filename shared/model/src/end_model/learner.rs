//! One logistic regression under way.

use super::features::{Entry, to_f32};
use crate::posterior::softmax;

/// The unit that squared gradients are measured in; dampens the first steps.
const BETA: f64 = 1.0;

/// Weights of all features and labels, learned by FTRL-Proximal (H. B. `McMahan` et al., "Ad Click Prediction: a View from the
/// Trenches", KDD 2013) without L1: each feature has a rate of its own, which falls with the gradients it has seen.
///
/// The L2 penalty grows with the documents seen, so that what is minimized is the mean loss plus `penalty / 2` times
/// the squared weights, however many passes there are. It needs no work for features that a document does not have:
/// weights are made from sums when they are read.
#[derive(Debug, Clone)]
pub(super) struct Learner {
    labels: usize,
    rate: f64,
    /// Of the squared weights, per document of weight 1.
    penalty: f64,
    /// Documents seen, by weight, over all passes.
    seen: f64,
    /// Sums of gradients, corrected for the weights they were taken at: `labels` per feature.
    sums: Vec<f32>,
    /// Sums of squared gradients, per feature.
    squares: Vec<f32>,
    /// The same of the bias, which is not penalized.
    bias_sums: Vec<f64>,
    bias_squares: f64,
    /// Log-odds before any feature.
    base: Vec<f64>,
    /// One number per label, used for one row at a time.
    row: Vec<f64>,
}

impl Learner {
    pub(super) fn new(features: usize, base: Vec<f64>, rate: f64, penalty: f64) -> Self {
        let labels = base.len();
        Self {
            labels,
            rate,
            penalty,
            seen: 0.0,
            sums: vec![0.0; features * labels],
            squares: vec![0.0; features],
            bias_sums: vec![0.0; labels],
            bias_squares: 0.0,
            row: vec![0.0; labels],
            base,
        }
    }

    /// Log-odds of a row, up to a constant.
    pub(super) fn logits(&self, entries: &[Entry], logits: &mut [f64]) {
        for (label, logit) in logits.iter_mut().enumerate() {
            *logit = self.bias(label);
        }
        for &(feature, value) in entries {
            let factor = -f64::from(value) / self.strength(feature);
            for (logit, sum) in logits.iter_mut().zip(self.sums_of(feature)) {
                *logit += factor * f64::from(*sum);
            }
        }
    }

    /// Takes a step towards a row's target, a distribution over the labels.
    pub(super) fn learn(&mut self, entries: &[Entry], target: &[f64], weight: f64) {
        let mut gradient = std::mem::take(&mut self.row);
        self.logits(entries, &mut gradient);
        softmax(&mut gradient);
        for (gradient, target) in gradient.iter_mut().zip(target) {
            *gradient = weight * (*gradient - target);
        }
        let size: f64 = gradient.iter().map(|gradient| gradient * gradient).sum();
        for &(feature, value) in entries {
            let value = f64::from(value);
            let strength = self.strength(feature);
            let before = f64::from(self.squares[feature as usize]);
            let after = before + value * value * size;
            // The weight is -sum / strength, and the correction -step * weight.
            let correction = (after.sqrt() - before.sqrt()) / self.rate / strength;
            self.squares[feature as usize] = to_f32(after);
            let start = feature as usize * self.labels;
            for (sum, gradient) in self.sums[start..start + self.labels].iter_mut().zip(&gradient) {
                let old = f64::from(*sum);
                *sum = to_f32(old + value * gradient + correction * old);
            }
        }
        let strength = self.bias_strength();
        let after = self.bias_squares + size;
        let correction = (after.sqrt() - self.bias_squares.sqrt()) / self.rate / strength;
        self.bias_squares = after;
        for (sum, gradient) in self.bias_sums.iter_mut().zip(&gradient) {
            *sum += gradient + correction * *sum;
        }
        self.seen += weight;
        self.row = gradient;
    }

    /// Log-odds of a label without any feature.
    pub(super) fn bias(&self, label: usize) -> f64 {
        self.base[label] - self.bias_sums[label] / self.bias_strength()
    }

    /// The weights of a feature, one per label; none if they are all 0.
    pub(super) fn weights(&self, feature: u32) -> Option<Vec<f32>> {
        let strength = self.strength(feature);
        let weights: Vec<f32> =
            self.sums_of(feature).iter().map(|sum| to_f32(-f64::from(*sum) / strength)).collect();
        weights.iter().any(|weight| weight.abs() > 0.0).then_some(weights)
    }

    fn sums_of(&self, feature: u32) -> &[f32] {
        &self.sums[feature as usize * self.labels..][..self.labels]
    }

    /// What a feature's sums are divided by to give its weights.
    fn strength(&self, feature: u32) -> f64 {
        let squares = f64::from(self.squares[feature as usize]);
        (BETA + squares.sqrt()) / self.rate + self.penalty * self.seen
    }

    fn bias_strength(&self) -> f64 {
        (BETA + self.bias_squares.sqrt()) / self.rate
    }
}
