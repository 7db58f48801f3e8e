//! What a combine found, for people.

use super::models::Combined;
use super::outcome::Outcome;
use crate::jobs::error::JobError;
use crate::jobs::inputs::Inputs;
use hunch_engine::Split;
use hunch_model::{
    FitError, Fitted, ModelKind, Prior, SourceKind, Tally, Warning, flips, source_values, vote_warnings,
    wilson,
};
use hunch_protocol::{
    EmpiricalAccuracy, LabelFlip, LabelReport, LabelWarning, ModelReport, PriorFlips, SourceAccuracy,
    SourceReport,
};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Most rules times votes kept in patterns for which every rule is left out once: some ten seconds of fitting.
const LEAVE_OUT: usize = 20_000_000;

/// The report without job, time and calibration.
pub(super) fn report(
    inputs: &Inputs,
    combined: &Combined,
    outcome: &Outcome,
) -> Result<LabelReport, JobError> {
    let (table, people, used) = (&combined.table, &combined.people, combined.used());
    let chosen = combined.chosen_judgement();
    // Of majority vote it is the default that may or may not be better.
    let rival = if combined.settings.chosen == ModelKind::Majority {
        combined.judgements.last().unwrap_or(chosen)
    } else {
        chosen
    };
    Ok(LabelReport {
        rows: inputs.stored.corpus.rows,
        covered: table.covered() + people.covered,
        patterns: table.distinct() as u64,
        gold: combined.gold.rows(Split::Dev),
        chosen: combined.settings.chosen.name().to_owned(),
        used: used.kind.name().to_owned(),
        prior: combined.settings.prior,
        use_gold: combined.settings.use_gold,
        evidence: combined.evidence.rows(),
        majority_is_enough: rival.enough,
        warnings: warnings(combined, &inputs.stored.project.label_names()),
        sensitivity: sensitivity(combined)?,
        sources: table.sources().to_vec(),
        rules: rules(combined)?,
        people: people.report.clone(),
        ignored_annotations: people.ignored,
        models: models(combined, outcome),
        ..LabelReport::default()
    })
}

/// All models, simplest first.
fn models(combined: &Combined, outcome: &Outcome) -> Vec<ModelReport> {
    let of_kind = |kind: ModelKind| {
        let name = kind.name().to_owned();
        if let Some((_, error)) = combined.refused.iter().find(|(refused, _)| *refused == kind) {
            return Some(ModelReport { name, refused: Some(error.to_string()), ..ModelReport::default() });
        }
        let at = combined.models.iter().position(|model| model.kind == kind)?;
        let (model, judgement) = (&combined.models[at], &combined.judgements[at]);
        let sources = combined.table.sources().iter().zip(&model.accuracies);
        Some(ModelReport {
            name,
            used: kind == combined.used().kind,
            refused: None,
            prior: model.prior.clone(),
            scores: judgement.dev.clone(),
            valid: judgement.valid.clone(),
            flips: outcome.flips[at],
            confusion: judgement.confusion.clone(),
            sources: sources
                .map(|(name, accuracy)| SourceAccuracy { name: name.clone(), accuracy: *accuracy })
                .collect(),
            label_rows: outcome.label_rows[at].clone(),
        })
    };
    ModelKind::ALL.into_iter().filter_map(of_kind).collect()
}

fn warnings(combined: &Combined, labels: &[String]) -> Vec<LabelWarning> {
    let (table, gold) = (&combined.table, combined.gold.evidence());
    let mut found = vote_warnings(table, SourceKind::Rules, &Tally::of(&combined.models[0], &gold));
    if table.covered() == 0 && combined.people.covered > 0 {
        // People voted.
        found.retain(|warning| *warning != Warning::NoVotes);
    }
    found.extend(combined.chosen_judgement().below.clone());
    let told = |warning: Warning| LabelWarning {
        name: warning.name().to_owned(),
        reason: warning.reason(table.sources(), labels),
        way_out: warning.way_out().to_owned(),
        sources: warning
            .sources()
            .into_iter()
            .filter_map(|source| table.sources().get(source).cloned())
            .collect(),
    };
    found.into_iter().map(told).collect()
}

/// What each rule alone contributes.
fn rules(combined: &Combined) -> Result<Vec<SourceReport>, JobError> {
    let (table, used, gold) = (&combined.table, combined.used(), combined.gold.dev_counts());
    let unknown = vec![None; table.sources().len()];
    let values = if gold.is_empty() || table.sources().len().saturating_mul(table.votes_kept()) > LEAVE_OUT {
        unknown
    } else {
        let options = combined.settings.options(used.kind, &combined.evidence);
        source_values(used.kind, table, &options, &gold)?
    };
    let empirical = |(right, votes): (u64, u64)| {
        let interval = wilson(right, votes)?.into();
        Some(EmpiricalAccuracy { right, votes, interval })
    };
    let counts = table.source_rows().into_iter().zip(table.unique_rows()).zip(gold.right_votes(table));
    let rules = table.sources().iter().zip(counts).zip(values);
    Ok(rules
        .map(|((name, ((votes, unique), on_gold)), value)| SourceReport {
            name: name.clone(),
            votes,
            unique,
            empirical: empirical(on_gold),
            value,
        })
        .collect())
}

/// What other class priors would change in the model that is used.
fn sensitivity(combined: &Combined) -> Result<Vec<PriorFlips>, FitError> {
    let equal = combined.settings.equal();
    let mut priors = vec![("uniform", equal.to_vec())];
    priors.extend(shares(&combined.table.label_votes(), equal).map(|shares| ("votes", shares)));
    let mut of_gold = vec![0; equal.len()];
    for (_, label, rows) in combined.gold.evidence().iter() {
        of_gold[usize::from(label)] += rows;
    }
    priors.extend(shares(&of_gold, equal).map(|shares| ("gold", shares)));
    let used = combined.used();
    priors.into_iter().map(|(name, prior)| prior_flips(combined, used, name, prior)).collect()
}

fn prior_flips(
    combined: &Combined,
    used: &Fitted,
    name: &str,
    prior: Vec<f64>,
) -> Result<PriorFlips, FitError> {
    let options = combined.settings.options(used.kind, &combined.evidence);
    let mut from_to: BTreeMap<(u16, u16), u64> = BTreeMap::new();
    for flip in flips(used.kind, &combined.table, &options, used, Prior::Given(prior.clone()))? {
        *from_to.entry((flip.from, flip.to)).or_default() += flip.rows;
    }
    let index = |label| i16::try_from(label).unwrap_or(i16::MAX);
    let mut from_to: Vec<LabelFlip> = from_to
        .into_iter()
        .map(|((from, to), rows)| LabelFlip { from: index(from), to: index(to), rows })
        .collect();
    from_to.sort_by_key(|flip| Reverse(flip.rows));
    let rows = from_to.iter().map(|flip| flip.rows).sum();
    Ok(PriorFlips { name: name.to_owned(), prior, rows, from_to })
}

/// Shares of counts, each label that is not retired having one more, so that none is impossible; none without counts.
fn shares(counts: &[u64], equal: &[f64]) -> Option<Vec<f64>> {
    let seen = |(count, share): (&u64, &f64)| if *share > 0.0 { *count as f64 + 1.0 } else { 0.0 };
    let seen: Vec<f64> = counts.iter().zip(equal).map(seen).collect();
    let sum: f64 = seen.iter().sum();
    counts.iter().any(|count| *count > 0).then(|| seen.iter().map(|count| count / sum).collect())
}
