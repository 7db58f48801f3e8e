//! The default: votes weighed by what the other votes say of their sources, halfway between that and equal weights.
//!
//! Dawid-Skene from majority vote believes a source because it agrees with itself, and run to convergence it finds
//! whatever structure the sources share. What is done about it, each part chosen by `docs/label-models.md`:
//!
//! - **Others judge.** A source is judged on each row by the votes of the others: what it said itself is taken out first.
//!   Where it voted alone it is believed [`ALONE`], as sources that are better than chance.
//! - **Equal weights in between.** The log-weights of votes are the mean of those found and of [`EQUAL`] for every vote,
//!   [`TRUST`] of the way, so a source's weight needs evidence to leave the crowd.
//! - **Three rounds**, not convergence.
//! - **The prior counts as far as it can be known.** How often rules that vote a single label vote it says how many rules
//!   were written, so a prior learned from such is drawn towards uniform: its log counts [`PRIOR_OF_SINGLES`].
//! - **Copies share one weight**, and so, in part, do sources that vote the same more than labels explain ([`crate::similar`]).
//! - **Nobody is overruled by nobody**: a row whose votes all agree gets their label, whatever the prior, unless gold has shown one of its
//!   sources to be worse than chance.
//! - **Gold counts as itself.** What is believed without gold counts as [`BELIEF_ROWS`] rows beside rows with gold.
//! - **A sample where patterns are as many as rows**: of more than [`PATTERNS`] it learns from every nth row in the table's
//!   order, which changes weights by less than the votes of so many rows do by chance.
//!
//! People's votes are sparse and independent; for them it is Dawid-Skene with tables drawn towards one accuracy per
//! person, and persons towards one another ([`weights`]).
//! Every label is a sum of log-weights, so it explains itself exactly.

mod evidence;
mod weights;

use crate::{
    fit::{FitOptions, Outcome},
    gold::GoldCounts,
    pattern::PatternTable,
    posterior::LogWeights,
    similar::Similar,
    source_kind::SourceKind,
};
use evidence::{Counts, Start};

/// How often a source that voted alone is taken to be right.
const ALONE: f64 = 0.7;
/// Log-weight of a vote where all are equal: an accuracy of 0.88 between two labels.
const EQUAL: f64 = 2.0;
/// Share of what was found in the weights, against equal ones.
const TRUST: f64 = 0.5;
/// People in such numbers are trusted in full.
const MANY_PEOPLE: usize = 20;
/// Rounds for rules.
const RULE_ROUNDS: u32 = 3;
/// Rounds for people.
const PEOPLE_ROUNDS: u32 = 10;
/// How much of the prior's logarithm counts if every vote comes from a source that votes one label.
const PRIOR_OF_SINGLES: f64 = 0.6;
/// Rows with gold that outweigh what is believed without.
const BELIEF_ROWS: f64 = 200.0;
/// Patterns that are learned from, at most: of more, every nth row.
const PATTERNS: usize = 1 << 15;

/// What the fit needs to know of the table besides its patterns.
pub(crate) struct Facts {
    /// Rows per cell.
    pub(crate) cell_rows: Vec<f64>,
    /// The share of one vote that each source has: less than 1 for copies.
    pub(crate) shares: Vec<f64>,
    /// Rows counted.
    pub(crate) rows: f64,
    /// Share of the votes that come from sources that vote several labels.
    pub(crate) of_several: f64,
    pub(crate) kind: SourceKind,
    /// Sources that voted.
    pub(crate) voters: usize,
}

impl Facts {
    fn of(table: &PatternTable, kind: SourceKind) -> Self {
        let cell_rows: Vec<f64> = table.cell_counts().into_iter().map(|count| count as f64).collect();
        let (mut votes, mut several, mut voters) = (0.0, 0.0, 0);
        let mut start = 0;
        for cells in table.cells().chunk_by(|a, b| a.source == b.source) {
            let rows = &cell_rows[start..start + cells.len()];
            start += cells.len();
            let sum: f64 = rows.iter().sum();
            votes += sum;
            voters += usize::from(sum > 0.0);
            if rows.iter().filter(|&&rows| rows > 0.0).count() > 1 {
                several += sum;
            }
        }
        let of_several = if votes > 0.0 { several / votes } else { 0.0 };
        let shares = Similar::of(table).shares();
        Self { cell_rows, shares, rows: table.rows() as f64, of_several, kind, voters }
    }

    /// How far weights go towards what was found, where so many rows with gold say so.
    fn trust(&self, gold_rows: f64) -> f64 {
        let without = match self.kind {
            SourceKind::People if self.voters >= MANY_PEOPLE => 1.0,
            _ => TRUST,
        };
        (without * BELIEF_ROWS + gold_rows) / (BELIEF_ROWS + gold_rows)
    }

    /// How much the logarithm of a learned prior counts.
    fn prior_power(&self, gold_rows: f64) -> f64 {
        let without = match self.kind {
            SourceKind::Rules => PRIOR_OF_SINGLES + (1.0 - PRIOR_OF_SINGLES) * self.of_several,
            SourceKind::People => 1.0,
        };
        (without * BELIEF_ROWS + gold_rows) / (BELIEF_ROWS + gold_rows)
    }
}

/// Fits the model; `fixed_prior` stands in the place of a learned one. Its rounds and smoothing are its own.
pub(crate) fn fit(table: &PatternTable, fixed_prior: Option<&[f64]>, options: &FitOptions) -> Outcome {
    let rounds = match options.sources {
        SourceKind::Rules => RULE_ROUNDS,
        SourceKind::People => PEOPLE_ROUNDS,
    };
    let (prior, mut weights) = if table.len() > PATTERNS {
        let (thinned, numbers) = table.thinned(PATTERNS, &options.gold);
        let number = |pattern| u32::try_from(numbers.binary_search(&pattern).ok()?).ok();
        learn(&thinned, &options.gold.renumbered(number), fixed_prior, options.sources, rounds)
    } else {
        learn(table, &options.gold, fixed_prior, options.sources, rounds)
    };
    weights.unanimity = true;
    let posteriors = weights.posteriors(table);
    Outcome { prior, weights: Some(weights), posteriors, steps: rounds }
}

/// The prior and the weights after some rounds.
fn learn(
    table: &PatternTable,
    gold: &GoldCounts,
    fixed_prior: Option<&[f64]>,
    kind: SourceKind,
    rounds: u32,
) -> (Vec<f64>, LogWeights) {
    let facts = Facts::of(table, kind);
    let mut found: Option<(Vec<f64>, LogWeights)> = None;
    for _ in 0..rounds {
        let start = found.as_ref().map_or(Start::VoteShares, |(_, weights)| Start::Weights(weights));
        let counts = Counts::of(table, &facts, &start, gold);
        found = Some(weights::of(table, &facts, &counts, fixed_prior));
    }
    found.unwrap_or_default()
}
