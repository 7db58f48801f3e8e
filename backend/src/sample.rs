//! The sample project: product comments with known truth and rules of mixed quality, so that every page has something
//! to show before anyone has brought a file.

use crate::blocking::blocking;
use crate::corpus::{ChunkStore, CorpusError, CorpusSchema, sample};
use crate::jobs::apply_then_combine;
use crate::state::AppState;
use crate::store::{CorpusUpdate, ProjectDraft, Write, lexicon_key, rule_key};
use crate::sync::{self, Edit, Writer};
use anyhow::{Context as _, Result};
use hunch_protocol::{ChunkInfo, CombineRequest, Job, Kind, RuleBody};
use serde_json::json;
use uuid::Uuid;

/// What is written into the project.
struct Contents {
    schema: CorpusSchema,
    chunks: Vec<ChunkInfo>,
    rules: Vec<RuleBody>,
    /// By name.
    lexicons: Vec<(String, Vec<String>)>,
}

/// Makes the sample project and starts to apply its rules. The write's receipt is recorded by the last step: what is
/// left of an attempt that broke off before is no answer to anyone. Returns the jobs, which name the project.
pub(crate) async fn create(state: &AppState, author: &str, write: Write) -> Result<Vec<Job>> {
    let chunks = state.chunks.clone();
    let (mut draft, contents) =
        blocking(move || generate(&chunks)).await.context("the server is stopping")??;
    author.clone_into(&mut draft.author);
    let project = state.ids.uuid();
    let owned = Write::at(write.now).owned_by(write.owner);
    let added = state.store.add_project(project, draft, owned).await?;
    let filled = fill(state, project, author, contents, write).await;
    if filled.is_err() {
        let removed = state.store.remove_project(project, added.revision, Write::at(state.clock.now())).await;
        removed.context("cannot remove the unfinished sample project")?;
    }
    filled
}

fn generate(chunks: &ChunkStore) -> Result<(ProjectDraft, Contents), CorpusError> {
    let mut sample = sample::generate()?;
    let mut infos = Vec::new();
    for (ordinal, chunk) in (0..).zip(&sample.chunks) {
        let rows = u32::try_from(chunk.rows).unwrap_or(u32::MAX);
        let (hash, text_bytes) = (chunks.put(chunk)?, chunk.text_bytes() as u64);
        infos.push(ChunkInfo { ordinal, hash, rows, text_bytes, excluded: Vec::new() });
    }
    chunks.weigh(&mut sample.schema.columns, |_| true, &infos, |_| Ok(()))?;
    let draft =
        ProjectDraft { name: sample.name.into(), labels: sample.labels, seed: 0, author: String::new() };
    let rules = sample.rules.into_iter().map(|(name, source)| RuleBody { name, source, active: true });
    let (rules, lexicons) = (rules.collect(), sample.lexicons.into_iter().collect());
    Ok((draft, Contents { schema: sample.schema, chunks: infos, rules, lexicons }))
}

async fn fill(
    state: &AppState,
    project: Uuid,
    author: &str,
    contents: Contents,
    write: Write,
) -> Result<Vec<Job>> {
    let now = || Write::at(write.now);
    let CorpusSchema { columns, sources, .. } = contents.schema;
    let update = CorpusUpdate { base: 0, columns, sources, chunks: contents.chunks };
    state.store.publish_corpus(project, update, now()).await?;
    let mut edits = Vec::new();
    for (name, terms) in contents.lexicons {
        edits.push(Edit { key: lexicon_key(&name), base: 0, body: Some(json!({ "terms": terms })) });
    }
    for rule in contents.rules {
        edits.push(Edit { key: rule_key(state.ids.uuid()), base: 0, body: Some(json!(rule)) });
    }
    let writer = Writer { author: author.to_owned(), kinds: Kind::ALL.into() };
    sync::edit(state, project, writer, edits, now()).await?;
    let jobs = apply_then_combine(&*state.ids, CombineRequest::default());
    Ok(state.store.add_jobs(project, jobs, write).await?)
}
