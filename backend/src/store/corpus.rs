//! What the corpus consists of. Its columns' bytes are objects, which `crate::corpus` keeps.

use super::connection::{Pools, Reading, Write, Writing, detached};
use super::error::{OrNotFound as _, StoreError, StoreResult};
use super::lexicons::LexiconRow;
use super::rules::RuleRow;
use async_trait::async_trait;
use hunch_protocol::{Changed, ChunkInfo, Corpus, CorpusColumn, LexiconInfo, Project, Rule};
use hunch_rules::ColumnType;
use sqlx::FromRow;
use sqlx::types::Json;
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
    /// Active rules by name, which is the order of the vote matrix.
    pub rules: Vec<Rule>,
    /// All lexicons by name.
    pub lexicons: Vec<LexiconInfo>,
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
    "select ordinal, hash, rows, excluded from chunks where project_id = $1 order by ordinal";

const UPDATE: &str = "
    update projects set corpus_revision = corpus_revision + 1, corpus_columns = $2, corpus_sources = $3, rows = $4,
        excluded = $5
    where id = $1 returning corpus_revision";

const REMOVE_CHUNKS: &str = "delete from chunks where project_id = $1";

const ADD_CHUNK: &str =
    "insert into chunks (project_id, ordinal, hash, rows, excluded) values ($1, $2, $3, $4, $5)";

const ACTIVE_RULES: &str =
    "select * from rules where project_id = $1 and active and not deleted order by name";

const LEXICONS: &str = "select * from lexicons where project_id = $1 and not deleted order by name";

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
                    let found = tx.project(project).await?;
                    let corpus = tx.corpus(project).await?.corpus;
                    let rules: Vec<RuleRow> =
                        sqlx::query_as(ACTIVE_RULES).bind(project).fetch_all(&mut *tx.connection).await?;
                    let lexicons: Vec<LexiconRow> =
                        sqlx::query_as(LEXICONS).bind(project).fetch_all(&mut *tx.connection).await?;
                    Ok(ProjectInputs {
                        project: found,
                        corpus,
                        rules: rules.into_iter().map(Rule::from).collect(),
                        lexicons: lexicons.into_iter().map(LexiconInfo::from).collect(),
                    })
                })
                .await
            }
        }

        impl Reading<$db> {
            async fn corpus(&mut self, project: Uuid) -> StoreResult<StoredCorpus> {
                let row: Option<CorpusRow> =
                    sqlx::query_as(GET).bind(project).fetch_optional(&mut *self.connection).await?;
                let row = row.or_not_found("project")?;
                let chunks: Vec<ChunkRow> =
                    sqlx::query_as(CHUNKS).bind(project).fetch_all(&mut *self.connection).await?;
                Ok(stored_corpus(row, chunks))
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
