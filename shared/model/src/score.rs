//! How good labels are against gold. Definitions: `docs/figures.md`.

use crate::{fit::Fitted, gold::GoldCounts, ties::most_likely};
use std::collections::BTreeMap;

/// A probability of less than this counts as this in the log-loss, which would be infinite for 0.
const LEAST_PROBABILITY: f64 = 1e-15;

/// Scores against gold; none where no row allows it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    /// Expected accuracy: ties are guessed at random, and so are rows without a vote.
    pub accuracy: Option<f64>,
    /// Expected accuracy on rows with a vote.
    pub accuracy_covered: Option<f64>,
    /// Mean F1 of the labels that are gold or guessed somewhere.
    pub macro_f1: Option<f64>,
    /// F1 of label 1; none unless there are two labels.
    pub f1: Option<f64>,
    /// Mean negative natural logarithm of gold's probability, which is taken for at least 1e-15.
    pub log_loss: Option<f64>,
    /// Mean squared distance of the probabilities to gold, summed over labels: 0 to 2.
    pub brier: Option<f64>,
}

/// Rows with gold, counted so that their order changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<(u32, i16, i16), u64>);

impl Tally {
    /// One more row of a pattern, with its gold and the model's [`Fitted::guess`]; without gold it does not count.
    pub fn add(&mut self, pattern: u32, gold: i16, guess: i16) {
        if gold >= 0 {
            *self.0.entry((pattern, gold, guess)).or_default() += 1;
        }
    }

    /// The rows of gold by pattern; of labels that are equally likely each is guessed as often as the others, or once more.
    pub fn of(fitted: &Fitted, gold: &GoldCounts) -> Self {
        let mut tally = BTreeMap::new();
        for (pattern, label, rows) in gold.iter() {
            let tied = most_likely(fitted.posterior(pattern));
            let (all, rest) = (rows / tied.len() as u64, rows % tied.len() as u64);
            for (at, guess) in (0..).zip(tied) {
                let rows = all + u64::from(at < rest);
                if let (Ok(label), Ok(guess), true) = (i16::try_from(label), i16::try_from(guess), rows > 0) {
                    tally.insert((pattern, label, guess), rows);
                }
            }
        }
        Self(tally)
    }

    /// How many rows there are.
    pub fn len(&self) -> u64 {
        self.0.values().sum()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Rows by gold, then by guess, for so many labels; rows of others do not count.
    pub fn confusion(&self, labels: usize) -> Vec<Vec<u64>> {
        let mut confusion = vec![vec![0; labels]; labels];
        for (&(_, gold, guess), &rows) in &self.0 {
            let gold = usize::try_from(gold).ok().and_then(|gold| confusion.get_mut(gold));
            if let Some(cell) =
                gold.zip(usize::try_from(guess).ok()).and_then(|(row, guess)| row.get_mut(guess))
            {
                *cell += rows;
            }
        }
        confusion
    }

    /// Patterns with a gold label and how many rows have both.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (u32, i16, u64)> {
        self.0.iter().map(|(&(pattern, gold, _), &rows)| (pattern, gold, rows))
    }
}

/// Scores a model on the rows of a tally.
pub fn score(fitted: &Fitted, tally: &Tally) -> Scores {
    score_folds([(fitted, tally)])
}

/// Scores several models as one, each on rows of its own, such as the folds of a cross-fit ([`crate::cross_fit()`]).
pub fn score_folds<'a>(folds: impl IntoIterator<Item = (&'a Fitted, &'a Tally)>) -> Scores {
    let (mut labels, mut together) = (0, BTreeMap::new());
    let mut all = Sums::default();
    let mut covered = Sums::default();
    for (fitted, tally) in folds {
        labels = fitted.prior.len();
        for (&(pattern, gold, guess), &rows) in &tally.0 {
            *together.entry((gold, guess)).or_default() += rows;
            let terms = Sums::of(fitted.posterior(pattern), gold, pattern == 0);
            all.add(rows as f64, &terms);
            if pattern != 0 {
                covered.add(rows as f64, &terms);
            }
        }
    }
    let (macro_f1, f1) = f1_scores(&together, labels);
    Scores {
        accuracy: all.mean(all.right),
        accuracy_covered: covered.mean(covered.right),
        macro_f1,
        f1,
        log_loss: all.mean(all.log_loss),
        brier: all.mean(all.brier),
    }
}

/// Scores any probabilities of `labels` labels: of each row the probabilities, gold, and the label that is guessed.
///
/// All rows count as covered.
pub fn score_rows<'a>(labels: usize, rows: impl IntoIterator<Item = (&'a [f64], i16, i16)>) -> Scores {
    let mut together = BTreeMap::new();
    let mut all = Sums::default();
    for (probabilities, gold, guess) in rows.into_iter().filter(|(_, gold, _)| *gold >= 0) {
        *together.entry((gold, guess)).or_default() += 1;
        all.add(1.0, &Sums::of(probabilities, gold, false));
    }
    let (macro_f1, f1) = f1_scores(&together, labels);
    let accuracy = all.mean(all.right);
    Scores {
        accuracy,
        accuracy_covered: accuracy,
        macro_f1,
        f1,
        log_loss: all.mean(all.log_loss),
        brier: all.mean(all.brier),
    }
}

/// Sums over rows.
#[derive(Default)]
struct Sums {
    rows: f64,
    right: f64,
    log_loss: f64,
    brier: f64,
}

impl Sums {
    /// Of one row.
    fn of(probabilities: &[f64], gold: i16, at_random: bool) -> Self {
        let gold = usize::try_from(gold).unwrap_or(usize::MAX);
        let tied = most_likely(probabilities);
        let right = if at_random {
            1.0 / probabilities.len() as f64
        } else if tied.contains(&gold) {
            1.0 / tied.len() as f64
        } else {
            0.0
        };
        let of_gold = probabilities.get(gold).copied().unwrap_or(0.0).max(LEAST_PROBABILITY);
        let distance = |(label, p): (usize, &f64)| {
            let miss = if label == gold { 1.0 - p } else { *p };
            miss * miss
        };
        Self {
            rows: 1.0,
            right,
            log_loss: -libm::log(of_gold),
            brier: probabilities.iter().enumerate().map(distance).sum(),
        }
    }

    fn add(&mut self, times: f64, row: &Self) {
        self.rows += times * row.rows;
        self.right += times * row.right;
        self.log_loss += times * row.log_loss;
        self.brier += times * row.brier;
    }

    fn mean(&self, sum: f64) -> Option<f64> {
        (self.rows > 0.0).then(|| sum / self.rows)
    }
}

/// Mean F1 of the labels that occur, and F1 of label 1 if there are two labels.
///
/// `rows` are those of each gold and guess.
fn f1_scores(rows: &BTreeMap<(i16, i16), u64>, labels: usize) -> (Option<f64>, Option<f64>) {
    // Per label: rows guessed and right, rows guessed, rows of gold.
    let mut counts: BTreeMap<i16, [u64; 3]> = BTreeMap::new();
    for (&(gold, guess), &rows) in rows {
        let of_guess = counts.entry(guess).or_default();
        of_guess[0] += if guess == gold { rows } else { 0 };
        of_guess[1] += rows;
        counts.entry(gold).or_default()[2] += rows;
    }
    if counts.is_empty() {
        return (None, None);
    }
    let f1 = |[right, guessed, gold]: [u64; 3]| match guessed + gold {
        0 => 0.0,
        both => 2.0 * right as f64 / both as f64,
    };
    let mean = counts.values().map(|&counts| f1(counts)).sum::<f64>() / counts.len() as f64;
    (Some(mean), (labels == 2).then(|| f1(counts.get(&1).copied().unwrap_or_default())))
}
