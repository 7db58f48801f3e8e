//! Combines the votes of the active rules and of people into labels, by every model side by side.

mod calibrate;
mod gold;
mod judge;
mod models;
mod outcome;
mod people;
mod report;

use super::error::JobError;
use super::inputs::Inputs;
use super::task::{Task, compute};
use super::votes;
use crate::clock::rfc3339;
use crate::labels::{encode_explainer, encode_patterns, encode_posteriors, encode_votes, inputs_hash};
use crate::store::NewLabels;
use gold::Gold;
use hunch_engine::Bitset;
use hunch_model::{ModelKind, PatternCounter, PatternTable};
use hunch_protocol::{ChunkInfo, CombineRequest, JobResult, LabelReport};
use models::{Combined, Settings};
use outcome::Outcome;
use std::sync::Arc;

pub(super) async fn run(task: &Arc<Task>, request: CombineRequest) -> Result<(), JobError> {
    let chosen = request.model.as_deref().map_or(Ok(ModelKind::default()), str::parse)?;
    let inputs = Inputs::load(task).await?;
    // Rules may have changed since they were applied; mostly nothing is left to do.
    votes::bring_up_to_date(task, &inputs).await?;
    task.expect_steps(3 * inputs.stored.corpus.chunks.len());

    let (table, rows) = count_patterns(task, &inputs).await?;
    let gold = gold::collect(task, &inputs).await?;
    let settings = Settings::new(chosen, &request, &inputs.stored.project.labels);
    let combined = Arc::new(fit_all(task, &inputs, settings, table, rows, gold).await?);

    let (outcome, blocks) = count_labels(task, &inputs, &combined).await?;
    let (report, kept) = {
        let (task, inputs, combined) = (task.clone(), inputs.clone(), combined.clone());
        compute(move || {
            let calibrated = calibrate::calibrate(combined.used(), combined.patterns(), &combined.gold)?;
            let kept = Kept {
                posteriors: encode_posteriors([&combined.majority_posteriors(), &calibrated.posteriors])?,
                votes: encode_votes(&combined.table, &combined.gold.dev_counts())?,
                weights: encode_explainer(combined.used())?,
                people: combined.people.said.encode()?,
            };
            let report = LabelReport {
                job: task.id.to_string(),
                created_at: rfc3339(task.context.clock.now()),
                calibration: calibrated.report,
                ..report::report(&inputs, &combined, &outcome)?
            };
            Ok((report, kept))
        })
        .await?
    };
    let labels = NewLabels {
        inputs: inputs_hash(&inputs.stored),
        request,
        patterns: kept.posteriors,
        votes: kept.votes,
        weights: kept.weights,
        people: kept.people,
        blocks,
        report,
    };
    let write = task.ending(JobResult::Combine { rows: labels.report.rows });
    Ok(task.context.store.put_labels(task.project, labels, write).await?)
}

/// What is kept of a combine beside its report, encoded.
struct Kept {
    posteriors: Vec<u8>,
    votes: Vec<u8>,
    weights: Vec<u8>,
    people: Vec<u8>,
}

async fn fit_all(
    task: &Task,
    inputs: &Arc<Inputs>,
    settings: Settings,
    table: PatternTable,
    rows: Vec<Vec<u32>>,
    gold: Gold,
) -> Result<Combined, JobError> {
    let (stored, context) = (&inputs.stored, &task.context);
    let documents = context.document_indexes.get(
        task.project,
        stored.corpus_revision,
        stored.corpus.clone(),
        &context.chunks,
    );
    let (documents, inputs) = (documents.await?, inputs.clone());
    compute(move || Combined::fit(&inputs.stored, &documents, settings, table, rows, gold)).await
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

/// Counts every model's labels, and encodes each chunk's patterns.
async fn count_labels(
    task: &Task,
    inputs: &Inputs,
    combined: &Arc<Combined>,
) -> Result<(Outcome, Vec<(String, Vec<u8>)>), JobError> {
    let mut outcome = {
        let combined = combined.clone();
        compute(move || Ok(Outcome::new(&combined.models, combined.patterns()))).await?
    };
    let mut blocks = Vec::new();
    for (at, chunk) in inputs.stored.corpus.chunks.iter().enumerate() {
        task.check()?;
        let (chunks, info, combined) = (task.context.chunks.clone(), chunk.clone(), combined.clone());
        let block;
        (outcome, block) = compute(move || {
            let patterns = &combined.rows[at];
            outcome.add(&*chunks.get(&info.hash)?, &info, patterns, &combined.models);
            Ok((outcome, encode_patterns(patterns)?))
        })
        .await?;
        blocks.push((chunk.hash.clone(), block));
        task.done_steps(1);
    }
    Ok((outcome, blocks))
}

/// The rows of a chunk that are not excluded.
pub(super) fn active_rows(chunk: &ChunkInfo) -> Bitset {
    let mut active = Bitset::full(chunk.rows as usize);
    chunk.excluded.iter().for_each(|row| active.unset(*row as usize));
    active
}
