//! Dawid-Skene: each source has a table P(vote | label), each label a prior, both found by expectation maximization
//! that starts from majority vote (Dawid & Skene 1979; abstention as in WRENCH where it is a symbol).

use crate::{
    fit::{FitOptions, Outcome, label_mass},
    gold::GoldCounts,
    majority::vote_shares,
    pattern::{Cell, PatternTable},
    posterior::{LogWeights, Posteriors, Silence, ln, normalize},
    weighted::majority_prior,
};
use std::ops::Range;

/// EM has settled when no more than this moves, summed over the prior and over all P(vote | label), as in WRENCH.
const TOLERANCE: f64 = 1e-5;

/// What a source's table is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// P(vote | label) where abstaining is one more vote: every row speaks.
    AbstainIsASymbol,
    /// P(vote | label, voted): rows without a vote are left out.
    SilenceSaysNothing,
    /// As before, with one number per source: P(right | voted).
    OneCoin,
}

/// Fits from majority vote on; gives the prior, the weights, the posteriors and the number of steps taken, at least one.
pub(crate) fn maximize(
    table: &PatternTable,
    form: Form,
    fixed_prior: Option<&[f64]>,
    options: &FitOptions,
) -> Outcome {
    let votes = Votes::of(table);
    let mut posteriors = vote_shares(table);
    // Rows without a vote start where majority vote finds the others to be on the whole: uniform, they would drag the
    // prior towards uniform, and one step cannot undo that.
    posteriors.set_row(0, &majority_prior(table));
    let mut before: Option<Estimates> = None;
    let mut steps = 0;
    loop {
        let counts = SoftCounts::of(table, &posteriors, &options.gold, form);
        let mut estimates = Estimates::of(table, &votes, &counts, form, options.smoothing());
        if let Some(prior) = fixed_prior {
            prior.clone_into(&mut estimates.prior);
        }
        let weights = estimates.log_weights(table, &votes);
        posteriors = weights.posteriors(table);
        steps += 1;
        let settled = before.as_ref().is_some_and(|before| before.is_near(&estimates));
        if settled || steps >= options.most_steps() {
            return Outcome { prior: estimates.prior, weights: Some(weights), posteriors, steps };
        }
        before = Some(estimates);
    }
}

/// How often sources vote and abstain, whatever the labels.
struct Votes {
    rows: f64,
    /// Rows per cell.
    of_cell: Vec<f64>,
    /// The cells of each source that votes, in the table's order.
    sources: Vec<Range<usize>>,
}

impl Votes {
    fn of(table: &PatternTable) -> Self {
        let of_cell = table.cell_counts().into_iter().map(|count| count as f64).collect();
        let mut sources: Vec<Range<usize>> = Vec::new();
        for cells in table.cells().chunk_by(|a, b| a.source == b.source) {
            let start = sources.last().map_or(0, |range| range.end);
            sources.push(start..start + cells.len());
        }
        Self { rows: table.rows() as f64, of_cell, sources }
    }
}

/// Rows by label, as far as labels are known.
struct SoftCounts {
    /// Per label.
    of_label: Vec<f64>,
    /// Per cell and label.
    of_cell: Vec<f64>,
}

impl SoftCounts {
    fn of(table: &PatternTable, posteriors: &Posteriors, gold: &GoldCounts, form: Form) -> Self {
        let labels = table.labels();
        let mut mass = vec![0.0; labels];
        let mut counts =
            Self { of_label: vec![0.0; labels], of_cell: vec![0.0; table.cells().len() * labels] };
        for ((pattern, (cells, rows)), posterior) in (0..).zip(table.patterns()).zip(posteriors.rows()) {
            if cells.is_empty() && form != Form::AbstainIsASymbol {
                continue;
            }
            label_mass(gold, pattern, rows, posterior, &mut mass);
            add(&mut counts.of_label, &mass);
            for &cell in cells {
                add(&mut counts.of_cell[cell as usize * labels..], &mass);
            }
        }
        counts
    }
}

/// The parameters.
struct Estimates {
    prior: Vec<f64>,
    /// P(vote | label), per cell and label.
    vote: Vec<f64>,
    /// P(abstain | label), per source that votes and label; empty where silence says nothing.
    abstain: Vec<f64>,
}

impl Estimates {
    fn of(table: &PatternTable, votes: &Votes, counts: &SoftCounts, form: Form, smoothing: f64) -> Self {
        let labels = table.labels();
        let mut prior = counts.of_label.clone();
        normalize(&mut prior);
        let mut vote = vec![0.0; counts.of_cell.len()];
        let mut abstain = Vec::new();
        for source in &votes.sources {
            let cells = &counts.of_cell[source.start * labels..source.end * labels];
            let estimates = &mut vote[source.start * labels..source.end * labels];
            let rates = &votes.of_cell[source.clone()];
            match form {
                Form::AbstainIsASymbol => {
                    let rows = Rows { of_label: &counts.of_label, all: votes.rows, smoothing };
                    abstain.extend(rows.table(cells, rates, estimates));
                }
                Form::SilenceSaysNothing => {
                    let voted = sum_over_cells(cells, labels);
                    let rows = Rows { of_label: &voted, all: rates.iter().sum(), smoothing };
                    rows.table(cells, rates, estimates);
                }
                Form::OneCoin => {
                    let cells_of = &table.cells()[source.clone()];
                    one_coin(cells_of, cells, rates.iter().sum(), smoothing, labels, estimates);
                }
            }
        }
        Self { prior, vote, abstain }
    }

    fn is_near(&self, other: &Self) -> bool {
        let moved = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f64>();
        moved(&self.prior, &other.prior) < TOLERANCE
            && moved(&self.vote, &other.vote) + moved(&self.abstain, &other.abstain) < TOLERANCE
    }

    fn log_weights(&self, table: &PatternTable, votes: &Votes) -> LogWeights {
        let labels = self.prior.len();
        let mut weights = LogWeights::new(self.prior.iter().map(|&share| ln(share)).collect());
        weights.cells = self.vote.iter().map(|&probability| ln(probability)).collect();
        for (source, abstain) in votes.sources.iter().zip(self.abstain.chunks_exact(labels)) {
            // A source that votes on every row has no silence to account for.
            if abstain.iter().any(|&probability| probability > 0.0) {
                let source = table.cells()[source.start].source;
                let of_silence = abstain.iter().map(|&probability| ln(probability)).collect();
                weights.silence.push(Silence { source, weights: of_silence });
            }
        }
        weights.settle(table);
        weights
    }
}

/// The rows a source is judged by.
struct Rows<'a> {
    /// Per label.
    of_label: &'a [f64],
    all: f64,
    smoothing: f64,
}

impl Rows<'_> {
    /// Fills in P(vote | label) for each of a source's cells and gives what is left over: P(abstain | label).
    ///
    /// Smoothing adds votes spread as the source spreads its own, so it draws towards "says nothing about the label"
    /// and never makes a vote likely that the source does not cast.
    fn table(&self, counts: &[f64], rates: &[f64], estimates: &mut [f64]) -> Vec<f64> {
        let labels = self.of_label.len();
        let mut silent: Vec<f64> = self.of_label.to_vec();
        let cells = counts.chunks_exact(labels).zip(estimates.chunks_exact_mut(labels)).zip(rates);
        for ((counts, estimates), rate) in cells {
            for (label, (count, estimate)) in counts.iter().zip(estimates).enumerate() {
                silent[label] -= count;
                *estimate = self.share(*count, *rate, label);
            }
        }
        let silent_rows = self.all - rates.iter().sum::<f64>();
        (0..labels).map(|label| self.share(silent[label].max(0.0), silent_rows, label)).collect()
    }

    /// The smoothed share of a label's rows: `rows` of any label show what `count` of this label do.
    fn share(&self, count: f64, rows: f64, label: usize) -> f64 {
        if rows <= 0.0 {
            return 0.0;
        }
        let overall = rows / self.all;
        let (count, of_label) = (count + self.smoothing * overall, self.of_label[label] + self.smoothing);
        if of_label > 0.0 { (count / of_label).min(1.0) } else { overall }
    }
}

/// P(vote | label, voted) from a single accuracy, which smoothing draws towards chance.
fn one_coin(
    cells: &[Cell],
    counts: &[f64],
    votes: f64,
    smoothing: f64,
    labels: usize,
    estimates: &mut [f64],
) {
    let chance = 1.0 / labels as f64;
    let right: f64 =
        cells.iter().enumerate().map(|(i, cell)| counts[i * labels + usize::from(cell.label)]).sum();
    let of_all = votes + smoothing;
    let accuracy = if of_all > 0.0 { (right + smoothing * chance) / of_all } else { chance };
    let wrong = (1.0 - accuracy).max(0.0) / (labels.max(2) - 1) as f64;
    for (cell, estimates) in cells.iter().zip(estimates.chunks_exact_mut(labels)) {
        estimates.fill(wrong);
        estimates[usize::from(cell.label)] = accuracy;
    }
}

/// Per label, over a source's cells.
fn sum_over_cells(counts: &[f64], labels: usize) -> Vec<f64> {
    let mut sum = vec![0.0; labels];
    for counts in counts.chunks_exact(labels) {
        add(&mut sum, counts);
    }
    sum
}

/// Adds elementwise, as far as `terms` goes.
fn add(sums: &mut [f64], terms: &[f64]) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum += term;
    }
}
