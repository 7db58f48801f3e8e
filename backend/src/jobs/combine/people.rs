//! People beside the rules: what their annotations make of the models.

use crate::labels::{People, Said};
use hunch_model::{FitError, Fitted, ModelKind, PatternTable, PeopleOptions, RulesSay, fit_people};
use hunch_protocol::{CombineRequest, Label, PersonReport};

/// What people add to a combine.
pub(super) struct Peopled {
    pub(super) report: Vec<PersonReport>,
    pub(super) ignored: u64,
    /// Documents that have a vote only because people gave one.
    pub(super) covered: u64,
    pub(super) said: Said,
}

/// Gives documents with annotations patterns of their own, behind those of the table, and every model what it makes of
/// each: majority vote counts people's votes beside the rules', Dawid-Skene weighs them.
///
/// `rows` holds the pattern of each row, chunk by chunk.
pub(super) fn add(
    people: &People,
    table: &PatternTable,
    rows: &mut [Vec<u32>],
    models: &mut [Fitted],
    request: &CombineRequest,
    labels: &[Label],
) -> Result<Peopled, FitError> {
    if people.places.is_empty() {
        let said = Said::default();
        return Ok(Peopled { report: people.report(&[]), ignored: people.ignored, covered: 0, said });
    }
    let first = u32::try_from(table.len()).unwrap_or(u32::MAX);
    let mut patterns = Vec::with_capacity(people.places.len());
    for (own, place) in (first..).zip(&people.places) {
        patterns.push(std::mem::replace(&mut rows[place.chunk as usize][place.row as usize], own));
    }
    let mut accuracies = vec![None; people.votes.sources().len()];
    for model in models {
        let posteriors = if model.kind == ModelKind::Majority {
            patterns.iter().enumerate().map(|(at, pattern)| shares(people, table, at, *pattern)).collect()
        } else {
            let fitted = fit_people(
                &people.votes,
                rules_say(model, table, &patterns).as_ref(),
                &options(model, table, request, labels),
            )?;
            accuracies.clone_from(&fitted.accuracies);
            if table.sources().is_empty() {
                model.set_prior(fitted.prior.clone());
            }
            (0..patterns.len()).map(|at| fitted.posterior(at).to_vec()).collect::<Vec<_>>()
        };
        model.push_patterns(posteriors.iter().map(Vec::as_slice));
    }
    Ok(Peopled {
        report: people.report(&accuracies),
        ignored: people.ignored,
        covered: patterns.iter().filter(|pattern| **pattern == 0).count() as u64,
        said: Said { first, documents: people.said.clone() },
    })
}

/// Each label's share of the votes of rules and people.
fn shares(people: &People, table: &PatternTable, document: usize, pattern: u32) -> Vec<f64> {
    let mut votes = vec![0.0; table.labels()];
    for label in table.votes(pattern) {
        if let Ok(label) = usize::try_from(label) {
            votes[label] += 1.0;
        }
    }
    people.votes.add_to(document, &mut votes);
    let sum: f64 = votes.iter().sum();
    votes.iter().map(|votes| votes / sum).collect()
}

/// What the rules say of the documents; nothing without rules.
fn rules_say<'a>(model: &'a Fitted, table: &PatternTable, patterns: &[u32]) -> Option<RulesSay<'a>> {
    let posterior = |pattern: &u32| (*pattern != 0).then(|| model.posterior(*pattern));
    let posteriors = patterns.iter().map(posterior).collect();
    (!table.sources().is_empty()).then_some(RulesSay { prior: &model.prior, posteriors })
}

/// The class prior that was asked for; else it is learned, starting between what the rules found and equal shares, because
/// rules that vote one label only find nothing else.
fn options(
    model: &Fitted,
    table: &PatternTable,
    request: &CombineRequest,
    labels: &[Label],
) -> PeopleOptions {
    if let Some(balance) = &request.balance {
        return PeopleOptions::given(balance.clone());
    }
    let current = labels.iter().filter(|label| !label.retired).count().max(1) as f64;
    let equal = labels.iter().map(|label| if label.retired { 0.0 } else { 1.0 / current });
    if table.sources().is_empty() {
        return PeopleOptions::learned(equal.collect());
    }
    PeopleOptions::learned(
        equal.zip(&model.prior).map(|(equal, rules)| f64::midpoint(equal, *rules)).collect(),
    )
}
