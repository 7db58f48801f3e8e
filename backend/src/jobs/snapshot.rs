//! Freezes the labels of the latest combine, with all that they follow from.

mod augment;

use super::combine::active_rows;
use super::error::JobError;
use super::inputs::Inputs;
use super::task::{Task, compute, cores};
use super::votes;
use crate::clock::rfc3339;
use crate::labels::{LabelBlock, Labels, inputs_hash};
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use hunch_engine::{Chunk, ENGINE_VERSION};
use hunch_model::{PEOPLE_MODEL, break_tie};
use hunch_protocol::{
    AnnotationBody, ChunkInfo, ContentHash, JobResult, Manifest, ManifestCalibration, ManifestChunk,
    ManifestModel, ManifestPeople, ManifestRule, NewSnapshot, PriorFrom,
};
use hunch_rules::canonical_hash;
use serde::Serialize;
use std::sync::Arc;

/// The layout of manifests.
const FORMAT: u32 = 1;

/// How ties are broken: see [`break_tie`].
const TIES: &str = "id-hash";

pub(super) async fn run(task: &Arc<Task>, request: NewSnapshot) -> Result<(), JobError> {
    let store = &task.context.store;
    let inputs = Inputs::load(task).await?;
    let labels = Labels::load(store.as_ref(), task.project).await?;
    let labels =
        labels.ok_or_else(|| JobError::refused("there are no labels to freeze; apply the rules first"))?;
    if labels.found.inputs != inputs_hash(&inputs.stored) {
        return Err(JobError::refused(
            "rules, documents or labels have changed since the rules were applied; apply them again first",
        ));
    }

    // Votes that were long unused may have been forgotten.
    votes::bring_up_to_date(task, &inputs).await?;
    let labels = Arc::new(labels);
    let policies = augment::Policies::compile(task, &inputs, &request.policies).await?;
    task.expect_steps(inputs.stored.corpus.chunks.len() * (1 + policies.len()));
    let chunks: Vec<ManifestChunk> = stream::iter(inputs.stored.corpus.chunks.clone())
        .map(|chunk| freeze(task, &inputs, &labels, chunk))
        .buffered(cores())
        .try_collect()
        .await?;
    let now = store.label_report(task.project).await?;
    if now.as_ref() != Some(&labels.found) {
        return Err(JobError::Failed("labels were combined anew meanwhile".to_owned()));
    }

    let mut manifest = manifest(&inputs, &labels, chunks);
    (manifest.annotations, manifest.gold) = freeze_people(task, &inputs).await?;
    manifest.policies = policies.carry_out(task, &inputs).await?;
    let id = canonical_hash(&manifest);
    let write = task.ending(JobResult::Snapshot { id: id.clone() });
    let name = if request.name.is_empty() { rfc3339(write.now) } else { request.name };
    store.add_snapshot(task.project, &id, &name, &manifest, write).await?;
    Ok(())
}

/// Keeps what people said as objects, of which the manifest holds the hashes.
async fn freeze_people(
    task: &Task,
    inputs: &Arc<Inputs>,
) -> Result<(Option<ContentHash>, Option<ContentHash>), JobError> {
    let inputs = inputs.clone();
    let (annotations, gold) = compute(move || {
        let mut annotations: Vec<Said<'_>> = inputs.stored.annotations.iter().map(Said::of).collect();
        annotations.sort_by_key(|said| (said.document, said.author));
        let gold = &inputs.stored.gold;
        let json = |value: &serde_json::Value| Bytes::from(value.to_string());
        let annotations = (!annotations.is_empty()).then(|| serde_json::to_value(annotations)).transpose();
        let gold = (!gold.is_empty()).then(|| serde_json::to_value(gold)).transpose();
        let (annotations, gold) = (annotations.map_err(JobError::refused)?, gold.map_err(JobError::refused)?);
        Ok((annotations.as_ref().map(json), gold.as_ref().map(json)))
    })
    .await?;
    let mut hashes = [None, None];
    for (hash, bytes) in hashes.iter_mut().zip([annotations, gold]) {
        if let Some(bytes) = bytes {
            *hash = Some(task.context.objects.put(bytes).await?);
        }
    }
    let [annotations, gold] = hashes;
    Ok((annotations, gold))
}

/// An annotation as far as labels follow from it.
#[derive(Serialize)]
struct Said<'a> {
    author: &'a str,
    document: &'a str,
    label: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    likelihood: Option<&'a [f64]>,
}

impl<'a> Said<'a> {
    fn of(annotation: &'a AnnotationBody) -> Self {
        let AnnotationBody { document, author, label, likelihood, .. } = annotation;
        Self { author, document, label: *label, likelihood: likelihood.as_deref() }
    }
}

/// Spells out the labels of a chunk as an object.
async fn freeze(
    task: &Arc<Task>,
    inputs: &Inputs,
    labels: &Arc<Labels>,
    info: ChunkInfo,
) -> Result<ManifestChunk, JobError> {
    task.check()?;
    let store = task.context.store.as_ref();
    let patterns = Labels::patterns(store, task.project, &info).await?;
    let patterns = patterns.ok_or_else(|| JobError::refused("labels are missing; apply the rules again"))?;
    let votes = votes::load(task, inputs, &info.hash).await?;
    let (votes, block) = {
        let (task, labels, info) = (task.clone(), labels.clone(), info.clone());
        compute(move || {
            let votes: Vec<String> =
                votes.iter().map(|votes| blake3::hash(&votes.encode()).to_hex().to_string()).collect();
            let chunk = task.context.chunks.get(&info.hash)?;
            Ok((canonical_hash(&votes), spell_out(&labels, &chunk, &info, &patterns).encode()))
        })
        .await?
    };
    let block = task.context.objects.put(Bytes::from(block)).await?;
    task.done_steps(1);
    task.done_rows(info.rows);
    Ok(ManifestChunk { hash: info.hash, rows: info.rows, excluded: info.excluded, votes, labels: block })
}

fn spell_out(labels: &Labels, chunk: &Chunk, info: &ChunkInfo, patterns: &[u32]) -> LabelBlock {
    let active = active_rows(info);
    let mut block = LabelBlock::new(labels.classes());
    for (row, pattern) in patterns.iter().enumerate() {
        if !active.get(row) {
            block.push(-1, &vec![0.0; usize::from(labels.classes())]);
            continue;
        }
        let probabilities = labels.posterior(*pattern);
        let id = chunk.ids.get(row).unwrap_or_default();
        block.push(if *pattern == 0 { -1 } else { break_tie(&probabilities, id) }, &probabilities);
    }
    block
}

fn manifest(inputs: &Inputs, labels: &Labels, chunks: Vec<ManifestChunk>) -> Manifest {
    let (report, project) = (&labels.found.report, &inputs.stored.project);
    let rules = inputs.stored.rules.iter().zip(inputs.plan_keys());
    let model = report.used_model();
    let request = &labels.found.request;
    Manifest {
        format: FORMAT,
        engine: ENGINE_VERSION,
        rows: report.rows,
        covered: report.covered,
        seed: project.seed,
        labels: project.label_names(),
        chunks,
        rules: rules
            .map(|(rule, plan)| ManifestRule { name: rule.name.clone(), source: rule.source.clone(), plan })
            .collect(),
        lexicons: inputs.lexicons.clone(),
        weights: inputs.weights.clone(),
        sources: inputs.stored.corpus.sources.clone(),
        annotations: None,
        gold: None,
        model: ManifestModel {
            name: model.map(|model| model.name.clone()).unwrap_or_default(),
            prior: model.map(|model| model.prior.clone()).unwrap_or_default(),
            balance: request.balance.clone(),
            prior_from: request.prior.filter(|prior| *prior == PriorFrom::Uniform),
            evidence: report.evidence,
            calibration: report.calibration.as_ref().and_then(ManifestCalibration::of),
            ties: TIES.to_owned(),
            people: (!report.people.is_empty()).then(|| ManifestPeople {
                version: PEOPLE_MODEL,
                annotations: report.people.iter().map(|person| person.annotations).sum(),
            }),
        },
        policies: Vec::new(),
    }
}
