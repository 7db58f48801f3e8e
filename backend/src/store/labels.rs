//! What the latest combine of a project found: its report, its vote patterns, and the pattern of every row.

use super::connection::{Pools, Write, detached};
use super::error::{OrNotFound as _, StoreResult};
use async_trait::async_trait;
use hunch_protocol::{Changed, CombineRequest, LabelReport};
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

/// What a combine found.
#[derive(Debug, Clone)]
pub struct NewLabels {
    /// Hash of all that was combined.
    pub inputs: String,
    /// How it was asked for.
    pub request: CombineRequest,
    /// For people; its `stale` is not kept.
    pub report: LabelReport,
    /// Vote patterns and what each model makes of them, as `crate::labels` encodes them.
    pub patterns: Vec<u8>,
    /// The rules' votes of each pattern, encoded likewise.
    pub votes: Vec<u8>,
    /// What explains the labels, encoded likewise.
    pub weights: Vec<u8>,
    /// What people said, encoded likewise.
    pub people: Vec<u8>,
    /// By chunk hash, the pattern of each row, encoded likewise.
    pub blocks: Vec<(String, Vec<u8>)>,
}

/// A report and what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredReport {
    /// Hash of all that was combined: the report is stale when the project's inputs have another.
    pub inputs: String,
    /// How the combine was asked for.
    pub request: CombineRequest,
    /// `stale` is false here; who knows the project's inputs sets it.
    pub report: LabelReport,
}

/// Labels.
#[async_trait]
pub trait Labels: Send + Sync {
    /// Puts labels in the place of those that are there.
    async fn put_labels(&self, project: Uuid, labels: NewLabels, write: Write) -> StoreResult<()>;

    /// The report of the latest combine; `None` before the first.
    async fn label_report(&self, project: Uuid) -> StoreResult<Option<StoredReport>>;

    /// The patterns of the latest combine.
    async fn label_patterns(&self, project: Uuid) -> StoreResult<Vec<u8>>;

    /// The votes of the patterns; empty if an older server combined.
    async fn label_votes(&self, project: Uuid) -> StoreResult<Vec<u8>>;

    /// What explains the labels; empty if nothing does.
    async fn label_weights(&self, project: Uuid) -> StoreResult<Vec<u8>>;

    /// What people said of the documents of the latest combine; empty if it knew none.
    async fn label_people(&self, project: Uuid) -> StoreResult<Vec<u8>>;

    /// The patterns of a chunk's rows.
    async fn label_block(&self, project: Uuid, chunk: &str) -> StoreResult<Vec<u8>>;
}

#[derive(FromRow)]
struct ReportRow {
    inputs: String,
    request: Json<CombineRequest>,
    report: Json<LabelReport>,
}

const PUT: &str = "
    insert into label_reports (project_id, inputs, request, report, patterns, votes, weights, people)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (project_id) do update set inputs = excluded.inputs, request = excluded.request,
        report = excluded.report, patterns = excluded.patterns, votes = excluded.votes,
        weights = excluded.weights, people = excluded.people";

const REMOVE_BLOCKS: &str = "delete from label_blocks where project_id = $1";

const ADD_BLOCK: &str = "insert into label_blocks (project_id, chunk, bytes) values ($1, $2, $3)";

const REPORT: &str = "select inputs, request, report from label_reports where project_id = $1";

const PATTERNS: &str = "select patterns from label_reports where project_id = $1";

const VOTES: &str = "select votes from label_reports where project_id = $1";

const WEIGHTS: &str = "select weights from label_reports where project_id = $1";

const PEOPLE: &str = "select people from label_reports where project_id = $1";

const BLOCK: &str = "select bytes from label_blocks where project_id = $1 and chunk = $2";

macro_rules! impl_labels {
    ($db:ty) => {
        #[async_trait]
        impl Labels for Pools<$db> {
            async fn put_labels(&self, project: Uuid, labels: NewLabels, write: Write) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Labels).await?;
                    sqlx::query(PUT)
                        .bind(project)
                        .bind(labels.inputs)
                        .bind(Json(labels.request))
                        .bind(Json(labels.report))
                        .bind(labels.patterns)
                        .bind(labels.votes)
                        .bind(labels.weights)
                        .bind(labels.people)
                        .execute(&mut *tx.connection)
                        .await?;
                    sqlx::query(REMOVE_BLOCKS).bind(project).execute(&mut *tx.connection).await?;
                    for (chunk, bytes) in labels.blocks {
                        sqlx::query(ADD_BLOCK)
                            .bind(project)
                            .bind(chunk)
                            .bind(bytes)
                            .execute(&mut *tx.connection)
                            .await?;
                    }
                    tx.commit(()).await
                })
                .await
            }

            async fn label_report(&self, project: Uuid) -> StoreResult<Option<StoredReport>> {
                let row: Option<ReportRow> =
                    sqlx::query_as(REPORT).bind(project).fetch_optional(&self.reads).await?;
                Ok(row.map(|row| StoredReport {
                    inputs: row.inputs,
                    request: row.request.0,
                    report: row.report.0,
                }))
            }

            async fn label_patterns(&self, project: Uuid) -> StoreResult<Vec<u8>> {
                let bytes: Option<Vec<u8>> =
                    sqlx::query_scalar(PATTERNS).bind(project).fetch_optional(&self.reads).await?;
                bytes.or_not_found("combined label")
            }

            async fn label_votes(&self, project: Uuid) -> StoreResult<Vec<u8>> {
                let bytes: Option<Vec<u8>> =
                    sqlx::query_scalar(VOTES).bind(project).fetch_optional(&self.reads).await?;
                bytes.or_not_found("combined label")
            }

            async fn label_weights(&self, project: Uuid) -> StoreResult<Vec<u8>> {
                let bytes: Option<Vec<u8>> =
                    sqlx::query_scalar(WEIGHTS).bind(project).fetch_optional(&self.reads).await?;
                bytes.or_not_found("combined label")
            }

            async fn label_people(&self, project: Uuid) -> StoreResult<Vec<u8>> {
                let bytes: Option<Vec<u8>> =
                    sqlx::query_scalar(PEOPLE).bind(project).fetch_optional(&self.reads).await?;
                bytes.or_not_found("combined label")
            }

            async fn label_block(&self, project: Uuid, chunk: &str) -> StoreResult<Vec<u8>> {
                let bytes: Option<Vec<u8>> =
                    sqlx::query_scalar(BLOCK).bind(project).bind(chunk).fetch_optional(&self.reads).await?;
                bytes.or_not_found("combined label")
            }
        }
    };
}
impl_labels!(sqlx::Sqlite);
impl_labels!(sqlx::Postgres);
