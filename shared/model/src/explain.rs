//! Why a pattern of votes has its label: log-odds that add up.

use crate::{fit::Fitted, pattern::PatternTable, posterior::LogWeights};
use serde::{Deserialize, Serialize};

/// Why a label is as likely as it is, compared with its strongest rival.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The label.
    pub label: u16,
    /// The label it is compared with: the most likely other.
    pub rival: u16,
    /// What speaks for the label (positive) or for the rival, in the table's order of sources; they add up to
    /// `ln(P(label) / P(rival))`.
    pub terms: Vec<Term>,
}

/// One summand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// Whose.
    pub of: Reason,
    /// For the label, if positive.
    pub log_odds: f64,
}

/// What a summand stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The class prior, before any vote.
    Prior,
    /// The vote of a source, by index.
    Vote(u32),
    /// All sources that look at every document and did not vote.
    Silence,
    /// All votes agree, and nothing known makes that worth less than it says.
    Unanimity,
}

impl Explanation {
    /// The sum of all terms: `ln(P(label) / P(rival))`.
    pub fn log_odds(&self) -> f64 {
        self.terms.iter().map(|term| term.log_odds).sum()
    }
}

/// What explains a fitted model's labels, without its posteriors: small enough to be kept beside its table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explainer(LogWeights);

impl Fitted {
    /// Why `label` is as likely as it is for a pattern of the table that the model was fitted on.
    ///
    /// None for models whose probabilities are no sums of log-odds (`majority`, `weighted`, `triplet` with more than two
    /// labels), for the pattern without votes, and where there is no other label.
    pub fn explain(&self, table: &PatternTable, pattern: u32, label: u16) -> Option<Explanation> {
        let rival = rival(self.posterior(pattern), label)?;
        let terms = terms(self.weights.as_ref()?, table, pattern, label, rival)?;
        Some(Explanation { label, rival, terms })
    }

    /// What [`Self::explain`] explains with, if it can.
    pub fn explainer(&self) -> Option<Explainer> {
        self.weights.clone().map(Explainer)
    }
}

impl Explainer {
    /// What speaks for a label and against another for a pattern of the table that the model was fitted on; the terms add
    /// up to the logarithm of the odds.
    ///
    /// None for the pattern without votes, and for a pattern, label or table that the model does not know.
    pub fn terms(&self, table: &PatternTable, pattern: u32, label: u16, rival: u16) -> Option<Vec<Term>> {
        let known = |label: u16| usize::from(label) < table.labels();
        let fits = self.0.fit(table) && (pattern as usize) < table.len() && known(label) && known(rival);
        if fits { terms(&self.0, table, pattern, label, rival) } else { None }
    }
}

/// The label that another is compared with: the most likely of the others, the first of equal ones.
pub fn rival(probabilities: &[f64], label: u16) -> Option<u16> {
    let others = (0..probabilities.len()).filter(|&other| other != usize::from(label));
    let rival =
        others.reduce(|best, other| if probabilities[other] > probabilities[best] { other } else { best });
    u16::try_from(rival?).ok()
}

fn terms(
    weights: &LogWeights,
    table: &PatternTable,
    pattern: u32,
    label: u16,
    rival: u16,
) -> Option<Vec<Term>> {
    let cells = table.pattern_cells(pattern as usize);
    if cells.is_empty() {
        return None;
    }
    let (own, rival, labels) = (usize::from(label), usize::from(rival), table.labels());
    let odds = |row: &[f64]| row.get(own).unwrap_or(&0.0) - row.get(rival).unwrap_or(&0.0);

    let mut terms = vec![Term { of: Reason::Prior, log_odds: odds(&weights.prior) }];
    let mut silent = 0.0;
    let mut silence_of = vec![0.0; table.sources().len()];
    for silence in &weights.silence {
        let log_odds = odds(&silence.weights);
        silence_of[silence.source as usize] = log_odds;
        silent += log_odds;
    }
    for &cell in cells {
        let source = table.cells()[cell as usize].source;
        let own_silence = silence_of[source as usize];
        silent -= own_silence;
        let log_odds = odds(&weights.cells[cell as usize * labels..][..labels]) + own_silence;
        terms.push(Term { of: Reason::Vote(source), log_odds });
    }
    if !weights.silence.is_empty() {
        terms.push(Term { of: Reason::Silence, log_odds: silent });
    }
    let mut row = vec![0.0; labels];
    weights.add_up(cells, &mut row);
    if let Some((lifted, lift)) = weights.lift(table, cells, &row) {
        let sign = if lifted == own {
            1.0
        } else if lifted == rival {
            -1.0
        } else {
            0.0
        };
        terms.push(Term { of: Reason::Unanimity, log_odds: sign * lift });
    }
    Some(terms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FitOptions, ModelKind, fit, tests::table};

    #[test]
    fn what_is_kept_explains_as_the_model_does() {
        let rows: Vec<Vec<i16>> =
            (0..60).map(|row| vec![row % 3 - 1, (row / 2) % 4 - 1, (row / 5) % 3 - 1]).collect();
        let (table, _) = table(3, &["b", "a", "c"], &rows);
        for kind in ModelKind::ALL {
            let fitted = fit(kind, &table, &FitOptions::default()).unwrap();
            let kept = fitted.explainer().map(|explainer| {
                let json = serde_json::to_vec(&explainer).unwrap();
                serde_json::from_slice::<Explainer>(&json).unwrap()
            });
            for pattern in 1..u32::try_from(table.len()).unwrap() {
                for label in 0..3 {
                    let Some(explanation) = fitted.explain(&table, pattern, label) else { continue };
                    let row = fitted.posterior(pattern);
                    let rival = rival(row, label).unwrap();
                    let odds = (row[usize::from(label)] / row[usize::from(rival)]).ln();
                    assert!(
                        (explanation.log_odds() - odds).abs() < 1e-9,
                        "{kind:?} {pattern} {explanation:?}"
                    );
                    let terms = kept.as_ref().unwrap().terms(&table, pattern, label, rival).unwrap();
                    for (term, again) in explanation.terms.iter().zip(&terms) {
                        assert!(term.of == again.of && (term.log_odds - again.log_odds).abs() < 1e-12);
                    }
                }
            }
        }
    }

    #[test]
    fn what_explains_another_table_explains_nothing() {
        let (small, _) = table(2, &["a"], &[vec![0], vec![1]]);
        let (large, _) = table(2, &["a", "b"], &[vec![0, 1], vec![1, 1]]);
        let explainer = fit(ModelKind::Robust, &small, &FitOptions::default()).unwrap().explainer().unwrap();
        assert!(explainer.terms(&small, 1, 0, 1).is_some());
        assert_eq!(explainer.terms(&large, 1, 0, 1), None);
        for (pattern, label) in [(0, 0), (99, 0), (1, 2)] {
            assert_eq!(explainer.terms(&small, pattern, label, 1), None);
        }
    }
}
