//! The label model of `flyingsquid` (Fu et al. 2020): accuracies in closed form, from the agreement of three sources at a time.
//!
//! For votes λ of -1, 0, +1: `M_ij = mean(λ_i λ_j)`; accuracy `a_i` is the mean over pairs j < k of the others of
//! `√|M_ij M_ik / M_jk|`, 0 where `M_jk` is; all are taken for positive. With `P0 = P(λ_i = 0)`, `P1 = P(λ_i = 1)`, q the prior of +1 and
//! `c = (1 + a_i - P0) / 2`, the joint of vote and label is
//!
//! ```text
//! P(+1, +1) = (c + P1 - (1 - q)(1 - P0)) / 2     P(+1, -1) = P1 - P(+1, +1)
//! P(-1, -1) = c - P(+1, +1)                      P(-1, +1) = q (1 - P0) - P(+1, +1)
//! P( 0, ±1) = P0 q, P0 (1 - q)
//! ```
//!
//! with negative entries turned positive and the whole renormalized, and `P(Y | λ) ∝ Π P(λ_i, Y) / P(Y)^(m-1)`. The package
//! divides by `P(Y)^(m-2)`, so it applies the prior twice; here it is applied once.
//! More than two labels are taken one against the rest, and the probabilities brought to sum to 1.

use crate::{
    fit::{FitError, Outcome},
    pattern::{Cell, PatternTable},
    posterior::{LogWeights, Posteriors, Silence, ln, softmax},
    weighted::majority_prior,
};

/// Most sources: triplets are as many as their cube.
const SOURCES: usize = 300;

/// Fits with the given prior, else the shares of majority vote.
pub(crate) fn fit(table: &PatternTable, fixed_prior: Option<&[f64]>) -> Result<Outcome, FitError> {
    let labels = table.labels();
    let voting = table.cells().chunk_by(|a, b| a.source == b.source).count();
    if voting > 0 && voting < 3 {
        return Err(FitError::FewSources { model: "triplet", found: voting });
    }
    if voting > SOURCES {
        return Err(FitError::TooMany { model: "triplet", found: voting, most: SOURCES, what: "sources" });
    }
    let prior = fixed_prior.map_or_else(|| majority_prior(table), <[f64]>::to_vec);
    if labels == 2 {
        let weights = against_the_rest(table, 1, prior[1]);
        let posteriors = weights.posteriors(table);
        return Ok(Outcome { prior, weights: Some(weights), posteriors, steps: 0 });
    }
    let mut of_labels = vec![0.0; table.len() * labels];
    let mut pair = [0.0; 2];
    for (label, &share) in prior.iter().enumerate() {
        let weights = against_the_rest(table, label, share);
        for (pattern, (cells, _)) in table.patterns().enumerate() {
            weights.add_up(cells, &mut pair);
            softmax(&mut pair);
            of_labels[pattern * labels + label] = pair[1];
        }
    }
    // As WRENCH does: a softmax over the probabilities, which keeps their order.
    let mut rows = of_labels.chunks_exact(labels);
    let posteriors = Posteriors::of(table, |_, row| {
        row.copy_from_slice(rows.next().unwrap_or(&vec![0.0; labels]));
        softmax(row);
    });
    Ok(Outcome { prior, weights: None, posteriors, steps: 0 })
}

/// Log-weights of "another label" and `label`, with `share` the prior of the latter.
fn against_the_rest(table: &PatternTable, label: usize, share: f64) -> LogWeights {
    let sign = |cell: Cell| if usize::from(cell.label) == label { 1.0 } else { -1.0 };
    let agreement = Agreement::of(table, sign);
    let prior = [1.0 - share, share];
    let mut weights = LogWeights::new(prior.iter().map(|&share| ln(share)).collect());
    weights.cells = vec![0.0; table.cells().len() * 2];
    let mut start = 0;
    for (source, cells) in table.cells().chunk_by(|a, b| a.source == b.source).enumerate() {
        let joint =
            joint(agreement.accuracy(source), agreement.silent[source], agreement.positive[source], share);
        // P(vote | label) = P(vote, label) / P(label).
        let given = |vote: usize| [0, 1].map(|y| ln(joint[vote][y]) - ln(prior[y]));
        for (cell, weights) in cells.iter().zip(weights.cells[start * 2..].chunks_exact_mut(2)) {
            weights.copy_from_slice(&given(if sign(*cell) > 0.0 { 2 } else { 0 }));
        }
        if agreement.silent[source] > 0.0 {
            weights.silence.push(Silence { source: cells[0].source, weights: given(1).to_vec() });
        }
        start += cells.len();
    }
    weights.settle(table);
    weights
}

/// P(vote, label), by vote -1, 0, +1 and label -1, +1.
fn joint(accuracy: f64, silent: f64, positive: f64, share: f64) -> [[f64; 2]; 3] {
    let right = 0.5 * (1.0 + accuracy - silent);
    let both = 0.5 * (right + positive - (1.0 - share) * (1.0 - silent));
    let mut joint = [
        [right - both, share * (1.0 - silent) - both],
        [silent * (1.0 - share), silent * share],
        [positive - both, both],
    ];
    let mut sum = 0.0;
    for value in joint.iter_mut().flatten() {
        *value = value.abs();
        sum += *value;
    }
    if sum > 0.0 {
        joint.iter_mut().flatten().for_each(|value| *value /= sum);
    }
    joint
}

/// Moments of the sources that vote, in the table's order.
struct Agreement {
    sources: usize,
    /// `M_ij` for i < j.
    moments: Vec<f64>,
    /// P0 per source.
    silent: Vec<f64>,
    /// P1 per source.
    positive: Vec<f64>,
}

impl Agreement {
    fn of(table: &PatternTable, sign: impl Fn(Cell) -> f64) -> Self {
        let mut place = vec![0; table.sources().len()];
        let mut sources = 0;
        for cells in table.cells().chunk_by(|a, b| a.source == b.source) {
            place[cells[0].source as usize] = sources;
            sources += 1;
        }
        let rows = (table.rows() as f64).max(1.0);
        let (mut moments, mut silent, mut positive) =
            (vec![0.0; sources * sources], vec![1.0; sources], vec![0.0; sources]);
        for (cells, count) in table.patterns() {
            let share = count as f64 / rows;
            for (first, &one) in cells.iter().enumerate() {
                let one = table.cells()[one as usize];
                let (at, of_one) = (place[one.source as usize], sign(one));
                silent[at] -= share;
                positive[at] += share * f64::from(of_one > 0.0);
                for &other in &cells[first + 1..] {
                    let other = table.cells()[other as usize];
                    moments[at * sources + place[other.source as usize]] += share * of_one * sign(other);
                }
            }
        }
        // Sums of shares miss 0 by rounding.
        for silent in &mut silent {
            *silent = if *silent < 1e-12 { 0.0 } else { *silent };
        }
        Self { sources, moments, silent, positive }
    }

    fn accuracy(&self, source: usize) -> f64 {
        let moment = |one: usize, other: usize| self.moments[one.min(other) * self.sources + one.max(other)];
        let (mut sum, mut pairs) = (0.0, 0.0);
        for one in (0..self.sources).filter(|&one| one != source) {
            for other in (one + 1..self.sources).filter(|&other| other != source) {
                let between = moment(one, other);
                if between != 0.0 {
                    sum += (moment(source, one) * moment(source, other) / between).abs().sqrt();
                }
                pairs += 1.0;
            }
        }
        if pairs > 0.0 { sum / pairs } else { 0.0 }
    }
}
