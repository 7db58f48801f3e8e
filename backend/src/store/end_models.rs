//! The latest end model of a project: its report. Its file is an object, named by the model's hash.

use super::connection::{Pools, Write, detached};
use super::error::StoreResult;
use async_trait::async_trait;
use hunch_protocol::{Changed, EndModelReport};
use sqlx::types::Json;
use uuid::Uuid;

/// End models.
#[async_trait]
pub trait EndModels: Send + Sync {
    /// Puts an end model in the place of the one that is there.
    async fn put_end_model(&self, project: Uuid, report: EndModelReport, write: Write) -> StoreResult<()>;

    /// The latest end model; `None` before the first. Its `stale` is not kept.
    async fn end_model(&self, project: Uuid) -> StoreResult<Option<EndModelReport>>;
}

const PUT: &str = "
    insert into end_models (project_id, report) values ($1, $2)
    on conflict (project_id) do update set report = excluded.report";

const GET: &str = "select report from end_models where project_id = $1";

macro_rules! impl_end_models {
    ($db:ty) => {
        #[async_trait]
        impl EndModels for Pools<$db> {
            async fn put_end_model(
                &self,
                project: Uuid,
                report: EndModelReport,
                write: Write,
            ) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::EndModel).await?;
                    sqlx::query(PUT).bind(project).bind(Json(report)).execute(&mut *tx.connection).await?;
                    tx.commit(()).await
                })
                .await
            }

            async fn end_model(&self, project: Uuid) -> StoreResult<Option<EndModelReport>> {
                let report: Option<Json<EndModelReport>> =
                    sqlx::query_scalar(GET).bind(project).fetch_optional(&self.reads).await?;
                Ok(report.map(|report| report.0))
            }
        }
    };
}
impl_end_models!(sqlx::Sqlite);
impl_end_models!(sqlx::Postgres);
