//! Models by name, their options, and what they find.

use crate::{
    expectation::{self, Form},
    gold::GoldCounts,
    majority::vote_shares,
    matrix_completion::{self, Descent},
    pattern::PatternTable,
    posterior::{LogWeights, Posteriors, normalize},
    robust,
    source_kind::SourceKind,
    ties::{Ties, most_likely, tied},
    triplet,
    weighted::{majority_prior, weighted_shares},
};
use hunch_engine::ABSTAIN;
use std::str::FromStr;
use thiserror::Error;

/// Most numbers a model may keep: parameters of its sources, or probabilities of its patterns (1 GiB).
pub(crate) const NUMBERS: usize = 1 << 27;

/// A label model. How they compare on real and made votes, and why the default is what it is, says `docs/label-models.md`.
///
/// Dawid-Skene on rules takes one step unless told otherwise: run to convergence it drifts to whatever structure the rules
/// share, which need not be the label. On people's votes its assumptions hold and it runs until it settles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ModelKind {
    /// Each label's share of the votes.
    Majority,
    /// Votes weigh as much as their label is frequent.
    Weighted,
    /// One table of P(vote | label) per source, by expectation maximization from majority vote.
    DawidSkene,
    /// One accuracy per source, wrong votes spread evenly over the other labels; silence says nothing.
    OneCoin,
    /// Snorkel's: P(vote | label) such that pairs of sources overlap as they do, by gradient descent.
    MatrixCompletion,
    /// That of Fu et al. (2020): accuracies from the agreement of three sources at a time.
    Triplet,
    /// Weights between equal ones and those that the other sources' votes give.
    /// The project's labels come from it unless another is asked for.
    #[default]
    Robust,
}

impl ModelKind {
    /// Every model, simplest first, the default last.
    pub const ALL: [Self; 7] = [
        Self::Majority,
        Self::Weighted,
        Self::DawidSkene,
        Self::OneCoin,
        Self::MatrixCompletion,
        Self::Triplet,
        Self::Robust,
    ];

    /// Whether it learns from gold; the others find the same with it as without.
    pub const fn learns_from_gold(self) -> bool {
        matches!(self, Self::DawidSkene | Self::OneCoin | Self::Robust)
    }

    /// Its name in files, on the command line and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Majority => "majority",
            Self::Weighted => "weighted",
            Self::DawidSkene => "dawid-skene",
            Self::OneCoin => "one-coin",
            Self::MatrixCompletion => "matrix-completion",
            Self::Triplet => "triplet",
            Self::Robust => "robust",
        }
    }
}

/// A name that no model has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "there is no model `{0}`; there are majority, weighted, dawid-skene, one-coin, matrix-completion, triplet, robust"
)]
pub struct UnknownModel(pub String);

impl FromStr for ModelKind {
    type Err = UnknownModel;

    fn from_str(name: &str) -> Result<Self, UnknownModel> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| UnknownModel(name.to_owned()))
    }
}

/// P(label) before any vote.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Prior {
    /// From the votes, by models that learn; uniform for majority vote, which does not.
    #[default]
    Learned,
    /// All labels equally likely.
    Uniform,
    /// One share per label, summing to 1.
    Given(Vec<f64>),
}

/// How to fit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FitOptions {
    /// Whether abstaining is a sign.
    pub sources: SourceKind,
    /// P(label) before any vote.
    pub prior: Prior,
    /// Most steps of expectation maximization, at least one; unless given, one for rules and a hundred for people.
    /// It ends earlier when parameters settle.
    pub steps: Option<u32>,
    /// Votes added to each row of a source's table, spread as the source votes over all rows;
    /// unless given, one for rules and a tenth for people, who often have few votes.
    pub smoothing: Option<f64>,
    /// Gold to learn from; none unless given. Majority and weighted vote learn nothing from it.
    pub gold: GoldCounts,
}

impl FitOptions {
    /// Most steps that will be taken.
    pub fn most_steps(&self) -> u32 {
        self.steps.unwrap_or(match self.sources {
            SourceKind::Rules => 1,
            SourceKind::People => 100,
        })
    }

    /// Votes that will be added.
    pub fn smoothing(&self) -> f64 {
        self.smoothing.unwrap_or(match self.sources {
            SourceKind::Rules => 1.0,
            SourceKind::People => 0.1,
        })
    }
}

/// Why a model cannot be fitted.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum FitError {
    /// There is no label to choose from.
    #[error("there are no labels")]
    NoLabels,
    /// The prior does not fit the labels.
    #[error("the class balance has {found} shares, but there are {expected} labels")]
    PriorLength {
        /// Shares given.
        found: usize,
        /// Labels.
        expected: usize,
    },
    /// The prior is not a distribution.
    #[error("the class balance must be shares of at least 0 that sum to 1; they are {0:?}")]
    PriorShares(Vec<f64>),
    /// The model compares three sources, and there are fewer.
    #[error(
        "{model} needs at least three sources that vote, and there are {found}; majority vote and robust need none"
    )]
    FewSources {
        /// Name of the model.
        model: &'static str,
        /// Sources that vote.
        found: usize,
    },
    /// The model's cost grows too fast with these.
    #[error("{model} takes at most {most} {what}, and there are {found}")]
    TooMany {
        /// Name of the model.
        model: &'static str,
        /// How many there are.
        found: usize,
        /// How many it takes.
        most: usize,
        /// Of what.
        what: &'static str,
    },
    /// Rules speak of other documents than people.
    #[error("rules speak of {found} documents, but people voted on {expected}")]
    Documents {
        /// Documents rules speak of.
        found: usize,
        /// Documents with votes.
        expected: usize,
    },
    /// Smoothing is negative or not a number.
    #[error("smoothing must be a number of at least 0, not {0}")]
    Smoothing(f64),
    /// The model would not fit into memory.
    #[error("{labels} labels times {rows} {what} are too many numbers to keep; the most is {NUMBERS}")]
    TooLarge {
        /// Labels.
        labels: usize,
        /// Patterns or votes.
        rows: usize,
        /// Which of them.
        what: &'static str,
    },
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// Which model.
    pub kind: ModelKind,
    /// P(label) before any vote.
    pub prior: Vec<f64>,
    /// P(right | voted) per source as the model sees it, in the table's order of sources; none if it never voted.
    pub accuracies: Vec<Option<f64>>,
    /// Steps of expectation maximization taken.
    pub steps: u32,
    posteriors: Posteriors,
    pub(crate) weights: Option<LogWeights>,
}

impl Fitted {
    /// Adds patterns behind those of the table, for documents of which more is known than the rules' votes.
    pub fn push_patterns<'a>(&mut self, rows: impl IntoIterator<Item = &'a [f64]>) {
        rows.into_iter().for_each(|row| self.posteriors.push_row(row));
    }

    /// Puts another prior in the place of the fitted one.
    pub fn set_prior(&mut self, prior: Vec<f64>) {
        self.posteriors.set_row(0, &prior);
        self.prior = prior;
    }

    /// P(label) for rows of a pattern; the prior where nothing voted.
    pub fn posterior(&self, pattern: u32) -> &[f64] {
        self.posteriors.row(pattern as usize)
    }

    /// The label of all documents with this pattern; none where labels are tied, so that each document breaks the tie.
    pub fn clear_label(&self, pattern: u32) -> Option<i16> {
        match most_likely(self.posterior(pattern))[..] {
            [label] => i16::try_from(label).ok(),
            _ => None,
        }
    }

    /// The label of a document with this pattern: -1 where nothing voted. `row` is its number from 0.
    pub fn label(&self, pattern: u32, ties: Ties, document_id: &str, row: u64) -> i16 {
        if pattern == 0 { -1 } else { self.guess(pattern, ties, document_id, row) }
    }

    /// The label of every pattern, for callers with many documents.
    pub fn labels(&self) -> Labels<'_> {
        let clear = self.posteriors.rows().map(Labels::clear).collect();
        Labels { fitted: self, clear }
    }

    /// As [`Fitted::label`], but the prior's most likely label where nothing voted.
    pub fn guess(&self, pattern: u32, ties: Ties, document_id: &str, row: u64) -> i16 {
        ties.choose(self.posterior(pattern), document_id, row)
    }
}

/// The labels of a fitted model's patterns, ready to be looked up: [`Fitted::labels`].
#[derive(Debug)]
pub struct Labels<'f> {
    fitted: &'f Fitted,
    /// Per pattern the one most likely label, [`ABSTAIN`] where there are several.
    clear: Vec<i16>,
}

impl Labels<'_> {
    fn clear(row: &[f64]) -> i16 {
        let mut tied = tied(row);
        match (tied.next(), tied.next()) {
            (Some(only), None) => i16::try_from(only).unwrap_or(ABSTAIN),
            _ => ABSTAIN,
        }
    }

    /// As [`Fitted::label`].
    pub fn label(&self, pattern: u32, ties: Ties, document_id: &str, row: u64) -> i16 {
        match self.clear[pattern as usize] {
            _ if pattern == 0 => ABSTAIN,
            ABSTAIN => self.fitted.guess(pattern, ties, document_id, row),
            label => label,
        }
    }
}

/// Fits a model to a table of votes.
///
/// Degenerate tables give what can be said: without votes every posterior is the prior, with one source it decides.
pub fn fit(kind: ModelKind, table: &PatternTable, options: &FitOptions) -> Result<Fitted, FitError> {
    check(table, options)?;
    let uniform = vec![1.0 / table.labels() as f64; table.labels()];
    let fixed = match &options.prior {
        Prior::Learned => None,
        Prior::Uniform => Some(uniform.clone()),
        Prior::Given(shares) => {
            let mut shares = shares.clone();
            normalize(&mut shares);
            Some(shares)
        }
    };
    let fixed = fixed.as_deref();
    let counted = |prior, posteriors| Outcome { prior, weights: None, posteriors, steps: 0 };
    let mut outcome = match kind {
        ModelKind::Majority => counted(fixed.map_or(uniform, <[f64]>::to_vec), vote_shares(table)),
        ModelKind::Weighted => {
            let prior = fixed.map_or_else(|| majority_prior(table), <[f64]>::to_vec);
            let posteriors = weighted_shares(table, &prior);
            counted(prior, posteriors)
        }
        ModelKind::DawidSkene => {
            let form = match options.sources {
                SourceKind::Rules => Form::AbstainIsASymbol,
                SourceKind::People => Form::SilenceSaysNothing,
            };
            expectation::maximize(table, form, fixed, options)
        }
        ModelKind::OneCoin => expectation::maximize(table, Form::OneCoin, fixed, options),
        ModelKind::MatrixCompletion => matrix_completion::fit(table, fixed, &Descent::default())?,
        ModelKind::Triplet => triplet::fit(table, fixed)?,
        ModelKind::Robust => robust::fit(table, fixed, options),
    };
    let accuracies = accuracies(table, &outcome.posteriors, &options.gold);
    outcome.posteriors.set_row(0, &outcome.prior);
    let Outcome { prior, weights, posteriors, steps } = outcome;
    Ok(Fitted { kind, prior, accuracies, steps, posteriors, weights })
}

/// What a model makes of the votes.
pub(crate) struct Outcome {
    pub(crate) prior: Vec<f64>,
    /// What the posteriors are sums of, if they are.
    pub(crate) weights: Option<LogWeights>,
    pub(crate) posteriors: Posteriors,
    pub(crate) steps: u32,
}

fn check(table: &PatternTable, options: &FitOptions) -> Result<(), FitError> {
    let labels = table.labels();
    if labels == 0 {
        return Err(FitError::NoLabels);
    }
    for (rows, what) in [
        (table.len(), "vote patterns"),
        (table.cells().len(), "kinds of votes"),
        (table.sources().len(), "sources"),
    ] {
        if rows.saturating_mul(labels) > NUMBERS {
            return Err(FitError::TooLarge { labels, rows, what });
        }
    }
    let smoothing = options.smoothing();
    if !(smoothing >= 0.0 && smoothing.is_finite()) {
        return Err(FitError::Smoothing(smoothing));
    }
    match &options.prior {
        Prior::Given(shares) => check_prior(shares, labels),
        Prior::Learned | Prior::Uniform => Ok(()),
    }
}

/// Whether shares are a distribution over the labels.
pub(crate) fn check_prior(shares: &[f64], labels: usize) -> Result<(), FitError> {
    if labels == 0 {
        return Err(FitError::NoLabels);
    }
    if shares.len() != labels {
        return Err(FitError::PriorLength { found: shares.len(), expected: labels });
    }
    let sum: f64 = shares.iter().sum();
    if shares.iter().all(|share| *share >= 0.0) && (sum - 1.0).abs() < 1e-3 {
        Ok(())
    } else {
        Err(FitError::PriorShares(shares.to_vec()))
    }
}

/// How many rows of a pattern have each label: gold where it is known, the model's probabilities elsewhere.
pub(crate) fn label_mass(gold: &GoldCounts, pattern: u32, rows: u64, posterior: &[f64], mass: &mut [f64]) {
    let known: u64 = if gold.is_empty() { 0 } else { gold.of(pattern).map(|(_, count)| count).sum() };
    for (mass, share) in mass.iter_mut().zip(posterior) {
        *mass = rows.saturating_sub(known) as f64 * share;
    }
    if known > 0 {
        gold.of(pattern).for_each(|(label, count)| mass[label] += count as f64);
    }
}

/// For each source, the mean probability of the label it voted over rows where it votes.
fn accuracies(table: &PatternTable, posteriors: &Posteriors, gold: &GoldCounts) -> Vec<Option<f64>> {
    let mut mass = vec![0.0; table.labels()];
    let mut right = vec![0.0; table.sources().len()];
    let mut votes = vec![0_u64; table.sources().len()];
    for ((pattern, (cells, count)), posterior) in (0..).zip(table.patterns()).zip(posteriors.rows()) {
        label_mass(gold, pattern, count, posterior, &mut mass);
        for &cell in cells {
            let cell = table.cells()[cell as usize];
            right[cell.source as usize] += mass[usize::from(cell.label)];
            votes[cell.source as usize] += count;
        }
    }
    right
        .iter()
        .zip(votes)
        .map(|(right, votes)| (votes > 0).then(|| (right / votes as f64).min(1.0)))
        .collect()
}
