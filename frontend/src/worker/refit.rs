//! Fits models to the pattern table that the server counted, and compares two fits.

use super::message::refit::{RefitOrder, RefitOutcome, RefitSettings, Refitted};
use hunch_model::{
    FitOptions, Fitted, GoldCounts, ModelKind, PatternTable, Prior, Tally, cross_fit, fit,
    moved_from_majority, score_folds,
};
use hunch_protocol::{LabelFlip, ModelScores};
use std::collections::BTreeMap;

/// Parts that gold is dealt to where models learn from it, as on the server.
const FOLDS: usize = 5;
/// Probabilities this close to the largest are ties.
const TIED: f64 = 1e-5;

/// A pattern table, and the fit that others are compared with.
pub struct Refitter {
    /// The combine that counted it.
    job: String,
    table: PatternTable,
    gold: GoldCounts,
    present: Option<(RefitSettings, Fit)>,
}

/// A fitted model and what is told of it.
struct Fit {
    fitted: Fitted,
    outcome: RefitOutcome,
    millis: f64,
}

impl Refitter {
    /// Takes in the table that a combine counted; an error is a sentence.
    pub fn new(job: String, bytes: &[u8]) -> Result<Self, String> {
        let read = PatternTable::from_bytes(bytes);
        let (table, gold) = read.map_err(|error| format!("The vote patterns make no sense: {error}."))?;
        Ok(Self { job, table, gold, present: None })
    }

    /// Whether it holds the table of this combine.
    pub fn is_of(&self, job: &str) -> bool {
        self.job == job
    }

    /// Fits what is tried, and what is in force unless that is known; an error is a sentence. `clock` tells milliseconds.
    pub fn refit(&mut self, order: &RefitOrder, clock: fn() -> f64) -> Result<Refitted, String> {
        let present = match self.present.take() {
            Some((settings, present)) if settings == order.present => present,
            _ => self.fit(&order.present, clock)?,
        };
        let tried = self.fit(&order.tried, clock);
        let answer = tried.map(|tried| Refitted {
            moved: self.moved(&present.fitted, &tried.fitted),
            present: present.outcome.clone(),
            tried: tried.outcome,
            rows: self.table.rows(),
            covered: self.table.covered(),
            patterns: self.table.distinct() as u64,
            gold: self.gold.rows(),
            fit_ms: tried.millis,
        });
        self.present = Some((order.present.clone(), present));
        answer
    }

    fn fit(&self, settings: &RefitSettings, clock: fn() -> f64) -> Result<Fit, String> {
        let kind: ModelKind = settings.model.parse().map_err(|error| format!("{error}."))?;
        let options = FitOptions {
            prior: settings.prior.clone().map_or(Prior::Learned, Prior::Given),
            gold: if settings.use_gold { self.gold.clone() } else { GoldCounts::default() },
            ..FitOptions::default()
        };
        let started = clock();
        let fitted = fit(kind, &self.table, &options).map_err(|error| format!("{error}."))?;
        let millis = clock() - started;
        let moved: f64 = moved_from_majority(&self.table, &fitted).iter().map(|moved| moved.rows).sum();
        let outcome = RefitOutcome {
            prior: fitted.prior.clone(),
            label_rows: self.label_rows(&fitted),
            flips: rounded(moved),
            scores: self.scores(kind, &fitted, &options)?,
        };
        Ok(Fit { fitted, outcome, millis })
    }

    /// What a model learned from a row is not scored on it.
    fn scores(
        &self,
        kind: ModelKind,
        fitted: &Fitted,
        options: &FitOptions,
    ) -> Result<Option<ModelScores>, String> {
        if self.gold.is_empty() {
            return Ok(None);
        }
        let scores = if options.gold.is_empty() {
            score_folds([(fitted, &Tally::of(fitted, &self.gold))])
        } else {
            let folds = self.gold.folds(FOLDS);
            let models =
                cross_fit(kind, &self.table, options, &folds).map_err(|error| format!("{error}."))?;
            let tallies: Vec<Tally> =
                models.iter().zip(&folds).map(|(model, fold)| Tally::of(model, fold)).collect();
            score_folds(models.iter().zip(&tallies))
        };
        Ok(ModelScores::of(scores, self.gold.rows()))
    }

    fn label_rows(&self, fitted: &Fitted) -> Vec<u64> {
        let mut rows = vec![0.0; self.table.labels()];
        for (pattern, count) in self.voted() {
            let best = best(fitted.posterior(pattern));
            for &label in &best {
                rows[label] += count as f64 / best.len() as f64;
            }
        }
        rows.into_iter().map(rounded).collect()
    }

    fn moved(&self, before: &Fitted, after: &Fitted) -> Vec<LabelFlip> {
        let mut moved: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for (pattern, count) in self.voted() {
            let (from, to) = (best(before.posterior(pattern)), best(after.posterior(pattern)));
            if from == to {
                continue;
            }
            let share = count as f64 / (from.len() * to.len()) as f64;
            for &from in &from {
                for &to in to.iter().filter(|to| **to != from) {
                    *moved.entry((from, to)).or_default() += share;
                }
            }
        }
        let index = |label| i16::try_from(label).unwrap_or(-1);
        let flip = |((from, to), rows)| LabelFlip { from: index(from), to: index(to), rows: rounded(rows) };
        let mut moved: Vec<LabelFlip> = moved.into_iter().map(flip).filter(|flip| flip.rows > 0).collect();
        moved.sort_by_key(|flip| std::cmp::Reverse(flip.rows));
        moved
    }

    /// Patterns with a vote that documents have.
    fn voted(&self) -> impl Iterator<Item = (u32, u64)> {
        let patterns = (1..).take(self.table.len().saturating_sub(1));
        patterns.map(|pattern| (pattern, self.table.count(pattern))).filter(|(_, count)| *count > 0)
    }
}

/// The most likely labels.
fn best(probabilities: &[f64]) -> Vec<usize> {
    let most = probabilities.iter().copied().fold(0.0, f64::max);
    (0..probabilities.len()).filter(|&label| most - probabilities[label] <= TIED).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of documents")]
fn rounded(rows: f64) -> u64 {
    rows.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use hunch_model::PatternCounter;

    /// Three rules of two labels on 100 documents, ten of them with gold.
    fn refitter() -> Refitter {
        let mut counter = PatternCounter::new(2, &["a", "b", "c"]);
        let rows =
            [([-1, -1, -1], 40), ([1, -1, -1], 20), ([1, 1, -1], 20), ([-1, -1, 0], 15), ([1, -1, 0], 5)];
        let added = rows.map(|(votes, rows)| counter.add_rows(&votes, rows).expect("votes are labels"));
        let (table, order) = counter.finish();
        let mut gold = GoldCounts::default();
        for (row, label, rows) in [(1, 1, 4), (3, 0, 5), (4, 0, 1)] {
            gold.add_rows(order[added[row] as usize], label, rows);
        }
        Refitter::new("job".to_owned(), &table.to_bytes(&gold)).expect("it was written so")
    }

    fn settings(model: &str, prior: Option<Vec<f64>>) -> RefitSettings {
        RefitSettings { model: model.to_owned(), prior, use_gold: true }
    }

    fn order(present: RefitSettings, tried: RefitSettings) -> RefitOrder {
        RefitOrder { present, tried, ..RefitOrder::default() }
    }

    #[test]
    fn equal_settings_change_nothing_and_every_document_is_counted() {
        let mut refitter = refitter();
        let robust = settings("robust", None);
        let answer = refitter.refit(&order(robust.clone(), robust), || 0.0).expect("fits");
        assert_eq!(answer.moved, []);
        assert_eq!(answer.present, answer.tried);
        assert_eq!((answer.rows, answer.covered, answer.patterns, answer.gold), (100, 60, 4, 10));
        assert_eq!(answer.tried.label_rows.iter().sum::<u64>(), 60);
        assert_eq!(answer.tried.scores.map(|scores| scores.rows), Some(10));
    }

    #[test]
    fn a_prior_that_favours_a_label_moves_documents_to_it() {
        let mut refitter = refitter();
        let majority = settings("majority", None);
        let tried = settings("dawid-skene", Some(vec![0.999_999, 0.000_001]));
        let answer = refitter.refit(&order(majority, tried), || 0.0).expect("fits");
        assert!(
            answer.moved.iter().any(|flip| (flip.from, flip.to) == (1, 0) && flip.rows > 0),
            "{answer:?}"
        );
        assert_eq!(answer.present.flips, 0);
        assert!(answer.tried.flips > 0);
    }

    #[test]
    fn what_cannot_be_fitted_says_why_and_leaves_the_rest_usable() {
        let mut refitter = refitter();
        let robust = settings("robust", None);
        let why = refitter.refit(&order(robust.clone(), settings("nonsense", None)), || 0.0).unwrap_err();
        assert!(why.contains("nonsense"), "{why}");
        let why =
            refitter.refit(&order(robust.clone(), settings("robust", Some(vec![0.5]))), || 0.0).unwrap_err();
        assert!(why.contains("class balance"), "{why}");
        assert!(refitter.refit(&order(robust.clone(), robust), || 0.0).is_ok());
        assert!(Refitter::new(String::new(), b"<html>").is_err());
    }
}
