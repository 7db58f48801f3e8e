//! Copies of train documents that a snapshot carries, made by policies.

use super::super::combine::active_rows;
use super::super::error::JobError;
use super::super::inputs::Inputs;
use super::super::task::{Task, compute};
use crate::rules::schema;
use hunch_augment::{Augmenter, Parameters};
use hunch_engine::{Bitset, CHUNK_ROWS, CHUNK_TEXT_BYTES, Chunk, Lexicon, Lexicons, Split};
use hunch_protocol::{ChunkInfo, ManifestBlock, ManifestLexicon, ManifestPolicy, PolicyBody};
use hunch_rules::{Policy, Severity, compile_policy};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Policies that can be carried out, by name.
pub(super) struct Policies {
    all: Vec<(PolicyBody, Policy)>,
    lexicons: Lexicons,
}

impl Policies {
    /// The policies that are asked for. One that does not exist or does not compile is refused.
    pub(super) async fn compile(task: &Task, inputs: &Inputs, names: &[String]) -> Result<Self, JobError> {
        let schema = schema(&inputs.stored);
        let mut policies = Self { all: Vec::new(), lexicons: Lexicons::new() };
        for name in names.iter().collect::<BTreeSet<_>>() {
            let body = inputs.stored.policies.iter().find(|policy| policy.name == *name);
            let body = body.ok_or_else(|| JobError::Refused(format!("there is no policy `{name}`")))?;
            let (policy, diagnostics) = compile_policy(&body.source, &schema);
            let policy = policy.ok_or_else(|| {
                let error = diagnostics.iter().find(|found| found.severity == Severity::Error);
                let why = error.map(|error| error.message.clone()).unwrap_or_default();
                JobError::Refused(format!(
                    "policy `{name}` does not compile: {why}; correct it, or leave it out"
                ))
            })?;
            for (_, hash) in policy.policy.lexicons() {
                let terms = task.context.store.lexicon_terms(task.project, hash).await?;
                policies.lexicons.insert(hash.to_owned(), Arc::new(Lexicon::new(terms)));
            }
            policies.all.push((body.clone(), policy.policy));
        }
        Ok(policies)
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Makes all copies, stores them, and says what was made.
    pub(super) async fn carry_out(
        self,
        task: &Arc<Task>,
        inputs: &Arc<Inputs>,
    ) -> Result<Vec<ManifestPolicy>, JobError> {
        let mut made = Vec::new();
        for (body, policy) in self.all {
            let parameters = measure(task, inputs, &policy).await?;
            let seed = inputs.stored.project.seed;
            let augmenter = Augmenter::new(&policy, &self.lexicons, &parameters, seed)
                .map_err(|error| JobError::Failed(error.to_string()))?;
            let augmenter = Arc::new(augmenter);
            let mut blocks = Vec::new();
            for info in &inputs.stored.corpus.chunks {
                task.check()?;
                let (task_, inputs, info) = (task.clone(), inputs.clone(), info.clone());
                let augmenter = augmenter.clone();
                blocks.extend(compute(move || copies(&task_, &inputs, &info, &augmenter)).await?);
                task.done_steps(1);
            }
            let lexicons = policy.lexicons().into_iter();
            made.push(ManifestPolicy {
                key: policy.key(),
                seed,
                parameters: serde_json::to_value(&parameters)
                    .map_err(|error| JobError::Failed(error.to_string()))?,
                lexicons: lexicons
                    .map(|(name, hash)| ManifestLexicon { name: name.to_owned(), hash: hash.to_owned() })
                    .collect(),
                copies: policy.copies,
                blocks,
                name: body.name,
                source: body.source,
            });
        }
        Ok(made)
    }
}

/// What a policy needs to know of the train documents.
async fn measure(task: &Arc<Task>, inputs: &Arc<Inputs>, policy: &Policy) -> Result<Parameters, JobError> {
    let mut parameters = Parameters::default();
    for info in &inputs.stored.corpus.chunks {
        task.check()?;
        let (task, inputs, info, policy) = (task.clone(), inputs.clone(), info.clone(), policy.clone());
        parameters.merge(
            compute(move || {
                let chunk = task.context.chunks.get_aligned(&info.hash, &inputs.schema)?;
                Ok(Parameters::measure(&policy, &chunk, &train_rows(&chunk, &info)))
            })
            .await?,
        );
    }
    Ok(parameters)
}

/// The train documents of a chunk that are not excluded.
fn train_rows(chunk: &Chunk, info: &ChunkInfo) -> Bitset {
    let mut rows: Bitset = chunk.splits.iter().map(|split| *split == Split::Train).collect();
    rows.and(&active_rows(info));
    rows
}

/// The copies of a chunk's documents, in blocks that are about as large as chunks may be.
fn copies(
    task: &Task,
    inputs: &Inputs,
    info: &ChunkInfo,
    augmenter: &Augmenter,
) -> Result<Vec<ManifestBlock>, JobError> {
    let chunk = task.context.chunks.get_aligned(&info.hash, &inputs.schema)?;
    let rows: Vec<usize> = train_rows(&chunk, info).iter_ones().collect();
    let copies = augmenter.copies() as usize;
    let bytes = chunk.text_bytes() / chunk.rows.max(1) * copies;
    let documents = (CHUNK_ROWS / copies).min(CHUNK_TEXT_BYTES / bytes.max(1)).max(1);
    let mut blocks = Vec::new();
    for rows in rows.chunks(documents) {
        task.check()?;
        let variants =
            augmenter.variants(&chunk, rows).map_err(|error| JobError::Failed(error.to_string()))?;
        blocks.push(ManifestBlock {
            chunk: info.hash.clone(),
            hash: task.context.chunks.put(&variants.chunk)?,
            rows: u32::try_from(variants.chunk.rows).unwrap_or(u32::MAX),
        });
    }
    Ok(blocks)
}
