//! Snorkel's label model (Ratner et al. 2019, the independent case): P(vote | label) such that pairs of sources agree and
//! differ as often as they do.
//!
//! With Z the one-hot votes of n rows, `O = ZᵀZ / n`, the class prior p and `P = diag(p)`, it minimizes over `μ[c, y] =
//! P(cell c is voted | y)`
//!
//! ```text
//! ‖(O - μ P μᵀ) masked to pairs of different sources‖² + ‖μ p - diag O‖²
//! ```
//!
//! by gradient descent with momentum from a start in which each vote is right [`PRECISION`] of the time, then clamps μ to
//! `[ε, 1 - ε]` with `ε = min(0.01, 10^-⌈log10 n⌉)` and swaps labels of equal prior so that sources agree with themselves best.
//! Abstaining says nothing at prediction. The package draws the scale of the start at random; here it is [`SCALE`].
//! Descent over n rows needs `O` only, which is counted on the table.

use crate::{
    fit::{FitError, Outcome},
    pattern::PatternTable,
    posterior::{LogWeights, ln},
};

/// How often a vote is right at the start.
const PRECISION: f64 = 0.7;
/// Most votes that differ in source or label: an epoch looks at each pair.
const CELLS: usize = 2_000;
/// What the start is multiplied by: the mean of the package's random number.
const SCALE: f64 = 0.5;

/// How to descend; the defaults are the package's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Descent {
    pub(crate) scale: f64,
    pub(crate) epochs: u32,
    pub(crate) rate: f64,
    pub(crate) momentum: f64,
}

impl Default for Descent {
    fn default() -> Self {
        Self { scale: SCALE, epochs: 100, rate: 0.01, momentum: 0.9 }
    }
}

/// Fits with the given prior, else a uniform one, which is never learned.
pub(crate) fn fit(
    table: &PatternTable,
    fixed_prior: Option<&[f64]>,
    descent: &Descent,
) -> Result<Outcome, FitError> {
    let labels = table.labels();
    let voting = table.cells().chunk_by(|a, b| a.source == b.source).count();
    if voting > 0 && voting < 3 {
        return Err(FitError::FewSources { model: "matrix-completion", found: voting });
    }
    let cells = table.cells().len();
    if cells > CELLS {
        return Err(FitError::TooMany {
            model: "matrix-completion",
            found: cells,
            most: CELLS,
            what: "kinds of votes",
        });
    }
    let prior = fixed_prior.map_or_else(|| vec![1.0 / labels as f64; labels], <[f64]>::to_vec);
    let mut mu = Descending::new(table, &prior, descent).run(descent);
    let digits = libm::ceil(libm::log10((table.rows() as f64).max(1.0)));
    let least = libm::pow(10.0, -digits).min(0.01);
    for probability in &mut mu {
        *probability = probability.clamp(least, 1.0 - least);
    }
    match_labels(table, &prior, &mut mu);
    let mut weights = LogWeights::new(prior.iter().map(|&share| ln(share)).collect());
    weights.cells = mu.iter().map(|&probability| ln(probability)).collect();
    weights.settle(table);
    let posteriors = weights.posteriors(table);
    Ok(Outcome { prior, weights: Some(weights), posteriors, steps: descent.epochs })
}

/// The state of the descent.
struct Descending<'a> {
    prior: &'a [f64],
    /// O with zeros on the pairs that are masked, by cell and cell.
    moments: Vec<f64>,
    /// diag O.
    rates: Vec<f64>,
    /// For each cell where its source's cells begin and end.
    masked: Vec<std::ops::Range<usize>>,
    mu: Vec<f64>,
}

impl<'a> Descending<'a> {
    fn new(table: &PatternTable, prior: &'a [f64], descent: &Descent) -> Self {
        let (cells, labels) = (table.cells().len(), table.labels());
        let rows = (table.rows() as f64).max(1.0);
        let mut moments = vec![0.0; cells * cells];
        for (voted, count) in table.patterns() {
            let share = count as f64 / rows;
            for (at, &one) in voted.iter().enumerate() {
                let row = &mut moments[one as usize * cells..][..cells];
                for &other in &voted[at..] {
                    row[other as usize] += share;
                }
            }
        }
        for one in 0..cells {
            for other in one + 1..cells {
                moments[other * cells + one] = moments[one * cells + other];
            }
        }
        let rates: Vec<f64> = (0..cells).map(|cell| moments[cell * cells + cell]).collect();
        let mut masked = Vec::with_capacity(cells);
        for of_source in table.cells().chunk_by(|a, b| a.source == b.source) {
            let own = masked.len()..masked.len() + of_source.len();
            masked.extend(of_source.iter().map(|_| own.clone()));
        }
        for (cell, own) in masked.iter().enumerate() {
            moments[cell * cells..][own.clone()].fill(0.0);
        }
        let mut mu = vec![0.0; cells * labels];
        for ((cell, rate), mu) in table.cells().iter().zip(&rates).zip(mu.chunks_exact_mut(labels)) {
            let label = usize::from(cell.label);
            let start = if prior[label] > 0.0 { rate * PRECISION / prior[label] } else { 0.0 };
            mu[label] = start.clamp(0.0, 1.0) * descent.scale;
        }
        Self { prior, moments, rates, masked, mu }
    }

    fn run(mut self, descent: &Descent) -> Vec<f64> {
        let mut velocity = vec![0.0; self.mu.len()];
        for epoch in 0..descent.epochs {
            let gradient = self.gradient();
            for ((velocity, mu), gradient) in velocity.iter_mut().zip(&mut self.mu).zip(gradient) {
                *velocity = if epoch == 0 { gradient } else { descent.momentum * *velocity + gradient };
                *mu -= descent.rate * *velocity;
            }
        }
        self.mu
    }

    /// `-4 (R μ) ∘ p + 2 r pᵀ` with `R` the masked residual and `r = μ p - diag O`.
    ///
    /// `(O - μ P μᵀ) μ`, masked, is the sum over other sources' cells; the model's part is computed whole, by way of the small
    /// matrix `μᵀ μ`, and the own cells' part taken off again.
    fn gradient(&self) -> Vec<f64> {
        let labels = self.prior.len();
        let cells = self.rates.len();
        let mut gram = vec![0.0; labels * labels];
        for mu in self.mu.chunks_exact(labels) {
            for (one, row) in mu.iter().zip(gram.chunks_exact_mut(labels)) {
                row.iter_mut().zip(mu).for_each(|(sum, other)| *sum += one * other);
            }
        }
        // Column by column, so that the long inner loop adds rows to rows; summands stand in the order of cells.
        let mut columns = vec![0.0; cells];
        let mut gradient = vec![0.0; self.mu.len()];
        for label in 0..labels {
            columns.fill(0.0);
            for (row, mu) in self.moments.chunks_exact(cells.max(1)).zip(self.mu.chunks_exact(labels)) {
                columns.iter_mut().zip(row).for_each(|(sum, moment)| *sum += moment * mu[label]);
            }
            for (sum, row) in columns.iter().zip(gradient.chunks_exact_mut(labels)) {
                row[label] = *sum;
            }
        }
        for (cell, own) in self.masked.iter().enumerate() {
            let mu = &self.mu[cell * labels..][..labels];
            let residual = &mut gradient[cell * labels..][..labels];
            for (from, (weight, prior)) in mu.iter().zip(self.prior).enumerate() {
                let scale = weight * prior;
                let row = &gram[from * labels..][..labels];
                residual.iter_mut().zip(row).for_each(|(sum, gram)| *sum -= scale * gram);
            }
            for other in self.mu[own.start * labels..own.end * labels].chunks_exact(labels) {
                let modelled: f64 = mu.iter().zip(other).zip(self.prior).map(|((a, b), p)| a * b * p).sum();
                residual.iter_mut().zip(other).for_each(|(sum, other)| *sum += modelled * other);
            }
            let expected: f64 = mu.iter().zip(self.prior).map(|(mu, prior)| mu * prior).sum();
            let miss = expected - self.rates[cell];
            for (sum, prior) in residual.iter_mut().zip(self.prior) {
                *sum = -4.0 * *sum * prior + 2.0 * miss * prior;
            }
        }
        gradient
    }
}

/// Swaps labels whose prior is equal to three decimals where that lets sources agree with themselves more.
///
/// The package solves an assignment problem; exchanging pairs until nothing improves finds the same wherever the start,
/// which puts all weight on the diagonal, was not far off.
fn match_labels(table: &PatternTable, prior: &[f64], mu: &mut [f64]) {
    let labels = prior.len();
    let mut fits = vec![0.0; labels * labels];
    for (cell, mu) in table.cells().iter().zip(mu.chunks_exact(labels)) {
        let row = &mut fits[usize::from(cell.label) * labels..][..labels];
        row.iter_mut().zip(mu).for_each(|(sum, mu)| *sum += mu);
    }
    let mut column: Vec<usize> = (0..labels).collect();
    let rounded: Vec<f64> = prior.iter().map(|share| libm::round(share * 1000.0)).collect();
    let mut improved = true;
    while improved {
        improved = false;
        for one in 0..labels {
            for other in one + 1..labels {
                let now = fits[one * labels + column[one]] + fits[other * labels + column[other]];
                let swapped = fits[one * labels + column[other]] + fits[other * labels + column[one]];
                if (rounded[one] - rounded[other]).abs() < 0.5 && swapped > now + 1e-12 {
                    column.swap(one, other);
                    improved = true;
                }
            }
        }
    }
    for mu in mu.chunks_exact_mut(labels) {
        let before = mu.to_vec();
        mu.iter_mut().zip(&column).for_each(|(mu, from)| *mu = before[*from]);
    }
}
