//! Combines the votes of the active rules into labels, by majority vote and by Dawid-Skene.

use super::error::JobError;
use super::inputs::Inputs;
use super::task::{Task, compute};
use super::votes;
use crate::clock::rfc3339;
use crate::labels::{encode_patterns, encode_posteriors, inputs_hash};
use crate::store::NewLabels;
use hunch_engine::{Bitset, Chunk, Split};
use hunch_model::{
    FitOptions, Fitted, ModelKind, PatternCounter, PatternTable, Prior, Scores, Tally, Ties, fit, score,
};
use hunch_protocol::{
    ChunkInfo, CombineRequest, JobResult, LabelReport, ModelReport, ModelScores, SourceAccuracy,
};
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
    let priors = MODELS.map(|kind| prior(kind, &request, &inputs));
    let (table, models) = compute(move || {
        let models = MODELS
            .into_iter()
            .zip(priors)
            .map(|(kind, prior)| fit(kind, &table, &FitOptions { prior, ..FitOptions::default() }));
        let models = models.collect::<Result<Vec<_>, _>>()?;
        Ok((table, Arc::new(models)))
    })
    .await?;

    let mut outcome = Outcome::new(models.len(), table.labels());
    let mut blocks = Vec::new();
    for (chunk, patterns) in inputs.stored.corpus.chunks.iter().zip(rows) {
        task.check()?;
        let (chunks, info, models) = (task.context.chunks.clone(), chunk.clone(), models.clone());
        let block;
        (outcome, block) = compute(move || {
            let stored = chunks.get(&info.hash)?;
            outcome.add(&stored, &info, &patterns, &models);
            Ok((outcome, encode_patterns(&patterns)?))
        })
        .await?;
        blocks.push((chunk.hash.clone(), block));
        task.done_steps(1);
    }

    let report = report(task, &inputs, &table, &models, &outcome, default);
    let patterns = encode_posteriors(&models, table.len())?;
    let write = task.ending(JobResult::Combine { rows: report.rows });
    let labels = NewLabels { inputs: inputs_hash(&inputs.stored), request, report, patterns, blocks };
    Ok(task.context.store.put_labels(task.project, labels, write).await?)
}

fn default_model(request: &CombineRequest) -> Result<ModelKind, JobError> {
    let kind = request.model.as_deref().map_or(Ok(ModelKind::default()), str::parse)?;
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

/// What models make of documents.
struct Outcome {
    /// Per model, documents by label.
    label_rows: Vec<Vec<u64>>,
    /// Per model, documents with gold in the dev split.
    tallies: Vec<Tally>,
    /// How many those are.
    gold: u64,
}

impl Outcome {
    fn new(models: usize, labels: usize) -> Self {
        Self { label_rows: vec![vec![0; labels]; models], tallies: vec![Tally::default(); models], gold: 0 }
    }

    fn add(&mut self, chunk: &Chunk, info: &ChunkInfo, patterns: &[u32], models: &[Fitted]) {
        for row in active_rows(info).iter_ones() {
            let (pattern, id) = (patterns[row], chunk.ids.get(row).unwrap_or_default());
            let gold = chunk.gold.as_ref().map_or(-1, |gold| gold[row]);
            let scored = gold >= 0 && chunk.splits[row] == Split::Dev;
            self.gold += u64::from(scored);
            for (at, model) in models.iter().enumerate() {
                let guess = model.guess(pattern, Ties::DocumentId, id, 0);
                if pattern != 0
                    && let Ok(label) = usize::try_from(guess)
                {
                    self.label_rows[at][label] += 1;
                }
                if scored {
                    self.tallies[at].add(pattern, gold, guess);
                }
            }
        }
    }
}

fn report(
    task: &Task,
    inputs: &Inputs,
    table: &PatternTable,
    models: &[Fitted],
    outcome: &Outcome,
    default: ModelKind,
) -> LabelReport {
    let sources = inputs.rule_names();
    let models = models.iter().enumerate().map(|(at, model)| ModelReport {
        name: model.kind.name().to_owned(),
        default: model.kind == default,
        prior: model.prior.clone(),
        scores: (outcome.gold > 0).then(|| scores(score(model, &outcome.tallies[at]))),
        sources: sources
            .iter()
            .zip(&model.accuracies)
            .map(|(name, accuracy)| SourceAccuracy { name: name.clone(), accuracy: *accuracy })
            .collect(),
        label_rows: outcome.label_rows[at].clone(),
    });
    LabelReport {
        job: task.id.to_string(),
        created_at: rfc3339(task.context.clock.now()),
        stale: false,
        rows: inputs.stored.corpus.rows,
        covered: table.covered(),
        patterns: table.distinct() as u64,
        gold: outcome.gold,
        models: models.collect(),
        sources,
    }
}

fn scores(Scores { accuracy, accuracy_covered, macro_f1, f1, log_loss, brier }: Scores) -> ModelScores {
    ModelScores { accuracy, accuracy_covered, macro_f1, f1, log_loss, brier }
}
