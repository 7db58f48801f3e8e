//! How far probabilities are from shares.

use super::Judged;
use crate::{Interval, interval::wilson_expected, ties::most_likely};

/// Rows whose confidence lies in one range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// The range of the most likely label's probability: above `low` (the first bin: at least), up to `high`.
    pub low: f64,
    /// See [`Self::low`].
    pub high: f64,
    /// Rows in it, at least one.
    pub rows: u64,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of them that is right; of n equally likely labels each is right to one n-th.
    pub accuracy: f64,
    /// Its 95 % Wilson interval.
    pub interval: Interval,
}

/// A reliability diagram and its summary.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// Bins of equal width that have rows, ascending.
    pub bins: Vec<Bin>,
    /// Rows with gold.
    pub rows: u64,
    /// Expected calibration error: the bins' mean distance of confidence and accuracy, by rows. None without rows.
    ///
    /// It is never negative, so chance alone makes it positive: compare it with [`Self::error_by_chance`].
    pub error: Option<f64>,
    /// What [`Self::error`] would be on average if the probabilities were perfectly calibrated and rows as few as here
    /// (by the normal approximation in each bin). An error near it is no sign of bad calibration.
    pub error_by_chance: Option<f64>,
    /// The squared error, freed of that bias; negative where chance explains more than there is. None unless some bin
    /// has two rows. Source: A. Kumar, P. Liang, T. Ma, "Verified Uncertainty Calibration" (2019).
    pub squared_error_debiased: Option<f64>,
}

/// The reliability of a model's confidence in its most likely label, over `bins` ranges of equal width (at least one).
pub fn reliability(judged: &Judged, bins: usize) -> Reliability {
    let bins = bins.max(1);
    let mut sums = vec![Sums::default(); bins];
    for (probabilities, gold) in judged.rows() {
        let tied = most_likely(probabilities);
        let Some(confidence) = tied.first().map(|label| probabilities[*label].min(1.0)) else { continue };
        let sums = &mut sums[bin_of(confidence, bins)];
        sums.rows += 1;
        sums.confidence += confidence;
        sums.right += if tied.contains(&gold) { 1.0 / tied.len() as f64 } else { 0.0 };
        sums.variance += confidence * (1.0 - confidence);
    }
    let rows: u64 = sums.iter().map(|sums| sums.rows).sum();
    let filled: Vec<(usize, Sums)> = sums.into_iter().enumerate().filter(|(_, sums)| sums.rows > 0).collect();
    let mean = |of: &dyn Fn(&Sums) -> f64| {
        let sum: f64 = filled.iter().map(|(_, sums)| sums.rows as f64 * of(sums)).sum();
        (rows > 0).then(|| sum / rows as f64)
    };
    let by_chance = |sums: &Sums| (2.0 * sums.variance / std::f64::consts::PI).sqrt() / sums.rows as f64;
    Reliability {
        bins: filled.iter().filter_map(|(place, sums)| sums.bin(*place, bins)).collect(),
        rows,
        error: mean(&|sums| sums.gap().abs()),
        error_by_chance: mean(&by_chance),
        squared_error_debiased: debiased(&filled),
    }
}

/// The squared gaps less what chance adds to them, over bins in which that can be told.
fn debiased(filled: &[(usize, Sums)]) -> Option<f64> {
    let several = filled.iter().map(|(_, sums)| sums).filter(|sums| sums.rows > 1);
    let (mut sum, mut rows) = (0.0, 0);
    for sums in several {
        let accuracy = sums.right / sums.rows as f64;
        let by_chance = accuracy * (1.0 - accuracy) / (sums.rows - 1) as f64;
        sum += sums.rows as f64 * (sums.gap() * sums.gap() - by_chance);
        rows += sums.rows;
    }
    (rows > 0).then(|| sum / rows as f64)
}

#[derive(Debug, Clone, Default)]
struct Sums {
    rows: u64,
    confidence: f64,
    right: f64,
    /// Of right ones, if confidence were calibrated.
    variance: f64,
}

impl Sums {
    fn gap(&self) -> f64 {
        (self.right - self.confidence) / self.rows as f64
    }

    fn bin(&self, place: usize, bins: usize) -> Option<Bin> {
        let n = self.rows as f64;
        Some(Bin {
            low: place as f64 / bins as f64,
            high: (place + 1) as f64 / bins as f64,
            rows: self.rows,
            confidence: self.confidence / n,
            accuracy: self.right / n,
            interval: wilson_expected(self.right, n)?,
        })
    }
}

/// The bin of a confidence between 0 and 1: each holds its upper end.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and the number of bins"
)]
fn bin_of(confidence: f64, bins: usize) -> usize {
    ((confidence * bins as f64).ceil() as usize).clamp(1, bins) - 1
}
