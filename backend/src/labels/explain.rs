//! Why a document has its label: log-odds that add up.

use super::{Labels, patterns};
use crate::store::{Store, StoreError};
use hunch_model::{Explainer, PatternTable, Reason, rival};
use hunch_protocol::{CalibrationMethod, DocumentLabels, ExplanationKind, ExplanationTerm};
use uuid::Uuid;

/// Smaller differences are rounding.
const ROUNDING: f64 = 1e-12;

/// What explains the labels of the latest combine.
pub(super) struct Explaining {
    /// The rules' votes, and their weights in the model that is used; none if its probabilities are no sums of log-odds.
    rules: Option<(PatternTable, Explainer)>,
}

impl Explaining {
    pub(super) async fn load(store: &dyn Store, project: Uuid) -> Result<Self, StoreError> {
        let explainer = patterns::decode_explainer(&store.label_weights(project).await?)?;
        let Some(explainer) = explainer else { return Ok(Self { rules: None }) };
        let votes = patterns::decode_votes(&store.label_votes(project).await?)?;
        Ok(Self { rules: votes.map(|(table, _)| (table, explainer)) })
    }

    /// Says why a document has its label, if the model can.
    pub(super) fn explain(&self, labels: &Labels, document: DocumentLabels) -> DocumentLabels {
        let explained = u16::try_from(document.label).ok().and_then(|label| {
            let rival = rival(&document.probabilities, label)?;
            Some((rival, self.terms(labels, &document, label, rival)?))
        });
        match explained {
            Some((rival, explanation)) => {
                DocumentLabels { rival: i16::try_from(rival).ok(), explanation, ..document }
            }
            None => document,
        }
    }

    fn terms(
        &self,
        labels: &Labels,
        document: &DocumentLabels,
        label: u16,
        rival: u16,
    ) -> Option<Vec<ExplanationTerm>> {
        let odds = |row: &[f64]| Some(row.get(usize::from(label))? - row.get(usize::from(rival))?);
        let mut terms;
        if labels.said.knows(document.pattern) {
            let weighed = labels.said.weighed(document.pattern)?;
            terms =
                if weighed.pattern == 0 { Vec::new() } else { self.of_rules(weighed.pattern, label, rival)? };
            let kind =
                if weighed.pattern == 0 { ExplanationKind::Prior } else { ExplanationKind::Contradiction };
            push_rest(&mut terms, kind, odds(&weighed.before)?);
            for (person, weights) in document.people.iter().zip(&weighed.votes) {
                terms.push(ExplanationTerm {
                    of: ExplanationKind::Person,
                    name: Some(person.author.clone()),
                    label: person.label,
                    log_odds: odds(weights)?,
                });
            }
            let all = sum(&terms) + odds(&weighed.lift)?;
            push_rest(&mut terms, ExplanationKind::Unanimity, all);
        } else {
            terms = self.of_rules(document.pattern, label, rival)?;
        }
        let calibration = labels.found.report.calibration.as_ref();
        if calibration.is_some_and(|calibration| calibration.method != CalibrationMethod::None) {
            let logs: Vec<f64> = document.probabilities.iter().map(|share| share.ln()).collect();
            push_rest(&mut terms, ExplanationKind::Calibration, odds(&logs)?);
        }
        Some(terms)
    }

    /// What the rules' votes say.
    fn of_rules(&self, pattern: u32, label: u16, rival: u16) -> Option<Vec<ExplanationTerm>> {
        let (table, explainer) = self.rules.as_ref()?;
        let votes = table.votes(pattern);
        let term = |term: hunch_model::Term| {
            let (of, name, label) = match term.of {
                Reason::Prior => (ExplanationKind::Prior, None, None),
                Reason::Silence => (ExplanationKind::Silence, None, None),
                Reason::Unanimity => (ExplanationKind::Unanimity, None, None),
                Reason::Vote(source) => {
                    let source = source as usize;
                    (ExplanationKind::Vote, table.sources().get(source).cloned(), votes.get(source).copied())
                }
            };
            ExplanationTerm { of, name, label, log_odds: term.log_odds }
        };
        Some(explainer.terms(table, pattern, label, rival)?.into_iter().map(term).collect())
    }
}

fn sum(terms: &[ExplanationTerm]) -> f64 {
    terms.iter().map(|term| term.log_odds).sum()
}

/// Adds what is missing from the terms to a total, unless that is rounding.
fn push_rest(terms: &mut Vec<ExplanationTerm>, of: ExplanationKind, total: f64) {
    let log_odds = total - sum(terms);
    if log_odds.abs() > ROUNDING {
        terms.push(ExplanationTerm { of, name: None, label: None, log_odds });
    }
}
