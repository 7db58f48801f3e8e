//! From counts of rows to log-weights of votes.
//!
//! With b the counts believed and g those of gold, B = [`super::BELIEF_ROWS`] and the smoothed table C of a source by its
//! believed counts, P(vote | label) = (g + B·C) / (Σg + B): a Beta posterior whose prior is what is believed.
//!
//! - **Rules**: C(v | y) = (b(v, y) + S·r(v)) / (b(y) + S) with S = [`RULE_SMOOTHING`] and r the source's vote rates,
//!   abstaining included. Where a source votes several labels, one accuracy for all of them stands in the place of r, and
//!   S = [`SEVERAL_SMOOTHING`]: labels differ only where many rows say so.
//! - **People**: C(v | y) = (b(v, y) + S·a(v, y)) / (b(y) + S) with S = [`PEOPLE_SMOOTHING`], where a holds one accuracy per
//!   person, drawn towards that of all by [`ACCURACY_VOTES`] votes; that of all starts at [`ACCURACY`] for [`POOL`] votes.

use super::evidence::Counts;
use super::{ALONE, BELIEF_ROWS, EQUAL, Facts};
use crate::{
    pattern::PatternTable,
    posterior::{LogWeights, Silence, ln, normalize},
    source_kind::SourceKind,
};
use std::ops::Range;

const RULE_SMOOTHING: f64 = 10.0;
/// Rows that beliefs about a source are worth which gold has shown to be worse than chance.
const ACCUSED_ROWS: f64 = 10.0;
const SEVERAL_SMOOTHING: f64 = 300.0;
/// Votes for which a source is right [`ALONE`] before any is counted.
const COIN_VOTES: f64 = 5.0;
const PEOPLE_SMOOTHING: f64 = 2.0;
const ACCURACY_VOTES: f64 = 4.0;
const ACCURACY: f64 = 0.8;
const POOL: f64 = 20.0;
/// Documents that a uniform prior is worth where people's votes teach it.
const PRIOR_DOCUMENTS: f64 = 20.0;

/// The prior and the weights.
pub(super) fn of(
    table: &PatternTable,
    facts: &Facts,
    counts: &Counts,
    fixed_prior: Option<&[f64]>,
) -> (Vec<f64>, LogWeights) {
    let labels = table.labels();
    let (prior, power) = match fixed_prior {
        Some(prior) => (prior.to_vec(), 1.0),
        None => learned_prior(facts, counts),
    };
    let mut weights = LogWeights::new(prior.iter().map(|&share| power * ln(share)).collect());
    weights.cells = vec![0.0; table.cells().len() * labels];
    weights.accused = counts.worse_than_chance(table);
    let pooled = pooled_accuracy(table, counts);
    let mut start = 0;
    for cells in table.cells().chunk_by(|a, b| a.source == b.source) {
        let source = Source { at: cells[0].source as usize, cells: start..start + cells.len() };
        start += cells.len();
        let gold_rows = source.gold_rows(counts, facts, labels);
        // Whom gold has shown to be worse than chance gets no weight on trust, and is judged by gold.
        let (trust, belief_rows) = if weights.accused[source.at] {
            (1.0, ACCUSED_ROWS)
        } else {
            (facts.trust(gold_rows), BELIEF_ROWS)
        };
        let share = facts.shares[source.at];
        match facts.kind {
            SourceKind::Rules => source.rule(table, facts, counts, belief_rows, &mut weights),
            SourceKind::People => source.person(table, counts, pooled, belief_rows, &mut weights),
        }
        let own = &mut weights.cells[source.cells.start * labels..source.cells.end * labels];
        for (cell, weights) in cells.iter().zip(own.chunks_exact_mut(labels)) {
            for weight in weights.iter_mut() {
                *weight *= trust * share;
            }
            weights[usize::from(cell.label)] += (1.0 - trust) * share * EQUAL;
        }
        if let Some(silence) =
            weights.silence.last_mut().filter(|silence| silence.source as usize == source.at)
        {
            for weight in &mut silence.weights {
                *weight *= trust * share;
            }
        }
    }
    weights.settle(table);
    (prior, weights)
}

/// The share of each label, and how much its logarithm counts.
fn learned_prior(facts: &Facts, counts: &Counts) -> (Vec<f64>, f64) {
    let mut prior = counts.believed.of_label.clone();
    if facts.kind == SourceKind::People {
        let uniform = PRIOR_DOCUMENTS / prior.len() as f64;
        for rows in &mut prior {
            *rows += uniform;
        }
    }
    normalize(&mut prior);
    let gold_rows: f64 = counts.gold.of_label.iter().sum();
    for (share, gold) in prior.iter_mut().zip(&counts.gold.of_label) {
        *share = (*share * BELIEF_ROWS + gold) / (BELIEF_ROWS + gold_rows);
    }
    (prior, facts.prior_power(gold_rows) * facts.trust(gold_rows))
}

/// How often people are right on the whole, never less than by chance.
fn pooled_accuracy(table: &PatternTable, counts: &Counts) -> f64 {
    let labels = table.labels();
    let right = |(at, label): (usize, u16)| {
        let at = at * labels + usize::from(label);
        counts.believed.of_cell[at] + counts.gold.of_cell[at]
    };
    let right: f64 = table.cells().iter().map(|cell| cell.label).enumerate().map(right).sum();
    let all: f64 = counts.believed.of_cell.iter().chain(&counts.gold.of_cell).sum();
    ((right + POOL * ACCURACY) / (all + POOL)).max(1.0 / labels as f64)
}

/// A source that votes several labels, taken for equally right on all.
struct Coin {
    /// P(vote) of the right label …
    right: f64,
    /// … and of each other.
    wrong: f64,
}

impl Coin {
    fn of(table: &PatternTable, facts: &Facts, counts: &Counts, source: &Source) -> Self {
        let labels = table.labels();
        let of_cell =
            |cell: usize| counts.believed.of_cell[cell * labels + usize::from(table.cells()[cell].label)];
        let right: f64 = source.cells.clone().map(of_cell).sum();
        let votes: f64 = counts.believed.voted[source.at * labels..][..labels].iter().sum();
        let accuracy = (right + COIN_VOTES * ALONE) / (votes + COIN_VOTES);
        let coverage = facts.cell_rows[source.cells.clone()].iter().sum::<f64>() / facts.rows;
        Self { right: coverage * accuracy, wrong: coverage * (1.0 - accuracy) / (labels.max(2) - 1) as f64 }
    }

    fn share(&self, is_right: bool) -> f64 {
        if is_right { self.right } else { self.wrong }
    }
}

/// A source that votes.
struct Source {
    at: usize,
    cells: Range<usize>,
}

impl Source {
    /// Rows with gold that it is judged by.
    fn gold_rows(&self, counts: &Counts, facts: &Facts, labels: usize) -> f64 {
        let rows = match facts.kind {
            SourceKind::Rules => &counts.gold.of_label[..],
            SourceKind::People => &counts.gold.voted[self.at * labels..][..labels],
        };
        rows.iter().sum()
    }

    /// Where abstaining is a symbol.
    fn rule(
        &self,
        table: &PatternTable,
        facts: &Facts,
        counts: &Counts,
        belief_rows: f64,
        weights: &mut LogWeights,
    ) {
        let labels = table.labels();
        let (believed, gold) = (&counts.believed, &counts.gold);
        let rates: Vec<f64> =
            facts.cell_rows[self.cells.clone()].iter().map(|rows| rows / facts.rows).collect();
        let silent_rate = 1.0 - rates.iter().sum::<f64>();
        let coin = Coin::of(table, facts, counts, self);
        let strength = if self.cells.len() > 1 { SEVERAL_SMOOTHING } else { RULE_SMOOTHING };
        let mut silence = vec![0.0; labels];
        for (label, of_silence) in silence.iter_mut().enumerate() {
            let rows = believed.seen_by(self.at, label);
            let gold_rows = gold.of_label[label];
            let share = |believed: f64, rate: f64, gold: f64| {
                let belief = (believed + strength * rate) / (rows + strength);
                ln((gold + belief_rows * belief) / (gold_rows + belief_rows))
            };
            for (cell, rate) in self.cells.clone().zip(&rates) {
                let at = cell * labels + label;
                let vote = usize::from(table.cells()[cell].label);
                let anchor = if self.cells.len() > 1 { coin.share(vote == label) } else { *rate };
                weights.cells[at] = share(believed.of_cell[at], anchor, gold.of_cell[at]);
            }
            let at = self.at * labels + label;
            let silent = (rows - believed.voted[at]).max(0.0);
            *of_silence = share(silent, silent_rate.max(0.0), gold_rows - gold.voted[at]);
        }
        // A source that votes on every row has no silence to account for.
        if silent_rate * facts.rows > 0.5 {
            weights
                .silence
                .push(Silence { source: u32::try_from(self.at).unwrap_or(u32::MAX), weights: silence });
        }
    }

    /// Where silence says nothing.
    fn person(
        &self,
        table: &PatternTable,
        counts: &Counts,
        pooled: f64,
        belief_rows: f64,
        weights: &mut LogWeights,
    ) {
        let labels = table.labels();
        let cells = &table.cells()[self.cells.clone()];
        let sum = |rows: &[f64]| rows[self.at * labels..][..labels].iter().sum::<f64>();
        let votes = sum(&counts.believed.voted) + sum(&counts.gold.voted);
        let right = |(at, label): (usize, u16)| {
            let at = at * labels + usize::from(label);
            counts.believed.of_cell[at] + counts.gold.of_cell[at]
        };
        let right: f64 = self.cells.clone().zip(cells.iter().map(|cell| cell.label)).map(right).sum();
        let accuracy = (right + ACCURACY_VOTES * pooled) / (votes + ACCURACY_VOTES);
        let wrong = (1.0 - accuracy).max(0.0) / (labels.max(2) - 1) as f64;
        for (at, cell) in self.cells.clone().zip(cells) {
            for label in 0..labels {
                let anchor = if usize::from(cell.label) == label { accuracy } else { wrong };
                let (of_cell, voted) = (at * labels + label, self.at * labels + label);
                let belief = (counts.believed.of_cell[of_cell] + PEOPLE_SMOOTHING * anchor)
                    / (counts.believed.voted[voted] + PEOPLE_SMOOTHING);
                let gold = (counts.gold.of_cell[of_cell], counts.gold.voted[voted]);
                weights.cells[of_cell] = ln((gold.0 + belief_rows * belief) / (gold.1 + belief_rows));
            }
        }
    }
}
