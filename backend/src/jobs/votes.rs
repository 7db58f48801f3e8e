//! The votes of rules on chunks: evaluated once, kept as compressed blocks, found again by what they follow from.

use super::error::JobError;
use super::inputs::Inputs;
use super::task::{Task, compute, cores};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use hunch_engine::{ENGINE_VERSION, Evaluator, Program, RuleVotes};
use hunch_protocol::{ApplyReport, ChunkInfo};
use std::sync::Arc;

/// Compression of blocks: fast, for they are written often.
const LEVEL: i32 = 1;

/// Evaluates what was not evaluated before, chunk by chunk on all cores. A step is a (rule, chunk) pair.
pub(super) async fn bring_up_to_date(
    task: &Arc<Task>,
    inputs: &Arc<Inputs>,
) -> Result<ApplyReport, JobError> {
    let (rules, chunks) = (inputs.programs.programs().len(), inputs.stored.corpus.chunks.clone());
    let pairs = rules * chunks.len();
    let store = &task.context.store;
    store.use_plans(task.project, &inputs.plan_keys(), task.context.clock.now()).await?;
    task.expect_steps(pairs);
    let evaluated = stream::iter(chunks)
        .map(|chunk| evaluate_missing(task, inputs, chunk))
        .buffer_unordered(cores())
        .try_fold(0, async |sum, evaluated| Ok(sum + evaluated as u64))
        .await?;
    Ok(ApplyReport {
        rows: inputs.stored.corpus.rows,
        rules: rules as u64,
        evaluated,
        cached: pairs as u64 - evaluated,
    })
}

/// How many rules had to be evaluated on a chunk.
async fn evaluate_missing(
    task: &Arc<Task>,
    inputs: &Arc<Inputs>,
    chunk: ChunkInfo,
) -> Result<usize, JobError> {
    task.check()?;
    let store = &task.context.store;
    let there = store.vote_plans(task.project, ENGINE_VERSION, &chunk.hash).await?;
    let programs = inputs.programs.programs();
    let count = programs.iter().filter(|program| !there.contains(program.key())).count();
    task.done_steps(programs.len() - count);
    if count > 0 {
        let blocks = {
            let (task, inputs, hash) = (task.clone(), inputs.clone(), chunk.hash.clone());
            compute(move || evaluate(&task, &inputs, &hash, |program| !there.contains(program.key()))).await?
        };
        store.add_vote_blocks(task.project, ENGINE_VERSION, &chunk.hash, blocks).await?;
    }
    task.done_rows(chunk.rows);
    Ok(count)
}

fn evaluate(
    task: &Task,
    inputs: &Inputs,
    hash: &str,
    wanted: impl Fn(&Program) -> bool,
) -> Result<Vec<(String, Vec<u8>)>, JobError> {
    let chunk = task.context.chunks.get_aligned(hash, &inputs.schema)?;
    let mut evaluator = Evaluator::new(chunk);
    evaluator.prepare(&inputs.programs, &wanted);
    let programs = inputs.programs.programs().iter().filter(|program| wanted(program));
    programs
        .map(|program| {
            task.check()?;
            let block = zstd::encode_all(evaluator.votes(program).encode().as_slice(), LEVEL)?;
            task.done_steps(1);
            Ok((program.key().to_owned(), block))
        })
        .collect()
}

/// The votes of all active rules on a chunk, in the order of the vote matrix.
pub(super) async fn load(task: &Task, inputs: &Inputs, chunk: &str) -> Result<Vec<RuleVotes>, JobError> {
    let keys = inputs.plan_keys();
    let mut blocks = task.context.store.vote_blocks(task.project, ENGINE_VERSION, chunk, &keys).await?;
    compute(move || {
        // Rules of one meaning share a block.
        for block in blocks.values_mut() {
            *block = zstd::decode_all(block.as_slice()).map_err(damaged)?;
        }
        let votes = keys.iter().map(|key| {
            let block = blocks.get(key).ok_or_else(|| damaged("votes are missing"))?;
            RuleVotes::decode(block).map_err(damaged)
        });
        votes.collect()
    })
    .await
}

fn damaged(reason: impl std::fmt::Display) -> JobError {
    JobError::Refused(format!("the stored votes cannot be used ({reason}); apply the rules again"))
}
