//! The sample project: product comments with known truth and rules of mixed quality, so that every page has something
//! to show before anyone has brought a file.

use crate::blocking::blocking;
use crate::corpus::{ChunkStore, CorpusError, CorpusSchema, sample};
use crate::jobs::apply_then_combine;
use crate::state::AppState;
use crate::store::{CorpusUpdate, LexiconDraft, ProjectDraft, RuleDraft, RuleEdit, Write};
use anyhow::{Context as _, Result};
use hunch_protocol::{ChunkInfo, CombineRequest, Job};
use uuid::Uuid;

/// What is written into the project.
struct Contents {
    schema: CorpusSchema,
    chunks: Vec<ChunkInfo>,
    rules: Vec<RuleDraft>,
    lexicons: Vec<LexiconDraft>,
}

/// Makes the sample project and starts to apply its rules. The write's receipt is recorded by the last step: what is
/// left of an attempt that broke off before is no answer to anyone. Returns the jobs, which name the project.
pub(crate) async fn create(state: &AppState, write: Write) -> Result<Vec<Job>> {
    let chunks = state.chunks.clone();
    let (draft, contents) = blocking(move || generate(&chunks)).await.context("the server is stopping")??;
    let project = state.ids.uuid();
    let added = state.store.add_project(project, draft, Write::at(write.now)).await?;
    let filled = fill(state, project, contents, write).await;
    if filled.is_err() {
        let removed = state.store.remove_project(project, added.revision, Write::at(state.clock.now())).await;
        removed.context("cannot remove the unfinished sample project")?;
    }
    filled
}

fn generate(chunks: &ChunkStore) -> Result<(ProjectDraft, Contents), CorpusError> {
    let sample = sample::generate()?;
    let mut infos = Vec::new();
    for (ordinal, chunk) in (0..).zip(&sample.chunks) {
        let rows = u32::try_from(chunk.rows).unwrap_or(u32::MAX);
        infos.push(ChunkInfo { ordinal, hash: chunks.put(chunk)?, rows, excluded: Vec::new() });
    }
    let draft = ProjectDraft { name: sample.name.into(), labels: sample.labels, seed: 0 };
    let rules =
        sample.rules.into_iter().map(|(name, source)| RuleDraft { name, source, active: true }).collect();
    let lexicons = sample.lexicons.into_iter().map(|(name, terms)| {
        let terms = hunch_rules::normalize_terms(terms);
        LexiconDraft { name, hash: hunch_rules::lexicon_hash(&terms), terms }
    });
    let lexicons = lexicons.collect();
    Ok((draft, Contents { schema: sample.schema, chunks: infos, rules, lexicons }))
}

async fn fill(state: &AppState, project: Uuid, contents: Contents, write: Write) -> Result<Vec<Job>> {
    let now = || Write::at(write.now);
    let CorpusSchema { columns, sources, .. } = contents.schema;
    let update = CorpusUpdate { base: 0, columns, sources, chunks: contents.chunks };
    state.store.publish_corpus(project, update, now()).await?;
    for lexicon in contents.lexicons {
        state.store.put_lexicon(project, lexicon, None, now()).await?;
    }
    let rules = contents.rules.into_iter().map(|draft| RuleEdit::Add { id: state.ids.uuid(), draft });
    state.store.edit_rules(project, rules.collect(), now()).await?;
    let jobs = apply_then_combine(&*state.ids, CombineRequest::default());
    Ok(state.store.add_jobs(project, jobs, write).await?)
}
