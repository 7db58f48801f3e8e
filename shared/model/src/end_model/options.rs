//! What to learn.

use super::EndModelError;

/// What all learners of a training together may keep.
pub const STATE_BYTES: usize = 512 << 20;

/// Most bits of a feature's number.
pub(super) const MOST_BITS: u32 = 18;
/// Fewest bits of a feature's number.
pub(super) const FEWEST_BITS: u32 = 8;

/// How to train an end model.
#[derive(Debug, Clone, PartialEq)]
pub struct EndModelOptions {
    /// The labels' names, in the project's order.
    pub labels: Vec<String>,
    /// Folds of the cross-validation, told by a hash of the document's id; 0 for none, which leaves the model
    /// uncalibrated.
    pub folds: u32,
    /// Learning passes; unless given, as many as read two million documents, at least 3 and at most 10.
    pub passes: Option<u32>,
    /// Strength of the L2 penalty: the loss of the whole corpus is joined by `l2 / 2` times the sum of squared weights
    /// (scikit-learn's `1 / C`).
    pub l2: f64,
    /// How fast weights move at first.
    pub rate: f64,
    /// Orders the rows of a chunk; another seed gives another model that is about as good.
    pub seed: u64,
}

impl EndModelOptions {
    /// The usual options for these labels.
    pub fn new(labels: Vec<String>) -> Self {
        Self { labels, folds: 5, passes: None, l2: 0.3, rate: 0.5, seed: 0 }
    }

    pub(super) fn check(&self) -> Result<(), EndModelError> {
        if self.labels.is_empty() {
            return Err(EndModelError::NoLabels);
        }
        if i16::try_from(self.labels.len()).is_err() {
            return Err(EndModelError::TooManyLabels(self.labels.len()));
        }
        let out_of_range = |name, allowed, found| Err(EndModelError::Option { name, allowed, found });
        if self.folds == 1 || self.folds > 20 {
            return out_of_range("the number of folds", "0, or 2 to 20", f64::from(self.folds));
        }
        if self.passes.is_some_and(|passes| !(1..=1_000).contains(&passes)) {
            let passes = f64::from(self.passes.unwrap_or_default());
            return out_of_range("the number of passes", "1 to 1,000", passes);
        }
        if !(self.l2 >= 0.0 && self.l2.is_finite()) {
            return out_of_range("the L2 penalty", "a number of at least 0", self.l2);
        }
        if !(self.rate > 0.0 && self.rate.is_finite()) {
            return out_of_range("the learning rate", "a number above 0", self.rate);
        }
        Ok(())
    }

    /// Bits of a feature's number: 18, fewer where many labels would take more than [`STATE_BYTES`].
    pub(super) fn bits(&self) -> u32 {
        let learners = self.folds as usize + 1;
        let per_feature = learners * (self.labels.len() + 1) * size_of::<f32>();
        let fits = |bits: &u32| per_feature.saturating_mul(1 << bits) <= STATE_BYTES;
        (FEWEST_BITS..=MOST_BITS).rev().find(fits).unwrap_or(FEWEST_BITS)
    }

    pub(super) fn passes(&self, rows: u64) -> u32 {
        let several = 2_000_000_u64.div_ceil(rows.max(1)).clamp(3, 10);
        self.passes.unwrap_or_else(|| u32::try_from(several).unwrap_or(10))
    }
}
