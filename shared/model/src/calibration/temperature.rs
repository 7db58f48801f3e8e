//! One number that makes all probabilities more or less sure.

use crate::posterior::{ln, softmax};

/// Probabilities below this are taken for it: votes often give exactly 0, which no temperature could mend.
const LEAST: f64 = 1e-6;

/// Sharpness, the inverse of a temperature, is looked for between its inverse and this.
const SHARPEST: f64 = 20.0;

/// Halvings of the range of sharpness; 2^-40 of it are left.
const STEPS: usize = 40;

/// The sharpness under which gold is likeliest; 1 without rows.
pub(super) fn sharpness<'a>(rows: impl Iterator<Item = (&'a [f64], usize)>) -> f64 {
    let (mut logs, mut targets) = (Vec::new(), Vec::new());
    let (mut labels, mut gold) = (0, Vec::new());
    for (probabilities, label) in rows {
        labels = probabilities.len();
        logs.extend(probabilities.iter().map(|p| ln(p.max(LEAST))));
        gold.push(label);
    }
    let n = gold.len() as f64;
    for label in gold {
        let of_label = |other| if other == label { n + 1.0 } else { 1.0 } / (n + labels as f64);
        targets.extend((0..labels).map(of_label));
    }
    best_sharpness(labels, &logs, &targets, &[])
}

/// What to multiply logits with so that their softmax is nearest to the targets in cross-entropy.
///
/// Logits and targets are rows of `labels` numbers, weights one per row, or none if all are 1. The cross-entropy is
/// convex in the factor, so its derivative is halved in on. 1 if there are no rows.
pub(crate) fn best_sharpness(labels: usize, logits: &[f64], targets: &[f64], weights: &[f64]) -> f64 {
    if labels == 0 || logits.is_empty() {
        return 1.0;
    }
    let (mut low, mut high) = (1.0 / SHARPEST, SHARPEST);
    let mut row = vec![0.0; labels];
    for _ in 0..STEPS {
        let middle = (low * high).sqrt();
        let mut slope = 0.0;
        for (place, (logits, targets)) in
            logits.chunks_exact(labels).zip(targets.chunks_exact(labels)).enumerate()
        {
            row.iter_mut().zip(logits).for_each(|(value, logit)| *value = middle * logit);
            softmax(&mut row);
            let excess: f64 =
                row.iter().zip(targets).zip(logits).map(|((p, target), logit)| (p - target) * logit).sum();
            slope += weights.get(place).copied().unwrap_or(1.0) * excess;
        }
        if slope > 0.0 {
            high = middle;
        } else {
            low = middle;
        }
    }
    (low * high).sqrt()
}

/// Makes probabilities so much sharper.
pub(super) fn scale(probabilities: &mut [f64], sharpness: f64) {
    for p in probabilities.iter_mut() {
        *p = sharpness * ln(p.max(LEAST));
    }
    softmax(probabilities);
}
