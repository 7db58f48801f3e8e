//! What the corpus consists of. Its columns' bytes are objects, which `crate::corpus` keeps.

use super::connection::{Pools, Reading, Write, Writing, detached};
use super::entities::{EntityRow, StoredEntity};
use super::error::{OrNotFound as _, StoreError, StoreResult};
use super::rules::read_all;
use async_trait::async_trait;
use hunch_protocol::{
    AnnotationBody, Changed, ChunkInfo, Corpus, CorpusColumn, GoldBody, Key, Kind, LabelSetBody, LexiconInfo,
    PolicyBody, Project, Rule, SettingsBody,
};
use hunch_rules::ColumnType;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A corpus and how often it changed.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCorpus {
    /// Counts changes from 0.
    pub revision: i64,
    /// The corpus.
    pub corpus: Corpus,
}

/// What takes the place of a corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct CorpusUpdate {
    /// The revision it is based on.
    pub base: i64,
    /// Columns that rules can use, in order.
    pub columns: Vec<CorpusColumn>,
    /// External sources that rules can name.
    pub sources: Vec<String>,
    /// All chunks, in order; their ordinals are their places.
    pub chunks: Vec<ChunkInfo>,
}

/// All that labels follow from, as it was at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectInputs {
    /// Label set and seed.
    pub project: Project,
    /// Columns, sources and chunks.
    pub corpus: Corpus,
    /// Counts changes of the corpus from 0.
    pub corpus_revision: i64,
    /// Active rules by name, which is the order of the vote matrix.
    pub rules: Vec<Rule>,
    /// All lexicons by name.
    pub lexicons: Vec<LexiconInfo>,
    /// Augmentation policies by name.
    pub policies: Vec<PolicyBody>,
    /// Labels given by people, by author and document.
    pub annotations: Vec<AnnotationBody>,
    /// Gold by document; it comes before what a chunk says.
    pub gold: BTreeMap<String, i16>,
    /// The project's counter at the last change of an annotation or of gold, 0 if there was none.
    pub people_seq: i64,
}

impl ProjectInputs {
    /// Takes note of an entity's change, as far as rules can tell: annotations and gold are left alone.
    pub(super) fn follow(&mut self, row: &EntityRow) -> StoreResult<()> {
        let Key { kind, id } = row.key();
        match kind {
            Kind::Rule => {
                self.rules.retain(|rule| rule.id != id);
                self.project.rules += u64::from(row.is_first());
                if !row.deleted {
                    let rule = Rule::try_from(StoredEntity::from(row.clone()))?;
                    self.rules.extend(rule.active.then_some(rule));
                    self.rules.sort_by(|a, b| a.name.cmp(&b.name));
                }
            }
            Kind::Lexicon => {
                self.lexicons.retain(|lexicon| lexicon.name != id);
                if !row.deleted {
                    self.lexicons.push(StoredEntity::from(row.clone()).try_into()?);
                    self.lexicons.sort_by(|a, b| a.name.cmp(&b.name));
                }
            }
            Kind::LabelSet => self.project.labels = row.body::<LabelSetBody>()?.labels,
            Kind::Settings => {
                let SettingsBody { name, seed, blacklist } = row.body()?;
                (self.project.name, self.project.seed) = (name, seed);
                self.project.blacklist = blacklist;
            }
            Kind::Policy => {
                let body: PolicyBody = row.body()?;
                self.policies.retain(|policy| policy.name != body.name);
                self.policies.extend((!row.deleted).then_some(body));
                self.policies.sort_by(|a, b| a.name.cmp(&b.name));
            }
            Kind::Annotation | Kind::Gold | Kind::MergeConflict => {}
        }
        Ok(())
    }
}

/// Corpora.
#[async_trait]
pub trait Corpora: Send + Sync {
    /// A project's corpus.
    async fn get_corpus(&self, project: Uuid) -> StoreResult<StoredCorpus>;

    /// Puts a new corpus in the place of the one with the base revision; returns its revision.
    async fn publish_corpus(&self, project: Uuid, update: CorpusUpdate, write: Write) -> StoreResult<i64>;

    /// Everything that labels follow from, read in one transaction.
    async fn project_inputs(&self, project: Uuid) -> StoreResult<ProjectInputs>;

    /// As [`Corpora::project_inputs`], without what may be much: annotations and gold are empty.
    async fn rule_inputs(&self, project: Uuid) -> StoreResult<ProjectInputs>;

    /// Gold that people gave, by document.
    async fn gold_of(&self, project: Uuid) -> StoreResult<BTreeMap<String, i16>>;
}

#[derive(FromRow)]
struct CorpusRow {
    corpus_revision: i64,
    corpus_columns: Json<Vec<CorpusColumn>>,
    corpus_sources: Json<Vec<String>>,
    #[sqlx(try_from = "i64")]
    rows: u64,
    #[sqlx(try_from = "i64")]
    excluded: u64,
}

#[derive(FromRow)]
struct ChunkRow {
    #[sqlx(try_from = "i64")]
    ordinal: u32,
    hash: String,
    #[sqlx(try_from = "i64")]
    rows: u32,
    #[sqlx(try_from = "i64")]
    text_bytes: u64,
    excluded: Json<Vec<u32>>,
}

fn stored_corpus(row: CorpusRow, chunks: Vec<ChunkRow>) -> StoredCorpus {
    let columns = row.corpus_columns.0;
    let default_text =
        columns.iter().find(|column| column.kind == ColumnType::Text).map(|column| column.name.clone());
    let chunks = chunks
        .into_iter()
        .map(|chunk| ChunkInfo {
            ordinal: chunk.ordinal,
            hash: chunk.hash,
            rows: chunk.rows,
            text_bytes: chunk.text_bytes,
            excluded: chunk.excluded.0,
        })
        .collect();
    StoredCorpus {
        revision: row.corpus_revision,
        corpus: Corpus {
            rows: row.rows,
            excluded: row.excluded,
            columns,
            default_text,
            sources: row.corpus_sources.0,
            chunks,
        },
    }
}

const GET: &str = "
    select corpus_revision, corpus_columns, corpus_sources, rows, excluded from projects where id = $1";

const CHUNKS: &str =
    "select ordinal, hash, rows, text_bytes, excluded from chunks where project_id = $1 order by ordinal";

const UPDATE: &str = "
    update projects set corpus_revision = corpus_revision + 1, corpus_columns = $2, corpus_sources = $3, rows = $4,
        excluded = $5
    where id = $1 returning corpus_revision";

const PEOPLE_SEQ: &str = "
    select seq from entities where project_id = $1 and kind in ('annotation', 'gold') order by seq desc limit 1";

const REMOVE_CHUNKS: &str = "delete from chunks where project_id = $1";

const ADD_CHUNK: &str = "insert into chunks (project_id, ordinal, hash, rows, text_bytes, excluded) values ($1, $2, $3, $4, $5, $6)";

macro_rules! impl_corpora {
    ($db:ty) => {
        #[async_trait]
        impl Corpora for Pools<$db> {
            async fn get_corpus(&self, project: Uuid) -> StoreResult<StoredCorpus> {
                let pools = self.clone();
                detached(async move { pools.begin_reading().await?.corpus(project).await }).await
            }

            async fn publish_corpus(
                &self,
                project: Uuid,
                update: CorpusUpdate,
                write: Write,
            ) -> StoreResult<i64> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Corpus).await?;
                    let current: CorpusRow =
                        sqlx::query_as(GET).bind(project).fetch_one(&mut *tx.connection).await?;
                    if current.corpus_revision != update.base {
                        return Err(StoreError::stale(current.corpus_revision, &()));
                    }
                    let revision = tx.put_corpus(project, update).await?;
                    tx.commit(revision).await
                })
                .await
            }

            async fn project_inputs(&self, project: Uuid) -> StoreResult<ProjectInputs> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin_reading().await?;
                    let mut inputs = tx.inputs(project).await?;
                    for row in tx.entities(project, Kind::Annotation).await? {
                        inputs.annotations.push(row.body()?);
                    }
                    inputs.gold = tx.gold(project).await?;
                    Ok(inputs)
                })
                .await
            }

            async fn rule_inputs(&self, project: Uuid) -> StoreResult<ProjectInputs> {
                let pools = self.clone();
                detached(async move { pools.begin_reading().await?.inputs(project).await }).await
            }

            async fn gold_of(&self, project: Uuid) -> StoreResult<BTreeMap<String, i16>> {
                let pools = self.clone();
                detached(async move { pools.begin_reading().await?.gold(project).await }).await
            }
        }

        impl Reading<$db> {
            async fn gold(&mut self, project: Uuid) -> StoreResult<BTreeMap<String, i16>> {
                let rows = self.entities(project, Kind::Gold).await?;
                rows.iter().map(|row| Ok((row.key().id, row.body::<GoldBody>()?.label))).collect()
            }
        }

        impl Writing<$db> {
            async fn put_corpus(&mut self, project: Uuid, update: CorpusUpdate) -> StoreResult<i64> {
                let excluded: i64 =
                    update.chunks.iter().flat_map(|chunk| &chunk.excluded).fold(0, |sum, _| sum + 1);
                let all: i64 = update.chunks.iter().map(|chunk| i64::from(chunk.rows)).sum();
                let revision = sqlx::query_scalar(UPDATE)
                    .bind(project)
                    .bind(Json(update.columns))
                    .bind(Json(update.sources))
                    .bind(all - excluded)
                    .bind(excluded)
                    .fetch_one(&mut *self.connection)
                    .await?;
                sqlx::query(REMOVE_CHUNKS).bind(project).execute(&mut *self.connection).await?;
                for (ordinal, chunk) in (0_i64..).zip(update.chunks) {
                    sqlx::query(ADD_CHUNK)
                        .bind(project)
                        .bind(ordinal)
                        .bind(chunk.hash)
                        .bind(i64::from(chunk.rows))
                        .bind(chunk.text_bytes.cast_signed())
                        .bind(Json(chunk.excluded))
                        .execute(&mut *self.connection)
                        .await?;
                }
                Ok(revision)
            }
        }
    };
}
impl_corpora!(sqlx::Sqlite);
impl_corpora!(sqlx::Postgres);

macro_rules! impl_reads {
    ($transaction:ty) => {
        impl $transaction {
            async fn corpus(&mut self, project: Uuid) -> StoreResult<StoredCorpus> {
                let row: Option<CorpusRow> =
                    sqlx::query_as(GET).bind(project).fetch_optional(&mut *self.connection).await?;
                let row = row.or_not_found("project")?;
                let chunks: Vec<ChunkRow> =
                    sqlx::query_as(CHUNKS).bind(project).fetch_all(&mut *self.connection).await?;
                Ok(stored_corpus(row, chunks))
            }

            /// What rules are checked against: all inputs but annotations and gold.
            pub(super) async fn inputs(&mut self, project: Uuid) -> StoreResult<ProjectInputs> {
                let found = self.project(project).await?;
                let StoredCorpus { revision, corpus } = self.corpus(project).await?;
                let mut rules: Vec<Rule> = read_all(self.entities(project, Kind::Rule).await?)?;
                rules.retain(|rule| rule.active);
                rules.sort_by(|a, b| a.name.cmp(&b.name));
                let policies = self.entities(project, Kind::Policy).await?;
                let policies = policies.iter().map(EntityRow::body);
                let mut policies: Vec<PolicyBody> = policies.collect::<StoreResult<_>>()?;
                policies.sort_by(|a, b| a.name.cmp(&b.name));
                let people_seq = sqlx::query_scalar(PEOPLE_SEQ)
                    .bind(project)
                    .fetch_optional(&mut *self.connection)
                    .await?;
                Ok(ProjectInputs {
                    project: found,
                    corpus,
                    corpus_revision: revision,
                    rules,
                    lexicons: read_all(self.entities(project, Kind::Lexicon).await?)?,
                    policies,
                    annotations: Vec::new(),
                    gold: BTreeMap::new(),
                    people_seq: people_seq.unwrap_or(0),
                })
            }
        }
    };
}
impl_reads!(Reading<sqlx::Sqlite>);
impl_reads!(Reading<sqlx::Postgres>);
impl_reads!(Writing<sqlx::Sqlite>);
impl_reads!(Writing<sqlx::Postgres>);
