//! Trains the end model on the combined labels of the train split, and scores it on gold that it has not seen.

use super::combine::active_rows;
use super::error::JobError;
use super::task::{Task, compute};
use crate::clock::rfc3339;
use crate::corpus::CorpusSchema;
use crate::labels::{Labels, gold};
use crate::store::{CorpusUpdate, ProjectInputs, Write};
use bytes::Bytes;
use hunch_engine::{Chunk, SourceColumn, Split};
use hunch_model::end_model::{EndModel, EndModelError, EndModelOptions, Input, Targets, Trained, Training};
use hunch_model::{break_tie, score_rows};
use hunch_protocol::{
    ChunkInfo, END_MODEL, EndModelReport, EndModelRequest, EndModelValidation, JobResult, ModelScores,
};
use std::sync::Arc;

pub(super) async fn run(task: &Arc<Task>, request: EndModelRequest) -> Result<(), JobError> {
    let (store, context) = (task.context.store.as_ref(), &task.context);
    let inputs = store.project_inputs(task.project).await?;
    let labels = Labels::load(store, task.project).await?;
    let labels = labels
        .ok_or_else(|| JobError::refused("there are no labels to learn from; apply the rules first"))?;
    let learned_from = labels.found.report.job.clone();
    let mut patterns = Vec::new();
    for chunk in &inputs.corpus.chunks {
        task.check()?;
        patterns.push(Labels::patterns(store, task.project, chunk).await?);
    }

    let base = inputs.corpus_revision;
    let as_source = request.as_source;
    let lesson = Lesson::new(task, inputs, labels, patterns);
    let (trained, [dev, valid], corpus) = compute(move || {
        let trained = lesson.train(&request)?;
        let scores = lesson.score(&trained.model)?;
        let corpus = as_source.then(|| lesson.with_source(&trained.model, base)).transpose()?;
        Ok((trained, scores, corpus))
    })
    .await?;
    let bytes = Bytes::from(trained.model.to_bytes());
    let report = EndModelReport {
        job: task.id.to_string(),
        created_at: rfc3339(context.clock.now()),
        labels: learned_from,
        stale: false,
        bytes: bytes.len() as u64,
        model: context.objects.put(bytes).await?,
        columns: trained.model.inputs().iter().map(|input| input.column.clone()).collect(),
        documents: trained.documents,
        labeled: trained.labeled,
        cross_validation: trained.cross_validation.map(|found| EndModelValidation {
            rows: found.rows,
            accuracy: found.accuracy,
            most_accuracy: found.most_accuracy,
            log_loss: found.log_loss,
            least_log_loss: found.least_log_loss,
            temperature: found.temperature,
        }),
        dev,
        valid,
        as_source,
    };
    let write = task.ending(JobResult::Train { model: report.model.clone() });
    let Some(corpus) = corpus else { return Ok(store.put_end_model(task.project, report, write).await?) };
    // Two transactions, of which the last ends the job: begun again, it does the same again.
    store.put_end_model(task.project, report, Write::at(context.clock.now())).await?;
    store.publish_corpus(task.project, corpus, write).await?;
    Ok(())
}

/// What is learned from.
struct Lesson {
    task: Arc<Task>,
    inputs: ProjectInputs,
    schema: CorpusSchema,
    labels: Labels,
    /// Per chunk the pattern of each row; none of chunks that are newer than the labels.
    patterns: Vec<Option<Vec<u32>>>,
}

impl Lesson {
    fn new(task: &Arc<Task>, inputs: ProjectInputs, labels: Labels, patterns: Vec<Option<Vec<u32>>>) -> Self {
        let schema = CorpusSchema {
            columns: inputs.corpus.columns.clone(),
            default_text: inputs.corpus.default_text.clone(),
            sources: inputs.corpus.sources.clone(),
        };
        Self { task: task.clone(), inputs, schema, labels, patterns }
    }

    fn train(&self, request: &EndModelRequest) -> Result<Trained, JobError> {
        let project = &self.inputs.project;
        let names = project.labels.iter().map(|label| label.name.clone()).collect();
        let mut options = EndModelOptions::new(names);
        (options.passes, options.seed) = (request.passes, project.seed);
        let mut training = Training::new(self.columns(request.columns.as_deref())?, options)?;
        while training.pass().is_some() {
            self.task.expect_steps(self.inputs.corpus.chunks.len());
            for (info, patterns) in self.inputs.corpus.chunks.iter().zip(&self.patterns) {
                let chunk = self.chunk(info)?;
                let (probabilities, weights) = self.targets(&chunk, info, patterns.as_deref());
                training.read(&chunk, Targets { probabilities: &probabilities, weights: &weights })?;
                self.task.done_steps(1);
            }
            training.end_pass().map_err(|error| match error {
                EndModelError::NothingToLearn => JobError::refused(
                    "no document of the train split has a vote, so there is nothing to learn from; \
                     write rules that vote there, or import documents with that split",
                ),
                error => error.into(),
            })?;
        }
        Ok(training.finish()?)
    }

    /// The columns that were asked for, all unless some were.
    fn columns(&self, names: Option<&[String]>) -> Result<Vec<Input>, JobError> {
        let first = self.inputs.corpus.chunks.first();
        let first = first.ok_or_else(|| JobError::refused("the project has no documents yet"))?;
        let all = Input::all(&*self.chunk(first)?);
        let Some(names) = names else { return Ok(all) };
        let find = |name: &String| {
            let found = all.iter().find(|input| input.column == *name).cloned();
            found.ok_or_else(|| JobError::Refused(format!("there is no column `{name}` to learn from")))
        };
        names.iter().map(find).collect()
    }

    fn chunk(&self, info: &ChunkInfo) -> Result<Arc<Chunk>, JobError> {
        self.task.check()?;
        Ok(self.task.context.chunks.get_aligned(&info.hash, &self.schema)?)
    }

    /// Probabilities and weights of a chunk's rows: 1 for those of the train split that have a vote.
    fn targets(&self, chunk: &Chunk, info: &ChunkInfo, patterns: Option<&[u32]>) -> (Vec<f64>, Vec<f64>) {
        let classes = usize::from(self.labels.classes());
        let (mut probabilities, mut weights) = (vec![0.0; chunk.rows * classes], vec![0.0; chunk.rows]);
        for row in active_rows(info).iter_ones() {
            let pattern = patterns.map_or(0, |patterns| patterns[row]);
            if pattern != 0 && chunk.splits[row] == Split::Train {
                probabilities[row * classes..][..classes].copy_from_slice(&self.labels.posterior(pattern));
                weights[row] = 1.0;
            }
        }
        (probabilities, weights)
    }

    /// The corpus with what the model says as an external source.
    fn with_source(&self, model: &EndModel, base: i64) -> Result<CorpusUpdate, JobError> {
        let corpus = &self.inputs.corpus;
        let (mut sources, mut chunks) = (corpus.sources.clone(), corpus.chunks.clone());
        if !sources.iter().any(|source| source == END_MODEL) {
            sources.push(END_MODEL.to_owned());
        }
        self.task.expect_steps(chunks.len());
        for info in &mut chunks {
            let mut chunk = Chunk::clone(&*self.chunk(info)?);
            let says = source_column(model, &chunk)?;
            match chunk.sources.iter_mut().find(|source| source.name == END_MODEL) {
                Some(source) => *source = says,
                None => chunk.sources.push(says),
            }
            info.hash = self.task.context.chunks.put(&chunk)?;
            self.task.done_steps(1);
        }
        Ok(CorpusUpdate { base, columns: corpus.columns.clone(), sources, chunks })
    }

    /// Scores on gold of the dev and of the valid split, from which nothing was learned.
    fn score(&self, model: &EndModel) -> Result<[Option<ModelScores>; 2], JobError> {
        let labels = model.labels().len();
        let mut judged: [Vec<(Vec<f64>, i16, i16)>; 2] = [Vec::new(), Vec::new()];
        for info in &self.inputs.corpus.chunks {
            let chunk = self.chunk(info)?;
            if chunk.gold.is_none() && self.inputs.gold.is_empty() {
                continue;
            }
            let probabilities = model.predict(&chunk)?;
            for row in active_rows(info).iter_ones() {
                let of_split = match chunk.splits[row] {
                    Split::Dev => &mut judged[0],
                    Split::Valid => &mut judged[1],
                    Split::Train | Split::Test => continue,
                };
                let Some(gold) = gold(&chunk, row, &self.inputs.gold) else { continue };
                let shares = &probabilities[row * labels..][..labels];
                let id = chunk.ids.get(row).unwrap_or_default();
                of_split.push((shares.to_vec(), gold, break_tie(shares, id)));
            }
        }
        Ok(judged.map(|rows| {
            let found =
                score_rows(labels, rows.iter().map(|(shares, gold, guess)| (&shares[..], *gold, *guess)));
            ModelScores::of(found, rows.len() as u64)
        }))
    }
}

/// What a model says of a chunk: each row's most likely label, and the probability of each label.
fn source_column(model: &EndModel, chunk: &Chunk) -> Result<SourceColumn, JobError> {
    let (probabilities, labels) = (model.predict(chunk)?, model.labels().len());
    let rows = || probabilities.chunks_exact(labels);
    let vote = |(row, shares): (usize, &[f64])| break_tie(shares, chunk.ids.get(row).unwrap_or_default());
    let of_label = |label: u16| {
        let share = |shares: &[f64]| shares.get(usize::from(label)).copied();
        (label, rows().map(share).collect())
    };
    Ok(SourceColumn {
        name: END_MODEL.to_owned(),
        votes: rows().enumerate().map(vote).collect(),
        probabilities: (0..).take(labels).map(of_label).collect(),
    })
}
