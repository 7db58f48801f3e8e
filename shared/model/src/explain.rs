//! Why a pattern of votes has its label: log-odds that add up.

use crate::{fit::Fitted, pattern::PatternTable};

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

impl Fitted {
    /// Why `label` is as likely as it is for a pattern of the table that the model was fitted on.
    ///
    /// None for models whose probabilities are no sums of log-odds (`majority`, `weighted`, `triplet` with more than two
    /// labels), for the pattern without votes, and where there is no other label.
    pub fn explain(&self, table: &PatternTable, pattern: u32, label: u16) -> Option<Explanation> {
        let weights = self.weights.as_ref()?;
        let (cells, _) = table.patterns().nth(pattern as usize).filter(|(cells, _)| !cells.is_empty())?;
        let posterior = self.posterior(pattern);
        let own = usize::from(label);
        let others = (0..posterior.len()).filter(|&other| other != own);
        let rival =
            others.reduce(|best, other| if posterior[other] > posterior[best] { other } else { best })?;
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
            let log_odds =
                odds(&weights.cells[cell as usize * posterior.len()..][..posterior.len()]) + own_silence;
            terms.push(Term { of: Reason::Vote(source), log_odds });
        }
        if !weights.silence.is_empty() {
            terms.push(Term { of: Reason::Silence, log_odds: silent });
        }
        let mut row = vec![0.0; posterior.len()];
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
        Some(Explanation { label, rival: u16::try_from(rival).unwrap_or(u16::MAX), terms })
    }
}
