//! A trained end model.

use super::{
    EndModelError, Input,
    explanation::{self, Explanation},
    features::{Entry, Scratch, Space},
};
use crate::posterior::softmax;
use hunch_engine::Chunk;

/// A model that labels documents by their texts and attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct EndModel {
    pub(super) labels: Vec<String>,
    pub(super) space: Space,
    /// Log-odds without any feature, per label.
    pub(super) bias: Vec<f64>,
    /// Per feature and label.
    pub(super) weights: Vec<f32>,
    pub(super) temperature: f64,
    pub(super) calibrated: bool,
}

impl EndModel {
    /// The labels' names, in order.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The columns it reads.
    pub fn inputs(&self) -> &[Input] {
        &self.space.inputs
    }

    /// What logits are divided by so that probabilities fit the folds that were held out.
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// Whether enough documents were held out to fit the temperature. It fits probabilities to the labels it learned
    /// from; gold may tell more ([`crate::calibration`]).
    pub fn is_calibrated(&self) -> bool {
        self.calibrated
    }

    /// P(label) of each row of a chunk: as many numbers per row as there are labels.
    pub fn predict(&self, chunk: &Chunk) -> Result<Vec<f64>, EndModelError> {
        let columns = self.space.columns(chunk)?;
        let mut probabilities = vec![0.0; chunk.rows * self.labels.len()];
        let (mut scratch, mut entries) = (Scratch::default(), Vec::new());
        for (row, out) in probabilities.chunks_exact_mut(self.labels.len()).enumerate() {
            entries.clear();
            self.space.read(&columns, row, &mut scratch, &mut entries, |_, _| {});
            self.scores(&entries, out);
            softmax(out);
        }
        Ok(probabilities)
    }

    /// Why a row gets its most likely label: the `most` features that say most for or against it.
    ///
    /// None if the chunk has no such row.
    pub fn explain(
        &self,
        chunk: &Chunk,
        row: usize,
        most: usize,
    ) -> Result<Option<Explanation>, EndModelError> {
        let columns = self.space.columns(chunk)?;
        Ok((row < chunk.rows).then(|| explanation::explain(self, &columns, row, most)))
    }

    /// Log-odds up to a constant, over the temperature.
    pub(super) fn scores(&self, entries: &[Entry], scores: &mut [f64]) {
        scores.copy_from_slice(&self.bias);
        for &(feature, value) in entries {
            for (score, weight) in scores.iter_mut().zip(self.weights_of(feature)) {
                *score += f64::from(value) * f64::from(*weight);
            }
        }
        for score in scores {
            *score /= self.temperature;
        }
    }

    pub(super) fn weights_of(&self, feature: u32) -> &[f32] {
        &self.weights[feature as usize * self.labels.len()..][..self.labels.len()]
    }
}
