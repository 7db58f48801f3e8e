//! Combines the votes of the active rules and of people into labels, by majority vote and by Dawid-Skene.

mod outcome;
mod people;

use super::error::JobError;
use super::inputs::Inputs;
use super::task::{Task, compute};
use super::votes;
use crate::clock::rfc3339;
use crate::labels::{People, encode_patterns, encode_posteriors, inputs_hash};
use crate::store::NewLabels;
use hunch_engine::Bitset;
use hunch_model::{FitOptions, Fitted, ModelKind, PatternCounter, PatternTable, Prior, Scores, fit, score};
use hunch_protocol::{
    ChunkInfo, CombineRequest, JobResult, LabelReport, ModelReport, ModelScores, SourceAccuracy,
};
use outcome::Outcome;
use people::Peopled;
use std::sync::Arc;

/// The models that stand side by side.
const MODELS: [ModelKind; 2] = [ModelKind::Majority, ModelKind::DawidSkene];

pub(super) async fn run(task: &Arc<Task>, request: CombineRequest) -> Result<(), JobError> {
    let default = default_model(&request)?;
    let inputs = Inputs::load(task).await?;
    // Rules may have changed since they were applied; mostly nothing is left to do.
    votes::bring_up_to_date(task, &inputs).await?;
    task.expect_steps(2 * inputs.stored.corpus.chunks.len());

    let (table, rows) = count_patterns(task, &inputs).await?;
    let combined = fit_all(task, &inputs, request.clone(), table, rows).await?;

    let models = Arc::new(combined.models);
    let mut outcome = Outcome::new(models.len(), combined.table.labels());
    let mut blocks = Vec::new();
    for (chunk, patterns) in inputs.stored.corpus.chunks.iter().zip(combined.rows) {
        task.check()?;
        let (chunks, info, models) = (task.context.chunks.clone(), chunk.clone(), models.clone());
        let (block, inputs) = (encode_patterns(&patterns)?, inputs.clone());
        outcome = compute(move || {
            let stored = chunks.get(&info.hash)?;
            outcome.add(&stored, &info, &patterns, &models, &inputs.stored.gold);
            Ok(outcome)
        })
        .await?;
        blocks.push((chunk.hash.clone(), block));
        task.done_steps(1);
    }

    let (table, people) = (&combined.table, &combined.people);
    let report = report(task, &inputs, table, &models, people, &outcome, default);
    let labels = NewLabels {
        inputs: inputs_hash(&inputs.stored),
        patterns: encode_posteriors(&models, table.len() + people.said.documents.len())?,
        people: people.said.encode()?,
        request,
        report,
        blocks,
    };
    let write = task.ending(JobResult::Combine { rows: labels.report.rows });
    Ok(task.context.store.put_labels(task.project, labels, write).await?)
}

/// Votes and what the models make of them.
struct Combined {
    /// Of the rules' votes.
    table: PatternTable,
    /// Per chunk the pattern of each row; those behind the table's are documents with annotations.
    rows: Vec<Vec<u32>>,
    models: Vec<Fitted>,
    people: Peopled,
}

async fn fit_all(
    task: &Task,
    inputs: &Arc<Inputs>,
    request: CombineRequest,
    table: PatternTable,
    mut rows: Vec<Vec<u32>>,
) -> Result<Combined, JobError> {
    let (stored, context) = (&inputs.stored, &task.context);
    let documents = context.document_indexes.get(
        task.project,
        stored.corpus_revision,
        stored.corpus.clone(),
        &context.chunks,
    );
    let (documents, inputs) = (documents.await?, inputs.clone());
    compute(move || {
        let mut models = Vec::new();
        for kind in MODELS {
            let prior = prior(kind, &request, &inputs);
            models.push(fit(kind, &table, &FitOptions { prior, ..FitOptions::default() })?);
        }
        let people = People::collect(&inputs.stored, &documents)?;
        let labels = &inputs.stored.project.labels;
        let people = people::add(&people, &table, &mut rows, &mut models, &request, labels)?;
        Ok(Combined { table, rows, models, people })
    })
    .await
}

fn default_model(request: &CombineRequest) -> Result<ModelKind, JobError> {
    let kind = request.model.as_deref().map_or(Ok(ModelKind::DawidSkene), str::parse)?;
    if MODELS.contains(&kind) {
        Ok(kind)
    } else {
        Err(JobError::Refused(format!(
            "labels can come from majority or dawid-skene, not from {}",
            kind.name()
        )))
    }
}

/// What was asked for; else Dawid-Skene learns it, and majority vote takes all labels that are not retired as equal.
fn prior(kind: ModelKind, request: &CombineRequest, inputs: &Inputs) -> Prior {
    if let Some(balance) = &request.balance {
        return Prior::Given(balance.clone());
    }
    let labels = &inputs.stored.project.labels;
    let current = labels.iter().filter(|label| !label.retired).count();
    if kind == ModelKind::Majority && current > 0 {
        let share = |retired| if retired { 0.0 } else { 1.0 / current as f64 };
        Prior::Given(labels.iter().map(|label| share(label.retired)).collect())
    } else {
        Prior::Learned
    }
}

/// The table of vote patterns, and for each chunk the pattern of each row.
async fn count_patterns(task: &Task, inputs: &Inputs) -> Result<(PatternTable, Vec<Vec<u32>>), JobError> {
    let mut counter = PatternCounter::new(inputs.stored.project.labels.len(), &inputs.rule_names());
    let mut rows = Vec::new();
    for chunk in &inputs.stored.corpus.chunks {
        task.check()?;
        let votes = votes::load(task, inputs, &chunk.hash).await?;
        let active = active_rows(chunk);
        let patterns;
        (counter, patterns) = compute(move || {
            let votes: Vec<_> = votes.iter().collect();
            let patterns = counter.add_votes(&votes, &active)?;
            Ok((counter, patterns))
        })
        .await?;
        rows.push(patterns);
        task.done_steps(1);
    }
    compute(move || {
        let (table, order) = counter.finish();
        rows.iter_mut().flatten().for_each(|pattern| *pattern = order[*pattern as usize]);
        Ok((table, rows))
    })
    .await
}

/// The rows of a chunk that are not excluded.
pub(super) fn active_rows(chunk: &ChunkInfo) -> Bitset {
    let mut active = Bitset::full(chunk.rows as usize);
    chunk.excluded.iter().for_each(|row| active.unset(*row as usize));
    active
}

fn report(
    task: &Task,
    inputs: &Inputs,
    table: &PatternTable,
    models: &[Fitted],
    people: &Peopled,
    outcome: &Outcome,
    default: ModelKind,
) -> LabelReport {
    let sources = inputs.rule_names();
    let models = models.iter().enumerate().map(|(at, model)| ModelReport {
        name: model.kind.name().to_owned(),
        used: model.kind == default,
        prior: model.prior.clone(),
        scores: (outcome.gold > 0).then(|| scores(score(model, &outcome.tallies[at]))),
        sources: sources
            .iter()
            .zip(&model.accuracies)
            .map(|(name, accuracy)| SourceAccuracy { name: name.clone(), accuracy: *accuracy })
            .collect(),
        label_rows: outcome.label_rows[at].clone(),
        ..ModelReport::default()
    });
    LabelReport {
        job: task.id.to_string(),
        created_at: rfc3339(task.context.clock.now()),
        stale: false,
        rows: inputs.stored.corpus.rows,
        covered: table.covered() + people.covered,
        patterns: table.distinct() as u64,
        gold: outcome.gold,
        models: models.collect(),
        sources,
        people: people.report.clone(),
        ignored_annotations: people.ignored,
        ..LabelReport::default()
    }
}

fn scores(Scores { accuracy, accuracy_covered, macro_f1, f1, log_loss, brier }: Scores) -> ModelScores {
    ModelScores { accuracy, accuracy_covered, macro_f1, f1, log_loss, brier, ..ModelScores::default() }
}
